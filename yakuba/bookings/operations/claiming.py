"""Taking units and seats: insert, and look whether it was us. Nothing here waits while it holds what others want in
another order."""

import secrets
import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from django.db import connection

from yakuba.bookings.models import Booking, BookingItem, Claim, Offer, Seat, Session, Ticket, Unit
from yakuba.bookings.queries import free
from yakuba.bookings.rules import minutes
from yakuba.bookings.rules.minutes import Span

_INSERT = """
INSERT INTO bookings_claim (id, unit_id, during, kind, live, hold_until, item_id, block_id, holder)
VALUES (%(id)s, %(unit)s, tstzrange(%(starts)s, %(ends)s), %(kind)s, true, %(hold_until)s, %(item)s, %(block)s, %(holder)s)
ON CONFLICT DO NOTHING RETURNING id
"""
_STALE = """
UPDATE bookings_claim SET live = false
WHERE id IN (
    SELECT id FROM bookings_claim
    WHERE live AND hold_until <= %(now)s AND unit_id = ANY(%(units)s) AND during && tstzrange(%(starts)s, %(ends)s)
    ORDER BY id FOR UPDATE
)
"""
_LET_GO = """
UPDATE bookings_claim SET live = false
WHERE id IN (SELECT id FROM bookings_claim WHERE live AND item_id = ANY(%s) ORDER BY id FOR UPDATE)
"""
_SEATS = """
UPDATE bookings_session SET taken = taken + %(count)s
WHERE id = %(session)s AND taken + %(count)s <= capacity AND cancelled_at IS NULL RETURNING id
"""


def clear_stale(units: Iterable[int], starts: datetime, ends: datetime, now: datetime) -> None:
    """Let the holds fall that are over; a constraint cannot know what time it is.

    Their bookings are ended by `expire_holds`, which finds them by `Booking.hold_until`.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STALE, {"now": now, "units": sorted(units), "starts": starts, "ends": ends})


def claim(
    unit: Unit,
    starts: datetime,
    ends: datetime,
    *,
    kind: str,
    hold_until: datetime | None = None,
    item: int | None = None,
    block: int | None = None,
    holder: uuid.UUID | None = None,
) -> bool:
    """Take `unit` with the time that it needs afterwards; say whether it was free.

    Waits for a rival who is about to commit, and holds nothing that a claim of one unit could deadlock on.
    """
    until = minutes.moment(minutes.of(ends) + unit.turnover_minutes)
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            {
                "id": uuid.uuid4(),
                "unit": unit.pk,
                "starts": starts,
                "ends": until,
                "kind": kind,
                "hold_until": hold_until,
                "item": item,
                "block": block,
                "holder": holder,
            },
        )
        return cursor.fetchone() is not None


def take_units(
    item: BookingItem, *, now: datetime, hold_until: datetime | None, kind: str = Claim.Kind.BOOKING
) -> bool:
    """Claim the units that an item needs; say whether all of them were free. The caller undoes what was half taken."""
    units = list(Unit.objects.filter(offers=item.offer, closed_at=None).order_by("pk"))
    clear_stale([unit.pk for unit in units], item.starts_at, item.ends_at, now)

    def take(unit: Unit) -> bool:
        return claim(
            unit, item.starts_at, item.ends_at, kind=kind, hold_until=hold_until, item=item.pk
        )

    if item.offer.takes == Offer.Takes.ALL:
        return bool(units) and all(take(unit) for unit in units)
    return _take_any(item, units, now, take_it=take)


def _take_any(
    item: BookingItem, units: Sequence[Unit], now: datetime, *, take_it: Callable[[Unit], bool]
) -> bool:
    """Take as many of the units as the item wants, those first that look free; in another order for everybody."""
    span = (minutes.of(item.starts_at), minutes.of(item.ends_at))
    around: Span = (span[0], span[1] + max((unit.turnover_minutes for unit in units), default=0))
    taken = free.busy([unit.pk for unit in units], around, now).taken
    line = sorted(units, key=lambda unit: (bool(taken.get(unit.pk)), secrets.randbits(30)))
    got = 0
    for unit in line:
        got += take_it(unit)
        if got == item.quantity:
            return True
    return False


def take_seats(item: BookingItem, session: Session, seats: Sequence[int] = ()) -> bool:
    """Take places at a session: numbered ones, or so many. The counter decides, and is never above the capacity."""
    with connection.cursor() as cursor:
        cursor.execute(_SEATS, {"session": session.pk, "count": item.quantity})
        if cursor.fetchone() is None:
            return False
    numbered: list[int | None] = [None] * item.quantity
    if Seat.objects.filter(offer=item.offer, closed_at=None).exists():
        found = _seats(item, session, seats)
        if len(found) < item.quantity:
            return False
        numbered = [*found]
    made = [Ticket(session=session, item=item, seat_id=seat) for seat in numbered]
    Ticket.objects.bulk_create(made, ignore_conflicts=True)
    return Ticket.objects.filter(item=item, session=session, live=True).count() == item.quantity


def _seats(item: BookingItem, session: Session, wished: Sequence[int]) -> list[int]:
    """Return seats that are free: those wished for, or the first ordinary ones in their order.

    The counter's row is locked since it was raised, so nobody takes seats of this session beside us.
    """
    sold = Ticket.objects.filter(session=session, live=True, seat__isnull=False).values("seat")
    free_seats = Seat.objects.filter(offer=item.offer, closed_at=None).exclude(pk__in=sold)
    if wished:
        free_seats = free_seats.filter(pk__in=wished)
    else:
        free_seats = free_seats.filter(kind=Seat.Kind.PLAIN)
    return list(free_seats.order_by("order", "pk").values_list("pk", flat=True)[: item.quantity])


def keep(booking: Booking, *, now: datetime) -> bool:
    """Say whether a booking has all its units still, taking those again that fell while somebody was paying.

    A hold may have fallen in part: somebody took the left half of a hall since. The claims are locked before they are
    looked at, because whoever clears stale holds at this moment would take them from under our eyes.
    """
    held = Claim.objects.select_for_update(no_key=True).filter(item__booking=booking, live=True)
    list(held.order_by("pk"))
    for item in booking.items.filter(live=True).select_related("offer").order_by("pk"):
        if not item.claims.filter(live=False).exists():
            continue
        let_go([item])
        if not take_units(item, now=now, hold_until=None):
            return False
    return True


def let_go(items: Iterable[BookingItem]) -> None:
    """Free what items hold: claims, seats and their counters; a claim that fell never lives again."""
    keys = [item.pk for item in items]
    with connection.cursor() as cursor:
        cursor.execute(_LET_GO, [keys])
    tickets = Ticket.objects.filter(item__in=keys, live=True).order_by("session")
    sessions = list(tickets.values_list("session", flat=True))
    tickets.update(live=False)
    with connection.cursor() as cursor:
        for session in sorted(set(sessions)):
            cursor.execute(
                "UPDATE bookings_session SET taken = taken - %s WHERE id = %s",
                [sessions.count(session), session],
            )
