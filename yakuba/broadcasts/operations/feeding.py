"""What a feed says by itself: never with the exemptions of a disaster, never old, never twice, never a flood."""

from datetime import datetime, timedelta

from django.db import transaction

from yakuba.broadcasts import fuse
from yakuba.broadcasts.models import Delivery
from yakuba.broadcasts.operations import letters, sending
from yakuba.broadcasts.operations.drafting import content_of
from yakuba.broadcasts.operations.trail import note
from yakuba.broadcasts.queries import audience
from yakuba.broadcasts.rules.fuse import Finding
from yakuba.conditions.checking import BrokenCondition
from yakuba.kit import clock, wareki
from yakuba.kit.db import lock, lock_name
from yakuba.segments import queries as segments
from yakuba.townhall import operations as townhall
from yakuba.townhall.models import Department, StaffMember

State = Delivery.State


@transaction.atomic
def receive_automatic(
    *,
    feed: str,
    ref: str,
    issued_at: datetime,
    name: str,
    content: object,
    condition: object,
    department: Department,
    staff: StaffMember,
) -> Delivery:
    """Take what the feed says, and let it wait like any other delivery, or hold it.

    `ref` is the feed's own name for it: said twice, it is taken once. `staff` is who set the feed up. What was
    issued too long ago, more than the town allows within an hour, and everything that comes while such
    things lie undecided, is held; only the first of a group writes an alarm. A criterion that fits nobody or is broken
    is held too: it never becomes everybody.
    """
    lock_name(f"broadcasts.feed:{feed}")  # a flood comes through several doors at once
    known = Delivery.objects.filter(feed=feed, feed_ref=ref).first()
    if known is not None:
        return known
    now = clock.now()
    found = _found(feed, issued_at, content, condition, now)
    delivery = Delivery.objects.create(
        scope=townhall.own(department=department, kind="broadcasts", name=name[:80]),
        name=name[:80],
        kind=Delivery.Kind.AUTOMATIC,
        condition=condition,
        content=content_of(content),
        feed=feed,
        feed_ref=ref[:200],
        issued_at=issued_at,
        made_at=now,
        made_by=staff,
        sent_by=staff,
    )
    note(delivery, None, "received", f"連携「{feed}」から「{{name}}」を受け取りました。")
    if found:
        _hold(delivery, found)
        return delivery
    people = audience.count(delivery)
    delivery.expected = people
    delivery.save()
    doubts = fuse.findings(delivery, people, at=now + fuse.grace())
    if doubts or not people:
        _hold(delivery, doubts or [fuse.HARD_EMPTY])
        return delivery
    sending.set_off(delivery, people, staff=staff)
    return delivery


def _found(
    feed: str, issued_at: datetime, content: object, condition: object, now: datetime
) -> list[Finding]:
    town = fuse.safeguards()
    if now - issued_at > timedelta(minutes=town.feed_stale_minutes):
        when = wareki.moment(issued_at)
        return [Finding("stale", f"古い情報です（{when}に発表）。", about=issued_at.isoformat())]
    try:
        segments.check(condition)
    except BrokenCondition as broken:
        return [Finding("broken", one.sentence, False) for one in broken.problems]
    lately = Delivery.objects.filter(
        feed=feed, made_at__gt=now - timedelta(hours=1), made_at__lte=now
    )
    if any(one.content == content_of(content) and one.condition == condition for one in lately):
        return [Finding("repeated", "同じ内容が、1時間以内に届いています。")]
    if len(lately) >= town.feed_most_per_hour:
        return [Finding("flood", f"連携から1時間に{town.feed_most_per_hour}件より多く届きました。")]
    if _undecided(feed):
        return [Finding("flood", "同じ連携の、送らずに止めたものが、まだ残っています。")]
    return []


def _undecided(feed: str) -> bool:
    """Say whether something of the feed lies there that nobody has decided about."""
    held = Delivery.objects.filter(feed=feed, state=State.HELD)
    return any(
        one["code"] in ("stale", "flood", "repeated") for row in held for one in row.held_because
    )


def _hold(delivery: Delivery, found: list[Finding]) -> None:
    is_first = not Delivery.objects.filter(feed=delivery.feed, state=State.HELD).exists()
    delivery.state = State.HELD
    delivery.held_because = [one.document() for one in found]
    delivery.save()
    note(delivery, None, "held", "連携から届いた「{name}」を送らずに止めました。")
    if found[0].code == "flood":
        _hold_what_waits(delivery.feed, found)
    if is_first:  # the others of the group are seen behind it
        letters.alarm(delivery)


def _hold_what_waits(feed: str, found: list[Finding]) -> None:
    """What came before the flood was seen, and nobody has got yet, belongs to it."""
    waiting = (State.ASKED, State.SCHEDULED, State.WAITING)
    for pk in Delivery.objects.filter(feed=feed, state__in=waiting).values_list("pk", flat=True):
        near = Delivery(pk=pk)
        lock(near)
        if near.state in waiting:
            near.state, near.begins_at = State.HELD, None
            near.held_because = [one.document() for one in found]
            near.save()
            note(near, None, "held", "連携から届いた「{name}」を送らずに止めました。")


@transaction.atomic
def call_off_feed(feed: str, *, staff: StaffMember) -> int:
    """Decide that nothing of what is held of the feed is sent, and return how many that were."""
    lock_name(f"broadcasts.feed:{feed}")
    held = Delivery.objects.visible_to(staff, "publish").filter(feed=feed, state=State.HELD)
    for delivery in held:
        sending.call_off(delivery, staff=staff)
    return len(held)
