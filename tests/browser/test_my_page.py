"""A resident looks at "my page" on a phone, and tells of the children in the settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings as DjangoSettings

from tests.browser.portal_hand import Hand, line_for, next_page, phone_of
from tests.stories.conftest import SAMPLES

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AxeFindings = Callable[[Page], list[str]]


@pytest.fixture
def hand(browser: Browser, settings: DjangoSettings, live_server: LiveServer) -> Iterator[Hand]:
    from tests.cast import make_town
    from yakuba.config import town_files

    make_town()
    for _line in town_files.load(SAMPLES):
        pass
    with line_for(settings, live_server) as line, phone_of(browser, line) as hand:
        yield hand


def test_the_next_thing_is_on_top_and_what_can_be_begun_below(hand: Hand, axe: AxeFindings) -> None:
    page = hand.open("x/iken/")
    expect(page.get_by_role("heading", name="広報のこと")).to_be_visible()

    page = hand.open("")

    expect(page.get_by_role("heading", name="つぎにすること")).to_be_visible()
    hand.picture("my-page")
    assert axe(page) == []
    page.get_by_role("link", name="道路・公園の通報").click()
    expect(page.get_by_role("heading", name="見つけたもの")).to_be_visible()


def test_the_children_are_told_of_on_pages_of_their_own(hand: Hand, axe: AxeFindings) -> None:
    page = hand.open("x/toroku/")
    for question in ("年代を教えてください", "性別を教えてください", "お住まいの地区"):
        expect(page.get_by_text(question).first).to_be_visible()
    hand.picture("settings-1")
    next_page(page)
    page.get_by_label("教える").check()
    hand.picture("settings-2-more")
    next_page(page)
    page.get_by_label("あなたの生年月日").fill("昭和60.4.1")
    hand.picture("settings-3-birth")
    next_page(page)
    hand.picture("settings-4-no-child")
    assert axe(page) == []
    page.get_by_role("button", name="1人足す").click()
    page.get_by_label("お子さんの生年月日").fill("令和7.5.5")
    hand.picture("settings-5-child")
    assert axe(page) == []
    next_page(page)
    expect(page.get_by_text("令和7年5月5日（月）")).to_be_visible()
    hand.picture("settings-6-summary")
    page.get_by_role("button", name="送る", exact=True).click()
    expect(page.get_by_role("heading", name="受け付けました")).to_be_focused()
    hand.picture("settings-7-done")


def test_the_name_in_line_is_told_only_by_a_press(hand: Hand, axe: AxeFindings) -> None:
    page = hand.open("name/")
    expect(page.get_by_text("役場は、あなたのLINEの名前を知りません。")).to_be_visible()
    hand.picture("name-1-asked")
    assert axe(page) == []

    page.get_by_role("button", name="LINEの名前を役場に知らせる").click()

    # The LINE of these tests has no messaging channel of ours: it does not tell.
    expect(page.get_by_role("alert")).to_contain_text("LINEに確認できませんでした")
    hand.picture("name-2-not-told")
    assert axe(page) == []
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Your name in LINE")).to_be_visible()


def test_furigana_stands_above_the_words(hand: Hand, axe: AxeFindings) -> None:
    from tests.procedures.making import make_section
    from tests.procedures.on_page import ask, make_open_procedure

    fruit = {
        "choices": [
            {"id": "pear", "label": {"ja": "梨《なし》"}},
            {"id": "peach", "label": {"ja": "桃《もも》"}},
        ]
    }
    section = make_section(
        "one",
        ask("fruit", "choice", "好《す》きな果物《くだもの》はどれですか。", options=fruit),  # type: ignore[arg-type]
        title={"ja": "上市町《かみいちまち》の果物《くだもの》"},
    )
    make_open_procedure(section, slug="fruit", go_on_to=["tsuho"])

    page = hand.open("x/fruit/")
    expect(page.locator("h1 rt").first).to_have_text("かみいちまち")
    hand.picture("ruby-1-asked")
    assert axe(page) == []
    page.get_by_label("梨").check()
    next_page(page)
    page.get_by_role("button", name="送る", exact=True).click()

    expect(page.get_by_role("link", name="つづけて「道路・公園の通報」を始める")).to_be_visible()
    hand.picture("ruby-2-done")
    assert axe(page) == []
