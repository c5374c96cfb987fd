"""What begins by itself when business time reaches it, and what the fuse holds until a person decides."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.broadcasts import fuse, rules
from yakuba.broadcasts.models import Approval, Delivery
from yakuba.broadcasts.operations import letters, planning, sending
from yakuba.broadcasts.operations.drafting import ChangedMeanwhile
from yakuba.broadcasts.operations.trail import note, said
from yakuba.broadcasts.queries import audience, series
from yakuba.broadcasts.rules import content as contents
from yakuba.broadcasts.rules.fuse import Finding
from yakuba.conditions.checking import BrokenCondition
from yakuba.kit import clock, wareki
from yakuba.kit.db import lock
from yakuba.kit.errors import Refusal
from yakuba.segments import queries as segments
from yakuba.townhall.models import StaffMember

State = Delivery.State


class NotHeld(Refusal):
    sentence = _("この配信は、いま確認を待っていません。画面を開き直してください。")


def attend() -> None:
    """Bring every delivery as far as business time says; a chore. Safe beside another that does the same."""
    now = clock.now()
    near = Delivery.objects.filter(state=State.SCHEDULED, begins_at__lte=now + fuse.grace())
    for pk in near.order_by("begins_at").values_list("pk", flat=True):
        come_near(pk)
    due = Delivery.objects.filter(state=State.WAITING, begins_at__lte=now)
    for pk in due.order_by("begins_at").values_list("pk", flat=True):
        begin(pk)


@transaction.atomic
def come_near(delivery_id: int) -> None:
    """Let the grace of a scheduled delivery begin, unless its time went by while everything stood still."""
    delivery = Delivery(pk=delivery_id)
    lock(delivery)
    now, grace = clock.now(), fuse.grace()
    if delivery.state != State.SCHEDULED or delivery.begins_at is None:
        return
    if delivery.begins_at > now + grace:
        return
    if delivery.begins_at + fuse.patience() < now:
        hold(delivery, [_missed(delivery)])
        return
    # A few minutes late, it still has its whole grace: somebody must be able to stop it.
    delivery.begins_at = max(delivery.begins_at, now + grace)
    delivery.state = State.WAITING
    delivery.save()


@transaction.atomic
def begin(delivery_id: int) -> None:
    """Plan a delivery whose grace is over, or hold it and say why: all or nothing, in one transaction."""
    delivery = Delivery(pk=delivery_id)
    lock(delivery)
    now = clock.now()
    if delivery.state != State.WAITING or delivery.begins_at is None or delivery.begins_at > now:
        return
    if delivery.begins_at + fuse.patience() < now:
        hold(delivery, [_missed(delivery)])
        return
    try:
        with transaction.atomic():  # what was planned goes when something is found
            plan_if_clear(delivery)
    except Stopped as stopped:
        lock(delivery)  # afresh: the plan has written into the one in hand
        if stopped.found == [fuse.HARD_EMPTY] and _has_own_days(delivery):
            _nobodys_day(delivery)
        else:
            hold(delivery, stopped.found)


def _has_own_days(delivery: Delivery) -> bool:
    return delivery.series is not None and series.has_own_days(delivery.series)


def _nobodys_day(delivery: Delivery) -> None:
    """Put down that nobody had their day; that is how it is on most days, and nobody is asked."""
    delivery.state, delivery.ended_at = State.DROPPED, clock.now()
    delivery.held_because = [
        {
            "code": "nobody",
            "sentence": "この日にあてはまる人はいませんでした。",
            "may_override": False,
        }
    ]
    delivery.save()


class Stopped(Exception):
    """The fuse has found something."""

    def __init__(self, found: Sequence[Finding]) -> None:
        super().__init__()
        self.found = list(found)


def plan_if_clear(delivery: Delivery) -> None:
    """Plan a locked delivery.

    Raises:
        Stopped: something was found; the caller's savepoint takes the plan back.
    """
    staff = delivery.sent_by
    if staff is None:
        raise ValueError("nobody has confirmed this delivery")
    forbidden = rules.troubles(contents.read(delivery.content))
    if forbidden:
        raise Stopped([Finding("forbidden", why, may_override=False) for why in forbidden])
    try:
        people = planning.plan(delivery, staff=staff)
    except planning.NobodyMeant:
        raise Stopped([fuse.HARD_EMPTY]) from None
    except planning.NoQuota as no:
        raise Stopped([Finding("quota", str(no), may_override=False)]) from None
    except BrokenCondition as broken:
        raise Stopped(
            [Finding("broken", one.sentence, may_override=False) for one in broken.problems]
        ) from None
    except Refusal as no:  # the words cannot be drawn as they are
        raise Stopped([Finding("words", str(no), may_override=False)]) from None
    found = fuse.findings(delivery, people, at=clock.now())
    if fuse.needs_two(delivery, people) and not fuse.is_agreed(delivery):
        found.append(Finding("second_person", "2人で確かめる人数ですが、承認がありません。"))
    if found:
        raise Stopped(found)
    shown = None if segments.is_veiled(delivery.condition, people) else people
    note(
        delivery,
        staff,
        "sent",
        f"配信「{{name}}」を{said(shown)}に送り始めました。",
        condition=delivery.condition,
    )


def _missed(delivery: Delivery) -> Finding:
    when = wareki.moment(delivery.begins_at) if delivery.begins_at else ""
    return Finding(
        "missed",
        f"送る時刻（{when}）を過ぎています。そのとき、システムが止まっていたか、時計が進みました。",
        about=delivery.begins_at.isoformat() if delivery.begins_at else "",
    )


def hold(delivery: Delivery, found: Sequence[Finding]) -> None:
    """Stop a locked delivery before anybody gets it, and ask whoever confirmed it."""
    delivery.state = State.HELD
    delivery.held_because = [one.document() for one in found]
    delivery.save()
    reasons = "".join(one.sentence for one in found)
    note(delivery, None, "held", "配信「{name}」を送らずに止めました。" + reasons)
    letters.tell_held(delivery)


def reasons_now(delivery: Delivery) -> tuple[int, list[Finding]]:
    """Return how many are meant now, and what stands against a held delivery as things are now."""
    try:
        people = audience.count(delivery)
    except BrokenCondition as broken:
        return 0, [Finding("broken", one.sentence, may_override=False) for one in broken.problems]
    found = fuse.findings(delivery, people, at=clock.now() + fuse.grace())
    hard = [
        Finding("forbidden", why, False) for why in rules.troubles(contents.read(delivery.content))
    ]
    missed = [
        Finding("missed", str(one["sentence"]), about=str(one.get("about", "")))
        for one in delivery.held_because
        if one["code"] not in {"number", "old_day", "weekday", "double", "night", "second_person",
                               "empty", "broken", "quota", "forbidden", "words"}
    ]  # fmt: skip
    return people, [*([] if people else [fuse.HARD_EMPTY]), *hard, *missed, *found]


@transaction.atomic
def release(
    delivery: Delivery,
    *,
    staff: StaffMember,
    expected: int | None,
    why: str,
    night_reason: str = "",
    rev: int | None = None,
) -> None:
    """Send a held delivery after all: with a reason, after the grace, and past the fuse once more.

    `expected` is the number of people as they are now. Where two persons must agree and have not, it is
    asked of the second one; if `staff` had no hand in it, they are the second one.

    Raises:
        NotHeld, ChangedMeanwhile, NotThatMany, NeedsAReason, Forbidden
    """
    lock(delivery)
    if delivery.state != State.HELD:
        raise NotHeld
    if rev is not None and rev != delivery.rev:
        raise ChangedMeanwhile
    people, found = reasons_now(delivery)
    sending.same_number(delivery, expected, people)
    if night_reason.strip():
        delivery.night_reason = night_reason.strip()
        found = [one for one in found if one.code != "night"]
    sending.override(delivery, found, staff=staff, why=why)
    delivery.due_at, delivery.expected = None, people
    if fuse.needs_two(delivery, people) and not (
        fuse.is_agreed(delivery) or fuse.wrote(delivery, staff)
    ):
        sending.give_word(delivery, staff, Approval.Verdict.AGREED, why)
    sending.set_off(delivery, people, staff=staff)
