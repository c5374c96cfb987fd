"""Money from a phone to the books: a resident pays, a clerk asks for more and gives back, an administrator connects."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings as DjangoSettings

from tests.browser.portal_hand import Hand, line_for, next_page, phone_of

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

    from tests.payments.kinds.services import Services
    from yakuba.procedures.models import Procedure
    from yakuba.submissions.models import Submission
    from yakuba.townhall.models import StaffMember

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PICTURES = os.environ.get("YAKUBA_SCREENS")  # a folder for whoever wants to look
AxeFindings = Callable[[Page], list[str]]
FEE: dict[str, Any] = {
    "lines": [
        {"id": "copies", "label": {"ja": "住民票の写し"}, "unit": 300, "quantity_of": "copies"},
        {"id": "postage", "label": {"ja": "郵送料"}, "unit": 110},
    ]
}


@pytest.fixture
def services(settings: DjangoSettings, live_server: LiveServer) -> Iterator[Services]:
    from tests.cast import make_town
    from tests.payments.kinds.services import contracted

    settings.PUBLIC_URL = live_server.url
    make_town()
    with contracted(live_server.url) as found:
        yield found


@pytest.fixture
def procedure(services: Services) -> Procedure:
    """Copies at 300 yen each, and postage."""
    from tests.submissions.making import make_application, make_question, make_section

    copies = make_question(
        "copies", "number", label={"ja": "何通いりますか"}, options={"least": 1, "most": 9}
    )
    workflow: dict[str, Any] = {"charges": [{"label": {"ja": "速達料"}, "amount": 300}]}
    return make_application(
        make_section("wish", copies),
        title="住民票の写しの交付申請",
        fee=FEE,
        payment={},
        workflow=workflow,
    )


@pytest.fixture
def hand(
    browser: Browser, settings: DjangoSettings, live_server: LiveServer, procedure: Procedure
) -> Iterator[Hand]:
    with line_for(settings, live_server) as line, phone_of(browser, line) as hand:
        yield hand


def look(page: Page, axe: AxeFindings, name: str) -> None:
    """Take a picture for whoever wants to look; axe finds nothing and nobody scrolls sideways."""
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)
    assert axe(page) == [], name
    size = page.viewport_size
    assert size is not None
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], name


def to_the_choice(hand: Hand, procedure: Procedure, axe: AxeFindings) -> Page:
    """Go from the question over the summary with its fee and the receipt to the ways to pay."""
    page = hand.open(f"x/{procedure.slug}/")
    page.get_by_label("何通いりますか").fill("2")
    next_page(page)
    expect(page.get_by_role("heading", name="入力した内容")).to_be_visible()
    cost = page.get_by_label("手数料")
    expect(cost).to_contain_text("300円 × 2")
    expect(cost).to_contain_text("710円")
    look(page, axe, "pay-1-summary")
    page.get_by_role("button", name="送る").click()
    expect(page.get_by_role("heading", name="受け付けました")).to_be_visible()
    look(page, axe, "pay-2-received")
    page.get_by_role("link", name="支払いへ進む").click()
    expect(page.get_by_text("支払い方法を選んでください")).to_be_visible()
    return page


def is_paid(page: Page, axe: AxeFindings, name: str) -> None:
    from yakuba.payments import queries
    from yakuba.payments.models import Charge

    expect(page.get_by_role("heading", name="支払いが終わりました")).to_be_visible()
    expect(page.get_by_text("710円を受け取りました。")).to_be_visible()
    look(page, axe, name)
    assert queries.standing(Charge.objects.get()) == "paid"


def test_a_resident_is_led_from_the_receipt_to_stripe_and_back_to_the_record(
    hand: Hand, procedure: Procedure, services: Services, axe: AxeFindings
) -> None:
    page = to_the_choice(hand, procedure, axe)
    # Two services take cards: nobody should have to guess which is which.
    expect(page.get_by_label("クレジットカード（stripe）")).to_be_checked()
    expect(page.get_by_label("クレジットカード（sbps）")).to_be_visible()
    look(page, axe, "pay-3-choice")

    page.get_by_role("button", name="支払いへ進む").click()
    page.wait_for_url(f"{services.sim.base}/**")
    page.get_by_role("button", name="支払う").click()

    is_paid(page, axe, "pay-4-paid")
    page.get_by_role("link", name="支払いの記録を見る").click()
    expect(page.get_by_text("受け取り　710円")).to_be_visible()
    look(page, axe, "pay-5-record")
    hand.open("")
    expect(page.get_by_text("支払いずみ")).to_be_visible()


def test_a_resident_pays_with_paypay_after_giving_up_once(
    hand: Hand, procedure: Procedure, services: Services, axe: AxeFindings
) -> None:
    page = to_the_choice(hand, procedure, axe)
    page.get_by_label("PayPay（paypay）").check()
    page.get_by_role("button", name="支払いへ進む").click()
    page.wait_for_url(f"{services.sim.base}/**")
    page.get_by_role("button", name="支払わずに役場のページにもどる").click()
    expect(page.get_by_role("link", name="支払い方法を選び直す")).to_be_visible()
    look(page, axe, "pay-6-not-yet")

    page.get_by_role("link", name="支払い方法を選び直す").click()
    page.get_by_label("PayPay（paypay）").check()
    page.get_by_role("button", name="支払いへ進む").click()
    page.wait_for_url(f"{services.sim.base}/**")
    page.get_by_role("button", name="PayPayで支払う").click()

    is_paid(page, axe, "pay-7-paypay-paid")


def signed_in(page: Page, live_server: LiveServer, staff: StaffMember) -> Page:
    client = Client(HTTP_HOST="localhost")
    client.force_login(staff, backend=django_settings.AUTHENTICATION_BACKENDS[-1])
    session = client.cookies[django_settings.SESSION_COOKIE_NAME].value
    page.context.clear_cookies()
    page.context.add_cookies(
        [{"name": django_settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )
    return page


@pytest.fixture
def handed_in(procedure: Procedure, services: Services) -> Submission:
    """An application whose fee was paid with a card."""
    from tests.submissions.making import hand_in
    from yakuba.payments import operations

    submission = hand_in(procedure, wish={"copies": "2"})
    attempt = services.begin(_charge(submission), "stripe")
    services.pay(attempt)
    operations.ask(attempt)
    return submission


def _charge(submission: Submission) -> Any:
    from yakuba.submissions import queries

    return queries.owing(submission)[-1].charge


def test_a_clerk_asks_for_more_and_a_second_person_approves_what_goes_back(
    page: Page,
    live_server: LiveServer,
    handed_in: Submission,
    services: Services,
    axe: AxeFindings,
) -> None:
    from tests.submissions.making import make_clerk
    from yakuba.payments import operations
    from yakuba.payments.models import RefundTask

    first, second = (make_clerk(handed_in.procedure, name) for name in ("窓口 花", "課長 一郎"))
    desk = signed_in(page, live_server, first)
    desk.goto(f"{live_server.url}/console/submissions/{handed_in.pk}/")
    desk.get_by_text("追加で請求する").click()
    desk.get_by_label("速達料").check()
    desk.get_by_label("理由（本人に見えます）").fill("速達を希望されたため")
    look(desk, axe, "desk-1-more")
    desk.get_by_role("button", name="請求して、本人に送る").click()
    expect(desk.get_by_text("追加の請求", exact=True)).to_be_visible()

    # At the counter the person pays it, and finds that one copy was enough: 300 yen go back.
    desk.get_by_role("link", name="お金の記録・窓口での受け取り・返金").last.click()
    expect(desk.get_by_role("link", name=f"申請 {handed_in.receipt_no} を開く")).to_be_visible()
    look(desk, axe, "desk-2-open")
    desk.get_by_role("button", name="300円を窓口で受け取った").click()
    expect(desk.get_by_text("窓口で受け取ったことを記録しました。")).to_be_visible()
    desk.goto(f"{live_server.url}/console/payments/{handed_in_charge(handed_in)}/")
    desk.get_by_label("返金する金額（円）").fill("300")
    desk.get_by_label("返金の理由").fill("1通でよかったため")
    desk.get_by_role("button", name="返金を頼む").click()
    expect(desk.get_by_text("ほかの人（返金の権限のある人）の承認を待っています。")).to_be_visible()
    expect(desk.get_by_role("button", name="300円の返金を承認する")).to_have_count(0)
    look(desk, axe, "desk-3-asked")

    desk = signed_in(page, live_server, second)
    desk.goto(f"{live_server.url}/console/")
    desk.get_by_text("返金の承認・手渡し待ち").click()
    look(desk, axe, "desk-4-waiting")
    desk.get_by_role("link", name="住民票の写しの交付申請").click()
    desk.get_by_role("button", name="300円の返金を承認する").click()
    expect(desk.get_by_text("返金を承認しました。")).to_be_visible()
    operations.send_refund(task_id=RefundTask.objects.get().pk)
    desk.reload()
    expect(desk.get_by_text("返金ずみ")).to_be_visible()
    look(desk, axe, "desk-5-refunded")
    attempt = _first_charge(handed_in).attempts.get()
    assert services.desk.moved(attempt.merchant_ref) == [("capture", 710), ("refund", -300)]
    for name, path in (("desk-6-list", ""), ("desk-7-books", "cashier/")):
        desk.goto(f"{live_server.url}/console/payments/{path}")
        look(desk, axe, name)


def _first_charge(submission: Submission) -> Any:
    from yakuba.submissions import queries

    return queries.owing(submission)[0].charge


def handed_in_charge(submission: Submission) -> str:
    return str(_first_charge(submission).public_id)


def test_an_administrator_sees_red_before_a_resident_does(
    page: Page, live_server: LiveServer, services: Services, axe: AxeFindings
) -> None:
    from tests.cast import make_resident, make_staff
    from tests.payments.making import make_charge
    from yakuba.payments import queries
    from yakuba.payments.models import Connection

    Connection.objects.filter(kind="stripe").delete()
    charge = make_charge(resident=make_resident())
    desk = signed_in(page, live_server, make_staff("管理 者", is_administrator=True))
    desk.goto(f"{live_server.url}/console/payments/connections/")
    look(desk, axe, "admin-1-list")
    desk.get_by_role("link", name="Stripe").click()
    desk.get_by_label("呼び名（手続のファイルで使う）").fill("card")
    desk.get_by_label("表示名").fill("クレジットカード")
    desk.get_by_label("シークレットキー").fill("sk_test_wrong")
    desk.get_by_label("Webhookの署名シークレット").fill(services.sim.settings.stripe_webhook_secret)
    desk.get_by_label("接続先（ふつうは空欄）").fill(services.sim.base)
    desk.get_by_role("button", name="保存する").click()
    expect(desk.get_by_role("alert")).to_contain_text("シークレットキーが違う")
    look(desk, axe, "admin-2-red")

    desk.get_by_role("button", name="住民に出す").click()
    expect(desk.get_by_text("接続を確かめて、直すところがないときだけ使えます。")).to_be_visible()
    assert "card" not in {way.connection.key for way in queries.ways(charge)}
    desk.get_by_label("シークレットキー").fill(services.sim.settings.stripe_secret_key)
    desk.get_by_role("button", name="保存する").click()
    expect(desk.get_by_text("接続を確かめました。直すところはありません。")).to_be_visible()
    desk.get_by_role("button", name="住民に出す").click()
    expect(desk.get_by_role("button", name="住民に出さない")).to_be_visible()
    look(desk, axe, "admin-3-green")

    assert "card" in {way.connection.key for way in queries.ways(charge)}
    desk.goto(f"{live_server.url}/console/payments/connections/settlements/")
    look(desk, axe, "admin-4-files")
    desk.goto(f"{live_server.url}/console/settings/cashier/")
    look(desk, axe, "admin-5-books")
