"""Money goes back: asked for, approved by a second person, once, and never more than was paid (E27)."""

import pytest
from django.db import IntegrityError, transaction

from tests.cast import make_staff
from tests.payments.bank import Bank
from tests.payments.making import begin, make_charge, make_connection
from yakuba.payments import operations, queries
from yakuba.payments.models import Alarm, Charge, Connection, LedgerEntry, RefundTask
from yakuba.portal.queries import machine_now
from yakuba.townhall.models import StaffMember

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(db: None) -> StaffMember:
    return make_staff("窓口 花")


@pytest.fixture
def manager(db: None) -> StaffMember:
    return make_staff("課長 一郎")


@pytest.fixture
def paid(bank: Bank, card: Connection) -> Charge:
    return pay(bank, make_charge(amount=540), card)


def pay(bank: Bank, charge: Charge, connection: Connection) -> Charge:
    attempt = begin(charge, connection)
    bank.pay(attempt.merchant_ref)
    operations.ask(attempt)
    return charge


def approved(charge: Charge, amount: int, clerk: StaffMember, manager: StaffMember) -> RefundTask:
    task = operations.ask_refund(charge, amount=amount, reason="減額", staff=clerk)[0]
    operations.approve_refund(task, staff=manager)
    return task


def send_again(task: RefundTask) -> None:
    """What the worker does when the lease of whoever was killed has ended."""
    RefundTask.objects.filter(pk=task.pk).update(lease_until=None, next_at=machine_now())
    operations.send_refund(task_id=task.pk)


def test_a_part_goes_back_and_nobody_is_asked_for_it_again(
    bank: Bank, paid: Charge, clerk: StaffMember, manager: StaffMember, news: list[str]
) -> None:
    task = approved(paid, 140, clerk, manager)
    operations.send_refund(task_id=task.pk)

    assert queries.standing(paid) == "paid"
    assert queries.sums(paid).net == 400
    assert news == ["refunded 140"]


def test_whoever_asked_cannot_approve(paid: Charge, clerk: StaffMember) -> None:
    task = operations.ask_refund(paid, amount=540, reason="取り下げ", staff=clerk)[0]

    with pytest.raises(operations.NeedsSecondPerson):
        operations.approve_refund(task, staff=clerk)
    with pytest.raises(IntegrityError), transaction.atomic():
        RefundTask.objects.filter(pk=task.pk).update(approved_by=clerk)


def test_e27_never_more_than_was_paid_whatever_is_on_its_way(
    paid: Charge, clerk: StaffMember
) -> None:
    operations.ask_refund(paid, amount=400, reason="減額", staff=clerk)

    with pytest.raises(operations.MoreThanPaid, match="140円"):
        operations.ask_refund(paid, amount=141, reason="減額", staff=clerk)


def test_e27_a_second_refund_at_a_bank_that_refunds_once_goes_by_hand(
    bank: Bank, card: Connection, clerk: StaffMember, manager: StaffMember
) -> None:
    charge = pay(bank, make_charge(amount=540), make_connection("once", kind="oncebank"))
    operations.send_refund(task_id=approved(charge, 100, clerk, manager).pk)

    second = approved(charge, 100, clerk, manager)
    operations.send_refund(task_id=second.pk)
    assert second.is_by_hand
    assert bank.asked.count("refund") == 1
    operations.give_back_by_hand(second, staff=clerk, note="口座振込 12")

    assert queries.sums(charge).net == 340
    assert queries.standing(charge) == "paid"


@pytest.mark.parametrize("when", ["silent_before", "silent_after"])
def test_a_bank_that_does_not_answer_gives_back_once(
    bank: Bank, paid: Charge, clerk: StaffMember, manager: StaffMember, when: str
) -> None:
    task = approved(paid, 540, clerk, manager)
    getattr(bank, when).add("refund")
    operations.send_refund(task_id=task.pk)

    send_again(task)
    send_again(task)

    refunds = LedgerEntry.objects.filter(kind=LedgerEntry.Kind.REFUND)
    assert [one.amount for one in refunds] == [540]
    at_bank = [m for a in bank.accounts.values() for m in a.moves if m.kind == "refund"]
    assert len(at_bank) == 1
    assert queries.standing(paid) == "none"


def test_what_the_bank_refuses_is_held_for_a_person(
    bank: Bank, paid: Charge, clerk: StaffMember, manager: StaffMember
) -> None:
    task = approved(paid, 540, clerk, manager)
    bank.refuses = "期限を過ぎました"
    operations.send_refund(task_id=task.pk)

    task.refresh_from_db()
    assert task.state == RefundTask.State.HELD
    assert Alarm.objects.get().kind == Alarm.Kind.REFUND_STUCK


def test_a_refund_in_the_banks_own_console_calls_a_person_and_holds(
    bank: Bank, paid: Charge, news: list[str]
) -> None:
    attempt = paid.attempts.get()
    bank.refund_by_itself(attempt.merchant_ref, 540)
    operations.ask(attempt)

    assert Alarm.objects.get().kind == Alarm.Kind.FOREIGN_REFUND
    assert queries.is_held(paid)
    assert "reopened" not in news


def test_money_over_the_counter_is_written_down_once_and_given_back_by_hand(
    bank: Bank, card: Connection, clerk: StaffMember, manager: StaffMember, news: list[str]
) -> None:
    import uuid

    charge, once = make_charge(amount=540), uuid.uuid4()
    for _ in range(2):
        operations.post_counter_payment(charge, amount=540, once=once, staff=clerk)
    assert news == ["settled"]
    with pytest.raises(operations.NothingToReceive):
        operations.post_counter_payment(charge, amount=540, once=uuid.uuid4(), staff=clerk)

    task = approved(charge, 540, clerk, manager)
    assert task.is_by_hand
    operations.give_back_by_hand(task, staff=manager, note="窓口")

    assert queries.standing(charge) == "none"


def twice_paid(bank: Bank, connection: Connection) -> tuple[Charge, RefundTask]:
    """A charge of 300 yen that was paid in two tabs; the surplus asks for itself."""
    charge = make_charge()
    first = begin(charge, connection)
    second = begin(charge, connection, method="konbini")
    bank.pay(first.merchant_ref)
    bank.accounts["kamiichi", second.merchant_ref].status = "open"  # its page was open still
    bank.pay(second.merchant_ref)
    for attempt in (first, second):
        operations.ask(attempt)
    return charge, RefundTask.objects.get(charge=charge)


def test_what_came_too_much_cannot_be_kept(
    bank: Bank, card: Connection, clerk: StaffMember
) -> None:
    _charge, task = twice_paid(bank, card)

    with pytest.raises(operations.StillTooMuch):
        operations.drop_refund(task, staff=clerk)

    assert RefundTask.objects.get().state == RefundTask.State.WANTED


def test_a_surplus_that_the_payers_bank_has_taken_is_not_given_back_once_more(
    bank: Bank, card: Connection, clerk: StaffMember
) -> None:
    charge, task = twice_paid(bank, card)
    attempt = charge.attempts.order_by("opened_at")[0]
    bank.call_back(attempt.merchant_ref)
    operations.ask(attempt)

    with pytest.raises(operations.NotTooMuchAnyMore):
        operations.approve_refund(task, staff=clerk)
    operations.drop_refund(task, staff=clerk)

    assert queries.standing(charge) == "paid"
    assert queries.sums(charge).planned_back == 0


def test_a_wish_that_is_dropped_leaves_room_for_what_is_too_much(
    bank: Bank, card: Connection, clerk: StaffMember
) -> None:
    charge = make_charge()
    first = begin(charge, card)
    second = begin(charge, card, method="konbini")
    bank.pay(first.merchant_ref)
    operations.ask(first)
    (wish,) = operations.ask_refund(charge, amount=100, reason="減額", staff=clerk)
    bank.pay(second.merchant_ref)
    operations.ask(second)

    operations.drop_refund(wish, staff=clerk)

    assert queries.sums(charge).planned_back == 300
