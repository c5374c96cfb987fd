"""What clerks see and do: the day across rooms, one booking, and setting up a facility."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.bookings.making import make_facility, make_offer
from tests.bookings.watching import check
from tests.cast import make_department, make_resident, make_staff, make_town
from yakuba.audit.models import Entry
from yakuba.bookings import operations
from yakuba.bookings.models import Booking, Facility, Offer
from yakuba.bookings.operations import Who, Wish
from yakuba.kit import clock
from yakuba.townhall.models import Department

pytestmark = pytest.mark.django_db
NOON = datetime(2027, 6, 1, 3, 0, tzinfo=UTC)
SATURDAY = datetime(2027, 6, 5, 0, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    make_town()
    with clock.stopped_at(NOON):
        yield


@pytest.fixture
def department() -> Department:
    return make_department("生涯学習課")


@pytest.fixture
def browser(department: Department) -> Client:
    client = Client(HTTP_HOST="localhost")
    staff = make_staff(department=department)
    client.force_login(staff, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


@pytest.fixture
def hall(department: Department) -> Facility:
    return make_facility(department=department)


def booked(offer: Offer) -> Booking:
    return operations.book(
        wishes=[Wish(offer, SATURDAY, SATURDAY + timedelta(hours=2))],
        who=Who(resident=make_resident()),
        source="page",
        once=operations.new_key(),
    ).booking


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_a_facility_is_set_up_from_nothing_and_booked(
    browser: Client, department: Department
) -> None:
    browser.post(
        "/console/facilities/new/",
        {"name": "公民館", "kana": "こうみんかん", "department": department.pk},
    )
    hall = Facility.objects.get(name="公民館")
    here = f"/console/facilities/{hall.public_id}/"
    browser.post(f"{here}units/new/", {"name": "和室", "turnover_minutes": "15"})
    unit = hall.units.get()
    terms = {
        "name": "和室", "units": [unit.pk], "takes": "all", "shape": "grid", "step_minutes": "60",
        "shortest_minutes": "60", "longest_minutes": "180", "horizon_by": "days", "horizon_amount": "60",
        "notice_minutes": "0", "yen": "300", "per": "hour", "categories": "町外の方 200", "cancel": "24 100",
        "pay": "counter", "is_open": "on",
    }  # fmt: skip
    browser.post(f"{here}offers/new/", terms)
    browser.post(
        f"{here}hours/",
        {"weekdays": ["5", "6"], "opens": "9:00", "closes": "17:00", "holidays": "as_weekday"},
    )
    browser.post(f"{here}about/", {"name": "公民館", "kana": "こうみんかん", "is_open": "on"})

    booking = booked(Offer.objects.get(facility=hall))

    assert booking.status == Booking.Status.CONFIRMED
    assert booking.fee_yen == 600


def test_what_does_not_fit_is_said_at_its_place(browser: Client, hall: Facility) -> None:
    here = f"/console/facilities/{hall.public_id}/"

    offer = text(
        browser.post(
            f"{here}offers/new/", {"name": "室", "shape": "periods", "periods": "朝から晩"}
        )
    )
    hours = text(
        browser.post(f"{here}hours/", {"weekdays": ["0"], "opens": "21:00", "closes": "9時"})
    )

    assert "1行目を「午前 9:00 12:00」のように書いてください。" in offer
    assert "「9時」は時刻ではありません" in hours


def test_the_day_shows_who_has_which_room(browser: Client, hall: Facility) -> None:
    booking = booked(make_offer(hall))

    shown = text(browser.get("/console/bookings/?day=2027-06-05"))

    assert "令和9年6月5日（土）" in shown
    assert shown.count('colspan="4" data-state="confirmed"') == 2
    assert booking.receipt_no in shown


def test_for_whom_it_is_is_shown_on_demand_and_noted(browser: Client, hall: Facility) -> None:
    make_offer(hall)
    offer = hall.offers.get()
    done = browser.post(
        "/console/bookings/desk/",
        {"offer": offer.public_id, "day": "6月5日", "starts": "9:00", "ends": "11:00", "name": "婦人会 山田", "phone": "076-472-1111"},
        follow=True,
    )  # fmt: skip
    booking = Booking.objects.get()

    page = text(done)
    seen = text(browser.post(f"/console/bookings/{booking.pk}/reveal/"))

    assert booking.source == Booking.Source.DESK
    assert "婦人会" not in page
    assert "婦人会 山田" in seen
    assert Entry.objects.filter(subject=booking.subject).exists()


def test_a_clerk_approves_moves_and_gives_up_with_a_reason(browser: Client, hall: Facility) -> None:
    booking = booked(make_offer(hall, needs_approval=True))
    here = f"/console/bookings/{booking.pk}/"

    browser.post(f"{here}confirm/")
    booking.refresh_from_db()
    approved = booking.status
    moved = {"day": "6月6日", "starts": "9:00", "ends": "11:00", "because": "投票所になるため"}
    browser.post(f"{here}move/", moved)
    no_reason = text(browser.post(f"{here}cancel/", {"because": ""}))
    browser.post(f"{here}cancel/", {"because": "雨のため", "waive": "on"})

    booking.refresh_from_db()
    assert approved == Booking.Status.CONFIRMED
    assert booking.items.get(live=True).starts_at == SATURDAY + timedelta(days=1)
    assert "必須" in no_reason
    assert (booking.status, booking.cancelled_because) == (Booking.Status.CANCELLED, "雨のため")
    check()


def test_closing_a_day_lists_the_bookings_and_cancels_none(browser: Client, hall: Facility) -> None:
    booking = booked(make_offer(hall))
    here = f"/console/facilities/{hall.public_id}/closures/new/"
    closing = {"day": "6月5日", "starts": "0:00", "ends": "24:00", "is_open": "0", "reason": "停電"}

    asked = text(browser.post(here, closing))
    closed_before = hall.opening_changes.exists()
    browser.post(here, closing | {"confirmed": "1"})

    booking.refresh_from_db()
    assert "予約が1件あります" in asked
    assert booking.receipt_no in asked
    assert not closed_before
    assert hall.opening_changes.get().reason == "停電"
    assert booking.status == Booking.Status.CONFIRMED


def test_shorter_hours_name_the_bookings_that_are_outside_of_them(
    browser: Client, hall: Facility
) -> None:
    booking = booked(make_offer(hall))
    here = f"/console/facilities/{hall.public_id}/hours/"

    said = text(
        browser.post(
            here,
            {"weekdays": ["5"], "opens": "10:00", "closes": "17:00", "holidays": "closed"},
            follow=True,
        )
    )

    assert f"開館時間の外になる予約が1件あります（取り消されません）：{booking.receipt_no}" in said


def test_the_town_takes_a_room_only_when_it_is_free(browser: Client, hall: Facility) -> None:
    booking = booked(make_offer(hall))
    here = f"/console/facilities/{hall.public_id}/blocks/new/"
    use = {
        "units": [unit.pk for unit in hall.units.all()],
        "day": "6月5日",
        "starts": "9:00",
        "ends": "12:00",
        "kind": "town_use",
        "title": "開票",
    }

    listed = text(browser.post(here, use))
    browser.post(here, use | {"day": "6月6日"})

    assert booking.receipt_no in listed
    assert hall.blocks.get().title == "開票"
    check()
