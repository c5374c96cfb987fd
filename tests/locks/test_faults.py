"""Whatever the maker does: nobody stands before a closed door without a clerk knowing, and no dead code opens one unseen."""

import random
from datetime import timedelta

import pytest

from tests.cast import make_resident
from tests.locks.making import BEAT, DEVICES, NOON, Gym, book, tasks
from yakuba.bookings import operations as bookings
from yakuba.bookings.models import Booking, BookingItem
from yakuba.kit.errors import Refusal
from yakuba.locks import queries
from yakuba.locks.models import AccessGrant
from yakuba.residents.models import Resident

_ENDPOINTS = ("bookings.*", "accesses.*", "persons.*", "oauth.token", "*")
_STEPS = 16


def unseen_doors(gym: Gym) -> list[str]:
    """Confirmed bookings within two hours whose doors do not know a code, and of which no clerk was told."""
    doors = queries.doors_of(gym.facility)
    told = {task.booking_id for task in tasks("not_ready")}
    near = BookingItem.objects.filter(
        booking__status=Booking.Status.CONFIRMED,
        live=True,
        starts_at__lt=gym.now + timedelta(hours=2),
        ends_at__gt=gym.now,
    )
    return [
        f"{item.booking} {item.starts_at}"
        for item in near
        if item.booking_id not in told and queries.missing(item, doors)
    ]


def unseen_codes(gym: Gym) -> list[str]:
    """Codes that open a door now, asked of the doors themselves, for no booking and with no task."""
    told = {str(task.grant_id) for task in tasks("may_open")}
    wanted = {
        str(grant.pk)
        for grant in AccessGrant.objects.wanted()
        if grant.uses.filter(booking__status=Booking.Status.CONFIRMED).exists()
    }
    found = []
    for door in gym.desk.state()["doors"]:
        for code in door["known"]:
            name = code["name"].removeprefix("yakuba ")
            if code["opens_now"] and name not in wanted | told:
                found.append(f"{door['id']} {name}")
    return found


def shared_codes(gym: Gym) -> list[str]:
    """Codes that two people could open the same door with."""
    found = []
    for door in gym.desk.state()["doors"]:
        codes = [code["pin"] for code in door["known"]]
        found += [f"{door['id']} {code}" for code in set(codes) if codes.count(code) > 1]
    return found


class Chance:
    """One thing after the other happens, drawn from a seed."""

    def __init__(self, gym: Gym, seed: int) -> None:
        self.gym = gym
        self.dice = random.Random(seed)
        self.people: list[Resident] = [make_resident() for _ in range(3)]
        self.log: list[str] = []

    def happens(self) -> None:
        what = self.dice.choice(
            ("book", "book", "book", "cancel", "cancel", "extend", "fault", "fault", "door", "well")
        )
        self.log.append(f"{self.gym.now:%d %H:%M} {what}")
        getattr(self, what)()

    def book(self) -> None:
        starts = self.gym.now.replace(minute=0) + timedelta(hours=self.dice.randint(1, 3))
        offer = self.dice.choice((self.gym.left, self.gym.whole))
        try:
            book(self.gym, offer, starts, 1, resident=self.dice.choice(self.people))
        except Refusal as no:
            self.log.append(str(no))

    def _standing(self) -> list[Booking]:
        return list(Booking.objects.standing().order_by("items__starts_at", "pk").distinct())

    def cancel(self) -> None:
        for booking in self._standing()[: self.dice.randint(1, 2)]:
            try:
                bookings.cancel(booking)
            except Refusal as no:
                self.log.append(str(no))

    def extend(self) -> None:
        for booking in self._standing()[-1:]:
            item = booking.items.get(live=True)
            wish = bookings.Wish(
                offer=item.offer, starts=item.starts_at, ends=item.ends_at + timedelta(hours=1)
            )
            try:
                bookings.change(booking, [wish], rev=booking.rev)
            except Refusal as no:
                self.log.append(str(no))

    def fault(self) -> None:
        kind = self.dice.choice(
            (
                "http_500",
                "http_500_after_commit",
                "rate_wall",
                "other_pin",
                "delete_does_nothing",
                "sync_fails",
                "never_sync",
            )
        )
        endpoint = self.dice.choice(
            _ENDPOINTS if kind not in ("sync_fails", "never_sync") else DEVICES
        )
        self.log.append(f"{kind} at {endpoint}")
        self.gym.desk.faults(endpoint=endpoint, count=self.dice.randint(1, 4), **{kind: True})

    def door(self) -> None:
        deed = self.dice.choice(
            (
                {"online": False},
                {"online": False},
                {"online": True},
                {"beating": False},
                {"replace": True},
            )
        )
        door = self.dice.choice(DEVICES)
        self.log.append(f"{door} {deed}")
        self.gym.desk.door(door, **deed)

    def well(self) -> None:
        self.gym.desk.faults(reset=True)
        for door in DEVICES:
            self.gym.desk.door(door, online=True, beating=True)


@pytest.mark.parametrize("seed", [0, 2, 4, 5])
def test_nobody_is_locked_out_or_let_in_unseen(gym: Gym, seed: int) -> None:
    chance = Chance(gym, seed)

    for _ in range(_STEPS):
        chance.happens()
        gym.work(2)
        gym.later(seconds=chance.dice.choice((60, BEAT, 3 * BEAT)))
        gym.work(1)

        assert unseen_doors(gym) == [], chance.log
        assert unseen_codes(gym) == [], chance.log
        assert shared_codes(gym) == [], chance.log


def test_two_days_without_network_are_seen_and_mended(gym: Gym) -> None:
    for door in DEVICES:
        gym.desk.door(door, online=False)
    booking = book(gym, gym.left, NOON + timedelta(hours=4))
    gym.sync()

    gym.turn(NOON + timedelta(hours=2))
    gym.work()
    assert [task.booking for task in tasks("not_ready")] == [booking]

    for door in DEVICES:
        gym.desk.door(door, online=True)
    gym.sync()
    assert tasks("not_ready") == []
