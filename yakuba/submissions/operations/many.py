"""What clerks do with many at once, and how it is taken back."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from yakuba.audit import operations as audit
from yakuba.kit import clock
from yakuba.kit.errors import Refusal
from yakuba.submissions import queries, rules, sockets
from yakuba.submissions.models import Event, Submission
from yakuba.submissions.operations.showing import SHOWN, show
from yakuba.submissions.operations.stages import apply
from yakuba.townhall.models import Capability, StaffMember

# What moving many means for those that are decided by steps of their own.
_STEPS: Mapping[tuple[str, str], rules.Event] = {
    (rules.NEW, rules.WORKING): "start",
    (rules.WORKING, rules.NEW): "release",
}
_MOVED = ["status", "stage_since", *SHOWN]


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
    earlier: dict[str, list[object]] = {}
    ready = []
    label = dict(Submission.Status.choices)[status]
    words = f"「{label}」にしました。"
    for one in chosen:
        before = [one.status, one.rev + 1]
        if queries.workflow_of(one) is not None:
            step = _STEPS.get((one.status, status))
            if step is None:
                continue
            apply(one, step, words=words, staff=staff)
        elif status in rules.moves(one.status):
            ready.append(one)
            _set(one, status)
        else:
            continue
        earlier[str(one.pk)] = list(before)
    _write_many(ready, "status", words, staff, _MOVED)
    if status == Submission.Status.DONE:
        for one in ready:
            sockets.decided.announce(one)
    return Bulk(len(earlier), total - len(earlier), earlier)


def _set(submission: Submission, status: str) -> None:
    submission.status = status
    submission.stage_since = clock.now()
    show(submission)


def do_all(
    rows: QuerySet[Submission],
    deed: Callable[[Submission], None],
    *,
    staff: StaffMember,
) -> tuple[Bulk, list[str]]:
    """Do to each of `rows` what one press would do, each by itself; return the reasons of what was left."""
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    may = Submission.objects.visible_to(staff, Capability.HANDLE).at_hand()
    chosen = may.filter(pk__in=keys).select_related("procedure__scope__department", "resident")
    reasons: dict[str, None] = {}
    done = 0
    for one in chosen.order_by("submitted_at", "pk"):
        try:
            deed(one)
            done += 1
        except Refusal as no:
            reasons[str(no)] = None
    return Bulk(done, len(keys) - done, {}), list(reasons)


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
    words = "まとめて行った変更を元に戻しました。"
    plain, count = [], 0
    for one in ready:
        before = str(earlier[str(one.pk)][0])
        if queries.workflow_of(one) is not None:
            step = _STEPS.get((one.status, before))
            if step is None:
                continue
            apply(one, step, words=words, staff=staff)
        else:
            _set(one, before)
            plain.append(one)
        count += 1
    _write_many(plain, "status", words, staff, _MOVED)
    return Bulk(count, len(earlier) - count, {})


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
