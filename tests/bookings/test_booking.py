"""Booking, from the wish to the claim: who gets what, and what is said to those who do not."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.bookings.making import make_facility, make_offer
from tests.bookings.watching import check
from tests.cast import make_resident
from yakuba.bookings import operations
from yakuba.bookings.models import Booking, Claim, Facility, Offer, QuotaRule, Session
from yakuba.bookings.operations import Who, Wish
from yakuba.kit import clock
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


def book(who: Resident, *wishes: Wish, partly: bool = False) -> operations.Booked:
    return operations.book(
        wishes=wishes,
        who=Who(resident=who),
        source=Booking.Source.PAGE,
        once=operations.new_key(),
        partly=partly,
    )


def test_a_free_hall_is_confirmed_at_once(hall: Facility, hanako: Resident) -> None:
    whole = make_offer(hall)

    booking = book(hanako, wish(whole)).booking

    assert booking.status == Booking.Status.CONFIRMED
    assert booking.resident == hanako
    assert Claim.objects.filter(live=True, item__booking=booking).count() == 2
    check()


def test_the_whole_hall_shuts_out_its_halves_and_the_other_way_round(
    hall: Facility, hanako: Resident
) -> None:
    whole = make_offer(hall)
    left = make_offer(hall, "左半面", units=["アリーナ左"])
    right = make_offer(hall, "右半面", units=["アリーナ右"])
    book(hanako, wish(left))

    with pytest.raises(operations.Taken, match="アリーナ全面"):
        book(make_resident(), wish(whole))
    book(make_resident(), wish(right))

    assert Booking.objects.standing().count() == 2
    check()


def test_the_same_wish_twice_is_one_booking(hall: Facility, hanako: Resident) -> None:
    whole = make_offer(hall)
    once = operations.new_key()

    def tap() -> Booking:
        return operations.book(
            wishes=[wish(whole)], who=Who(resident=hanako), source="talk", once=once
        ).booking

    assert tap() == tap()
    assert Booking.objects.count() == 1


def test_bookings_that_touch_are_both_had(hall: Facility, hanako: Resident) -> None:
    whole = make_offer(hall)

    book(hanako, wish(whole))
    book(hanako, wish(whole, after=120))

    check()


def test_time_to_put_things_away_is_kept_free(hall: Facility, hanako: Resident) -> None:
    hall.units.update(turnover_minutes=30)
    whole = make_offer(hall)
    book(hanako, wish(whole))

    with pytest.raises(operations.Taken):
        book(hanako, wish(whole, after=120))
    book(hanako, wish(whole, after=150))


def test_five_courts_go_to_five_and_not_to_six() -> None:
    courts = make_facility("テニスコート", "てにすこーと", units=["1", "2", "3", "4", "5"])
    court = make_offer(courts, "コート1面", takes=Offer.Takes.ANY)

    for _ in range(5):
        book(make_resident(), wish(court))

    with pytest.raises(operations.Taken):
        book(make_resident(), wish(court))
    check()


def test_two_desks_at_once_are_two_units() -> None:
    desks = make_facility("学習室", "がくしゅうしつ", units=["1", "2", "3"])
    desk = make_offer(desks, "机", takes=Offer.Takes.ANY)

    booking = book(make_resident(), wish(desk, quantity=2)).booking

    assert Claim.objects.filter(item__booking=booking, live=True).count() == 2
    with pytest.raises(operations.Taken):
        book(make_resident(), wish(desk, quantity=2))
    check()


def test_of_several_times_all_are_had_or_none(hall: Facility, hanako: Resident) -> None:
    whole = make_offer(hall)
    book(make_resident(), wish(whole, after=180))

    with pytest.raises(operations.Taken):
        book(hanako, wish(whole), wish(whole, after=180))

    assert not Booking.objects.of(hanako).exists()
    check()


def test_or_whatever_is_free_when_the_resident_wants_it_so(
    hall: Facility, hanako: Resident
) -> None:
    whole = make_offer(hall)
    book(make_resident(), wish(whole, after=180))

    booked = book(hanako, wish(whole), wish(whole, after=180), partly=True)

    assert booked.booking.items.count() == 1
    assert [str(why) for _wish, why in booked.missed] == [
        "アリーナ全面のその時間は、ほかの予約が入りました。別の時間を選んでください。"
    ]
    check()


@pytest.mark.parametrize(
    ("after", "hours", "says"),
    [
        (-120, 2, "開いていません"),
        (0, 13, "開いていません"),
        (10, 2, "30分きざみ"),
        (0, 5, "4時間まで"),
        (-60 * 24 * 5, 1, "過ぎています"),
        (60 * 24 * 100, 2, "いま予約できるのは令和9年8月30日（月）まで"),
    ],
)
def test_what_cannot_be_booked_is_said_in_a_sentence(
    hall: Facility, hanako: Resident, after: int, hours: int, says: str
) -> None:
    whole = make_offer(hall)

    with pytest.raises(operations.CannotBeBooked, match=says):
        book(hanako, wish(whole, after=after, hours=hours))


def test_four_a_month_across_three_halls(hanako: Resident) -> None:
    offers = [make_offer(make_facility(f"館{n}", f"かん{n}", units=["室"]), "室") for n in range(3)]
    rule = QuotaRule.objects.create(scope=offers[0].facility.scope, name="月4回まで", limit=4)
    rule.offers.set(offers)
    for n in range(4):
        book(hanako, wish(offers[n % 3], after=60 * 24 * n))

    with pytest.raises(operations.OverQuota, match="「月4回まで」の上限（4件）"):
        book(hanako, wish(offers[1], after=60 * 24 * 5))
    book(hanako, wish(offers[1], after=60 * 24 * 30))  # July
    check()


def test_giving_one_up_makes_room_and_a_change_counts_once(hanako: Resident) -> None:
    offer = make_offer(make_facility(units=["室"]), "室")
    rule = QuotaRule.objects.create(scope=offer.facility.scope, name="月2回まで", limit=2)
    rule.offers.set([offer])
    first = book(hanako, wish(offer)).booking
    book(hanako, wish(offer, after=60 * 24))

    operations.change(first, [wish(offer, after=60 * 24 * 2)], rev=first.rev)
    operations.cancel(first)
    book(hanako, wish(offer))

    check()


def test_seats_are_never_oversold(hanako: Resident) -> None:
    offer = make_offer(make_facility(units=["ホール"]), "演奏会", shape=Offer.Shape.SESSIONS)
    session = Session.objects.create(
        offer=offer, starts_at=SATURDAY, ends_at=SATURDAY + timedelta(hours=2), capacity=3
    )

    def seats(count: int) -> Booking:
        one = Wish(offer, session.starts_at, session.ends_at, count, session=session)
        return book(hanako, one).booking

    first = seats(2)
    with pytest.raises(operations.Taken):
        seats(2)
    operations.cancel(first)
    seats(3)

    session.refresh_from_db()
    assert session.taken == 3
    check()


def test_a_change_takes_the_new_time_and_frees_the_old(hall: Facility, hanako: Resident) -> None:
    whole = make_offer(hall)
    booking = book(hanako, wish(whole)).booking

    operations.change(
        booking, [wish(whole, after=60)], rev=booking.rev
    )  # overlaps its own old time

    booking.refresh_from_db()
    assert booking.rev == 1
    book(make_resident(), wish(whole, after=-0, hours=1))
    check()


def test_a_change_that_is_not_possible_leaves_everything_as_it_was(
    hall: Facility, hanako: Resident
) -> None:
    whole = make_offer(hall)
    booking = book(hanako, wish(whole)).booking
    book(make_resident(), wish(whole, after=180))

    with pytest.raises(operations.Taken):
        operations.change(booking, [wish(whole, after=180)], rev=booking.rev)

    assert booking.items.get(live=True).starts_at == SATURDAY
    assert Claim.objects.filter(item__booking=booking, live=True).count() == 2
    check()


def test_a_slip_is_mended_within_ten_minutes_without_a_fee(
    hall: Facility, hanako: Resident
) -> None:
    whole = make_offer(
        hall, price={"yen": 500}, cancel=[{"hours": 24 * 30, "percent": 100}], pay="counter"
    )
    booking = book(hanako, wish(whole)).booking

    free = operations.cost_of_cancelling(booking, NOON + timedelta(minutes=2))
    late = operations.cost_of_cancelling(booking, NOON + timedelta(minutes=11))

    assert (free.kept, free.is_grace) == (0, True)
    assert (late.kept, late.is_grace) == (1000, False)


def test_what_is_not_paid_in_time_is_free_again(hall: Facility, hanako: Resident) -> None:
    whole = make_offer(hall, price={"yen": 500})
    booking = book(hanako, wish(whole)).booking
    assert booking.status == Booking.Status.HELD

    with clock.stopped_at(NOON + timedelta(minutes=11)):
        other = book(make_resident(), wish(whole)).booking
    with clock.stopped_at(NOON + timedelta(minutes=16)):
        operations.expire_holds()

    booking.refresh_from_db()
    assert booking.status == Booking.Status.EXPIRED
    assert other.status == Booking.Status.HELD
    check()


def test_what_waits_for_a_clerk_keeps_others_out(hall: Facility, hanako: Resident) -> None:
    whole = make_offer(hall, needs_approval=True)
    booking = book(hanako, wish(whole)).booking

    with pytest.raises(operations.Taken):
        book(make_resident(), wish(whole))
    assert booking.status == Booking.Status.PENDING

    assert operations.confirm(booking)
    assert operations.confirm(booking)
    booking.refresh_from_db()
    assert booking.status == Booking.Status.CONFIRMED


def test_the_town_does_not_push_anybody_out_silently(hall: Facility, hanako: Resident) -> None:
    whole = make_offer(hall)
    booking = book(hanako, wish(whole)).booking

    with pytest.raises(operations.Displaced) as no:
        operations.block(
            facility=hall,
            units=list(hall.units.all()),
            starts=SATURDAY,
            ends=SATURDAY + timedelta(hours=4),
            title="選挙の開票",
        )

    assert no.value.facts["bookings"] == [booking]
