"""From a booking to a door that opens, and one that does not."""

from datetime import timedelta

import pytest

from tests.cast import make_resident, make_staff
from tests.locks.making import NOON, Gym, book, code_of, grant_of, tasks
from yakuba.bookings import operations as bookings
from yakuba.line.models import Outgoing
from yakuba.locks import operations
from yakuba.locks.models import AccessGrant, GrantDoor

FOUR = NOON + timedelta(hours=4)


def said() -> str:
    return str([row.messages for row in Outgoing.objects.order_by("pk")])


def test_a_booking_opens_its_doors_in_time_and_not_an_hour_too_late(gym: Gym) -> None:
    booking = book(gym, gym.left, FOUR)
    gym.sync()
    code = code_of(booking)

    gym.turn(FOUR - timedelta(minutes=11))
    assert not gym.hand.types("gym-front", code)
    gym.turn(FOUR - timedelta(minutes=9))
    assert gym.hand.types("gym-front", code)
    assert gym.hand.types("gym-left", code)
    assert not gym.hand.types("gym-right", code)
    gym.turn(FOUR + timedelta(hours=3))
    assert not gym.hand.types("gym-front", code)


def test_the_code_is_told_only_when_every_door_knows_it_and_once(gym: Gym) -> None:
    booking = book(gym, gym.left, FOUR)
    gym.work()
    code = code_of(booking)
    assert Outgoing.objects.count() == 0
    assert {one.state for one in grant_of(booking).at_doors.all()} == {GrantDoor.State.PENDING}

    gym.desk.beat("gym-front")
    gym.work()
    assert Outgoing.objects.count() == 0  # the hall would stay shut
    gym.desk.beat("gym-left")
    gym.work(6)

    assert Outgoing.objects.count() == 1
    assert f"{code[:3]} {code[3:]}" in said()


def test_a_cancelled_code_is_dead_after_the_next_heartbeat(gym: Gym) -> None:
    booking = book(gym, gym.left, FOUR)
    gym.sync()
    code = code_of(booking)
    gym.turn(FOUR - timedelta(minutes=5))
    assert gym.hand.types("gym-left", code)

    bookings.cancel(booking)
    gym.sync()

    assert not gym.hand.types("gym-left", code)
    assert AccessGrant.objects.get().gone_at is not None


def test_nothing_is_made_for_what_is_far_away_and_given_up_before(gym: Gym) -> None:
    booking = book(gym, gym.left, NOON + timedelta(days=3))
    gym.work()

    bookings.cancel(booking)
    gym.turn(NOON + timedelta(days=2, hours=12))
    gym.work()

    assert AccessGrant.objects.count() == 0
    assert gym.desk.state()["persons"] == []


def test_neighbouring_bookings_of_one_person_are_one_code(gym: Gym) -> None:
    hanako = make_resident()
    first = book(gym, gym.left, FOUR, resident=hanako)
    gym.sync()
    code = code_of(first)

    second = book(gym, gym.left, FOUR + timedelta(hours=2), resident=hanako)
    gym.sync()

    assert code_of(second) == code
    assert AccessGrant.objects.count() == 1
    gym.turn(FOUR + timedelta(hours=3))
    assert gym.hand.types("gym-left", code)


def test_one_of_two_neighbouring_bookings_given_up_leaves_the_code_for_the_other(gym: Gym) -> None:
    hanako = make_resident()
    first = book(gym, gym.left, FOUR, resident=hanako)
    second = book(gym, gym.left, FOUR + timedelta(hours=2), resident=hanako)
    gym.sync()
    code = code_of(first)

    bookings.cancel(first)
    gym.sync()

    assert code_of(second) == code
    gym.turn(FOUR + timedelta(hours=1))
    assert not gym.hand.types("gym-left", code)
    gym.turn(FOUR + timedelta(hours=3))
    assert gym.hand.types("gym-left", code)


def test_leeway_ends_where_the_neighbours_time_begins(gym: Gym) -> None:
    mine = book(gym, gym.left, FOUR)
    theirs = book(gym, gym.left, FOUR + timedelta(hours=2))

    gym.sync()

    assert grant_of(mine).ends_at == FOUR + timedelta(hours=2)
    assert grant_of(theirs).starts_at == FOUR + timedelta(hours=2)
    assert code_of(mine) != code_of(theirs)


def test_somebody_who_stays_longer_keeps_the_code(gym: Gym) -> None:
    booking = book(gym, gym.left, FOUR)
    gym.sync()
    code = code_of(booking)
    gym.turn(FOUR + timedelta(hours=1))
    booking.refresh_from_db()

    longer = bookings.Wish(offer=gym.left, starts=FOUR, ends=FOUR + timedelta(hours=3))
    bookings.change(
        booking, [longer], rev=booking.rev, staff=make_staff(), because="電話で延長の申し出"
    )
    gym.sync()

    assert code_of(booking) == code
    gym.turn(FOUR + timedelta(hours=2, minutes=50))
    assert gym.hand.types("gym-left", code)


def test_several_doors_open_to_one_code_even_if_the_maker_chose_another(gym: Gym) -> None:
    gym.desk.faults(endpoint="bookings.create", other_pin=True, count=1)

    booking = book(gym, gym.whole, FOUR)
    gym.sync()
    gym.turn(FOUR)

    code = code_of(booking)
    assert code != grant_of(booking).wished
    assert [gym.hand.types(door, code) for door in ("gym-front", "gym-left", "gym-right")] == [
        True,
        True,
        True,
    ]
    assert f"{code[:3]} {code[3:]}" in said()


def test_a_suspension_stops_every_code_and_back_again_gives_new_ones(gym: Gym) -> None:
    booking = book(gym, gym.left, FOUR)
    gym.sync()
    gym.turn(FOUR)
    old = code_of(booking)

    operations.suspend([gym.facility], reason="不審者の情報", staff=make_staff())
    gym.sync()
    assert not gym.hand.types("gym-left", old)
    assert tasks("not_ready") == []

    for emergency in gym.facility.emergencies.all():
        operations.back_again(emergency, staff=make_staff())
    gym.sync()
    assert code_of(booking) != old
    assert gym.hand.types("gym-left", code_of(booking))


@pytest.mark.parametrize("answers", [True, False])
def test_shelters_doors_are_held_open_until_they_are_not(gym: Gym, answers: bool) -> None:
    gym.facility.doors.filter(device="gym-front").update(is_shelter=True)
    if not answers:
        gym.desk.faults(endpoint="devices.unlock", http_500=True, count=1)

    count = operations.open_shelters([gym.facility], reason="大雨", staff=make_staff())
    for _ in range(2):
        gym.facility.doors.update(open_next_at=None)
        for door in gym.facility.doors.filter(opening="asked"):
            operations.hold_door(door_id=door.pk)
    gym.desk.beat("gym-front")

    assert count == 1
    assert gym.hand.types("gym-front", "000000")
    assert not gym.hand.types("gym-left", "000000")
