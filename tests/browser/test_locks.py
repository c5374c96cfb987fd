"""Doors in a browser: the played door on a phone, the resident's code, and the clerk's pages."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, ViewportSize, expect

from simulators.locks.driver import Desk
from simulators.locks.server import Running, running
from tests.locks.conftest import gym, sim  # noqa: F401  (fixtures)

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

    from tests.locks.making import Gym

pytestmark = pytest.mark.browser
PHONE: ViewportSize = {"width": 390, "height": 844}
PICTURES = os.environ.get("YAKUBA_SCREENS")  # a folder for whoever wants to look
Look = Callable[[Page], list[str]]


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/locks-{name}.png", full_page=True)


@pytest.fixture
def doors() -> Iterator[Running]:
    with running() as here:
        yield here


def test_somebody_types_a_code_at_the_played_door(page: Page, axe: Look, doors: Running) -> None:
    from simulators.locks.doors import Known

    page.set_viewport_size(PHONE)
    here = doors.world.doors["gym-front"]
    now = doors.world.now().replace(tzinfo=None)
    hour = timedelta(hours=1)
    here.known["x"] = Known("482913", now - hour, now + hour)
    page.goto(doors.base)
    assert axe(page) == []
    page.get_by_role("link", name="正面玄関").click()
    for key in "482913":
        page.get_by_role("button", name=key, exact=True).click()
    page.get_by_role("button", name="決定").click()

    expect(page.get_by_role("status")).to_have_text("開きました")
    picture(page, "door")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    for button in page.locator("button").all():
        box = button.bounding_box()
        assert box is None or box["height"] >= 44
    assert axe(page) == []


def test_the_played_door_says_no_and_can_lose_its_network(page: Page, doors: Running) -> None:
    page.goto(f"{doors.base}/doors/gym-front")
    page.get_by_label("番号", exact=True).fill("000000")
    page.get_by_role("button", name="決定").click()
    expect(page.get_by_role("status")).to_have_text("開きません")

    page.goto(f"{doors.base}/doors/gym-front")
    page.get_by_role("button", name="Wi-Fiを切る").click()

    expect(page.get_by_role("button", name="Wi-Fiをつなぐ")).to_be_visible()
    assert Desk(doors.base).state()["doors"][0]["is_online"] is False


def _cookie(page: Page, live_server: LiveServer, name: str, value: str, path: str = "") -> None:
    page.context.add_cookies([{"name": name, "value": value, "url": f"{live_server.url}{path}"}])


@pytest.mark.django_db(transaction=True)
def test_the_resident_and_the_clerk_see_a_code_each_in_their_way(
    page: Page,
    live_server: LiveServer,
    gym: Gym,  # noqa: F811
    axe: Look,
) -> None:
    from tests.cast import make_resident, make_staff
    from tests.locks.making import NOON, book, code_of, grant_of
    from tests.portal.signing import signed_in
    from yakuba.locks.models import Door
    from yakuba.portal.queries import COOKIE

    hanako = make_resident()
    booking = book(gym, gym.left, NOON + timedelta(hours=4), resident=hanako)
    gym.sync()
    gym.desk.door("gym-right", online=False, battery=10)
    book(gym, gym.whole, NOON + timedelta(hours=1))
    Door.objects.filter(device="gym-front").update(is_shelter=True)
    Door.objects.filter(device="gym-right").update(connected=False, battery=10)
    gym.work()
    code = code_of(booking)
    shown = f"{code[:3]} {code[3:]}"
    _cookie(page, live_server, COOKIE, signed_in(hanako).cookies[COOKIE].value, "/p/")
    page.set_viewport_size(PHONE)

    page.goto(f"{live_server.url}/p/key/{booking.pk}/")
    expect(page.get_by_text(shown)).to_be_visible()
    picture(page, "portal")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    clerk = make_staff("窓口 花", department=gym.facility.scope.department, is_administrator=True)
    client = Client(HTTP_HOST="localhost")
    client.force_login(clerk, backend=settings.AUTHENTICATION_BACKENDS[-1])
    name = settings.SESSION_COOKIE_NAME
    _cookie(page, live_server, name, client.cookies[name].value)
    page.set_viewport_size({"width": 1366, "height": 768})
    door = gym.facility.doors.get(device="gym-left")
    for path, called in (
        ("codes/", "codes"),
        ("doors/", "doors"),
        (f"doors/{door.public_id}/", "one-door"),
        ("tasks/", "tasks"),
        ("emergency/", "emergency"),
        ("emergency/?do=suspend", "emergency-again"),
        ("connections/", "connections"),
        (f"connections/{gym.connection.public_id}/", "connection"),
        ("connections/new/remotelock/", "new-connection"),
        (f"codes/{grant_of(booking).pk}/", "code"),
    ):
        page.goto(f"{live_server.url}/console/locks/{path}")
        picture(page, called)
        assert axe(page) == [], path
    page.get_by_role("button", name="番号を表示").click()

    expect(page.get_by_text(shown)).to_be_visible()
    picture(page, "code-shown")
