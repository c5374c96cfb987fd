"""Bookings when a LINE account moves, and when somebody is forgotten."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.bookings.making import make_facility, make_offer
from tests.bookings.watching import check
from tests.cast import make_resident
from yakuba.bookings import operations
from yakuba.bookings.models import Booking, Claim
from yakuba.bookings.operations import Who, Wish
from yakuba.kit import clock
from yakuba.residents.models import Resident
from yakuba.residents.sockets import forgotten, moved

pytestmark = pytest.mark.django_db
NOON = datetime(2027, 6, 1, 3, 0, tzinfo=UTC)
SATURDAY = datetime(2027, 6, 5, 0, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    with clock.stopped_at(NOON):
        yield


def booked(resident: Resident) -> Booking:
    offer = make_offer(make_facility())
    return operations.book(
        wishes=[Wish(offer, SATURDAY, SATURDAY + timedelta(hours=2))],
        who=Who(resident=resident),
        source="page",
        once=operations.new_key(),
        answers=[{"label": "目的", "value": "花子の会"}],
    ).booking


def test_bookings_go_with_the_account() -> None:
    before, after = make_resident(), make_resident()
    booking = booked(before)

    moved.announce(before, after)

    booking.refresh_from_db()
    assert booking.resident == after


def test_who_is_forgotten_leaves_a_room_taken_and_no_name() -> None:
    hanako = make_resident()
    booking = booked(hanako)

    forgotten.announce(hanako)

    booking.refresh_from_db()
    assert (booking.resident, booking.answers, booking.made_for) == (None, [], {})
    assert booking.erased_at is not None
    assert Claim.objects.filter(item__booking=booking, live=True).count() == 2
    check()
