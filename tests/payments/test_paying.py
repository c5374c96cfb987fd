"""One charge is paid, in all the ways in which that goes wrong (procedures.md §7, E22–E29, E31–E35)."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from tests.cast import make_staff
from tests.payments.bank import Bank
from tests.payments.making import SECRET, begin, make_charge, make_connection, tell
from yakuba.payments import operations, queries, rules
from yakuba.payments.models import (
    Alarm,
    Attempt,
    Connection,
    LedgerEntry,
    ProviderMessage,
    RefundTask,
)
from yakuba.payments.operations import NothingToPay
from yakuba.payments.sockets import Redirect
from yakuba.portal.queries import machine_now

pytestmark = pytest.mark.django_db


def understand() -> None:
    """What the worker does with messages."""
    for message in ProviderMessage.objects.filter(processed_at=None):
        operations.process_message(message_id=message.pk)


def ask_all() -> None:
    """What the worker does when every question is due."""
    Attempt.objects.exclude(ask_next_at=None).update(ask_next_at=machine_now())
    for attempt in Attempt.objects.exclude(ask_next_at=None):
        operations.ask_attempt(attempt_id=str(attempt.pk))


def test_a_message_is_only_a_hint_and_the_bank_itself_is_asked(
    bank: Bank, card: Connection, news: list[str]
) -> None:
    charge = make_charge()
    attempt = begin(charge, card)

    assert tell(card, attempt.merchant_ref).body == b"OK,"
    understand()
    assert queries.standing(charge) == "due"

    bank.pay(attempt.merchant_ref)
    tell(card, attempt.merchant_ref)
    understand()

    assert queries.standing(charge) == "paid"
    assert news == ["settled"]


def test_e22_the_message_is_faster_than_the_browser_or_neither_comes(
    bank: Bank, card: Connection, news: list[str]
) -> None:
    first, second = make_charge(), make_charge()
    one, other = begin(first, card), begin(second, card)
    bank.pay(one.merchant_ref)
    bank.pay(other.merchant_ref)

    tell(card, one.merchant_ref)
    understand()
    operations.ask(one)  # the browser comes back afterwards
    ask_all()  # nobody ever told us of the other

    assert queries.standing(first) == queries.standing(second) == "paid"
    assert news == ["settled", "settled"]
    assert LedgerEntry.objects.count() == 2


def test_e23_a_replay_is_kept_once_and_a_forgery_not_at_all(
    bank: Bank, card: Connection, news: list[str]
) -> None:
    attempt = begin(make_charge(), card)
    bank.pay(attempt.merchant_ref)

    for _ in range(3):
        assert tell(card, attempt.merchant_ref, name="evt-once").status == 200
        understand()
    forged = tell(card, attempt.merchant_ref, secret="guessed")

    assert forged.status == 400
    assert ProviderMessage.objects.count() == 1
    assert news == ["settled"]
    card.refresh_from_db()
    assert card.refused == 1


def test_e24_paid_after_the_charge_was_taken_back_becomes_a_refund_task(
    bank: Bank, card: Connection, news: list[str]
) -> None:
    charge = make_charge()
    attempt = begin(charge, card)
    operations.void(charge, reason="取り下げ")
    bank.pay(attempt.merchant_ref)

    ask_all()  # cancels, and hears that somebody was faster

    assert "cancel" in bank.asked
    assert queries.standing(charge) == "refund_due"
    task = RefundTask.objects.get()
    assert (task.amount, task.why, task.asked_by) == (300, RefundTask.Why.SURPLUS, None)
    assert news == []


def test_e24_what_was_paid_after_our_own_end_still_counts(bank: Bank, card: Connection) -> None:
    charge = make_charge()
    attempt = begin(charge, card)
    Attempt.objects.update(expires_at=machine_now() - timedelta(minutes=1))
    ask_all()
    ask_all()
    attempt.refresh_from_db()
    assert attempt.state == Attempt.State.CLOSED

    bank.pay(attempt.merchant_ref)
    ask_all()

    assert queries.standing(charge) == "paid"


def test_e25_two_tabs_are_one_attempt_and_two_methods_paid_are_a_refund_task(
    bank: Bank, card: Connection, news: list[str]
) -> None:
    charge = make_charge()
    one = begin(charge, card)
    assert begin(charge, card) == one
    other = begin(charge, card, method="konbini")
    bank.pay(one.merchant_ref)
    bank.pay(other.merchant_ref)

    ask_all()

    assert queries.standing(charge) == "overpaid"
    task = RefundTask.objects.get()
    assert task.amount == 300
    assert news == ["settled"]


def test_whoever_has_paid_in_another_tab_is_not_led_to_pay_again(
    bank: Bank, card: Connection
) -> None:
    charge = make_charge()
    bank.pay(begin(charge, card).merchant_ref)

    with pytest.raises(operations.NothingOpen):
        operations.begin_attempt(charge, connection=card, resident=None, method="konbini")

    assert queries.standing(charge) == "paid"


@pytest.mark.parametrize(("amount", "currency"), [(1, "JPY"), (900, "JPY"), (300, "USD")])
def test_e26_another_amount_or_currency_is_written_down_held_and_alarmed(
    bank: Bank, card: Connection, news: list[str], amount: int, currency: str
) -> None:
    charge = make_charge()
    attempt = begin(charge, card)
    bank.pay(attempt.merchant_ref, amount, currency=currency)

    ask_all()

    entry = LedgerEntry.objects.get()
    assert (entry.amount, entry.currency) == (amount, currency)
    assert Alarm.objects.get().entry == entry
    assert queries.is_held(charge)
    assert news == []
    assert not RefundTask.objects.exists()
    with pytest.raises(operations.BeingLookedAt if amount != 900 else operations.NothingOpen):
        operations.begin_attempt(charge, connection=card, resident=None, method="card")


def test_e26_when_a_person_has_looked_it_goes_on_as_the_ledger_says(
    bank: Bank, card: Connection, news: list[str]
) -> None:
    from tests.cast import make_staff

    charge = make_charge()
    bank.pay(begin(charge, card).merchant_ref, 900)
    ask_all()

    alarm = Alarm.objects.get()
    operations.resolve_alarm(alarm, resolution="通信記録を確かめた", staff=make_staff())

    assert news == ["settled"]
    assert RefundTask.objects.get().amount == 600


def test_e28_another_shop_in_the_settings_does_not_move_who_is_asked_about_a_payer_on_the_way(
    bank: Bank, card: Connection
) -> None:
    charge = make_charge()
    attempt = begin(charge, card)
    Connection.objects.update(generation=2)
    card.refresh_from_db()
    card.settings = {"shop": "elsewhere", "secret": "other", "live": False}
    card.save()
    bank.pay(attempt.merchant_ref)

    ask_all()

    assert queries.standing(charge) == "paid"


def test_new_keys_of_the_same_shop_are_used_for_attempts_on_the_way(
    bank: Bank, card: Connection
) -> None:
    attempt = begin(make_charge(), card)
    card.settings = {**card.settings, "secret": "renewed"}
    card.save()
    attempt.refresh_from_db()

    contract = queries.contract_for(Attempt.objects.get(pk=attempt.pk))

    assert contract.model_dump()["secret"].get_secret_value() == "renewed"


@pytest.mark.parametrize("when", ["silent_before", "silent_after"])
def test_e29_no_answer_does_not_begin_it_twice(bank: Bank, card: Connection, when: str) -> None:
    charge = make_charge()
    getattr(bank, when).add("start")
    with pytest.raises(operations.NoAnswer):
        operations.begin_attempt(charge, connection=card, resident=None, method="card")

    start = operations.begin_attempt(charge, connection=card, resident=None, method="card")

    assert isinstance(start, Redirect)
    assert len(bank.accounts) == 1  # `DUPLICATE` would have been refused
    assert charge.attempts.get().state == Attempt.State.OPEN


def test_e31_konbini_may_wait_for_days_and_is_then_paid(bank: Bank, card: Connection) -> None:
    charge = make_charge()
    attempt = begin(charge, card, method="konbini")
    bank.accounts["kamiichi", attempt.merchant_ref].status = "waiting"
    Attempt.objects.update(expires_at=machine_now() - timedelta(days=2))
    for _ in range(8):
        ask_all()
    attempt.refresh_from_db()
    assert attempt.is_waiting
    assert not attempt.is_unwanted
    assert attempt.ask_next_at is not None

    bank.pay(attempt.merchant_ref)
    ask_all()

    assert queries.standing(charge) == "paid"


def test_e32_a_chargeback_opens_the_charge_again_and_calls_a_person(
    bank: Bank, card: Connection, news: list[str]
) -> None:
    charge = make_charge()
    attempt = begin(charge, card)
    bank.pay(attempt.merchant_ref)
    ask_all()

    bank.call_back(attempt.merchant_ref)
    tell(card, attempt.merchant_ref)
    understand()

    assert queries.standing(charge) == "due"
    assert Alarm.objects.get().kind == Alarm.Kind.CHARGEBACK
    assert news == ["settled", "reopened"]


def test_e32_a_dispute_that_is_won_later_settles_the_charge_again(
    bank: Bank, card: Connection, news: list[str]
) -> None:
    charge = make_charge()
    attempt = begin(charge, card)
    bank.pay(attempt.merchant_ref)
    operations.ask(attempt)
    bank.call_back(attempt.merchant_ref)
    operations.ask(attempt)
    assert queries.standing(charge) == "due"

    bank.win_dispute(attempt.merchant_ref)
    operations.ask(attempt)
    operations.ask(attempt)

    assert queries.standing(charge) == "paid"
    assert news == ["settled", "reopened", "settled"]
    assert [one.kind for one in charge.entries.order_by("pk")] == [
        "capture",
        "chargeback",
        "regained",
    ]
    regained = charge.entries.get(kind="regained")
    assert regained.of == charge.entries.get(kind="capture")
    assert queries.refundable_captures(charge) == [(regained.of_id, 300)]


def test_e32_what_was_paid_again_before_the_dispute_was_won_goes_back(
    bank: Bank, card: Connection
) -> None:
    charge, clerk = make_charge(), make_staff()
    attempt = begin(charge, card)
    bank.pay(attempt.merchant_ref)
    operations.ask(attempt)
    bank.call_back(attempt.merchant_ref)
    operations.ask(attempt)
    operations.post_counter_payment(charge, amount=300, once=uuid4(), staff=clerk)

    bank.win_dispute(attempt.merchant_ref)
    operations.ask(attempt)

    task = RefundTask.objects.get()
    assert (queries.standing(charge), task.amount, task.is_by_hand) == ("overpaid", 300, True)


def test_e33_who_owes_nothing_is_asked_for_nothing(bank: Bank, card: Connection) -> None:
    free = [rules.line("手数料", 300), rules.line("減免", -300)]

    with pytest.raises(NothingToPay):
        operations.request_charge(scope=make_charge().scope, title="住民票", lines=free)


def test_e35_messages_of_another_environment_or_tenant_move_nothing(
    bank: Bank, card: Connection, news: list[str]
) -> None:
    other = make_connection("other", shop="neighbours")
    attempt = begin(make_charge(), card)
    bank.pay(attempt.merchant_ref)

    tell(card, attempt.merchant_ref, live=True)
    tell(other, attempt.merchant_ref)
    understand()

    errors = ProviderMessage.objects.order_by("pk").values_list("error", flat=True)
    assert "別の環境" in errors[0]
    assert "始まっていません" in errors[1]
    assert news == []


def test_e35_test_money_in_a_live_contract_is_no_money(bank: Bank, card: Connection) -> None:
    charge = make_charge()
    bank.pay(begin(charge, card).merchant_ref)
    Connection.objects.update(is_live=True)

    ask_all()

    assert not LedgerEntry.objects.exists()
    assert Alarm.objects.get().kind == Alarm.Kind.ENVIRONMENT


def test_a_message_that_cannot_be_read_is_kept_and_said(bank: Bank, card: Connection) -> None:
    answer = operations.take_message(card, {"x-bank": SECRET}, b"what is this")
    understand()

    assert answer.status == 200
    assert "読み取れません" in ProviderMessage.objects.get().error


def test_a_message_whose_bank_does_not_answer_is_taken_up_again(
    bank: Bank, card: Connection
) -> None:
    charge = make_charge()
    attempt = begin(charge, card)
    bank.pay(attempt.merchant_ref)
    bank.silent_before.add("fetch")
    tell(card, attempt.merchant_ref)
    understand()
    assert ProviderMessage.objects.get().processed_at is None

    understand()

    assert queries.standing(charge) == "paid"


def test_a_page_that_is_not_the_providers_is_never_opened(
    bank: Bank, card: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.payments.bank import TestContract

    monkeypatch.setattr(TestContract, "pages", lambda self: ("https://other.example",))

    with pytest.raises(operations.SaidNo):
        operations.begin_attempt(make_charge(), connection=card, resident=None, method="card")


@pytest.mark.parametrize(
    "statement",
    ["UPDATE payments_ledgerentry SET amount = 1", "DELETE FROM payments_ledgerentry"],
)
def test_the_ledger_is_only_added_to(bank: Bank, card: Connection, statement: str) -> None:
    bank.pay(begin(make_charge(), card).merchant_ref)
    ask_all()

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_settings_lie_encrypted(bank: Bank, card: Connection) -> None:
    begin(make_charge(), card)

    with connection.cursor() as cursor:
        cursor.execute("SELECT settings FROM payments_connection")
        rows = [bytes(row[0]) for row in cursor.fetchall()]
        cursor.execute("SELECT settings_frozen FROM payments_attempt")
        rows += [bytes(row[0]) for row in cursor.fetchall()]

    assert len(rows) == 2
    assert not any(SECRET.encode() in row for row in rows)


def test_a_daily_file_posts_what_nobody_told_and_alarms_what_does_not_fit(
    bank: Bank, card: Connection, news: list[str]
) -> None:
    known, late, lost = (make_charge() for _ in range(3))
    one, two, three = (begin(charge, card) for charge in (known, late, lost))
    paid = [bank.pay(attempt.merchant_ref) for attempt in (one, two, three)]
    operations.ask(one)
    operations.ask(three)
    rows = [
        (one.merchant_ref, paid[0].txn, 300),
        (two.merchant_ref, paid[1].txn, 300),
        ("f" * 32, "cap-strange", 777),
    ]
    lines = ["ref,txn,amount,at"]
    lines += [f"{ref},{txn},{yen},{paid[0].occurred_at.isoformat()}" for ref, txn, yen in rows]

    file = operations.import_settlement(
        card, content="\n".join(lines).encode(), name="a.csv", staff=None
    )

    assert file.counts == {"same": 1, "posted": 1, "unknown": 1, "missing": 1}
    assert queries.standing(late) == "paid"
    kinds = sorted(Alarm.objects.values_list("kind", flat=True))
    assert kinds == [Alarm.Kind.MISSING, Alarm.Kind.UNKNOWN]
    with pytest.raises(operations.ImportedAlready):
        operations.import_settlement(
            card, content="\n".join(lines).encode(), name="b.csv", staff=None
        )


def test_the_last_day_is_announced_once(bank: Bank, card: Connection, news: list[str]) -> None:
    from yakuba.kit import clock

    today = clock.now()
    charge = make_charge(due_on=today.date())
    paid = make_charge(due_on=today.date())
    bank.pay(begin(paid, card).merchant_ref)
    ask_all()

    operations.announce_overdue()
    with clock.stopped_at(today + timedelta(days=1)):
        operations.announce_overdue()
        operations.announce_overdue()

    assert news == ["settled", "overdue"]
    assert queries.standing(charge) == "due"


def test_messages_are_parsed_from_the_bytes_that_came(bank: Bank, card: Connection) -> None:
    body = json.dumps({"id": "x", "ref": "手数料"}, ensure_ascii=False).encode("utf-8")
    operations.take_message(card, {"x-bank": SECRET}, body)

    message = ProviderMessage.objects.get()
    import base64

    assert base64.b64decode(message.raw or "") == body
