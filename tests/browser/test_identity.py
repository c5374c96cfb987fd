"""A resident holds a card on the phone, in the middle of an application: out to the operator's page and back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings as DjangoSettings

from simulators.cards.driver import Cards
from simulators.cards.server import running
from simulators.cards.settings import Settings
from tests.browser.portal_hand import Hand, line_for, next_page, phone_of

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AxeFindings = Callable[[Page], list[str]]


@dataclass
class Applicant:
    """Hanako's phone, the cards that she might hold, and the application that asks who she is."""

    hand: Hand
    cards: Cards
    slug: str

    def comes_to_the_card(self) -> Page:
        page = self.hand.open(f"x/{self.slug}/")
        page.get_by_label("何通いりますか").fill("2")
        next_page(page)
        page.locator("button[name=leave]").click()
        expect(page.get_by_role("heading", name="マイナンバーカードで")).to_be_visible()
        return page

    def begins(self) -> Page:
        page = self.comes_to_the_card()
        page.get_by_role("button", name=re.compile("で確認する")).first.click()
        page.get_by_role("link", name="確認の画面を開く").click()
        expect(page.get_by_role("heading", name="スマホにカードをかざす")).to_be_visible()
        return page


@pytest.fixture
def applicant(
    browser: Browser, settings: DjangoSettings, live_server: LiveServer
) -> Iterator[Applicant]:
    from tests.cast import make_town
    from tests.identity.making import make_application, make_provider, settings_of

    make_town()
    settings.PUBLIC_URL = live_server.url
    with (
        running(Settings(redirects=f"{live_server.url}/p/")) as operator,
        line_for(settings, live_server) as line,
        phone_of(browser, line) as hand,
    ):
        make_provider(settings=settings_of(operator))
        yield Applicant(hand, Cards(operator.base), make_application().slug)


def test_a_card_is_held_and_the_application_goes_on(applicant: Applicant, axe: AxeFindings) -> None:
    page = applicant.comes_to_the_card()
    expect(page.get_by_text("窓口・郵送でも手続できます").first).to_be_visible()
    assert axe(page) == []

    page.get_by_role("button", name=re.compile("で確認する")).first.click()
    expect(page.get_by_role("heading", name="確認の画面に移ります")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("link", name="確認の画面を開く").click()
    page.get_by_role("button", name="このカードをかざす").click()
    page.get_by_label("利用者証明用の暗証番号").fill("1234")
    page.get_by_role("button", name="確認する", exact=True).click()

    expect(page.get_by_role("heading", name="本人確認が終わりました")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("button", name="手続をつづける").click()
    expect(page.get_by_role("button", name="送る", exact=True)).to_be_visible()


def test_whoever_has_no_card_finds_the_other_ways_and_what_was_typed(
    applicant: Applicant, axe: AxeFindings
) -> None:
    page = applicant.begins()

    page.get_by_role("button", name="カードを持っていない").click()
    page.get_by_role("link", name="手続にもどる").click()

    expect(page.get_by_role("heading", name="確認できませんでした")).to_be_visible()
    expect(page.get_by_text("入力したものは残っています")).to_be_visible()
    expect(page.get_by_role("heading", name="ほかの方法")).to_be_visible()
    assert axe(page) == []


def test_a_browser_that_did_not_come_back_is_asked_for_again(applicant: Applicant) -> None:
    page = applicant.begins()
    applicant.cards.faults(no_return=True, count=1)
    page.get_by_role("button", name="このカードをかざす").click()
    page.get_by_label("利用者証明用の暗証番号").fill("1234")
    page.get_by_role("button", name="確認する", exact=True).click()
    expect(page.get_by_text("LINEにもどって")).to_be_visible()

    page = applicant.hand.open(f"x/{applicant.slug}/")
    page.locator("button[name=leave]").click()

    expect(page.get_by_role("heading", name="本人確認が終わりました")).to_be_visible()
