"""What residents see of what they owe, on the pages inside LINE."""

from io import BytesIO

import pytest
from django.test import Client
from pypdf import PdfReader

from tests.cast import make_resident, make_town
from tests.payments.bank import Bank
from tests.payments.making import SECRET, begin, make_charge, make_connection, tell
from yakuba.payments import operations, queries
from yakuba.payments.models import Attempt, Charge, Connection, ProviderMessage
from yakuba.payments.portal import page_of
from yakuba.portal import operations as portal
from yakuba.portal import queries as sessions
from yakuba.residents.models import Resident

pytestmark = pytest.mark.django_db


def signed_in(resident: Resident) -> Client:
    browser = Client(HTTP_HOST="localhost")
    account = resident.accounts.get()
    browser.cookies[sessions.COOKIE] = portal.sign_in(user_id=account.line_user_id)
    return browser


@pytest.fixture
def hanako(db: None) -> Resident:
    make_town()
    return make_resident()


@pytest.fixture
def charge(hanako: Resident, card: Connection) -> Charge:
    return make_charge(resident=hanako, amount=1010, reason="花子のため")


def press(browser: Client, charge: Charge, way: str = "card:card") -> object:
    return browser.post(page_of(charge), {"way": way})


def test_the_page_says_what_how_much_and_how_and_leads_to_the_bank(
    hanako: Resident, charge: Charge, bank: Bank
) -> None:
    browser = signed_in(hanako)

    shown = browser.get(page_of(charge))
    led = browser.post(page_of(charge), {"way": "card:card"})

    words = shown.content.decode()
    assert "1,010円" in words
    assert "クレジットカード" in words
    assert "form-action 'self' https://bank.example" in shown["Content-Security-Policy"]
    assert led.status_code == 303
    assert led["Location"].startswith("https://bank.example/")


def test_a_form_of_another_character_set_is_sent_with_a_visible_button(
    hanako: Resident, charge: Charge, bank: Bank
) -> None:
    bank.form_post = True

    answer = signed_in(hanako).post(page_of(charge), {"way": "card:card"})

    words = answer.content.decode()
    assert 'accept-charset="shift_jis"' in words
    assert "支払いの画面へ進む" in words
    assert "https://bank.example" in answer["Content-Security-Policy"]
    assert "csrfmiddlewaretoken" not in words.partition("accept-charset")[2]


def test_whoever_comes_back_hears_what_the_bank_says(
    hanako: Resident, charge: Charge, bank: Bank
) -> None:
    browser = signed_in(hanako)
    browser.post(page_of(charge), {"way": "card:card"})
    attempt = Attempt.objects.get()

    back = browser.post(f"/pay/back/{attempt.merchant_ref}/", {"result": "paid!"})
    before = browser.get(back["Location"]).content.decode()
    bank.pay(attempt.merchant_ref)
    after = browser.get(back["Location"]).content.decode()

    assert back.status_code == 303
    assert "支払いを確認しています" in before
    assert "支払いが終わりました" in after
    assert "1,010円" in after


@pytest.mark.parametrize(
    ("status", "title"),
    [("waiting", "コンビニなどでの支払いを待っています"), ("closed", "支払いは終わっていません")],
)
def test_not_paid_is_said_as_it_is(
    hanako: Resident, charge: Charge, bank: Bank, status: str, title: str
) -> None:
    browser = signed_in(hanako)
    attempt = begin(charge, Connection.objects.get())
    bank.accounts["kamiichi", attempt.merchant_ref].status = status

    words = browser.get(f"{page_of(charge)}back/").content.decode()

    assert title in words


def test_a_bank_that_does_not_answer_is_no_reason_to_pay_again(
    hanako: Resident, charge: Charge, bank: Bank
) -> None:
    browser = signed_in(hanako)
    begin(charge, Connection.objects.get())
    bank.silent_before.add("fetch")

    words = browser.get(f"{page_of(charge)}back/").content.decode()

    assert "もう一度支払わないでください" in words


def test_e34_somebody_else_pays_with_the_link_and_sees_nothing_of_the_applicant(
    hanako: Resident, charge: Charge, bank: Bank
) -> None:
    taro = signed_in(make_resident())
    assert taro.get(page_of(charge)).status_code == 404

    shown = taro.get(f"/p/pay/for/{charge.payer_code}/")
    led = taro.post(f"/p/pay/for/{charge.payer_code}/", {"way": "card:card"})
    bank.pay(Attempt.objects.get().merchant_ref)
    back = taro.get(f"{page_of(charge)}back/")

    assert "花子のため" not in shown.content.decode()
    assert "花子のため" not in taro.get(page_of(charge)).content.decode()
    assert led.status_code == 303
    assert "支払いが終わりました" in back.content.decode()
    assert queries.standing(charge) == "paid"


def test_a_held_charge_says_that_nobody_should_pay_again(
    hanako: Resident, charge: Charge, bank: Bank
) -> None:
    attempt = begin(charge, Connection.objects.get())
    bank.pay(attempt.merchant_ref, 1)
    operations.ask(attempt)

    words = signed_in(hanako).get(page_of(charge)).content.decode()

    assert "もう一度支払わないでください" in words
    assert "支払いへ進む" not in words


def test_the_record_of_the_payment_is_a_page_and_a_paper(
    hanako: Resident, charge: Charge, bank: Bank
) -> None:
    browser = signed_in(hanako)
    assert browser.get(f"{page_of(charge)}receipt/").status_code == 404
    attempt = begin(charge, Connection.objects.get())
    bank.pay(attempt.merchant_ref)
    operations.ask(attempt)

    page = browser.get(f"{page_of(charge)}receipt/").content.decode()
    paper = browser.get(f"{page_of(charge)}receipt.pdf")

    assert "1,010円" in page
    text = PdfReader(BytesIO(paper.content)).pages[0].extract_text()
    assert "支払いの記録" in text
    assert "1,010円" in text


def test_what_is_to_be_paid_stands_on_top_of_my_page(
    hanako: Resident, charge: Charge, bank: Bank
) -> None:
    words = signed_in(hanako).get("/p/").content.decode()

    assert "支払い待ち" in words
    assert page_of(charge) in words


def test_the_machines_address_answers_as_the_bank_wants(
    hanako: Resident, charge: Charge, bank: Bank, card: Connection
) -> None:
    machine = Client(enforce_csrf_checks=True)
    where = f"/pay/messages/{card.public_id}/"

    taken = machine.post(where, b'{"id": "1"}', "application/json", headers={"X-Bank": SECRET})
    forged = machine.post(where, b'{"id": "2"}', "application/json", headers={"X-Bank": "?"})
    strange = machine.post(
        "/pay/messages/00000000-0000-4000-8000-000000000000/", b"", "application/json"
    )

    assert (taken.status_code, taken.content) == (200, b"OK,")
    assert forged.status_code == 400
    assert strange.status_code == 404
    assert ProviderMessage.objects.count() == 1


def test_a_connection_that_is_red_is_not_offered(
    hanako: Resident, charge: Charge, bank: Bank, card: Connection
) -> None:
    make_connection("second", order=1)
    Connection.objects.filter(pk=card.pk).update(
        faults=[{"words": "鍵がちがいます。", "field": "secret"}]
    )

    words = signed_in(hanako).get(page_of(charge)).content.decode()

    assert "card:card" not in words
    assert "second:card" in words
    assert tell(card, "x").status == 200  # its messages are still taken
