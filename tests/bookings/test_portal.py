"""What residents see on the pages inside LINE, from the month to the booking and back."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from tests.bookings.making import make_facility, make_offer
from tests.bookings.watching import check
from tests.cast import make_resident, make_town
from yakuba.bookings import operations
from yakuba.bookings.models import Booking, Offer, Period, Session
from yakuba.bookings.operations import Who, Wish
from yakuba.bookings.rules import minutes
from yakuba.kit import clock
from yakuba.portal import operations as portal
from yakuba.portal import queries as sessions
from yakuba.residents.models import Resident

pytestmark = pytest.mark.django_db
NOON = datetime(2027, 6, 1, 3, 0, tzinfo=UTC)
SATURDAY = datetime(2027, 6, 5, 0, 0, tzinfo=UTC)
NINE = minutes.of(SATURDAY)


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    make_town()
    with clock.stopped_at(NOON):
        yield


@pytest.fixture
def hanako() -> Resident:
    return make_resident()


@pytest.fixture
def browser(hanako: Resident) -> Client:
    return signed_in(hanako)


def signed_in(resident: Resident) -> Client:
    browser = Client(HTTP_HOST="localhost")
    browser.cookies[sessions.COOKIE] = portal.sign_in(user_id=resident.accounts.get().line_user_id)
    return browser


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def day_page(offer: Offer, day: str = "2027-06-05") -> str:
    return f"/p/book/{offer.public_id}/{day}/"


def book(browser: Client, offer: Offer, **chosen: Any) -> Any:
    asked: dict[str, Any] = {"start": NINE, "minutes": 120, "once": uuid4(), **chosen}
    return browser.post(day_page(offer), asked, follow=True)


def test_what_can_be_booked_is_listed_by_its_kana_and_begins_on_my_page(browser: Client) -> None:
    make_offer(make_facility("公民館", "こうみんかん", units=["室"]), "会議室")
    make_offer(make_facility("武道館", "ぶどうかん", units=["室"]), "柔道場")
    make_offer(make_facility("会館", "かいかん", units=["室"]), "和室")

    listed = text(browser.get("/p/book/"))
    mine = text(browser.get("/p/"))

    assert listed.index("会館") < listed.index("公民館") < listed.index("武道館")
    assert 'href="/p/book/"' in mine


def test_the_month_says_of_each_day_whether_anything_is_free(browser: Client) -> None:
    offer = make_offer(make_facility(units=["室"], opens=9 * 60, closes=11 * 60))
    operations.book(
        wishes=[Wish(offer, SATURDAY, SATURDAY + timedelta(hours=2))],
        who=Who(resident=make_resident()),
        source="page",
        once=operations.new_key(),
    )

    shown = text(browser.get(f"/p/book/{offer.public_id}/"))

    assert f'href="{day_page(offer, "2027-06-04")}"' in shown
    assert f'href="{day_page(offer)}"' not in shown
    assert (
        '<span>5</span><span aria-hidden="true">×</span><span class="yk-hidden">日 空きなし'
        in shown
    )


def test_a_resident_chooses_checks_and_has_it(browser: Client, hanako: Resident) -> None:
    offer = make_offer(make_facility())

    times = text(browser.get(day_page(offer)))
    asked = text(browser.get(day_page(offer), {"start": NINE, "minutes": 120}))
    done = text(book(browser, offer))

    assert "令和9年6月5日（土）" in times
    assert "令和9年6月5日（土）9:00〜11:00" in asked
    assert "無料" in asked
    assert "予約済み" in done
    assert Booking.objects.of(hanako).get().status == Booking.Status.CONFIRMED


def test_a_double_tap_is_one_booking(browser: Client) -> None:
    offer, once = make_offer(make_facility()), uuid4()

    book(browser, offer, once=once)
    second = text(book(browser, offer, once=once))

    assert "予約済み" in second
    assert Booking.objects.count() == 1


def test_who_comes_second_is_told_and_sees_what_is_still_free(browser: Client) -> None:
    offer = make_offer(make_facility())
    book(signed_in(make_resident()), offer)

    answer = text(book(browser, offer))

    assert "ほかの予約が入りました" in answer
    assert "予約あり" in answer
    assert "13:00" in answer


def test_the_fee_and_what_cancelling_costs_are_said_before(browser: Client) -> None:
    offer = make_offer(
        make_facility(),
        price={"yen": 500, "categories": [{"key": "out", "label": "町外の方", "percent": 150}]},
        cancel=[{"hours": 72, "percent": 50}],
    )

    asked = text(
        browser.get(day_page(offer), {"start": str(NINE), "minutes": "120", "category": "out"})
    )
    held = text(book(browser, offer, category="out"))

    assert "町外の方（150％） 500円" in asked
    assert "1,500円" in asked
    assert "利用の72時間前を過ぎたら料金の50％" in asked
    assert "10分間は、取消料なしで" in asked
    assert "仮予約（お支払い待ち）" in held
    assert "/p/pay/" in held


def test_morning_and_afternoon_are_one_time_and_morning_and_evening_are_two(
    browser: Client, hanako: Resident
) -> None:
    offer = make_offer(make_facility(), shape=Offer.Shape.PERIODS)
    for name, starts, ends in (("午前", 9, 12), ("午後", 13, 17), ("夜間", 18, 21)):
        Period.objects.create(
            offer=offer, name=name, starts_minute=starts * 60, ends_minute=ends * 60
        )

    book(browser, offer, start=[NINE, NINE + 4 * 60])
    browser.post(
        day_page(offer, "2027-06-06"),
        {"start": [NINE + 1440, NINE + 1440 + 9 * 60], "once": uuid4()},
    )

    spans = [
        [(item.starts_at.hour + 9, item.ends_at.hour + 9) for item in one.items.all()]
        for one in Booking.objects.of(hanako).order_by("made_at", "pk")
    ]
    assert sorted(spans) == [[(9, 12), (18, 21)], [(9, 17)]]


def test_every_week_for_a_month_with_one_day_taken(browser: Client, hanako: Resident) -> None:
    offer = make_offer(make_facility())
    third = SATURDAY + timedelta(weeks=2)
    operations.book(
        wishes=[Wish(offer, third, third + timedelta(hours=2))],
        who=Who(resident=make_resident()),
        source="page",
        once=operations.new_key(),
    )

    none = text(book(browser, offer, weeks=4, partly=0))
    some = text(book(browser, offer, weeks=4, partly=1))

    assert "ほかの予約が入りました" in none
    assert "予約できなかった日" in some
    assert "令和9年6月19日（土）9:00" in some
    assert Booking.objects.of(hanako).get().items.count() == 3
    check()


def test_seats_say_how_many_are_left(browser: Client) -> None:
    offer = make_offer(make_facility(), "講座", shape=Offer.Shape.SESSIONS)
    Session.objects.create(
        offer=offer, starts_at=SATURDAY, ends_at=SATURDAY + timedelta(hours=2), capacity=3
    )

    book(browser, offer, quantity=2)
    left = text(browser.get(day_page(offer)))
    refused = text(book(browser, offer, quantity=2))

    assert "残り1席" in left
    assert "ほかの予約が入りました" in refused


def test_a_booking_is_moved_and_keeps_its_number(browser: Client, hanako: Resident) -> None:
    offer = make_offer(make_facility())
    book(browser, offer)
    booking = Booking.objects.of(hanako).get()

    moved = text(book(browser, offer, start=NINE + 180, change=booking.pk))

    assert "12:00〜14:00" in moved
    assert Booking.objects.of(hanako).get().receipt_no == booking.receipt_no
    check()


def test_giving_up_says_the_price_first_and_frees_the_room(
    browser: Client, hanako: Resident
) -> None:
    offer = make_offer(make_facility())
    book(browser, offer)
    page = f"/p/booking/{Booking.objects.of(hanako).get().pk}/cancel/"

    asked = text(browser.get(page))
    done = text(browser.post(page, follow=True))

    assert "取消料はかかりません" in asked
    assert "取り消しました" in done
    check()


def test_the_booking_of_somebody_else_does_not_exist(browser: Client) -> None:
    offer = make_offer(make_facility())
    book(browser, offer)
    mine = f"/p/booking/{Booking.objects.get().pk}/"
    stranger = signed_in(make_resident())

    assert stranger.get(mine).status_code == 404
    assert stranger.post(f"{mine}cancel/").status_code == 404
    assert book(stranger, offer, change=Booking.objects.get().pk).status_code == 404


@pytest.mark.parametrize("start", ["", "x", "-5", "99999999999999", str(NINE + 7)])
def test_a_time_that_is_none_is_answered_with_the_day(browser: Client, start: str) -> None:
    offer = make_offer(make_facility())

    answer = browser.get(day_page(offer), {"start": start, "minutes": "zwei"})

    assert answer.status_code == 200
    assert "予約する日時を選んでください" in text(answer)
