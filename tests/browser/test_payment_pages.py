"""The hosted pages of the simulated payment services: on a phone, readable by everybody, and marked as a trial."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, Route, ViewportSize, expect

from simulators.payments.driver import Desk, Payer
from simulators.payments.server import Running, running
from tests.payments.kinds.providers import (
    Ear,
    form_of,
    listening,
    make_order,
    merchant_at,
    paypay_contract,
    sbps_contract,
    stripe_contract,
)

PHONE: ViewportSize = {"width": 390, "height": 844}
TRIAL = "ためし（お金は動きません）"
Look = Callable[[Page], list[str]]


@pytest.fixture
def ear() -> Iterator[Ear]:
    with listening() as found:
        yield found


@pytest.fixture
def sim(ear: Ear) -> Iterator[Running]:
    with running(merchant_at(ear)) as here:
        yield here


def look(page: Page, axe: Look) -> None:
    """One column on a phone, large enough to press, no finding of axe, and clearly a trial."""
    expect(page.get_by_text(TRIAL)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    for button in page.locator("main button, main a.button, main label.choice").all():
        box = button.bounding_box()
        assert box is None or box["height"] >= 44
    assert axe(page) == []


def test_a_card_is_refused_and_another_pays_at_stripe(page: Page, axe: Look, sim: Running) -> None:
    page.set_viewport_size(PHONE)
    order = make_order()
    page.route(f"{order.back_url}**", lambda route: route.fulfill(body="town"))
    page.goto(stripe_contract(sim).start(order).url)
    look(page, axe)

    page.get_by_label("カード番号").fill("4000 0000 0000 0002")
    page.get_by_role("button", name="支払う").click()
    expect(page.get_by_role("alert")).to_contain_text("使えませんでした")
    look(page, axe)
    page.get_by_role("button", name="支払う").click()

    expect(page).to_have_url(order.back_url)


def test_a_convenience_store_gives_numbers(page: Page, axe: Look, sim: Running) -> None:
    page.set_viewport_size(PHONE)
    page.goto(stripe_contract(sim).start(make_order()).url)

    page.get_by_label("コンビニ払い").check()
    page.get_by_role("button", name="支払う").click()

    expect(page.get_by_text("ローソン")).to_be_visible()
    look(page, axe)


def test_paypay_shows_a_button_and_a_code(page: Page, axe: Look, sim: Running) -> None:
    page.set_viewport_size(PHONE)
    order = make_order()
    page.route(f"{order.back_url}**", lambda route: route.fulfill(body="town"))
    page.goto(paypay_contract(sim).start(order).url)
    page.get_by_text("別のスマートフォン").click()
    look(page, axe)

    page.get_by_role("button", name="PayPayで支払う").click()

    expect(page).to_have_url(order.back_url)


def test_the_browser_itself_sends_a_form_in_shift_jis_to_sbps_and_its_result_back(
    page: Page, axe: Look, sim: Running, ear: Ear
) -> None:
    """A real browser encodes the form, so the checksum and the letters are proven, not only our driver."""
    page.set_viewport_size(PHONE)
    contract, order = sbps_contract(sim), make_order(message_url=ear.url)
    start = form_of(contract.start(order))
    returned: list[bytes] = []

    def town(route: Route) -> None:
        returned.append(route.request.post_data_buffer or b"")
        route.fulfill(body="town")

    page.route(f"{order.back_url}**", town)
    hidden = "".join(f'<input type="hidden" name="{k}" value="{v}">' for k, v in start.fields)
    page.set_content(
        f'<form method="post" action="{start.url}" accept-charset="{start.charset}">{hidden}<button>進む</button></form>'
    )
    page.get_by_role("button", name="進む").click()
    expect(page.get_by_text("住民票の写し")).to_be_visible()
    look(page, axe)

    page.get_by_role("button", name="支払う").click()

    expect(page).to_have_url(order.back_url)
    for body in (ear.wait(1)[0][1], returned[0]):
        contract.verify({}, body)
        assert contract.parse_message({}, body).merchant_ref == order.merchant_ref


def test_a_page_that_is_over_says_so_and_leads_back(page: Page, axe: Look, sim: Running) -> None:
    page.set_viewport_size(PHONE)
    order = make_order()
    start = paypay_contract(sim).start(order)
    Desk(sim.base).expire(order.merchant_ref)

    page.goto(start.url)

    expect(page.get_by_role("link", name="役場のページにもどる")).to_have_attribute(
        "href", order.back_url
    )
    look(page, axe)


def test_the_bank_shows_what_was_paid_and_what_waits(page: Page, axe: Look, sim: Running) -> None:
    payer = Payer(sim.base)
    payer.opens(stripe_contract(sim).start(make_order()).url).pays("konbini")
    payer.opens(paypay_contract(sim).start(make_order()).url).pays()

    page.goto(sim.base)
    assert axe(page) == []
    page.get_by_role("button", name="お店で払った").click()

    expect(page.get_by_role("row")).to_have_count(3)
    page.set_viewport_size(PHONE)
    assert axe(page) == []
