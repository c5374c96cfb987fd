"""What goes wrong at the edges: midnight, holds that fall in part, changes as a way around, forged wishes."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.bookings.making import make_facility, make_offer
from tests.bookings.watching import check
from tests.cast import make_resident
from yakuba.bookings import operations, queries
from yakuba.bookings.models import Booking, Claim, Facility, Offer, QuotaRule, Session
from yakuba.bookings.operations import Who, Wish
from yakuba.bookings.rules.fees import Choice
from yakuba.kit import clock
from yakuba.kit.errors import Refusal
from yakuba.residents.models import Resident

pytestmark = pytest.mark.django_db
NOON = datetime(2027, 6, 1, 3, 0, tzinfo=UTC)  # Tuesday, 12:00 in Japan
SATURDAY = datetime(2027, 6, 5, 0, 0, tzinfo=UTC)  # 9:00 in Japan


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    with clock.stopped_at(NOON):
        yield


@pytest.fixture
def hall() -> Facility:
    return make_facility()


@pytest.fixture
def hanako() -> Resident:
    return make_resident()


def wish(offer: Offer, *, after: int = 0, hours: int = 2, quantity: int = 1) -> Wish:
    starts = SATURDAY + timedelta(minutes=after)
    return Wish(offer, starts, starts + timedelta(hours=hours), quantity)


def book(who: Resident, *wishes: Wish, partly: bool = False) -> Booking:
    return operations.book(
        wishes=wishes,
        who=Who(resident=who),
        source=Booking.Source.PAGE,
        once=operations.new_key(),
        partly=partly,
    ).booking


class TestHolds:
    def test_half_a_hall_that_fell_is_not_confirmed_as_a_whole_one(
        self, hall: Facility, hanako: Resident
    ) -> None:
        whole = make_offer(hall, price={"yen": 500})
        left = make_offer(hall, "左半面", units=["アリーナ左"])
        late = book(hanako, wish(whole))

        with clock.stopped_at(NOON + timedelta(minutes=11)):
            book(make_resident(), wish(left))
            is_sure = operations.confirm(late)

        late.refresh_from_db()
        assert not is_sure
        assert late.status == Booking.Status.HELD
        check()

    def test_what_fell_and_is_free_again_is_taken_again_with_the_payment(
        self, hall: Facility, hanako: Resident
    ) -> None:
        whole = make_offer(hall, price={"yen": 500})
        left = make_offer(hall, "左半面", units=["アリーナ左"])
        late = book(hanako, wish(whole))

        with clock.stopped_at(NOON + timedelta(minutes=11)):
            operations.cancel(book(make_resident(), wish(left)))
            is_sure = operations.confirm(late)

        assert is_sure
        assert Claim.objects.filter(item__booking=late, live=True, hold_until=None).count() == 2
        check()

    def test_a_booking_whose_time_to_pay_is_over_is_not_changed(
        self, hall: Facility, hanako: Resident
    ) -> None:
        whole = make_offer(hall, price={"yen": 500})
        booking = book(hanako, wish(whole))

        with (
            clock.stopped_at(NOON + timedelta(minutes=11)),
            pytest.raises(operations.TooLate, match="期限切れ"),
        ):
            operations.change(booking, [wish(whole, after=60)], rev=booking.rev)


class TestMidnight:
    def test_a_hall_that_closes_at_one_is_booked_over_midnight(self, hanako: Resident) -> None:
        hall = make_offer(make_facility(closes=25 * 60))
        late = wish(hall, after=14 * 60, hours=2)  # 23:00 to 1:00

        booking = book(hanako, late)

        day = queries.day_of(hall, date(2027, 6, 6), now=NOON)
        assert booking.status == Booking.Status.CONFIRMED
        assert [slot.state for slot in day.slots[:3]] == ["taken", "taken", "free"]
        check()

    def test_what_never_closes_is_booked_from_one_day_into_the_next(self, hanako: Resident) -> None:
        hall = make_offer(make_facility(opens=0, closes=24 * 60))
        night = wish(hall, after=13 * 60, hours=4)  # 22:00 to 2:00

        evening = queries.day_of(hall, date(2027, 6, 5), now=NOON).slots[44]
        booking = book(hanako, night)

        assert (evening.longest, evening.state) == (240, "free")
        assert booking.status == Booking.Status.CONFIRMED

    def test_a_full_day_is_one_booking_and_the_next_day_touches_it(self, hanako: Resident) -> None:
        hall = make_offer(make_facility(opens=0, closes=24 * 60), longest_minutes=24 * 60)

        book(hanako, wish(hall, after=-9 * 60, hours=24))
        book(make_resident(), wish(hall, after=15 * 60, hours=24))

        assert queries.day_of(hall, date(2027, 6, 5), now=NOON).state == "full"
        check()

    def test_a_grid_that_does_not_divide_the_day_begins_at_each_midnight(
        self, hanako: Resident
    ) -> None:
        hall = make_offer(
            make_facility(opens=0, closes=24 * 60), step_minutes=50, shortest_minutes=50
        )

        for slot in queries.day_of(hall, date(2027, 6, 5), now=NOON).slots:
            assert queries.why_not(hall, (slot.starts, slot.ends), now=NOON) == ""


class TestCourts:
    def test_the_court_that_is_free_longest_says_how_long(self, hanako: Resident) -> None:
        facility = make_facility("テニスコート", "てにすこーと", units=["1", "2"])
        court = make_offer(facility, "コート1面", takes=Offer.Takes.ANY)
        first = make_offer(facility, "1番", units=["1"])
        second = make_offer(facility, "2番", units=["2"])
        book(hanako, wish(first, after=120, hours=2))  # 1: free until 11:00
        book(hanako, wish(second, after=0, hours=1))  # 2: free from 10:00 on

        at_ten = queries.day_of(court, date(2027, 6, 5), now=NOON).slots[2]

        assert at_ten.longest == 240
        book(make_resident(), wish(court, after=60, hours=4))
        check()


class TestChanges:
    def test_a_change_is_not_the_way_around_the_fee_for_giving_up_late(
        self, hall: Facility, hanako: Resident
    ) -> None:
        whole = make_offer(
            hall, price={"yen": 500}, cancel=[{"hours": 24 * 30, "percent": 100}], pay="counter"
        )
        booking = book(hanako, wish(whole))

        with clock.stopped_at(NOON + timedelta(minutes=11)):
            operations.change(booking, [wish(whole, after=60)], rev=booking.rev)
            booking.refresh_from_db()
            cost = operations.cost_of_cancelling(booking, clock.now())

        assert (cost.kept, cost.is_grace) == (1000, False)

    def test_one_day_off_is_mended_within_two_minutes_without_penalty(
        self, hall: Facility, hanako: Resident
    ) -> None:
        whole = make_offer(
            hall, price={"yen": 500}, cancel=[{"hours": 24 * 30, "percent": 100}], pay="counter"
        )
        booking = book(hanako, wish(whole))

        with clock.stopped_at(NOON + timedelta(minutes=2)):
            operations.change(booking, [wish(whole, after=24 * 60)], rev=booking.rev)
            booking.refresh_from_db()
            cost = operations.cost_of_cancelling(booking, clock.now())

        assert (cost.kept, cost.is_grace) == (0, True)

    def test_what_a_clerk_approved_is_not_changed_by_the_resident_alone(
        self, hall: Facility, hanako: Resident
    ) -> None:
        free = make_offer(hall, "左半面", units=["アリーナ左"])
        asked = make_offer(hall, needs_approval=True)
        booking = book(hanako, wish(free))

        with pytest.raises(Refusal, match="職員が承認してから"):
            operations.change(booking, [wish(asked)], rev=booking.rev)

    def test_a_change_while_a_clerk_still_looks_asks_for_no_money(
        self, hall: Facility, hanako: Resident
    ) -> None:
        asked = make_offer(hall, needs_approval=True, price={"yen": 500}, pay="counter")
        booking = book(hanako, wish(asked))

        operations.change(booking, [wish(asked, after=60, hours=3)], rev=booking.rev)
        before = booking.charges.count()
        operations.approve(booking)

        assert (before, booking.charges.count()) == (0, 1)

    def test_a_booking_does_not_move_to_another_facility(
        self, hall: Facility, hanako: Resident
    ) -> None:
        booking = book(hanako, wish(make_offer(hall)))
        elsewhere = make_offer(make_facility("公民館", "こうみんかん", units=["室"]), "室")

        with pytest.raises(Refusal, match="ほかの施設には変更できません"):
            operations.change(booking, [wish(elsewhere)], rev=booking.rev)

    def test_a_change_in_an_old_window_is_refused(self, hall: Facility, hanako: Resident) -> None:
        whole = make_offer(hall)
        booking = book(hanako, wish(whole))
        operations.change(booking, [wish(whole, after=60)], rev=0)

        with pytest.raises(Refusal, match="その間に変更されました"):
            operations.change(booking, [wish(whole, after=120)], rev=0)


class TestForgedWishes:
    def test_a_concert_is_not_booked_as_a_room(self, hall: Facility, hanako: Resident) -> None:
        concert = make_offer(hall, "演奏会", shape=Offer.Shape.SESSIONS)

        with pytest.raises(operations.CannotBeBooked, match="回を選び直して"):
            book(hanako, wish(concert))

    def test_a_seat_of_another_concert_is_refused(self, hall: Facility, hanako: Resident) -> None:
        concert = make_offer(hall, "演奏会", shape=Offer.Shape.SESSIONS)
        other = make_offer(hall, "講演会", shape=Offer.Shape.SESSIONS)
        ends = SATURDAY + timedelta(hours=2)
        session = Session.objects.create(offer=other, starts_at=SATURDAY, ends_at=ends, capacity=9)

        with pytest.raises(operations.CannotBeBooked, match="回を選び直して"):
            book(hanako, Wish(concert, SATURDAY, ends, 1, session))

    def test_more_seats_than_one_may_have_are_refused(
        self, hall: Facility, hanako: Resident
    ) -> None:
        concert = make_offer(hall, "演奏会", shape=Offer.Shape.SESSIONS, most_seats=4)
        ends = SATURDAY + timedelta(hours=2)
        session = Session.objects.create(
            offer=concert, starts_at=SATURDAY, ends_at=ends, capacity=99
        )

        with pytest.raises(operations.CannotBeBooked, match="4人分まで"):
            book(hanako, Wish(concert, SATURDAY, ends, 5, session))

    @pytest.mark.parametrize("quantity", [0, -1, 100_000])
    def test_no_number_breaks_the_house(
        self, hall: Facility, hanako: Resident, quantity: int
    ) -> None:
        whole = make_offer(hall)

        with pytest.raises(operations.CannotBeBooked, match="人数・数は"):
            book(hanako, wish(whole, quantity=quantity))

    def test_less_than_no_microphones_do_not_lower_the_price(
        self, hall: Facility, hanako: Resident
    ) -> None:
        whole = make_offer(
            hall,
            price={"yen": 500, "equipment": [{"key": "mic", "label": "マイク", "yen": 300}]},
            pay="counter",
        )
        starts, ends = SATURDAY, SATURDAY + timedelta(hours=2)

        booking = book(hanako, Wish(whole, starts, ends, choice=Choice("", {"mic": -3})))

        assert booking.fee_yen == 1000


class TestQuotas:
    def test_of_many_weeks_as_many_are_had_as_the_limit_allows(
        self, hall: Facility, hanako: Resident
    ) -> None:
        whole = make_offer(hall)
        rule = QuotaRule.objects.create(scope=hall.scope, name="月2回まで", limit=2)
        rule.offers.set([whole])
        weeks = [wish(whole, after=7 * 24 * 60 * week) for week in range(4)]  # 5, 12, 19, 26 June

        booked = operations.book(
            wishes=weeks,
            who=Who(resident=hanako),
            source="page",
            once=operations.new_key(),
            partly=True,
        )

        assert [item.starts_at.day for item in booked.booking.items.order_by("starts_at")] == [
            5,
            12,
        ]
        assert len(booked.missed) == 2
        assert "月2回まで" in booked.missed[0][1]
        check()

    def test_moving_to_another_month_counts_there(self, hall: Facility, hanako: Resident) -> None:
        whole = make_offer(hall)
        rule = QuotaRule.objects.create(scope=hall.scope, name="月1回まで", limit=1)
        rule.offers.set([whole])
        booking = book(hanako, wish(whole))

        operations.change(booking, [wish(whole, after=30 * 24 * 60)], rev=booking.rev)
        book(hanako, wish(whole))

        with pytest.raises(operations.OverQuota):
            book(hanako, wish(whole, after=31 * 24 * 60))
        check()

    def test_what_is_given_up_at_the_last_moment_stays_counted(
        self, hall: Facility, hanako: Resident
    ) -> None:
        whole = make_offer(hall)
        rule = QuotaRule.objects.create(scope=hall.scope, name="月1回まで", limit=1, late_hours=48)
        rule.offers.set([whole])
        booking = book(hanako, wish(whole))

        with clock.stopped_at(SATURDAY - timedelta(hours=5)):
            operations.cancel(booking)
            with pytest.raises(operations.OverQuota):
                book(hanako, wish(whole, after=24 * 60))
        check()
