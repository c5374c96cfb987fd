"""A resident signs with a card on a phone: out to the operator's page and back, without another app."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings as DjangoSettings

from simulators.cards.driver import Cards
from simulators.cards.server import Running, running
from simulators.cards.settings import Settings
from tests.browser.portal_hand import Hand, line_for, next_page, phone_of

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AxeFindings = Callable[[Page], list[str]]


@pytest.fixture
def operator(settings: DjangoSettings, live_server: LiveServer) -> Iterator[Running]:
    from tests.cast import make_town
    from tests.identity.making import make_application, make_provider, settings_of

    settings.PUBLIC_URL = live_server.url
    make_town()
    with running(Settings(redirects=f"{live_server.url}/p/")) as simulator:
        make_provider(settings=settings_of(simulator))
        make_application(purpose="sign")
        yield simulator


@pytest.fixture
def hand(
    browser: Browser, settings: DjangoSettings, live_server: LiveServer, operator: Running
) -> Iterator[Hand]:
    with line_for(settings, live_server) as line, phone_of(browser, line) as hand:
        yield hand


def to_the_proof(hand: Hand) -> Page:
    from yakuba.procedures.models import Procedure

    page = hand.open(f"x/{Procedure.objects.get().slug}/")
    page.get_by_label("何通いりますか").fill("1")
    next_page(page)
    page.get_by_role("button", name="マイナンバーカードで署名する").click()
    expect(page.get_by_role("heading", name="カードで署名します")).to_be_visible()
    return page


def test_a_card_signs_and_the_way_leads_back(
    hand: Hand, operator: Running, axe: AxeFindings
) -> None:
    page = to_the_proof(hand)
    expect(page.get_by_text("窓口・郵送でも手続できます。").first).to_be_visible()
    hand.picture("proof-1-start")
    assert axe(page) == []

    page.get_by_role("button", name="で確認する").click()
    page.wait_for_url(f"{operator.base}/**")  # the page led on by itself
    hand.picture("proof-2-operator")
    page.goto(Cards(operator.base).hold(page.url, "hanako"))

    expect(page.get_by_role("heading", name="署名が終わりました")).to_be_visible()
    hand.picture("proof-3-done")
    assert axe(page) == []
    page.get_by_role("button", name="手続をつづける").click()
    expect(page.get_by_role("heading", name="入力した内容")).to_be_visible()
    hand.picture("proof-4-summary")
    page.get_by_role("button", name="送る").click()
    expect(page.get_by_role("heading", name="受け付けました")).to_be_visible()


def test_a_card_that_cannot_sign_leads_to_the_counter(
    hand: Hand, operator: Running, axe: AxeFindings
) -> None:
    page = to_the_proof(hand)
    page.get_by_role("button", name="で確認する").click()
    page.wait_for_url(f"{operator.base}/**")

    page.goto(Cards(operator.base).hold(page.url, "child"))

    expect(page.get_by_role("heading", name="確認できませんでした")).to_be_visible()
    expect(page.get_by_role("link", name="電話をかける")).to_be_visible()
    hand.picture("proof-5-child")
    assert axe(page) == []
