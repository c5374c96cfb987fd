"""The frame of staff pages: at a desk, on a phone, enlarged, and without a mouse."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.urls import clear_url_caches
from playwright.sync_api import Page, expect

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

    from yakuba.townhall.models import StaffMember

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DESK = (1366, 768)
PHONE = (375, 667)
ENLARGED = (683, 384)  # what 200 % leaves of the desk
PICTURES = os.environ.get("YAKUBA_SCREENS")  # a folder for whoever wants to look

AxeFindings = Callable[[Page], list[str]]


@pytest.fixture(autouse=True)
def _addresses_of_the_tests() -> Iterator[None]:
    with override_settings(ROOT_URLCONF="tests.console.addresses"):
        clear_url_caches()
        yield
    clear_url_caches()


@pytest.fixture
def clerk() -> StaffMember:
    from tests.townhall.factories import make_department, make_staff, make_town

    make_town(name="上市町")
    for number in range(1, 41):
        make_department(name=f"{number}番の課", code=f"f{1 + number % 2}-{number:02}")
    return make_staff(department=make_department(name="建設課", code="f1-00"))


@pytest.fixture
def desk(page: Page, live_server: LiveServer, clerk: StaffMember) -> Page:
    """The browser of a clerk who has signed in; what the policy refuses counts as broken."""
    client = Client(HTTP_HOST="localhost")
    client.force_login(clerk, backend=settings.AUTHENTICATION_BACKENDS[-1])
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )
    return page


def open_page(desk: Page, live_server: LiveServer, path: str, size: tuple[int, int]) -> None:
    width, height = size
    desk.set_viewport_size({"width": width, "height": height})
    desk.goto(live_server.url + path)
    if PICTURES:
        name = path.strip("/").replace("/", "-").replace("?", "-") or "today"
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        desk.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)


PAGES = [
    "/console/",
    "/console/styleguide/",
    "/console/search/?q=花子",
    "/console/tests/departments/",
    "/console/tests/departments/?q=どこにもない",
]


@pytest.mark.parametrize("size", [DESK, PHONE, ENLARGED])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_and_nobody_scrolls_sideways(
    desk: Page, live_server: LiveServer, axe: AxeFindings, path: str, size: tuple[int, int]
) -> None:
    open_page(desk, live_server, path, size)

    assert axe(desk) == []
    assert desk.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_a_list_is_worked_with_the_keyboard_alone(desk: Page, live_server: LiveServer) -> None:
    open_page(desk, live_server, "/console/tests/departments/", DESK)

    desk.keyboard.press("j")
    desk.keyboard.press("x")
    desk.keyboard.press("j")
    desk.keyboard.press("j")
    desk.keyboard.press("k")
    desk.keyboard.press("x")
    expect(desk.get_by_text("2件を選択中")).to_be_visible()

    desk.get_by_role("button", name="先頭にする").focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="先頭にする：2件")).to_be_visible()
    desk.get_by_role("button", name="2件を先頭にする").press("Enter")

    expect(desk.get_by_text("2件を先頭にしました。")).to_be_visible()
    desk.get_by_role("button", name="元に戻す").press("Enter")
    expect(desk.get_by_text("2件を元の順に戻しました。")).to_be_visible()


def test_enter_opens_the_row_that_the_keys_went_to(desk: Page, live_server: LiveServer) -> None:
    open_page(desk, live_server, "/console/tests/departments/", DESK)

    desk.keyboard.press("j")

    expect(desk.get_by_role("link", name="建設課")).to_be_focused()


def test_the_search_field_is_reached_with_a_stroke_and_letters_in_it_stay_letters(
    desk: Page, live_server: LiveServer
) -> None:
    open_page(desk, live_server, "/console/tests/departments/", DESK)

    desk.keyboard.press("/")
    desk.keyboard.type("jx")
    words = desk.locator("#list-words")
    expect(words).to_have_value("jx")
    desk.keyboard.press("Escape")

    expect(words).not_to_be_focused()
    expect(desk.locator("input[name=picked]:checked")).to_have_count(0)


def test_a_filter_is_in_the_address_as_soon_as_it_is_chosen(
    desk: Page, live_server: LiveServer
) -> None:
    open_page(desk, live_server, "/console/tests/departments/", DESK)

    desk.get_by_label("階").select_option("2")
    expect(desk.get_by_text("20件", exact=False).first).to_be_visible()

    assert "floor=2" in desk.url


def test_everything_that_matches_can_be_chosen_and_the_number_is_said(
    desk: Page, live_server: LiveServer
) -> None:
    open_page(desk, live_server, "/console/tests/departments/", DESK)

    desk.get_by_label("このページをすべて選ぶ").check()
    expect(desk.get_by_text("25件を選択中")).to_be_visible()
    desk.get_by_label("条件に合う41件すべて").check()

    expect(desk.get_by_text("41件を選択中")).to_be_visible()


def test_who_needs_the_letters_for_something_else_turns_the_keys_off(
    desk: Page, live_server: LiveServer
) -> None:
    open_page(desk, live_server, "/console/tests/departments/", DESK)
    desk.keyboard.press("?")
    desk.get_by_label("文字のキー操作を使う").uncheck()
    desk.keyboard.press("Escape")

    desk.keyboard.press("j")
    desk.keyboard.press("x")

    expect(desk.locator("input[name=picked]:checked")).to_have_count(0)


def test_the_style_guide_shows_nothing_that_the_policy_refuses(
    desk: Page, live_server: LiveServer
) -> None:
    refused: list[str] = []
    desk.on("console", lambda said: refused.append(said.text) if said.type == "error" else None)

    open_page(desk, live_server, "/console/styleguide/", DESK)
    desk.wait_for_load_state("networkidle")

    assert refused == []


def test_the_first_tab_stop_leads_past_the_rail(desk: Page, live_server: LiveServer) -> None:
    open_page(desk, live_server, "/console/", DESK)

    desk.keyboard.press("Tab")
    expect(desk.get_by_role("link", name="本文へ移動")).to_be_focused()
    desk.keyboard.press("Enter")

    expect(desk.locator("#main")).to_be_focused()


def test_a_masked_value_is_shown_in_its_place(desk: Page, live_server: LiveServer) -> None:
    open_page(desk, live_server, "/console/styleguide/", DESK)

    desk.get_by_role("button", name="氏名を表示").click()

    expect(desk.locator(".yk-facts")).to_contain_text("神市　花子")
    expect(desk.get_by_role("button", name="氏名を表示")).to_have_count(0)


def test_a_broken_line_is_said_in_a_sentence(desk: Page, live_server: LiveServer) -> None:
    open_page(desk, live_server, "/console/tests/departments/", DESK)
    desk.context.set_offline(True)

    desk.get_by_label("階").select_option("2")

    expect(desk.get_by_text("通信できませんでした。", exact=False)).to_be_visible()
