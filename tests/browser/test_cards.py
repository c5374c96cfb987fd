"""The pages of the card simulator on a phone: a card is held, its PIN typed, and the town is back."""

import re
from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from simulators.cards.driver import Cards, digest_of
from simulators.cards.server import Running, running
from simulators.cards.settings import Settings

pytestmark = pytest.mark.browser
AxeFindings = Callable[[Page], list[str]]


@pytest.fixture
def sim() -> Iterator[Running]:
    with running(Settings(redirects="http://127.0.0.1:")) as here:
        yield here


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, locale="ja-JP", has_touch=True
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    yield page
    context.close()


@pytest.fixture
def handoff(sim: Running) -> Callable[[str], str]:
    """Begin a check, whose way back is a page that exists: the simulator's list of cards."""

    def begin(purpose: str) -> str:
        asked: dict[str, object] = {
            "purpose": purpose,
            "redirect_uri": f"{sim.base}/sim/cards",
            "state": "s",
            "title": "住民票の写しの交付申請",
            "attributes": ["name", "address", "birthdate", "sex"],
        }
        if purpose == "sign":
            asked["digest"] = digest_of(bytes(32))
        headers = {"authorization": f"Bearer {sim.settings.api_key}"}
        answer = httpx.post(
            f"{sim.base}/v1/verifications", json=asked, headers=headers, trust_env=False
        )
        return str(answer.json()["handoff_url"])

    return begin


def is_fine(page: Page, axe: AxeFindings) -> None:
    """Nothing for axe to find, nothing wider than the phone, nothing too small for a thumb."""
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small = page.evaluate(
        "[...document.querySelectorAll('button, .button, .card, summary, input:not([type=radio]):not([type=hidden])')]"
        ".filter(one => one.checkVisibility() && one.getBoundingClientRect().height < 44)"
        ".map(one => one.outerHTML)"
    )
    assert small == []


def test_a_card_is_held_and_a_wrong_pin_can_be_tried_again(
    phone: Page, handoff: Callable[[str], str], axe: AxeFindings
) -> None:
    phone.goto(handoff("sign"))
    expect(phone.get_by_role("heading", name="スマホにカードをかざす")).to_be_visible()
    expect(phone.get_by_text("住民票の写しの交付申請")).to_be_visible()
    is_fine(phone, axe)
    phone.get_by_role("button", name="このカードをかざす").click()

    pin = phone.get_by_label("署名用パスワード")
    expect(pin).to_be_focused()
    pin.fill("WRONG1")
    phone.get_by_role("button", name="署名する").click()
    expect(phone.get_by_role("alert")).to_contain_text("あと4回")
    is_fine(phone, axe)

    phone.get_by_label("署名用パスワード").fill("abc123")
    phone.get_by_role("button", name="署名する").click()
    expect(phone).to_have_url(re.compile("outcome=done"))


def test_a_child_is_told_why_and_the_way_back(
    phone: Page, handoff: Callable[[str], str], axe: AxeFindings
) -> None:
    phone.goto(handoff("sign"))
    phone.get_by_text("こまったときのカードを試す").click()
    is_fine(phone, axe)
    phone.get_by_label("山田はると").check()
    phone.get_by_role("button", name="このカードをかざす").click()

    expect(phone.get_by_text("15歳未満")).to_be_visible()
    is_fine(phone, axe)
    phone.get_by_role("link", name="手続にもどる").click()
    expect(phone).to_have_url(re.compile("outcome=failed"))


def test_who_has_no_card_goes_back_and_the_page_is_over(
    phone: Page, handoff: Callable[[str], str], axe: AxeFindings
) -> None:
    page = handoff("authenticate")
    phone.goto(page)
    phone.get_by_role("button", name="やめて手続にもどる").click()
    expect(phone).to_have_url(re.compile("outcome=cancelled"))

    phone.goto(page)
    expect(phone.get_by_role("heading", name="この本人確認は終わっています")).to_be_visible()
    is_fine(phone, axe)


def test_the_box_of_cards_revokes_and_restores(phone: Page, sim: Running, axe: AxeFindings) -> None:
    phone.goto(f"{sim.base}/cards/")
    hanako = phone.locator("#hanako")
    is_fine(phone, axe)

    hanako.get_by_role("button", name="引っ越す").click()
    expect(hanako).to_contain_text("失効（affiliation_changed）")
    hanako.get_by_role("button", name="もとにもどす").click()
    expect(hanako).not_to_contain_text("失効（")


def test_a_browser_that_does_not_come_back_says_what_to_do(
    phone: Page, sim: Running, handoff: Callable[[str], str], axe: AxeFindings
) -> None:
    cards = Cards(sim.base)
    cards.faults(no_return=True, count=1)
    phone.goto(handoff("authenticate"))
    phone.get_by_role("button", name="このカードをかざす").click()
    phone.get_by_label("利用者証明用の暗証番号").fill("1234")
    phone.get_by_role("button", name="確認する").click()

    expect(phone.get_by_text("LINEにもどって")).to_be_visible()
    is_fine(phone, axe)
