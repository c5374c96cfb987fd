"""Charges paid at each provider over the real wire: its page, its messages to our address, our questions, the ledger."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from django.db import connection as database
from pytest_django import Settings as DjangoSettings

from simulators.payments.driver import Payer
from tests.cast import make_staff
from tests.payments.kinds.services import KINDS, PRESSED, Services, contracted, wait_until
from tests.payments.making import make_charge
from yakuba.payments import operations, queries
from yakuba.payments.models import (
    Alarm,
    Attempt,
    Charge,
    Connection,
    LedgerEntry,
    ProviderMessage,
    RefundTask,
)
from yakuba.payments.operations import NoAnswer
from yakuba.payments.sockets import FormPost
from yakuba.portal.queries import machine_now

each_provider = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture
def town(transactional_db: None, settings: DjangoSettings, live_server: Any) -> Iterator[Services]:
    settings.PUBLIC_URL = live_server.url
    with contracted(live_server.url) as found:
        yield found


def ledger(charge: Charge) -> list[tuple[str, int]]:
    return [(one.kind, one.amount) for one in charge.entries.order_by("pk")]


def alarms() -> list[str]:
    return list(Alarm.objects.values_list("kind", flat=True))


class TestPaid:
    @each_provider
    def test_e22_a_message_comes_before_the_payer_is_back(self, town: Services, kind: str) -> None:
        charge = make_charge()
        attempt = town.begin(charge, kind)
        town.desk.faults(endpoint=kind, webhook_before_return=True)

        town.pay(attempt)
        town.understand(1)

        assert (queries.standing(charge), ledger(charge)) == ("paid", [("capture", 300)])

    @pytest.mark.parametrize("kind", ["stripe", "paypay"])
    def test_e22_the_payer_comes_back_and_no_message_ever_does(
        self, town: Services, kind: str
    ) -> None:
        charge = make_charge()
        attempt = town.begin(charge, kind)
        town.desk.faults(endpoint=f"{kind}/webhook", drop=True)

        back = town.pay(attempt)
        town.ask(attempt)  # what the page does that the payer comes back to

        assert back is not None
        assert attempt.merchant_ref in back.url
        assert ProviderMessage.objects.count() == 0
        assert queries.standing(charge) == "paid"

    def test_e22_at_sbps_the_payer_brings_the_result_when_its_message_is_lost(
        self, town: Services
    ) -> None:
        """The browser posts it from another site: without session, without token."""
        charge = make_charge()
        attempt = town.begin(charge, "sbps")
        town.desk.faults(endpoint="sbps/cgi", drop=True)

        back = town.pay(attempt)
        assert back is not None
        headers = {"content-type": "application/x-www-form-urlencoded"}
        answer = httpx.post(back.url, content=back.body, headers=headers, trust_env=False)
        town.understand(1)

        assert answer.status_code == 303
        assert str(charge.public_id) in answer.headers["location"]
        assert queries.standing(charge) == "paid"

    def test_e22_a_payer_never_returns_from_paypay_and_the_reconciler_finds_the_money(
        self, town: Services
    ) -> None:
        charge = make_charge()
        attempt = town.begin(charge, "paypay")
        town.desk.faults(endpoint="paypay", no_return=True)
        town.desk.faults(endpoint="paypay/webhook", drop=True)
        assert town.pay(attempt) is None
        assert queries.standing(charge) == "due"

        Attempt.objects.filter(pk=attempt.pk).update(ask_next_at=machine_now())
        town.ask(attempt)

        assert queries.standing(charge) == "paid"
        attempt.refresh_from_db()
        assert attempt.state == Attempt.State.CLOSED
        assert attempt.ask_next_at is None

    def test_e22_a_message_and_a_payer_that_are_both_lost_at_sbps_are_found_in_the_file(
        self, town: Services
    ) -> None:
        charge = make_charge()
        attempt = town.begin(charge, "sbps")
        town.desk.faults(endpoint="sbps/cgi", drop=True)
        town.desk.faults(endpoint="sbps", no_return=True)
        town.pay(attempt)
        town.ask(attempt)
        assert queries.standing(charge) == "due"

        file = operations.import_settlement(
            town.connections["sbps"],
            content=town.desk.settlement("sbps"),
            name="sbps.csv",
            staff=None,
        )

        assert queries.standing(charge) == "paid"
        assert file.counts["posted"] == 1

    @each_provider
    def test_e23_the_same_message_many_times_is_one_payment(
        self, town: Services, kind: str
    ) -> None:
        charge = make_charge()
        attempt = town.begin(charge, kind)
        town.desk.faults(endpoint=f"{kind}/{'cgi' if kind == 'sbps' else 'webhook'}", duplicate=3)

        town.pay(attempt)
        town.understand(1)
        town.understand(1)

        assert ledger(charge) == [("capture", 300)]

    @pytest.mark.parametrize(
        ("kind", "place", "fault"),
        [
            ("stripe", "stripe/webhook", {"bad_signature": 1}),
            ("stripe", "stripe/webhook", {"old_timestamp": 400}),
            ("paypay", "paypay/webhook", {"other_environment": 1}),
            ("sbps", "sbps/cgi", {"bad_signature": 1}),
            ("sbps", "sbps/cgi", {"other_environment": 1}),
        ],
    )
    def test_e23_e35_a_forged_old_or_foreign_message_is_not_kept(
        self, town: Services, kind: str, place: str, fault: dict[str, int]
    ) -> None:
        charge = make_charge()
        attempt = town.begin(charge, kind)
        town.desk.faults(endpoint=place, **fault)

        town.pay(attempt)
        mine = town.connections[kind]
        wait_until(lambda: Connection.objects.get(pk=mine.pk).refused > 0)

        assert ProviderMessage.objects.count() == 0
        assert queries.standing(charge) == "due"

    def test_e35_a_message_of_live_money_in_a_trial_contract_is_not_believed(
        self, town: Services
    ) -> None:
        charge = make_charge()
        attempt = town.begin(charge, "stripe")
        town.desk.faults(endpoint="stripe/webhook", other_environment=True)

        town.pay(attempt)
        town.understand(3)

        errors = set(ProviderMessage.objects.values_list("error", flat=True))
        assert len(errors) == 1
        assert "別の環境" in errors.pop()
        assert queries.standing(charge) == "due"

    @each_provider
    def test_e26_another_amount_is_written_down_as_it_was_taken_and_a_person_called(
        self, town: Services, kind: str
    ) -> None:
        charge = make_charge(amount=1300)
        attempt = town.begin(charge, kind)
        town.desk.faults(endpoint=f"{kind}/pay", amount=300)

        town.pay(attempt)
        town.understand(1)

        assert ledger(charge) == [("capture", 300)]
        assert queries.standing(charge) == "partly_paid"
        assert alarms() == ["amount"]
        assert queries.is_held(charge)

    def test_e26_a_form_changed_by_somebody_clever_pays_less_and_is_held(
        self, town: Services
    ) -> None:
        charge = make_charge(amount=1300)
        attempt = town.begin(charge, "sbps")
        start = queries.start_of(attempt)
        assert isinstance(start, FormPost)
        clever = {**dict(start.fields), "tax": "1", "amount": "300"}

        Payer(town.sim.base).posts(start.url, clever, start.charset).pays("credit")
        town.understand(1)

        assert ledger(charge) == [("capture", 300)]
        assert alarms() == ["amount"]


class TestTwice:
    @pytest.mark.parametrize(("first", "second"), [("stripe", "paypay"), ("paypay", "sbps")])
    def test_e25_two_tabs_with_two_ways_pay_twice_and_one_is_to_go_back(
        self, town: Services, first: str, second: str
    ) -> None:
        charge = make_charge()
        one = town.begin(charge, first)
        page = town.on_page(one)  # open in the first tab
        other = town.begin(charge, second)

        page.pays(PRESSED[first])
        town.pay(other)
        town.ask(one)
        town.understand(1)
        town.ask(other)

        assert sorted(ledger(charge)) == [("capture", 300), ("capture", 300)]
        assert queries.standing(charge) == "overpaid"
        task = RefundTask.objects.get()
        assert (task.amount, task.state) == (300, RefundTask.State.WANTED)

    @pytest.mark.parametrize("kind", ["stripe", "paypay"])
    def test_e24_paid_after_it_was_taken_back_becomes_a_refund(
        self, town: Services, kind: str
    ) -> None:
        charge = make_charge()
        attempt = town.begin(charge, kind)
        page = town.on_page(attempt)
        operations.void(charge, reason="取り下げ")
        town.ask(attempt)  # ended at the provider
        town.desk.faults(endpoint=kind, paid_after_expiry=True)

        page.pays(PRESSED[kind])
        town.understand(1)
        town.ask(attempt)

        assert queries.standing(charge) == "refund_due"
        assert RefundTask.objects.get().amount == 300

    @each_provider
    def test_e24_a_page_that_was_taken_back_cannot_be_paid_where_it_can_be_ended(
        self, town: Services, kind: str
    ) -> None:
        charge = make_charge()
        attempt = town.begin(charge, kind)
        operations.void(charge, reason="取り下げ")

        town.ask(attempt)

        assert town.on_page(attempt).status == (200 if kind == "sbps" else 410)


class TestSilence:
    @pytest.mark.parametrize("kind", ["stripe", "paypay"])
    def test_e29_an_error_after_the_work_was_done_leads_to_one_payment(
        self, town: Services, kind: str
    ) -> None:
        charge = make_charge()
        place = {"stripe": "stripe/sessions.create", "paypay": "paypay/codes.create"}[kind]
        town.desk.faults(endpoint=place, count=1, http_500_after_commit=True)
        with pytest.raises(NoAnswer):
            town.begin(charge, kind)

        attempt = town.begin(charge, kind)
        town.pay(attempt)
        town.understand(1)

        assert ledger(charge) == [("capture", 300)]
        assert town.desk.moved(attempt.merchant_ref) == [("capture", 300)]

    def test_e28_the_contract_is_changed_while_a_payer_is_on_the_page(self, town: Services) -> None:
        charge = make_charge()
        attempt = town.begin(charge, "paypay")
        changed = town.connections["paypay"]
        changed.settings = {**changed.settings, "merchant_id": "999"}
        changed.generation += 1
        changed.save()

        town.pay(attempt)
        attempt = Attempt.objects.get(pk=attempt.pk)
        town.ask(attempt)

        assert queries.standing(charge) == "paid"

    def test_e30_nothing_is_paid_from_abroad_and_another_way_is_open(self, town: Services) -> None:
        charge = make_charge()
        town.desk.faults(endpoint="paypay", abroad=True)
        attempt = town.begin(charge, "paypay")
        assert town.on_page(attempt).status == 403

        town.pay(town.begin(charge, "stripe"))
        town.understand(1)
        town.ask(attempt)

        assert ledger(charge) == [("capture", 300)]
        attempt.refresh_from_db()
        assert attempt.state == Attempt.State.CLOSED

    def test_e31_a_convenience_store_is_waited_for_for_days(self, town: Services) -> None:
        charge = make_charge()
        attempt = town.begin(charge, "stripe", "konbini")
        town.on_page(attempt).pays("konbini")
        town.understand(2)
        attempt.refresh_from_db()
        assert (queries.standing(charge), attempt.is_waiting) == ("due", True)

        town.desk.konbini(attempt.merchant_ref, paid=True)
        town.understand(5)

        assert queries.standing(charge) == "paid"


class TestMoneyBack:
    @each_provider
    def test_a_part_goes_back_and_the_file_of_the_day_agrees(
        self, town: Services, kind: str
    ) -> None:
        charge = make_charge()
        town.pay(town.begin(charge, kind))
        town.understand(1)
        clerk, second = make_staff("a@example.jp"), make_staff("b@example.jp")

        (task,) = operations.ask_refund(charge, amount=100, reason="減額", staff=clerk)
        operations.approve_refund(task, staff=second)
        operations.send_refund(task_id=task.pk)
        file = operations.import_settlement(
            town.connections[kind],
            content=town.desk.settlement(kind),
            name="day.csv",
            staff=clerk,
        )

        task.refresh_from_db()
        assert task.state == RefundTask.State.DONE
        assert ledger(charge).count(("refund", 100)) == 1
        assert {key: number for key, number in file.counts.items() if number} == {"same": 2}
        assert alarms() == []

    def test_e32_a_chargeback_opens_the_charge_again(self, town: Services) -> None:
        charge = make_charge()
        attempt = town.begin(charge, "stripe")
        town.pay(attempt)
        town.understand(3)
        before = ProviderMessage.objects.count()

        town.desk.charge_back(attempt.merchant_ref)
        town.understand(before + 1)

        assert ledger(charge) == [("capture", 300), ("chargeback", 300)]
        assert "chargeback" in alarms()

    def test_e32_a_dispute_that_is_won_later_brings_the_money_back_and_the_files_agree(
        self, town: Services
    ) -> None:
        charge = make_charge()
        attempt = town.begin(charge, "stripe")
        town.pay(attempt)
        town.understand(3)
        before = ProviderMessage.objects.count()
        town.desk.charge_back(attempt.merchant_ref)
        town.understand(before + 1)
        assert queries.standing(charge) == "due"

        town.desk.win_dispute(attempt.merchant_ref)
        town.understand(before + 3)
        file = operations.import_settlement(
            town.connections["stripe"],
            content=town.desk.settlement("stripe"),
            name="day.csv",
            staff=None,
        )

        assert queries.standing(charge) == "paid"
        assert ledger(charge) == [("capture", 300), ("chargeback", 300), ("regained", 300)]
        assert {key: number for key, number in file.counts.items() if number} == {"same": 3}

    def test_a_refund_made_in_sbps_own_tool_comes_with_the_file_once(self, town: Services) -> None:
        charge = make_charge()
        town.pay(town.begin(charge, "sbps"))
        town.understand(1)
        content = town.desk.settlement("sbps")
        row = content.decode("cp932").splitlines()[1].replace("売上", "返金")
        row = row.replace(",300,", ",-300,")

        for extra in (b"", b"\r\n"):
            operations.import_settlement(
                town.connections["sbps"],
                content=content + row.encode("cp932") + extra,
                name="day.csv",
                staff=None,
            )

        assert ledger(charge).count(("refund", 300)) == 1


def test_no_setting_of_a_contract_is_readable_in_the_database(town: Services) -> None:
    with database.cursor() as cursor:
        cursor.execute("SELECT settings::text FROM payments_connection")
        stored = " ".join(str(row[0]) for row in cursor.fetchall())

    for secret in (
        town.sim.settings.stripe_secret_key,
        town.sim.settings.paypay_api_secret,
        town.sim.settings.sbps_hash_key,
    ):
        assert secret not in stored
    assert LedgerEntry.objects.count() == 0
