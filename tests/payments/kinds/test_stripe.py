"""Stripe, as our contract speaks it, against the provider played over its real wire."""

from dataclasses import replace

import pytest
import stripe

from simulators.payments.driver import Desk, Payer
from simulators.payments.server import Running
from tests.payments.kinds.providers import (
    Ear,
    faults_of,
    known,
    make_order,
    money_back,
    moved,
    stripe_contract,
)
from yakuba.kit.errors import OutsideFailure
from yakuba.payments.sockets import Forged, Order, Redirect, Refused, Start


def url_of(start: Start) -> str:
    assert isinstance(start, Redirect)
    return start.url


class TestPaying:
    def test_a_page_is_opened_paid_and_asked_after(self, sim: Running, payer: Payer) -> None:
        contract, order = stripe_contract(sim), make_order()
        start = contract.start(order)
        before = contract.fetch(known(order, start))

        back = payer.opens(url_of(start)).pays("card")

        after = contract.fetch(known(order, start))
        assert (before.status, before.moves) == ("open", ())
        assert back is not None
        assert back.url == order.back_url
        assert (after.status, moved(after)) == ("closed", [("capture", 300)])
        assert (after.moves[0].currency, after.moves[0].method) == ("JPY", "card")
        assert after.is_live is False

    def test_the_same_order_is_begun_once(self, sim: Running) -> None:
        contract, order = stripe_contract(sim), make_order()

        assert url_of(contract.start(order)) == url_of(contract.start(order))

    def test_e29_what_was_made_before_an_error_500_is_found_by_our_reference(
        self, sim: Running, desk: Desk
    ) -> None:
        contract, order = stripe_contract(sim), make_order()
        desk.faults(endpoint="stripe/sessions.create", count=1, http_500_after_commit=True)
        with pytest.raises(OutsideFailure) as silence:
            contract.start(order)
        assert not silence.value.permanent

        found = contract.fetch(order)

        assert found.status == "open"
        assert found.start is not None
        assert found.provider_ref.startswith("cs_test_")

    def test_what_was_never_made_is_unknown(self, sim: Running, desk: Desk) -> None:
        contract, order = stripe_contract(sim), make_order()
        desk.faults(endpoint="stripe/sessions.create", count=1, http_500=True)
        with pytest.raises(OutsideFailure):
            contract.start(order)

        assert contract.fetch(order).status == "unknown"

    def test_e31_a_convenience_store_is_complete_but_unpaid_for_days(
        self, sim: Running, payer: Payer, desk: Desk
    ) -> None:
        contract, order = stripe_contract(sim), make_order(method="konbini")
        start = contract.start(order)
        payer.opens(url_of(start)).pays("konbini")
        waiting = contract.fetch(known(order, start))

        desk.advance(2 * 24 * 3600)
        still_waiting = contract.fetch(known(order, start))
        desk.konbini(order.merchant_ref, paid=True)

        paid = contract.fetch(known(order, start))
        assert (waiting.status, waiting.moves) == ("waiting", ())
        assert still_waiting.status == "waiting"
        assert moved(paid) == [("capture", 300)]

    def test_e31_the_numbers_of_a_store_can_be_made_worthless(
        self, sim: Running, payer: Payer, desk: Desk
    ) -> None:
        contract, order = stripe_contract(sim), make_order(method="konbini")
        start = contract.start(order)
        payer.opens(url_of(start)).pays("konbini")

        state = contract.cancel(known(order, start))

        assert (state.status, state.moves) == ("closed", ())
        answer = desk.http.post(
            "/__control", json={"konbini": {"merchant_ref": order.merchant_ref, "paid": True}}
        )
        assert answer.status_code != 200
        assert desk.moved(order.merchant_ref) == []

    def test_a_cancelled_page_cannot_be_paid(self, sim: Running, payer: Payer) -> None:
        contract, order = stripe_contract(sim), make_order()
        start = contract.start(order)

        state = contract.cancel(known(order, start))

        assert state.status == "closed"
        assert payer.opens(url_of(start)).status == 410

    def test_cancelling_what_was_paid_says_so(self, sim: Running, payer: Payer) -> None:
        contract, order = stripe_contract(sim), make_order()
        start = contract.start(order)
        payer.opens(url_of(start)).pays()

        assert moved(contract.cancel(known(order, start))) == [("capture", 300)]

    def test_e26_another_amount_or_currency_is_reported_as_it_was_taken(
        self, sim: Running, payer: Payer, desk: Desk
    ) -> None:
        contract, order = stripe_contract(sim), make_order()
        start = contract.start(order)
        desk.faults(endpoint="stripe/pay", count=1, amount=30, currency="usd")
        payer.opens(url_of(start)).pays()

        move = contract.fetch(known(order, start)).moves[0]

        assert (move.amount, move.currency) == (30, "USD")

    def test_a_reduction_is_shown_as_the_sum(self, sim: Running, payer: Payer) -> None:
        contract, order = stripe_contract(sim), make_order(amount=200)
        first = order.lines[0]
        lines = (replace(first, amount=300, unit=300), replace(first, amount=-100, unit=-100))

        start = contract.start(replace(order, lines=lines))

        assert "200円" in payer.opens(url_of(start)).words


class TestMoneyBack:
    def paid(self, sim: Running, payer: Payer, method: str = "card") -> Order:
        order = make_order(method=method)
        start = stripe_contract(sim).start(order)
        payer.opens(url_of(start)).pays(method)
        return known(order, start)

    def test_goes_back_once_for_each_key(self, sim: Running, payer: Payer, desk: Desk) -> None:
        contract, order = stripe_contract(sim), self.paid(sim, payer)
        back = money_back(order, contract.fetch(order), 100)

        first, second = contract.refund(back), contract.refund(back)

        assert first == second
        assert first.is_done
        assert moved(contract.fetch(order)) == [("capture", 300), ("refund", 100)]
        assert contract.fetch(order).moves[1].key == str(back.key)

    def test_a_key_that_stripe_has_forgotten_is_found_in_its_list(
        self, sim: Running, payer: Payer, desk: Desk
    ) -> None:
        contract, order = stripe_contract(sim), self.paid(sim, payer)
        back = money_back(order, contract.fetch(order), 100)
        desk.faults(endpoint="stripe/refunds.create", count=1, http_500_after_commit=True)
        with pytest.raises(OutsideFailure):
            contract.refund(back)
        desk.advance(25 * 3600)

        contract.refund(back)

        assert desk.moved(order.merchant_ref) == [("capture", 300), ("refund", -100)]

    def test_e27_never_more_than_was_paid(self, sim: Running, payer: Payer) -> None:
        contract, order = stripe_contract(sim), self.paid(sim, payer)
        back = money_back(order, contract.fetch(order), 301)

        with pytest.raises(Refused):
            contract.refund(back)

    def test_a_store_gives_nothing_back_at_once(
        self, sim: Running, payer: Payer, desk: Desk
    ) -> None:
        contract, order = stripe_contract(sim), self.paid(sim, payer, "konbini")
        desk.konbini(order.merchant_ref, paid=True)

        assert not contract.refund(money_back(order, contract.fetch(order), 300)).is_done

    def test_a_chargeback_is_seen(self, sim: Running, payer: Payer, desk: Desk) -> None:
        contract, order = stripe_contract(sim), self.paid(sim, payer)

        desk.charge_back(order.merchant_ref)

        assert moved(contract.fetch(order)) == [("capture", 300), ("chargeback", 300)]

    def test_a_dispute_that_was_won_brings_back_what_it_took(
        self, sim: Running, payer: Payer, desk: Desk
    ) -> None:
        contract, order = stripe_contract(sim), self.paid(sim, payer)
        desk.charge_back(order.merchant_ref)

        desk.win_dispute(order.merchant_ref)

        moves = contract.fetch(order).moves
        assert [(one.kind, one.amount) for one in moves] == [
            ("capture", 300), ("chargeback", 300), ("regained", 300),
        ]  # fmt: skip
        assert moves[1].txn == moves[2].txn


class TestMessages:
    def heard(
        self, sim: Running, payer: Payer, ear: Ear, number: int = 3
    ) -> list[tuple[dict[str, str], bytes]]:
        order = make_order()
        payer.opens(url_of(stripe_contract(sim).start(order))).pays()
        return ear.wait(number)

    def test_a_signed_message_names_the_attempt(self, sim: Running, payer: Payer, ear: Ear) -> None:
        contract = stripe_contract(sim)

        parsed = []
        for headers, body in self.heard(sim, payer, ear):
            contract.verify(headers, body)
            parsed.append(contract.parse_message(headers, body))

        assert all(one.merchant_ref for one in parsed)  # whichever comes first is a reason to ask
        assert {one.is_live for one in parsed} == {False}

    def test_our_check_of_the_signature_agrees_with_the_vendors(self, sim: Running) -> None:
        contract, secret = stripe_contract(sim), sim.settings.stripe_webhook_secret
        body = '{"id": "evt_1", "object": "event", "説明": "住民票"}'

        header = stripe.WebhookSignature.generate_signature_header(body, secret)

        contract.verify({"stripe-signature": header}, body.encode())
        assert stripe.WebhookSignature.verify_header(body, header, secret, tolerance=300)
        assert contract.dedupe_key(body.encode()) == "evt_1"

    @pytest.mark.parametrize("fault", [{"bad_signature": 1}, {"old_timestamp": 400}])
    def test_e23_forged_and_old_messages_are_refused(
        self, sim: Running, payer: Payer, ear: Ear, desk: Desk, fault: dict[str, int]
    ) -> None:
        contract = stripe_contract(sim)
        desk.faults(endpoint="stripe/webhook", **fault)

        for headers, body in self.heard(sim, payer, ear):
            with pytest.raises(Forged):
                contract.verify(headers, body)

    def test_e23_a_message_that_was_changed_is_refused(
        self, sim: Running, payer: Payer, ear: Ear
    ) -> None:
        headers, body = self.heard(sim, payer, ear)[0]

        with pytest.raises(Forged):
            stripe_contract(sim).verify(headers, body.replace(b"300", b"301"))

    def test_e35_a_message_of_the_other_environment_says_so(
        self, sim: Running, payer: Payer, ear: Ear, desk: Desk
    ) -> None:
        desk.faults(endpoint="stripe/webhook", other_environment=True)
        contract = stripe_contract(sim)

        headers, body = self.heard(sim, payer, ear)[0]

        contract.verify(headers, body)
        assert contract.parse_message(headers, body).is_live is True
        assert not contract.is_live()

    def test_a_dispute_names_the_capture(
        self, sim: Running, payer: Payer, ear: Ear, desk: Desk
    ) -> None:
        contract, order = stripe_contract(sim), make_order()
        start = contract.start(order)
        payer.opens(url_of(start)).pays()
        desk.charge_back(order.merchant_ref)

        bodies = [body for _, body in ear.wait(4) if b"charge.dispute.created" in body]

        txn = contract.parse_message({}, bodies[0]).txn
        assert txn == contract.fetch(known(order, start)).moves[0].txn


class TestCheck:
    def test_finds_nothing_when_all_is_well(self, sim: Running) -> None:
        assert stripe_contract(sim).check() == []

    def test_finds_a_wrong_key_and_a_public_key(self, sim: Running) -> None:
        assert faults_of(stripe_contract(sim, secret_key="sk_test_wrong")) == ["secret_key"]
        assert faults_of(stripe_contract(sim, secret_key="pk_test_public")) == ["secret_key"]

    def test_finds_a_secret_that_is_none(self, sim: Running) -> None:
        assert faults_of(stripe_contract(sim, webhook_secret="sk_test_x")) == ["webhook_secret"]

    def test_says_when_nobody_answers(self, sim: Running) -> None:
        contract = stripe_contract(sim, address="http://127.0.0.1:9")

        assert "届きませんでした" in contract.check()[0].words


def test_the_settlement_file_is_read(sim: Running, payer: Payer, desk: Desk) -> None:
    contract, order = stripe_contract(sim), make_order()
    start = contract.start(order)
    payer.opens(url_of(start)).pays()
    state = contract.fetch(known(order, start))
    contract.refund(money_back(known(order, start), state, 100))

    rows = contract.parse_settlement(desk.settlement("stripe"))

    assert [(row.kind, row.amount, row.merchant_ref) for row in rows] == [
        ("capture", 300, order.merchant_ref),
        ("refund", 100, order.merchant_ref),
    ]
    assert [row.txn for row in rows] == [
        move.txn for move in contract.fetch(known(order, start)).moves
    ]
    assert rows[0].fee == 10
