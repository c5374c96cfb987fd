"""Before a sign-in ends the page says so, and one press puts the end off."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from playwright.sync_api import Page, expect

from tests.townhall.factories import make_department, make_staff, make_town

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(page: Page, live_server: LiveServer) -> Page:
    """A clerk who signed in half an hour before the twelve hours are over, in a town of ten idle minutes."""
    make_town()
    client = Client(HTTP_HOST="localhost")
    staff = make_staff(department=make_department())
    client.force_login(staff, backend=settings.AUTHENTICATION_BACKENDS[-1])
    session = client.session
    session["townhall.started_at"] = int(time.time()) - 12 * 3600 + 30 * 60
    session["townhall.idle_seconds"] = 600
    session.save()
    page.context.add_cookies(
        [
            {
                "name": settings.SESSION_COOKIE_NAME,
                "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
                "url": live_server.url,
            }
        ]
    )
    page.clock.install()
    page.goto(f"{live_server.url}/console/")
    return page


def minutes_go_by(desk: Page, minutes: int) -> None:
    desk.clock.run_for(minutes * 60_000)


def test_it_is_said_two_minutes_before_and_one_press_puts_it_off(
    desk: Page, axe: Callable[[Page], list[str]]
) -> None:
    said = desk.get_by_role("alert")
    minutes_go_by(desk, 7)
    expect(said).to_be_hidden()

    minutes_go_by(desk, 2)
    expect(said).to_contain_text("あと2分ほどでサインインが切れます")
    assert axe(desk) == []
    before = Session.objects.get().expire_date
    desk.get_by_role("button", name="このまま続ける").press("Enter")

    expect(said).to_be_hidden()
    assert Session.objects.get().expire_date > before


def test_when_twelve_hours_are_almost_over_it_cannot_be_put_off(desk: Page) -> None:
    for _more in range(3):
        minutes_go_by(desk, 9)
        desk.get_by_role("button", name="このまま続ける").click()
        expect(desk.get_by_role("alert")).to_be_hidden()
    minutes_go_by(desk, 2)

    expect(desk.get_by_role("alert")).to_contain_text("これ以上は延ばせません")
    expect(desk.get_by_role("button", name="このまま続ける")).to_be_hidden()


def test_another_tab_that_works_on_keeps_this_one_signed_in(
    desk: Page, live_server: LiveServer
) -> None:
    minutes_go_by(desk, 7)
    other = desk.context.new_page()
    other.goto(f"{live_server.url}/console/")

    minutes_go_by(desk, 2)
    expect(desk.get_by_role("alert")).to_be_hidden()

    minutes_go_by(desk, 7)
    expect(desk.get_by_role("alert")).to_be_visible()


def test_after_the_end_it_says_what_to_do(desk: Page) -> None:
    minutes_go_by(desk, 11)

    expect(desk.get_by_role("alert")).to_contain_text("サインインが切れました")
