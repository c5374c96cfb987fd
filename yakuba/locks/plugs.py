"""What locks plug into others."""

from django.urls import reverse

from yakuba.bookings import sockets as bookings
from yakuba.bookings.models import Booking
from yakuba.kit import clock
from yakuba.locks import (
    console,  # noqa: F401
    operations,
    queries,
)
from yakuba.locks.kinds import by_hand, remotelock  # noqa: F401
from yakuba.locks.models import Door
from yakuba.locks.operations.planning import give_up_of, plan_one
from yakuba.locks.portal import doors_of_booking, words_in
from yakuba.residents.models import Resident
from yakuba.residents.sockets import forgotten, moved


@bookings.confirmed.connect
def prepare_key(booking: Booking) -> None:
    _plan_soon(booking)


@bookings.changed.connect
def change_key(booking: Booking) -> None:
    _plan_soon(booking)


@bookings.cancelled.connect
def end_key(booking: Booking) -> None:
    """The code is not wanted from this moment on; the maker hears of it as soon as it listens."""
    give_up_of(booking)
    _plan_soon(booking)


def _plan_soon(booking: Booking) -> None:
    """Plan at once what is near; what is far is planned in its time, so that a rush plans nothing."""
    starts = queries.starts_of(booking.pk)
    is_near = starts is not None and starts - clock.now() < queries.HORIZON
    if is_near and Door.objects.in_use().filter(facility=booking.facility_id).exists():
        plan_one.defer(facility_id=booking.facility_id)


@bookings.link
def to_the_code(booking: Booking, language: str) -> bookings.Link | None:
    """A confirmed booking of a room with a lock leads to its code."""
    if booking.status != Booking.Status.CONFIRMED or not doors_of_booking(booking):
        return None
    return bookings.Link(words_in(language)["title"], reverse("portal:door_key", args=[booking.pk]))


@moved.connect
def hand_over_codes(before: Resident, after: Resident) -> None:
    operations.hand_over(before=before, after=after)


@forgotten.connect
def forget_codes(resident: Resident) -> None:
    operations.forget(resident)
