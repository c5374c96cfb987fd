"""Pages inside LINE: whose they are, with LINE quick, slow, silent, and outside of LINE."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Route, expect
from pytest_django import Settings as DjangoSettings

from simulators.line.driver import Phone
from simulators.line.server import Running
from tests.browser.portal_hand import (
    HANAKO,
    TARO,
    Hand,
    choose_everything,
    line_for,
    next_page,
    phone_of,
)

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def line(settings: DjangoSettings, live_server: LiveServer) -> Iterator[Running]:
    with line_for(settings, live_server) as simulator:
        yield simulator


@pytest.fixture
def hand(browser: Browser, line: Running) -> Iterator[Hand]:
    with phone_of(browser, line) as hand:
        yield hand


def test_a_live_session_waits_for_nobody(hand: Hand) -> None:
    from tests.procedures.on_page import CHOOSING, make_open_procedure

    make_open_procedure(CHOOSING)
    page = hand.open("x/everything/")
    expect(page.get_by_role("heading", name="choosingについて")).to_be_visible()
    address = page.url

    page.route("**/liff/sdk.js", lambda route: route.abort())
    page.goto(address)
    choose_everything(page)
    next_page(page)

    expect(page.get_by_role("heading", name="入力した内容")).to_be_visible()


def test_when_line_does_not_answer_the_page_says_so(hand: Hand) -> None:
    from tests.procedures.on_page import CHOOSING, make_open_procedure

    make_open_procedure(CHOOSING, summary={"ja": "果物についてのアンケートです。"})
    hand.page.route("**/liff/sdk.js", lambda route: route.abort())

    page = hand.open("x/everything/")

    expect(page.get_by_text("果物についてのアンケートです。")).to_be_visible()
    expect(page.get_by_text("LINEにつながりませんでした")).to_be_visible()


def test_whoever_holds_the_phone_sees_their_own_and_a_session_that_ended_begins_again(
    hand: Hand,
) -> None:
    from tests.procedures.making import make_section
    from tests.procedures.on_page import ask, make_open_procedure
    from yakuba.portal.models import PortalSession
    from yakuba.procedures.models import Run

    make_open_procedure(make_section("one", ask("place", "short_text", "好きな場所")))
    page = hand.open("x/everything/")
    expect(page.get_by_label("好きな場所")).to_be_visible()
    before = str(page.locator("body").get_attribute("data-for"))
    hand.open("x/everything/", TARO)
    expect(page.locator("body")).to_have_attribute("data-for", re.compile(f"^(?!{before})"))
    page.get_by_label("好きな場所").fill("太郎の土手")
    PortalSession.objects.all().delete()
    next_page(page)

    expect(page.get_by_text("太郎の土手")).to_be_visible()
    assert Run.objects.count() == 2
    assert PortalSession.objects.get().account.line_user_id == Phone(hand.line.base).person(TARO).id


def test_nothing_touches_the_address_before_line_has_finished_with_it(hand: Hand) -> None:
    from tests.procedures.making import make_section
    from tests.procedures.on_page import ask, make_open_procedure

    make_open_procedure(
        make_section("one", ask("place", "short_text", "好きな場所")),
        make_section("two", ask("food", "short_text", "好きな食べ物")),
    )
    page = hand.open("x/everything/")
    expect(page.get_by_label("好きな場所")).to_be_visible()
    waiting: list[Route] = []
    page.route("**/liff/sdk.js", lambda route: waiting.append(route))
    page.goto(page.url, wait_until="domcontentloaded")
    page.get_by_label("好きな場所").fill("土手")
    next_page(page)
    expect(page.get_by_label("好きな食べ物")).to_be_visible()
    before = page.url
    waiting[0].continue_()
    page.evaluate(
        "() => new Promise(done => { const look = () => window.liff?.id ? done() : setTimeout(look, 50); look() })"
    )
    page.get_by_label("好きな食べ物").fill("ます寿司")
    next_page(page)
    expect(page.get_by_role("heading", name="入力した内容")).to_be_visible()

    assert before.endswith("/p/x/everything/")
    assert "/p/run/" in page.url
    page.go_back()
    expect(page.get_by_role("heading", name="入力した内容")).to_be_visible()


def test_an_outside_browser_signs_in_through_line_and_comes_back(
    hand: Hand, live_server: LiveServer
) -> None:
    from tests.procedures.on_page import CHOOSING, make_open_procedure

    make_open_procedure(CHOOSING)

    hand.page.goto(f"{live_server.url}/p/x/everything/")
    hand.page.get_by_role("link", name=HANAKO).click()

    expect(hand.page.get_by_role("heading", name="choosingについて")).to_be_visible()
    assert hand.page.url == f"{live_server.url}/p/x/everything/"


def test_an_old_token_of_an_outside_browser_leads_to_a_new_one_and_never_in_a_circle(
    hand: Hand, live_server: LiveServer
) -> None:
    from tests.procedures.on_page import CHOOSING, make_open_procedure

    make_open_procedure(CHOOSING)
    phone = Phone(hand.line.base)
    phone.faults(id_token="expired", count=1)

    hand.page.goto(f"{live_server.url}/p/x/everything/")
    hand.page.get_by_role("link", name=HANAKO).click()
    hand.page.get_by_role("link", name=HANAKO).click()  # once more, after the old one was refused
    expect(hand.page.get_by_role("heading", name="choosingについて")).to_be_visible()
    phone.faults(id_token="audience")
    hand.page.context.clear_cookies()
    hand.page.evaluate("localStorage.clear()")
    hand.page.goto(f"{live_server.url}/p/x/everything/")
    hand.page.get_by_role("link", name=HANAKO).click()
    hand.page.get_by_role("link", name=HANAKO).click()

    expect(hand.page.get_by_text("LINEで確認できませんでした")).to_be_visible()
