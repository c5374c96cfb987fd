"""Two who move the same money at the same moment; each guard has a control that fails without it."""

import threading
from collections.abc import Callable
from functools import partial

import pytest
from django.db import connections

from tests.payments.bank import Bank
from tests.payments.making import begin, make_charge, make_connection
from yakuba.payments import operations, queries
from yakuba.payments.models import Attempt, Charge, Connection, RefundTask
from yakuba.payments.operations import attempting

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
