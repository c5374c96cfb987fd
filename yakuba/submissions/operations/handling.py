"""What clerks do with anything that was handed in: assign, go on, note, answer."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.kit import clock
from yakuba.kit.errors import Refusal
from yakuba.submissions import queries, rules, sockets
from yakuba.submissions.models import Note, Submission
from yakuba.submissions.operations.changing import NotPossibleNow, changed, lock_as_seen
from yakuba.submissions.operations.showing import SHOWN, show
from yakuba.townhall.models import StaffMember

MOST_LETTERS = 2_000


class HasItsOwnWay(Refusal):
    sentence = _("「{title}」は審査の手順で進めます。「審査を始める」から進めてください。")


class CannotHandle(Refusal):
    sentence = _("{name}さんは、この手続を処理できません。権限のある人を選んでください。")


class NothingWritten(Refusal):
    sentence = _("文章を入力してください。")


class TooMuchWritten(Refusal):
    sentence = _("{limit}文字までにしてください。")


@transaction.atomic
def set_status(submission: Submission, *, status: str, rev: int, staff: StaffMember) -> None:
    """Bring `submission` into `status`; `rev` is of what the clerk saw.

    Raises:
        ChangedMeanwhile: somebody else was faster.
        NotPossibleNow: there is no way from where it stands.
        HasItsOwnWay: it is decided by steps of its own (`stages`).
    """
    lock_as_seen(submission, rev=rev)
    if queries.workflow_of(submission) is not None:
        raise HasItsOwnWay(title=submission.procedure.title)
    _move(submission, status)
    changed(
        submission,
        what="status",
        words=f"「{submission.get_status_display()}」にしました。",
        staff=staff,
        fields=["status", "stage_since", *SHOWN],
    )
    if status == Submission.Status.DONE:
        sockets.decided.announce(submission)


def _move(submission: Submission, status: str) -> None:
    if status not in rules.moves(submission.status):
        raise NotPossibleNow(
            receipt_no=submission.receipt_no,
            status=submission.get_status_display(),
            wanted=dict(Submission.Status.choices).get(status, status),
        )
    submission.status = status
    submission.stage_since = clock.now()
    show(submission)


@transaction.atomic
def assign(submission: Submission, *, to: StaffMember | None, rev: int, staff: StaffMember) -> None:
    """Make `to` responsible for it; None takes the name away.

    Raises:
        ChangedMeanwhile: somebody else was faster.
        CannotHandle: `to` may not work on this procedure.
    """
    lock_as_seen(submission, rev=rev)
    may = queries.handlers(submission.procedure.scope)
    if to is not None and not may.filter(pk=to.pk).exists():
        raise CannotHandle(name=to.name)
    submission.assignee = to
    words = f"{to.name}を担当にしました。" if to else "担当を外しました。"
    changed(submission, what="assigned", words=words, staff=staff, fields=["assignee"])


@transaction.atomic
def write_note(submission: Submission, *, text: str, staff: StaffMember) -> Note:
    """Put a note beside it, for colleagues only. Two may write at once: neither note is lost.

    Raises:
        NothingWritten, TooMuchWritten
    """
    text = text.strip()
    if not text:
        raise NothingWritten
    if len(text) > MOST_LETTERS:
        raise TooMuchWritten(limit=f"{MOST_LETTERS:,}")
    return Note.objects.create(
        submission=submission, staff=staff, text=text, written_at=clock.now()
    )
