"""The resident takes it back: at once, or by asking, as the procedure and the stage allow."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.kit import clock
from yakuba.kit.errors import Refusal
from yakuba.procedures.definition import Text
from yakuba.residents.models import Resident
from yakuba.submissions import queries, rules
from yakuba.submissions.models import Submission
from yakuba.submissions.operations.changing import changed
from yakuba.submissions.operations.messages import tell_resident
from yakuba.submissions.operations.stages import apply, lock_for
from yakuba.submissions.operations.telling import tell_department
from yakuba.townhall.models import StaffMember

_GRANTED = Text(
    ja="「{title}」の取下げを受け付けました。",
    easy="「{title}」を とりさげました。",
    en="“{title}” has been taken back as you asked.",
)
_REFUSED = Text(
    ja="「{title}」の取下げについて、{department}（{phone}）からお伝えしたいことがあります。お電話ください。",
    easy="「{title}」は まだ とりさげて いません。{department}（{phone}）に でんわしてください。",
    en="“{title}” has not been taken back yet. Please call {department} ({phone}).",
)


class CannotBeTakenBack(Refusal):
    sentence = _(
        "受付番号{receipt_no}は処理が終わったため、取り下げられません。担当課にお電話ください。"
    )


class TownWasFaster(Refusal):
    sentence = _("役場が先に「{status}」にしました。いまの状態を確かめて、もう一度押してください。")


class AlreadyAsked(Refusal):
    sentence = _("取下げの希望は、もう届いています。担当課からの連絡をお待ちください。")


class NobodyAsked(Refusal):
    sentence = _("取下げの希望は届いていません。")


def may_withdraw(submission: Submission) -> str:
    """Say how it may be taken back now: "at once", "by asking", or not at all ("")."""
    step = rules.transition(submission.status, "withdraw")
    if step is None or submission.erased_at is not None:
        return ""
    workflow = queries.workflow_of(submission)
    is_checked = submission.status == rules.WORKING and workflow is not None
    asks = step.needs_consent or (is_checked and workflow and workflow.withdrawing == "ask")
    return "by asking" if asks else "at once"


@transaction.atomic
def withdraw(submission: Submission, *, resident: Resident, rev: int | None = None) -> str:
    """Take back what `resident` handed in, or note that they wish it; return which of both.

    Raises:
        CannotBeTakenBack: it is done, or was taken back already.
        TownWasFaster: it stands elsewhere than on the page that they saw (`rev`).
        AlreadyAsked
    """
    lock_for(submission, rev=None, with_money=True)
    if submission.resident_id != resident.pk:
        raise PermissionError("only who handed it in may take it back")
    way = may_withdraw(submission)
    if not way:
        raise CannotBeTakenBack(receipt_no=submission.receipt_no)
    if rev is not None and submission.rev != rev:
        raise TownWasFaster(status=submission.get_display_display())
    if way == "at once":
        apply(submission, "withdraw", words="本人が取り下げました。", staff=None)
        return way
    if submission.withdrawal_asked_at is not None:
        raise AlreadyAsked
    submission.withdrawal_asked_at = clock.now()
    changed(
        submission,
        what="withdrawal_asked",
        words="本人が取下げを希望しています。",
        staff=None,
        fields=["withdrawal_asked_at"],
    )
    tell_department(
        submission,
        queries.definition_of(submission).mail,
        news="withdrawal",
        revision=submission.rev,
    )
    return way


@transaction.atomic
def grant_withdrawal(submission: Submission, *, rev: int, staff: StaffMember) -> None:
    """Take it back as the resident asked (T10, T12).

    Raises:
        NobodyAsked
    """
    lock_for(submission, rev=rev, with_money=True)
    if submission.withdrawal_asked_at is None:
        raise NobodyAsked
    apply(submission, "withdraw", words="本人の希望により、取り下げました。", staff=staff)
    tell_resident(submission, _GRANTED)


@transaction.atomic
def refuse_withdrawal(submission: Submission, *, rev: int, staff: StaffMember) -> None:
    """Go on with it; the resident is asked to call.

    Raises:
        NobodyAsked
    """
    lock_for(submission, rev=rev)
    if submission.withdrawal_asked_at is None:
        raise NobodyAsked
    submission.withdrawal_asked_at = None
    changed(
        submission,
        what="withdrawal_refused",
        words="取下げの希望に、電話で話すことにしました。",
        staff=staff,
        fields=["withdrawal_asked_at"],
    )
    tell_resident(submission, _REFUSED)
