"""What clerks and the resident do with what was handed in: assign, go on, note, answer, take back."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.audit import operations as audit
from yakuba.kit import clock
from yakuba.kit.db import lock
from yakuba.kit.errors import Refusal
from yakuba.residents.models import Resident
from yakuba.submissions import queries, rules, sockets
from yakuba.submissions.models import Event, Note, Submission
from yakuba.submissions.operations.receiving import settle_latest
from yakuba.submissions.operations.telling import tell_department
from yakuba.townhall.models import Capability, StaffMember

MOST_LETTERS = 2_000


class ChangedMeanwhile(Refusal):
    sentence = _("{who}が先に変更しました。いまの内容を確かめて、もう一度押してください。")


class NotPossibleNow(Refusal):
    sentence = _("受付番号{receipt_no}は「{status}」のため、「{wanted}」にはできません。")


class CannotHandle(Refusal):
    sentence = _("{name}さんは、この手続を処理できません。権限のある人を選んでください。")


class NothingWritten(Refusal):
    sentence = _("文章を入力してください。")


class TooMuchWritten(Refusal):
    sentence = _("{limit}文字までにしてください。")


class CannotBeTakenBack(Refusal):
    sentence = _(
        "受付番号{receipt_no}は処理が終わったため、取り下げられません。担当課にお電話ください。"
    )


def subject_of(submission: Submission) -> str:
    return f"submissions.submission:{submission.pk}"


def lock_as_seen(submission: Submission, *, rev: int) -> None:
    """Lock what the clerk saw; refuse if somebody has changed it since."""
    lock(submission)
    if submission.rev == rev:
        return
    last = submission.events.select_related("staff").order_by("-pk").first()
    who = last.staff.name if last and last.staff else _t("ご本人")
    raise ChangedMeanwhile(who=who)


def _changed(
    submission: Submission, *, what: str, words: str, staff: StaffMember | None, fields: list[str]
) -> None:
    submission.rev += 1
    submission.changed_at = clock.now()
    submission.save(update_fields=[*fields, "rev", "changed_at"])
    Event.objects.create(
        submission=submission,
        happened_at=submission.changed_at,
        staff=staff,
        what=what,
        words=words[:300],
    )
    if staff is not None:
        audit.record(
            staff_id=staff.pk,
            actor=staff.name,
            action=what,
            subject=subject_of(submission),
            sentence=f"受付番号{submission.receipt_no}：{words}",
        )


@transaction.atomic
def set_status(submission: Submission, *, status: str, rev: int, staff: StaffMember) -> None:
    """Bring `submission` into `status`; `rev` is of what the clerk saw.

    Raises:
        ChangedMeanwhile: somebody else was faster.
        NotPossibleNow: there is no way from where it stands.
    """
    lock_as_seen(submission, rev=rev)
    _move(submission, status)
    _changed(
        submission,
        what="status",
        words=f"「{submission.get_status_display()}」にしました。",
        staff=staff,
        fields=["status"],
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
    _changed(submission, what="assigned", words=words, staff=staff, fields=["assignee"])


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


def record_answer(submission: Submission, *, words: str, staff: StaffMember) -> None:
    """Keep what was said to the resident; the caller has locked and said it."""
    _changed(submission, what="answered", words=words, staff=staff, fields=[])


@transaction.atomic
def withdraw(submission: Submission, *, resident: Resident) -> None:
    """Take back what `resident` handed in, as long as nobody has finished with it.

    Raises:
        CannotBeTakenBack: it is done, or was taken back already.
    """
    lock(submission)
    if submission.resident_id != resident.pk:
        raise PermissionError("only who handed it in may take it back")
    if submission.status not in rules.OPEN or submission.erased_at:
        raise CannotBeTakenBack(receipt_no=submission.receipt_no)
    submission.status = Submission.Status.WITHDRAWN
    _changed(
        submission,
        what="withdrawn",
        words="本人が取り下げました。",
        staff=None,
        fields=["status"],
    )
    settle_latest([resident.pk])
    wish = queries.definition_of(submission).mail
    tell_department(submission, wish, news="withdrawn")
    sockets.withdrawn.announce(submission)


@dataclass(frozen=True, slots=True)
class Bulk:
    """What was done to many: how many, how many were left as they are, and how to take it back."""

    count: int
    left: int
    earlier: Mapping[str, list[object]]  # id → [what it was, rev after the change]


@transaction.atomic
def set_status_of(rows: QuerySet[Submission], *, status: str, staff: StaffMember) -> Bulk:
    """Bring all of `rows` that `staff` may handle into `status`; what cannot go there is left."""
    chosen, total = _locked(rows, staff)
    ready = [one for one in chosen if status in rules.moves(one.status)]
    earlier: dict[str, list[object]] = {}
    for one in ready:
        earlier[str(one.pk)] = [one.status, one.rev + 1]
        one.status = status
    label = dict(Submission.Status.choices)[status]
    _write_many(ready, "status", f"「{label}」にしました。", staff, ["status"])
    if status == Submission.Status.DONE:
        for one in ready:
            sockets.decided.announce(one)
    return Bulk(len(ready), total - len(ready), earlier)


@transaction.atomic
def assign_all(rows: QuerySet[Submission], *, to: StaffMember | None, staff: StaffMember) -> Bulk:
    """Make `to` responsible for all of `rows` that both may handle."""
    chosen, total = _locked(rows, staff)
    if to is not None:
        theirs = set(
            Submission.objects.visible_to(to, Capability.HANDLE)
            .filter(pk__in=[one.pk for one in chosen])
            .values_list("pk", flat=True)
        )
        chosen = [one for one in chosen if one.pk in theirs]
    ready = [one for one in chosen if one.assignee_id != (to.pk if to else None)]
    earlier: dict[str, list[object]] = {}
    for one in ready:
        earlier[str(one.pk)] = [one.assignee_id, one.rev + 1]
        one.assignee = to
    words = f"{to.name}を担当にしました。" if to else "担当を外しました。"
    _write_many(ready, "assigned", words, staff, ["assignee"])
    return Bulk(len(ready), total - len(ready), earlier)


@transaction.atomic
def take_back_status(earlier: Mapping[str, list[object]], *, staff: StaffMember) -> Bulk:
    """Give each its earlier status again, unless somebody has changed it since."""
    ready = _unchanged(earlier, staff)
    for one in ready:
        one.status = str(earlier[str(one.pk)][0])
    _write_many(ready, "status", "まとめて行った変更を元に戻しました。", staff, ["status"])
    return Bulk(len(ready), len(earlier) - len(ready), {})


@transaction.atomic
def take_back_assigning(earlier: Mapping[str, list[object]], *, staff: StaffMember) -> Bulk:
    """Give each its earlier clerk again, unless somebody has changed it since."""
    ready = _unchanged(earlier, staff)
    for one in ready:
        before = earlier[str(one.pk)][0]
        one.assignee_id = before if isinstance(before, int) else None
    _write_many(ready, "assigned", "まとめて行った変更を元に戻しました。", staff, ["assignee"])
    return Bulk(len(ready), len(earlier) - len(ready), {})


def _locked(rows: QuerySet[Submission], staff: StaffMember) -> tuple[list[Submission], int]:
    """Lock, in one order for everybody, what of `rows` the person may handle; and count all."""
    keys = list(rows.order_by().values_list("pk", flat=True))
    return _lock_keys(keys, staff), len(keys)


def _lock_keys(keys: Collection[UUID | str], staff: StaffMember) -> list[Submission]:
    may = Submission.objects.visible_to(staff, Capability.HANDLE).at_hand()
    return list(
        Submission.objects.select_for_update(no_key=True)
        .filter(pk__in=may.filter(pk__in=keys).values("pk"))
        .order_by("pk")
    )


def _unchanged(earlier: Mapping[str, list[object]], staff: StaffMember) -> list[Submission]:
    return [one for one in _lock_keys(list(earlier), staff) if one.rev == earlier[str(one.pk)][1]]


def _write_many(
    rows: list[Submission], what: str, words: str, staff: StaffMember, fields: list[str]
) -> None:
    if not rows:
        return
    now = clock.now()
    for one in rows:
        one.rev += 1
        one.changed_at = now
    Submission.objects.bulk_update(rows, [*fields, "rev", "changed_at"], batch_size=1000)
    Event.objects.bulk_create(
        [
            Event(submission=one, happened_at=now, staff=staff, what=what, words=words)
            for one in rows
        ],
        batch_size=1000,
    )
    audit.record(
        staff_id=staff.pk,
        actor=staff.name,
        action=what,
        subject="submissions.submission",
        sentence=f"{len(rows)}件をまとめて{words}",
        detail={"receipts": [one.receipt_no for one in rows[:1000]], "count": len(rows)},
    )
