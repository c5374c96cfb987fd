"""What staff see and do about money."""

import pytest
from django.conf import settings
from django.test import Client

from tests.cast import make_department, make_staff, make_town
from tests.payments.bank import Bank
from tests.payments.making import SECRET, begin, make_charge, make_connection
from yakuba.audit.models import Entry
from yakuba.payments import operations, queries
from yakuba.payments.models import CASHIER, Charge, Connection, LedgerEntry, RefundTask
from yakuba.payments.sockets import Matter, matters
from yakuba.townhall import operations as townhall
from yakuba.townhall.models import Capability, Membership, Scope, StaffMember

pytestmark = pytest.mark.django_db


def browser(staff: StaffMember) -> Client:
    client = Client(HTTP_HOST="localhost")
    client.force_login(staff, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


@pytest.fixture
def charge(bank: Bank, card: Connection) -> Charge:
    make_town()
    one = make_charge(amount=540)
    for capability in Capability.values:
        townhall.grant(one.scope, department=one.scope.department, capability=capability)
    return one


@pytest.fixture
def clerk(charge: Charge) -> StaffMember:
    return make_staff("窓口 花", department=charge.scope.department, role=Membership.Role.CLERK)


@pytest.fixture
def manager(charge: Charge) -> StaffMember:
    return make_staff("課長 一郎", department=charge.scope.department)


def page_of(charge: Charge) -> str:
    return f"/console/payments/{charge.public_id}/"


def pay(bank: Bank, charge: Charge, amount: int | None = None) -> None:
    attempt = begin(charge, Connection.objects.get())
    bank.pay(attempt.merchant_ref, amount)
    operations.ask(attempt)


def test_an_administrator_connects_checks_and_switches_on_and_never_sees_the_key_again(
    bank: Bank, db: None
) -> None:
    make_town()
    admin = browser(make_staff(is_administrator=True))
    typed = {"key": "card", "name": "カード", "s_shop": "kamiichi", "s_secret": "bad key"}

    made = admin.post("/console/payments/connections/new/testbank/", typed)
    where = made["Location"]
    too_early = admin.post(where, {"act": "on"}, follow=True).content.decode()
    admin.post(where, typed | {"s_secret": SECRET})
    admin.post(where, {"act": "on"})
    shown = admin.get(where).content.decode()

    assert "鍵がちがいます。" in too_early
    assert "接続を確かめて" in too_early
    connection = Connection.objects.get()
    assert connection.is_on
    assert SECRET not in shown
    assert "/pay/messages/" in shown


def test_a_wrong_key_is_red_and_residents_do_not_meet_it(bank: Bank, card: Connection) -> None:
    make_town()
    admin = browser(make_staff(is_administrator=True))
    where = f"/console/payments/connections/{card.public_id}/"

    admin.post(where, {"name": "カード", "s_shop": "kamiichi", "s_secret": "bad key"})
    shown = admin.get(where).content.decode()

    assert "鍵がちがいます。" in shown
    assert queries.usable() == []


def test_new_keys_keep_the_generation_and_the_earlier_ones_for_messages_on_the_way(
    bank: Bank, card: Connection
) -> None:
    from tests.payments.making import tell

    admin = make_staff(is_administrator=True)
    operations.change(
        card, name="カード", settings={**card.settings, "secret": "renewed"}, staff=admin
    )

    assert card.generation == 1
    assert tell(card, "x", secret="renewed").status == 200
    assert tell(card, "x", secret=SECRET).status == 200
    assert tell(card, "x", secret="guessed").status == 400
    operations.change(card, name="カード", settings={**card.settings, "shop": "b"}, staff=admin)
    assert card.generation == 2


def test_from_trial_to_production_is_another_contract_even_where_only_the_key_changes(
    bank: Bank, card: Connection
) -> None:
    admin = make_staff(is_administrator=True)
    attempt = begin(make_charge(), card)

    operations.change(card, name="カード", settings={**card.settings, "live": True}, staff=admin)

    assert card.is_live
    assert attempt.generation != card.generation
    bank.pay(attempt.merchant_ref)
    operations.ask(attempt)  # with the settings of the trial, and test money is no money
    assert not LedgerEntry.objects.exists()


def test_a_clerk_receives_money_at_the_counter(
    charge: Charge, clerk: StaffMember, bank: Bank
) -> None:
    desk = browser(clerk)
    shown = desk.get(page_of(charge)).content.decode()
    once = shown.partition('name="once" value="')[2].partition('"')[0]

    for _ in range(2):
        desk.post(page_of(charge), {"act": "counter", "amount": "540", "once": once})

    assert "540円を窓口で受け取った" in shown
    assert LedgerEntry.objects.get().posted_by == clerk
    assert queries.standing(charge) == "paid"
    assert Entry.objects.filter(action="received").count() == 1


def test_a_refund_is_asked_by_one_and_approved_by_another_who_may(
    charge: Charge, clerk: StaffMember, manager: StaffMember, bank: Bank
) -> None:
    pay(bank, charge)
    browser(clerk).post(page_of(charge), {"act": "refund", "amount": "540", "reason": "取り下げ"})
    task = RefundTask.objects.get()

    not_allowed = browser(clerk).post(page_of(charge), {"act": "approve", "task": task.pk})
    allowed = browser(manager).post(page_of(charge), {"act": "approve", "task": task.pk})
    operations.send_refund(task_id=task.pk)

    assert not_allowed.status_code == 403
    assert allowed.status_code == 302
    assert queries.standing(charge) == "none"
    assert "返金ずみ" in browser(clerk).get(page_of(charge)).content.decode()


def test_money_that_does_not_fit_waits_on_a_list_of_its_own(
    charge: Charge, clerk: StaffMember, bank: Bank
) -> None:
    pay(bank, charge, 1)
    desk = browser(clerk)

    waiting = desk.get("/console/payments/waiting/").content.decode()
    alarm = charge.alarms.get()
    desk.post(page_of(charge), {"act": "resolve", "alarm": alarm.pk, "words": "確かめた"})

    assert "金額がちがう" in waiting
    assert not queries.is_held(charge)


def test_another_department_does_not_learn_that_a_charge_exists(charge: Charge, bank: Bank) -> None:
    other = make_charge()
    townhall.grant(other.scope, department=other.scope.department, capability=Capability.VIEW)
    stranger = browser(make_staff(department=other.scope.department))

    assert stranger.get(page_of(charge)).status_code == 404
    assert charge.number not in stranger.get("/console/payments/").content.decode()


def test_the_cashier_reads_what_was_asked_for_and_received(
    charge: Charge, manager: StaffMember, bank: Bank
) -> None:
    pay(bank, charge)
    operations.void(charge, reason="取り下げ", staff=manager)
    desk = browser(manager)

    shown = desk.get("/console/payments/cashier/").content.decode()
    rows = queries.cashier_rows(manager, *(2 * (charge.entries.get().day,)))
    csv = desk.get(f"/console/payments/cashier/?first={rows[0].day}&last={rows[0].day}&as=csv")
    xlsx = desk.get(f"/console/payments/cashier/?first={rows[0].day}&last={rows[0].day}&as=xlsx")

    assert sorted((row.asked, row.received) for row in rows) == [(-540, 0), (0, 540), (540, 0)]
    assert queries.cashier_sums(rows)[-1] == ("合計", "", [0, 540, 0])
    assert "請求の取消" in shown
    assert charge.number in csv.content.decode("utf-8-sig")
    assert xlsx.content[:2] == b"PK"
    assert Entry.objects.filter(action="exported").count() == 2


def test_a_daily_file_is_given_in_on_the_screen(bank: Bank, card: Connection) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    make_town()
    admin = browser(make_staff(is_administrator=True))
    file = SimpleUploadedFile("a.csv", b"ref,txn,amount,at\nf,t,5,2026-11-01T00:00:00+09:00\n")
    wrong = SimpleUploadedFile("b.csv", b"?")

    done = admin.post(
        "/console/payments/connections/settlements/",
        {"connection": card.pk, "file": file},
        follow=True,
    )
    refused = admin.post(
        "/console/payments/connections/settlements/", {"connection": card.pk, "file": wrong}
    )

    assert "a.csv" in done.content.decode()
    assert "見出しがありません" in refused.content.decode()
    make_connection("second", order=1)


@pytest.fixture
def cashier(charge: Charge) -> StaffMember:
    """Somebody of the accounting section, which keeps the books of the whole town."""
    section = make_department("会計課")
    operations.entrust_books(department=section, staff=None)
    return make_staff("会計 二郎", department=section)


def test_the_accounting_section_sees_every_charge_and_nothing_of_what_it_is_for(
    charge: Charge, bank: Bank, cashier: StaffMember, clerk: StaffMember
) -> None:
    secret = make_charge(amount=110, reason="速達を希望されたため", scope=charge.scope)
    pay(bank, charge)
    operations.ask_refund(charge, amount=40, reason="病気のため", staff=clerk)
    desk = browser(cashier)

    listed = desk.get("/console/payments/").content.decode()
    books = desk.get("/console/payments/cashier/").content.decode()
    file = b"".join(desk.get("/console/payments/cashier/?first=2020-01-01&last=2100-01-01&as=csv"))
    pages = [desk.get(page_of(one)).content.decode() for one in (charge, secret)]

    assert charge.number in listed
    assert secret.number in listed
    assert "540円" in books
    assert charge.number in file.decode("utf-8-sig")
    for page in pages:
        assert "速達を希望されたため" not in page
        assert "病気のため" not in page
        assert "<button" not in page.partition('id="main"')[2].partition("</main>")[0]
    for act in ("counter", "refund", "void", "ask", "approve"):
        assert desk.post(page_of(charge), {"act": act, "words": "x"}).status_code == 403


def test_before_the_administrator_has_said_so_an_accounting_section_sees_nothing(
    charge: Charge,
) -> None:
    desk = browser(make_staff("会計 二郎", department=make_department("会計課")))

    assert desk.get(page_of(charge)).status_code in (403, 404)
    assert desk.get("/console/payments/cashier/").status_code == 403


def test_the_administrator_entrusts_the_books_to_one_department(charge: Charge) -> None:
    admin = browser(make_staff(is_administrator=True))
    section = make_department("会計課")

    admin.post("/console/settings/cashier/", {"department": section.pk})
    shown = admin.post(
        "/console/settings/cashier/", {"department": charge.scope.department.pk}
    ).content.decode()

    assert Scope.objects.get(kind=CASHIER).department == section
    assert "会計課" in shown
    assert Entry.objects.filter(action="granted").exists()


def test_the_charge_leads_to_what_it_is_for_and_only_those_who_may_see_it(
    charge: Charge, clerk: StaffMember, cashier: StaffMember
) -> None:
    def source(found: Charge, staff: StaffMember) -> Matter | None:
        return Matter("申請 08-1 を開く", "/console/submissions/1/") if staff == clerk else None

    matters.plug(source)
    try:
        mine = browser(clerk).get(page_of(charge)).content.decode()
        theirs = browser(cashier).get(page_of(charge)).content.decode()
    finally:
        matters.unplug(source)

    assert "申請 08-1 を開く" in mine
    assert "申請 08-1" not in theirs
