"""Two who move the same money at the same moment; each guard has a control that fails without it."""

import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, connections

from tests.cast import make_staff
from tests.payments.bank import Bank
from tests.payments.making import begin, make_charge, make_connection, tell
from yakuba.payments import operations, queries, rules
from yakuba.payments.models import (
    Attempt,
    Charge,
    Connection,
    LedgerEntry,
    ProviderMessage,
    RefundTask,
)
from yakuba.payments.operations import attempting, posting, reconciling, refunding
from yakuba.townhall.models import StaffMember

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works: Callable[[], object]) -> list[BaseException]:
    gate, failed = threading.Barrier(len(works)), []

    def run(work: Callable[[], object]) -> None:
        gate.wait()
        try:
            work()
        except operations.NothingOpen:
            pass
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed


def press(charge: Charge, key: str) -> None:
    mine = Charge.objects.get(pk=charge.pk)
    attempting._reserve(mine, Connection.objects.get(key=key), "card", None)


def test_two_tabs_reserve_one_attempt(bank: Bank) -> None:
    make_connection()
    charge = make_charge()

    failed = at_once(*[lambda: press(charge, "card")] * 4)

    assert failed == []
    assert Attempt.objects.count() == 1


def test_without_the_line_on_the_charge_two_tabs_would_be_two_attempts(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_connection()
    charge = make_charge()
    both_looked = threading.Barrier(2, timeout=20)
    seen = queries.ways

    def slow(charge: Charge) -> list[queries.Way]:
        found = seen(charge)
        both_looked.wait()
        return found

    monkeypatch.setattr(attempting, "lock", lambda row: None)
    monkeypatch.setattr(queries, "ways", slow)
    create = Attempt.objects.create
    both_made = threading.Barrier(2, timeout=20)

    def made(**values: object) -> Attempt:
        both_made.wait()
        return create(**values)

    monkeypatch.setattr(Attempt.objects, "create", made)
    at_once(*[lambda: press(charge, "card")] * 2)

    assert Attempt.objects.count() == 2


def test_a_void_and_a_late_payment_always_end_in_a_refund_task(bank: Bank) -> None:
    card = make_connection()
    for _ in range(5):
        charge = make_charge()
        attempt = begin(charge, card)
        bank.pay(attempt.merchant_ref)

        failed = at_once(
            partial(operations.void, Charge.objects.get(pk=charge.pk), reason="取り下げ"),
            partial(operations.ask_attempt, attempt_id=str(attempt.pk)),
        )

        assert failed == []
        assert queries.standing(Charge.objects.get(pk=charge.pk)) == "refund_due"
        assert RefundTask.objects.get(charge=charge).amount == 300


def held_open(bank: Bank, card: Connection) -> tuple[Charge, Attempt]:
    """Somebody has paid, and nobody here has heard of it."""
    charge = make_charge()
    attempt = begin(charge, card)
    bank.pay(attempt.merchant_ref)
    return charge, attempt


def wanted(bank: Bank) -> tuple[RefundTask, list[StaffMember]]:
    """A refund that somebody has asked for, and two who may approve it."""
    charge, attempt = held_open(bank, make_connection())
    operations.ask(attempt)
    first, second, third = (make_staff(f"職員 {name}") for name in "一二三")
    (task,) = operations.ask_refund(charge, amount=300, reason="取り下げ", staff=first)
    return task, [second, third]


def approve(task: RefundTask, staff: StaffMember) -> None:
    operations.approve_refund(RefundTask.objects.get(pk=task.pk), staff=staff)


def test_two_clerks_approve_one_refund_once(bank: Bank) -> None:
    task, clerks = wanted(bank)

    failed = at_once(*[partial(approve, task, one) for one in clerks])

    assert [type(one) for one in failed] == [operations.NotWaiting]
    assert LedgerEntry.objects.filter(kind="adjust").count() == 1


def test_without_the_line_on_the_task_two_clerks_would_both_approve(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    task, clerks = wanted(bank)
    both_looked = threading.Barrier(2, timeout=20)
    seen = queries.sums

    def slow(charge: Charge) -> rules.Sums:
        found = seen(charge)
        both_looked.wait()
        return found

    monkeypatch.setattr(refunding, "lock", lambda row: None)
    monkeypatch.setattr(queries, "sums", slow)

    failed = at_once(*[partial(approve, task, one) for one in clerks])

    # Only the ledger's own unique key is left to stop the second.
    assert [type(one) for one in failed] == [IntegrityError]


def approved(bank: Bank) -> RefundTask:
    task, (clerk, _other) = wanted(bank)
    approve(task, clerk)
    return task


def test_two_workers_send_one_refund_once(bank: Bank) -> None:
    task = approved(bank)

    failed = at_once(*[partial(operations.send_refund, task_id=task.pk)] * 3)

    assert failed == []
    assert bank.asked.count("refund") == 1
    assert RefundTask.objects.get().state == RefundTask.State.DONE


def test_without_the_lease_two_workers_would_both_ask_the_bank(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = approved(bank)
    monkeypatch.setattr(refunding, "_LEASE", timedelta(seconds=-1))
    both_claimed = threading.Barrier(2, timeout=20)
    claim = refunding._claim

    def slow(task_id: int) -> tuple[RefundTask, bool] | None:
        found = claim(task_id)
        both_claimed.wait()
        return found

    monkeypatch.setattr(refunding, "_claim", slow)
    monkeypatch.setattr(refunding, "_is_there", lambda task: False)

    at_once(*[partial(operations.send_refund, task_id=task.pk)] * 2)

    assert bank.asked.count("refund") == 2  # the key is all that keeps the money from going twice


def test_a_reconciler_and_a_message_at_once_write_one_entry(bank: Bank, news: list[str]) -> None:
    card = make_connection()
    for _ in range(3):
        charge, attempt = held_open(bank, card)
        tell(card, attempt.merchant_ref)
        message = ProviderMessage.objects.latest("pk")

        failed = at_once(
            partial(operations.ask_attempt, attempt_id=str(attempt.pk)),
            partial(operations.process_message, message_id=message.pk),
        )

        assert failed == []
        assert [one.amount for one in charge.entries.all()] == [300]
    assert news == ["settled"] * 3


def test_without_the_line_on_the_charge_both_would_write(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = make_connection()
    _charge, attempt = held_open(bank, card)
    tell(card, attempt.merchant_ref)
    message = ProviderMessage.objects.latest("pk")
    both_looked = threading.Barrier(2, timeout=20)
    create = LedgerEntry.objects.create

    def slow(**values: object) -> LedgerEntry:
        both_looked.wait()
        return create(**values)

    monkeypatch.setattr(reconciling, "lock", lambda row: None)
    monkeypatch.setattr(LedgerEntry.objects, "create", slow)

    failed = at_once(
        partial(operations.ask_attempt, attempt_id=str(attempt.pk)),
        partial(operations.process_message, message_id=message.pk),
    )

    # Both thought that they were the first; the unique key of the ledger is the last guard.
    assert [type(one) for one in failed] == [IntegrityError]
    assert LedgerEntry.objects.count() == 1


def test_without_the_line_on_the_charge_a_late_payment_would_not_see_the_void(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    charge, attempt = held_open(bank, make_connection())
    has_looked, is_void = threading.Event(), threading.Event()
    follow_up = posting.follow_up

    def slow(charge: Charge) -> None:
        charge.refresh_from_db()
        if threading.current_thread().name == "payment":
            has_looked.set()
            is_void.wait(20)
        follow_up(charge)

    monkeypatch.setattr(posting, "follow_up", slow)
    monkeypatch.setattr(reconciling, "lock", lambda row: None)

    def pays() -> None:
        threading.current_thread().name = "payment"
        operations.ask_attempt(attempt_id=str(attempt.pk))

    def takes_back() -> None:
        has_looked.wait(20)
        operations.void(Charge.objects.get(pk=charge.pk), reason="取り下げ")
        is_void.set()

    at_once(pays, takes_back)

    # Neither saw the other: the town holds money for nothing, and nobody is told.
    assert queries.standing(Charge.objects.get(pk=charge.pk)) == "refund_due"
    assert not RefundTask.objects.exists()
