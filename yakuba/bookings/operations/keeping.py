"""Whose bookings they are when somebody's LINE account moves, and what is left when somebody is forgotten."""

from django.db import transaction

from yakuba.bookings.models import Booking, WaitEntry
from yakuba.kit import clock
from yakuba.residents.models import Resident


@transaction.atomic
def hand_over(*, before: Resident, after: Resident) -> None:
    """Give the bookings and the places in line of one record to another."""
    Booking.objects.filter(resident=before).update(resident=after)
    Booking.objects.filter(by_resident=before).update(by_resident=after)
    WaitEntry.objects.filter(resident=before).update(resident=after)


@transaction.atomic
def forget(resident: Resident) -> None:
    """Remove whose bookings they were and what was answered; that a room was taken stays, also in the figures.

    What is still to come is not given up: the person may be on the way. A clerk sees it as one without a name.
    """
    now = clock.now()
    for booking in Booking.objects.filter(resident=resident).select_for_update().order_by("pk"):
        booking.resident = booking.group = None
        booking.made_for, booking.answers = {}, []
        booking.cancelled_because = ""
        booking.erased_at = now
        booking.save(
            update_fields=[
                "resident",
                "group",
                "made_for",
                "answers",
                "cancelled_because",
                "erased_at",
            ]
        )
    Booking.objects.filter(by_resident=resident).update(by_resident=None)
    WaitEntry.objects.filter(resident=resident).delete()
