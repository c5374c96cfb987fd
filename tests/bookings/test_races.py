"""Many who want the same at the same moment (facts of the field: A1–A9); each guard has a control that fails without it."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.db import connection, connections

from tests.bookings.making import make_facility, make_offer
from tests.bookings.watching import check
from tests.cast import make_resident
from yakuba.bookings import operations
from yakuba.bookings.models import (
    Booking,
    BookingItem,
    Claim,
    Offer,
    QuotaRule,
    QuotaUse,
    Session,
    Unit,
)
from yakuba.bookings.operations import Who, Wish, claiming, counting
from yakuba.kit import clock
from yakuba.kit.errors import Refusal
from yakuba.residents.models import Resident

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2027, 6, 1, 3, 0, tzinfo=UTC)
SATURDAY = datetime(2027, 6, 5, 0, 0, tzinfo=UTC)
RIVALS = 12


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    with clock.stopped_at(NOON):
        yield


def at_once(*works: Callable[[], object]) -> Counter[str]:
    """Release everybody together, and count how it ended: "" or the name of the refusal. A bug fails here."""
    gate = threading.Barrier(len(works))
    ended: Counter[str] = Counter()
    bugs: list[BaseException] = []
    line = threading.Lock()

    def run(work: Callable[[], object]) -> None:
        name = ""
        gate.wait()
        try:
            work()
        except Refusal as no:
            name = type(no).__name__
        except BaseException as error:
            bugs.append(error)
        finally:
            connections.close_all()
        with line:
            ended[name] += 1

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert bugs == []
    return ended


def wants(
    offer: Offer, resident: Resident, *, after: int = 0, hours: int = 2
) -> Callable[[], object]:
    return lambda: book(resident, _wish(offer, after, hours))


def book(resident: Resident, *wishes: Wish, partly: bool = False) -> Booking:
    return operations.book(
        wishes=wishes,
        who=Who(resident=resident),
        source="page",
        once=operations.new_key(),
        partly=partly,
    ).booking


def _wish(offer: Offer, after: int = 0, hours: int = 2) -> Wish:
    starts = SATURDAY + timedelta(minutes=after)
    return Wish(offer, starts, starts + timedelta(hours=hours))


def make_hall() -> Offer:
    return make_offer(make_facility())


@contextmanager
def without_the_constraint() -> Iterator[None]:
    """Take the promise of the table away, as if bookings were only looked up before they are made."""
    [constraint] = [one for one in Claim._meta.constraints if one.name == "claim_no_overlap"]
    with connection.schema_editor() as editor:
        editor.remove_constraint(Claim, constraint)
    try:
        yield
    finally:
        Claim.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Claim, constraint)


def test_of_many_who_want_one_time_exactly_one_has_it() -> None:
    hall = make_hall()

    ended = at_once(*[wants(hall, make_resident()) for _ in range(RIVALS)])

    assert ended == {"": 1, "Taken": RIVALS - 1}
    check()


def test_without_the_constraint_several_would_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    hall = make_hall()
    insert = claiming.claim

    def looks_first(unit: Unit, starts: datetime, ends: datetime, **more: object) -> bool:
        taken = Claim.objects.filter(unit=unit, live=True, during__overlap=(starts, ends)).exists()
        time.sleep(0.2)
        return not taken and insert(unit, starts, ends, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(claiming, "claim", looks_first)
    with without_the_constraint():
        ended = at_once(*[wants(hall, make_resident()) for _ in range(4)])

    assert ended[""] > 1


def test_rivals_whose_times_overlap_in_part_leave_nothing_unsold() -> None:
    halls = [make_hall() for _ in range(4)]

    ended = at_once(
        *[
            wants(hall, make_resident(), after=30 * (rival % 3))
            for hall in halls
            for rival in range(4)
        ]
    )

    assert ended[""] == len(halls)  # shifted by half an hour, any two of two hours overlap
    assert set(ended) <= {"", "Taken"}
    check()


def test_baskets_that_overlap_do_not_wait_for_each_other_in_a_circle() -> None:
    facility = make_facility(units=[f"室{n}" for n in range(6)])
    rooms = [make_offer(facility, f"室{n}", units=[f"室{n}"]) for n in range(6)]

    def basket(first: int) -> Callable[[], object]:
        resident = make_resident()
        chosen = [rooms[(first + step) % 6] for step in (4, 0, 2)]  # never in order
        return lambda: book(resident, *[_wish(room) for room in chosen])

    ended = at_once(*[basket(first) for first in range(RIVALS)])

    assert set(ended) <= {"", "Taken"}
    assert ended[""] == 2  # even rooms and odd rooms: two baskets of three that share nothing
    check()


def test_a_hall_and_its_halves_at_the_same_moment() -> None:
    facility = make_facility()
    whole = make_offer(facility)
    left = make_offer(facility, "左", units=["アリーナ左"])
    right = make_offer(facility, "右", units=["アリーナ右"])

    at_once(*[wants(offer, make_resident()) for offer in (whole, left, right) * 4])

    names = sorted(str(item.offer) for item in _standing_items())
    assert names in (["アリーナ全面"], ["右", "左"])
    check()


def _standing_items() -> list[BookingItem]:
    return [item for one in Booking.objects.standing() for item in one.items.filter(live=True)]


def test_many_who_move_to_the_same_time_end_with_one_there() -> None:
    hall = make_hall()
    mine = [book(make_resident(), _wish(hall, 180 * day)) for day in range(4)]

    def move(booking: Booking) -> Callable[[], object]:
        return lambda: operations.change(
            Booking.objects.get(pk=booking.pk), [_wish(hall, 60 * 24)], rev=booking.rev
        )

    ended = at_once(*[move(booking) for booking in mine])

    assert ended == {"": 1, "Taken": 3}
    assert Booking.objects.standing().count() == 4
    check()


def test_two_who_change_places_do_not_lose_what_they_have() -> None:
    facility = make_facility()
    left = make_offer(facility, "左", units=["アリーナ左"])
    right = make_offer(facility, "右", units=["アリーナ右"])
    one, other = book(make_resident(), _wish(left)), book(make_resident(), _wish(right))

    def move(booking: Booking, to: Offer) -> Callable[[], object]:
        return lambda: operations.change(
            Booking.objects.get(pk=booking.pk), [_wish(to)], rev=booking.rev
        )

    ended = at_once(move(one, right), move(other, left))

    assert ended == {"Taken": 2}
    check()


def quota(offers: list[Offer], limit: int) -> QuotaRule:
    rule = QuotaRule.objects.create(scope=offers[0].facility.scope, name="月4回まで", limit=limit)
    rule.offers.set(offers)
    return rule


def test_one_resident_who_books_twenty_at_once_has_four() -> None:
    rooms = [make_offer(make_facility(units=["室"])) for _ in range(RIVALS)]
    quota(rooms, 4)
    hanako = make_resident()

    ended = at_once(*[wants(room, hanako) for room in rooms])

    assert ended == {"": 4, "OverQuota": RIVALS - 4}
    check()


def test_if_bookings_were_counted_instead_they_would_have_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rooms = [make_offer(make_facility(units=["室"])) for _ in range(6)]
    quota(rooms, 2)
    hanako = make_resident()

    def counts(wants: list[tuple[counting.Wanted, QuotaRule]], *, beyond: bool = False) -> None:
        has = Booking.objects.standing().of(hanako).count()
        time.sleep(0.2)
        if has > 2:
            raise counting.OverQuota(rule="", limit="", span="")

    monkeypatch.setattr(counting, "take", counts)
    ended = at_once(*[wants(room, hanako) for room in rooms])

    assert ended[""] > 2


def test_the_last_seats_are_sold_once() -> None:
    offer = make_offer(make_facility(units=["ホール"]), "演奏会", shape=Offer.Shape.SESSIONS)
    ends = SATURDAY + timedelta(hours=2)
    session = Session.objects.create(offer=offer, starts_at=SATURDAY, ends_at=ends, capacity=5)

    def seat() -> Callable[[], object]:
        resident = make_resident()
        return lambda: book(resident, Wish(offer, SATURDAY, ends, 1, session=session))

    ended = at_once(*[seat() for _ in range(RIVALS)])

    assert ended == {"": 5, "Taken": RIVALS - 5}
    check()


def test_behind_a_hold_that_is_over_exactly_one_is_next() -> None:
    hall = make_offer(make_facility(), price={"yen": 500})
    book(make_resident(), _wish(hall))

    with clock.stopped_at(NOON + timedelta(minutes=11)):
        ended = at_once(*[wants(hall, make_resident()) for _ in range(6)])

    assert ended == {"": 1, "Taken": 5}
    check()


def test_one_wish_that_is_sent_many_times_is_one_booking() -> None:
    hall, hanako, once = make_hall(), make_resident(), operations.new_key()

    def tap() -> object:
        return operations.book(
            wishes=[_wish(hall)], who=Who(resident=hanako), source="talk", once=once
        )

    ended = at_once(*[tap] * 8)

    assert ended == {"": 8}
    assert Booking.objects.count() == 1
    check()


def test_money_and_the_sweeper_and_the_resident_at_once_leave_one_truth() -> None:
    hall = make_offer(make_facility(), price={"yen": 500})
    for minute in range(4):
        booking = book(make_resident(), _wish(hall, 180 * minute))
        with clock.stopped_at(NOON + timedelta(minutes=16)):
            at_once(
                partial(operations.confirm, Booking.objects.get(pk=booking.pk)),
                partial(operations.cancel, Booking.objects.get(pk=booking.pk)),
                operations.expire_holds,
            )

        booking.refresh_from_db()
        assert booking.status != Booking.Status.HELD
        check()


def test_counters_are_the_sum_of_their_ledger_after_a_stormy_day() -> None:
    rooms = [make_offer(make_facility(units=["室"])) for _ in range(3)]
    quota(rooms, 2)
    people = [make_resident() for _ in range(3)]

    def day(resident: Resident, seed: int) -> Callable[[], object]:
        def live() -> None:
            for step in range(5):
                try:
                    booking = book(resident, _wish(rooms[(seed + step) % 3], 120 * step))
                    if step % 2:
                        operations.cancel(booking)
                except Refusal:
                    pass

        return live

    at_once(*[day(resident, seed) for resident in people for seed in range(3)])

    assert all(use.used <= 2 for use in QuotaUse.objects.all())
    check()
