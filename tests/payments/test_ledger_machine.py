"""Money in any order that Hypothesis can think of: the ledger agrees with the bank, and nothing is lost or sent twice."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tests.cast import make_staff
from tests.payments.bank import Account, open_bank
from tests.payments.making import begin, make_charge, make_connection, make_scope, tell
from yakuba.kit.errors import OutsideFailure, Refusal
from yakuba.payments import operations, queries, rules
from yakuba.payments.models import (
    COUNTER,
    Alarm,
    Attempt,
    Charge,
    LedgerEntry,
    ProviderMessage,
    RefundTask,
)
from yakuba.portal.queries import machine_now

WHICH = st.integers(0, 5)
LENGTH = settings(
    derandomize=True,
    max_examples=25,
    stateful_step_count=30,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


SIGN = {"capture": 1, "counter": 1, "regained": 1, "refund": -1, "chargeback": -1}


class Money(RuleBasedStateMachine):
    """Two people at desks, payers at the bank's pages, the bank's machines, and payers' own banks."""

    def __init__(self) -> None:
        super().__init__()
        self._all = transaction.atomic()
        self._all.__enter__()  # everything of one example is taken back at its end
        self._open = open_bank()
        self.bank = self._open.__enter__()
        self.connection = make_connection()
        self.scope = make_scope()
        self.first, self.second = make_staff("窓口 花"), make_staff("課長 一郎")
        self.charges = [make_charge(amount=yen, scope=self.scope) for yen in (300, 540)]
        self.attempts = [
            begin(charge, self.connection, method=method)
            for charge in self.charges
            for method in ("card", "konbini")
        ]
        self.bank.pay(self.attempts[0].merchant_ref)
        self.is_asked_about(self.attempts[0])

    def teardown(self) -> None:
        try:
            self.everybody_has_answered()
            self.every_charge_stands_as_the_ledger_says()
            self.the_ledger_says_what_the_bank_says()
        finally:
            self._open.__exit__(None, None, None)
            transaction.set_rollback(True)
            self._all.__exit__(None, None, None)

    def everybody_has_answered(self) -> None:
        """Let the night go by: every attempt is asked about."""
        self.bank.silent_before.clear()
        self.bank.silent_after.clear()
        for attempt in Attempt.objects.all():
            operations.ask(attempt)

    def pick(self, which: int, fits: Callable[[Account], object]) -> Attempt | None:
        """One of those attempts whose account at the bank fits."""
        found = [
            one for one in self.attempts if fits(self.bank.accounts["kamiichi", one.merchant_ref])
        ]
        return found[which % len(found)] if found else None

    def attempt(self, which: int) -> Attempt:
        return Attempt.objects.get(pk=self.attempts[which % len(self.attempts)].pk)

    def charge(self, which: int) -> Charge:
        return Charge.objects.get(pk=self.charges[which % len(self.charges)].pk)

    # ---- what people do

    @rule(charge=WHICH, method=st.sampled_from(["card", "konbini"]))
    def presses(self, charge: int, method: str) -> None:
        with suppress(Refusal):
            attempt = begin(self.charge(charge), self.connection, method=method)
            if attempt not in self.attempts:
                self.attempts.append(attempt)

    @rule(which=WHICH, more=st.sampled_from([0, 0, 0, 0, 50]), is_asked=st.booleans())
    def pays(self, which: int, more: int, is_asked: bool) -> None:
        """Also on a page that we have ended: the payer may have been faster."""
        attempt = self.pick(which, lambda account: not account.moves)
        if attempt is None:
            return
        self.bank.pay(attempt.merchant_ref, attempt.amount + more)
        if is_asked:
            self.is_asked_about(attempt)

    @rule(charge=WHICH)
    def pays_at_the_counter(self, charge: int) -> None:
        mine = self.charge(charge)
        with suppress(Refusal):
            operations.post_counter_payment(
                mine, amount=queries.still_to_pay(mine), once=uuid4(), staff=self.first
            )

    @rule(charge=WHICH)
    def is_taken_back(self, charge: int) -> None:
        operations.void(self.charge(charge), reason="取り下げ", staff=self.first)

    @rule(charge=WHICH, amount=st.sampled_from([100, 300, 540]))
    def wants_back(self, charge: int, amount: int) -> None:
        with suppress(Refusal):
            operations.ask_refund(
                self.charge(charge), amount=amount, reason="減額", staff=self.first
            )

    @rule(which=WHICH, is_kept=st.sampled_from([False, False, True]))
    def a_second_person_decides(self, which: int, is_kept: bool) -> None:
        tasks = list(RefundTask.objects.filter(state="wanted").order_by("pk"))
        if not tasks:
            return
        decide = operations.drop_refund if is_kept else operations.approve_refund
        with suppress(Refusal), transaction.atomic():
            decide(tasks[which % len(tasks)], staff=self.second)
        if which % 2:
            self.refunds_are_sent_again_and_again()

    @rule()
    def gives_back_by_hand(self) -> None:
        for task in RefundTask.objects.filter(state__in=("held", "approved")):
            with suppress(Refusal):
                operations.give_back_by_hand(task, staff=self.first, note="振込")

    @rule()
    def looks_at_what_does_not_fit(self) -> None:
        for alarm in Alarm.objects.filter(resolved_at=None):
            operations.resolve_alarm(alarm, resolution="確かめた", staff=self.first)

    # ---- what machines do

    @rule(call=st.sampled_from(["fetch", "refund", "cancel"]), is_after=st.booleans())
    def the_bank_does_not_answer(self, call: str, is_after: bool) -> None:
        (self.bank.silent_after if is_after else self.bank.silent_before).add(call)

    @rule(which=WHICH)
    def the_reconciler_asks(self, which: int) -> None:
        self.is_asked_about(self.attempt(which))

    def is_asked_about(self, attempt: Attempt) -> None:
        with suppress(OutsideFailure):
            operations.ask(Attempt.objects.get(pk=attempt.pk))

    @rule(attempt=WHICH, name=st.sampled_from(["evt-a", "evt-b", ""]))
    def the_bank_tells(self, attempt: int, name: str) -> None:
        reference = self.attempt(attempt).merchant_ref
        tell(self.connection, reference, name=name and f"{name}-{reference}")
        for message in ProviderMessage.objects.all():  # those that were understood, once more
            operations.process_message(message_id=message.pk)

    @rule()
    def refunds_are_sent_again_and_again(self) -> None:
        past = machine_now() - timedelta(seconds=1)
        RefundTask.objects.filter(state__in=("approved", "sent")).update(
            lease_until=None, next_at=past
        )
        for task in RefundTask.objects.all():
            operations.send_refund(task_id=task.pk)

    # ---- what payers' banks do

    @rule(which=WHICH)
    def the_payers_bank_takes_it_back(self, which: int) -> None:
        attempt = self.pick(which, lambda account: [m.kind for m in account.moves] == ["capture"])
        if attempt is not None:
            self.bank.call_back(attempt.merchant_ref)
            self.is_asked_about(attempt)

    @rule(which=WHICH)
    def the_dispute_is_won(self, which: int) -> None:
        attempt = self.pick(
            which, lambda account: account.moves[-1:] and account.moves[-1].kind == "chargeback"
        )
        if attempt is not None:
            self.bank.win_dispute(attempt.merchant_ref)
            self.is_asked_about(attempt)

    # ---- what always holds

    @invariant()
    def no_order_gives_back_more_than_it_took(self) -> None:
        for account in self.bank.accounts.values():
            assert account.left >= 0
            keys = [move.key for move in account.moves if move.kind == "refund"]
            assert len(keys) == len(set(keys)), "a refund was sent twice"

    @invariant()
    def every_charge_stands_as_the_ledger_says(self) -> None:
        charges = list(Charge.objects.order_by("pk"))
        sums, standing, held = (
            queries.sums_of(charges), queries.standing_of(charges), queries.held(charges),
        )  # fmt: skip
        for charge in charges:
            found, how = sums[charge.pk], standing[charge.pk]
            net = sum(SIGN[kind] * amount for kind, amount in self.moved(charge))
            asked = rules.owed(charge.amount, found, is_voided=charge.is_voided)
            assert found.net == net
            assert (how in ("paid", "overpaid")) == (asked > 0 and net >= asked)
            if charge.pk in held:
                continue
            # Whoever has paid twice has a refund task, unless a person has to look first.
            assert rules.surplus(charge.amount, found, is_voided=charge.is_voided) == 0
            if how != "none":
                is_settled = how in ("paid", "overpaid")
                assert (charge.settled_at is not None) == is_settled or charge.is_voided

    def moved(self, charge: Charge) -> list[tuple[str, int]]:
        entries = LedgerEntry.objects.filter(charge=charge).exclude(kind="adjust")
        return list(entries.values_list("kind", "amount"))

    @invariant()
    def what_is_not_wanted_is_not_offered(self) -> None:
        offered = Attempt.objects.exclude(state=Attempt.State.CLOSED).filter(is_unwanted=False)
        assert not offered.exclude(charge__voided_at=None).exists()
        assert not offered.exclude(charge__settled_at=None).exists()

    def the_ledger_says_what_the_bank_says(self) -> None:
        told = Counter(
            (move.kind, move.txn, move.amount)
            for account in self.bank.accounts.values()
            for move in account.moves
        )
        ours = LedgerEntry.objects.exclude(provider=COUNTER)
        assert told == Counter((one.kind, one.provider_txn, one.amount) for one in ours)
        done = RefundTask.objects.filter(state="done").count()
        assert done == LedgerEntry.objects.filter(kind="refund").count()


@pytest.mark.django_db
def test_in_any_order_the_ledger_balances_and_nothing_is_sent_twice() -> None:
    run_state_machine_as_test(Money, settings=LENGTH)
