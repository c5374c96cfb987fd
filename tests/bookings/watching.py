"""What must hold of the tables whatever happened."""

from collections import Counter

from django.db import connection
from django.db.models import F

from yakuba.bookings.models import Booking, Offer, Session, Ticket
from yakuba.bookings.operations import counting

_OVERLAPS = """
SELECT count(*) FROM bookings_claim a JOIN bookings_claim b
    ON a.unit_id = b.unit_id AND a.id < b.id AND a.during && b.during
WHERE a.live AND b.live
"""


def check() -> None:
    """Look at claims, counters, seats and bookings, and say what does not fit."""
    with connection.cursor() as cursor:
        cursor.execute(_OVERLAPS)
        [overlaps] = cursor.fetchone() or [None]
    assert overlaps == 0
    assert counting.drift() == []
    sold = Counter(Ticket.objects.filter(live=True).values_list("session", flat=True))
    for session in Session.objects.all():
        assert session.taken == sold[session.pk], (
            f"{session}: {session.taken} is not {sold[session.pk]}"
        )
        assert session.taken <= session.capacity
    for booking in Booking.objects.all():
        _fits(booking)
    assert not Booking.objects.filter(items__live=True, items__ends_at__lte=F("items__starts_at"))


def _fits(booking: Booking) -> None:
    for item in booking.items.select_related("offer").filter(live=True):
        if item.offer.shape == Offer.Shape.SESSIONS:
            held = item.tickets.filter(live=True).count()
            wanted = item.quantity
        else:
            held = item.claims.filter(live=True).count()
            wanted = (
                item.offer.units.filter(closed_at=None).count()
                if item.offer.takes == Offer.Takes.ALL
                else item.quantity
            )
        if booking.status in (Booking.Status.CONFIRMED, Booking.Status.PENDING):
            assert held == wanted, f"{booking}: holds {held} of {wanted}"
        elif booking.status in (Booking.Status.CANCELLED, Booking.Status.EXPIRED):
            assert held == 0, f"{booking} is {booking.status} and holds {held}"
