"""PayPay, as our contract speaks it, against the provider played over its real wire."""

import json
import re
from dataclasses import replace

import pytest

from simulators.payments.driver import Desk, Payer
from simulators.payments.server import Running
from tests.payments.kinds.providers import (
    Ear,
    faults_of,
    known,
    make_order,
    money_back,
    moved,
    paypay_contract,
)
from yakuba.kit.errors import OutsideFailure
from yakuba.payments.sockets import Forged, Order, Redirect, Refused, Start


def url_of(start: Start) -> str:
    assert isinstance(start, Redirect)
    return start.url


class TestPaying:
    def test_a_code_is_made_paid_and_asked_after(self, sim: Running, payer: Payer) -> None:
        contract, order = paypay_contract(sim), make_order()
        start = contract.start(order)
        before = contract.fetch(known(order, start))

        back = payer.opens(url_of(start)).pays()

        after = contract.fetch(known(order, start))
        assert (before.status, before.moves) == ("open", ())
        assert back is not None
        assert back.url == order.back_url
        assert (after.status, moved(after)) == ("closed", [("capture", 300)])
        assert start.expires_at is not None

    def test_a_code_that_nobody_made_is_unknown(self, sim: Running) -> None:
        assert paypay_contract(sim).fetch(make_order()).status == "unknown"

    def test_e29_a_code_whose_answer_was_lost_is_given_up_and_never_made_twice(
        self, sim: Running, desk: Desk
    ) -> None:
        contract, order = paypay_contract(sim), make_order()
        desk.faults(endpoint="paypay/codes.create", count=1, http_500_after_commit=True)
        with pytest.raises(OutsideFailure) as silence:
            contract.start(order)
        assert not silence.value.permanent

        assert contract.fetch(order).status == "closed"
        with pytest.raises(Refused):
            contract.start(order)

    def test_a_cancelled_code_cannot_be_paid(self, sim: Running, payer: Payer) -> None:
        contract, order = paypay_contract(sim), make_order()
        start = contract.start(order)

        state = contract.cancel(known(order, start))

        assert (state.status, state.moves) == ("closed", ())
        assert payer.opens(url_of(start)).status == 410

    def test_cancelling_what_was_paid_says_so(self, sim: Running, payer: Payer) -> None:
        contract, order = paypay_contract(sim), make_order()
        start = contract.start(order)
        payer.opens(url_of(start)).pays()

        assert moved(contract.cancel(known(order, start))) == [("capture", 300)]

    def test_e24_what_was_paid_after_the_code_ended_is_seen(
        self, sim: Running, payer: Payer, desk: Desk
    ) -> None:
        contract, order = paypay_contract(sim), make_order()
        start = contract.start(order)
        desk.expire(order.merchant_ref)
        assert contract.fetch(known(order, start)).status == "closed"

        desk.faults(endpoint="paypay", paid_after_expiry=True)
        payer.opens(url_of(start)).pays()

        assert moved(contract.fetch(known(order, start))) == [("capture", 300)]

    def test_e26_another_amount_is_reported_as_it_was_taken(
        self, sim: Running, payer: Payer, desk: Desk
    ) -> None:
        contract, order = paypay_contract(sim), make_order()
        start = contract.start(order)
        desk.faults(endpoint="paypay/pay", count=1, amount=30)
        payer.opens(url_of(start)).pays()

        assert moved(contract.fetch(known(order, start))) == [("capture", 30)]

    def test_e30_somebody_abroad_pays_nothing_and_the_code_ends_by_itself(
        self, sim: Running, payer: Payer, desk: Desk
    ) -> None:
        contract, order = paypay_contract(sim), make_order()
        desk.faults(endpoint="paypay", abroad=True)
        start = contract.start(order)

        payer.opens(url_of(start))

        assert payer.status == 403
        assert "役場のページにもどる" in payer.words
        assert contract.fetch(known(order, start)).status == "open"
        assert contract.cancel(known(order, start)).status == "closed"


class TestMoneyBack:
    def paid(self, sim: Running, payer: Payer) -> Order:
        order = make_order()
        start = paypay_contract(sim).start(order)
        payer.opens(url_of(start)).pays()
        return known(order, start)

    def test_goes_back_once_for_each_key(self, sim: Running, payer: Payer, desk: Desk) -> None:
        contract, order = paypay_contract(sim), self.paid(sim, payer)
        back = money_back(order, contract.fetch(order), 100)

        first, second = contract.refund(back), contract.refund(back)

        assert first.txn == second.txn
        state = contract.fetch(order)
        assert moved(state) == [("capture", 300), ("refund", 100)]
        assert state.moves[1].txn == first.txn

    def test_a_refund_whose_answer_was_lost_is_found(
        self, sim: Running, payer: Payer, desk: Desk
    ) -> None:
        contract, order = paypay_contract(sim), self.paid(sim, payer)
        back = money_back(order, contract.fetch(order), 100)
        desk.faults(endpoint="paypay/refunds.create", count=1, http_500_after_commit=True)
        with pytest.raises(OutsideFailure):
            contract.refund(back)

        contract.refund(back)

        assert desk.moved(order.merchant_ref) == [("capture", 300), ("refund", -100)]

    def test_e27_a_second_refund_is_refused_before_paypay_is_asked(
        self, sim: Running, payer: Payer, desk: Desk
    ) -> None:
        contract, order = paypay_contract(sim), self.paid(sim, payer)
        back = money_back(order, contract.fetch(order), 100)
        contract.refund(back)

        with pytest.raises(Refused, match="1回だけ"):
            contract.refund(money_back(order, contract.fetch(order), 100, refunds_before=1))

        assert len(desk.calls("paypay/refunds.create")) == 1

    def test_e27_paypay_itself_says_no_in_words_for_a_clerk(
        self, sim: Running, payer: Payer
    ) -> None:
        contract, order = paypay_contract(sim), self.paid(sim, payer)
        contract.refund(money_back(order, contract.fetch(order), 100))

        with pytest.raises(Refused, match="1回だけ"):
            contract.refund(money_back(order, contract.fetch(order), 100))
        with pytest.raises(Refused, match="超えています"):
            contract.refund(money_back(order, contract.fetch(order), 301))


class TestMessages:
    def heard(self, sim: Running, payer: Payer, ear: Ear) -> tuple[dict[str, str], bytes]:
        payer.opens(url_of(paypay_contract(sim).start(make_order()))).pays()
        return ear.wait(1)[0]

    def test_a_message_is_a_hint_without_money(self, sim: Running, payer: Payer, ear: Ear) -> None:
        contract = paypay_contract(sim)
        headers, body = self.heard(sim, payer, ear)

        contract.verify(headers, body)

        parsed = contract.parse_message(headers, body)
        assert len(parsed.merchant_ref) == 32
        assert parsed.moves == ()

    def test_e35_a_message_for_another_merchant_is_refused(
        self, sim: Running, payer: Payer, ear: Ear, desk: Desk
    ) -> None:
        desk.faults(endpoint="paypay/webhook", other_environment=True)
        headers, body = self.heard(sim, payer, ear)

        with pytest.raises(Forged):
            paypay_contract(sim).verify(headers, body)

    @pytest.mark.parametrize("body", [b"", b"[]", b"not json", b'{"merchant_id": null}'])
    def test_e23_nonsense_is_refused(self, sim: Running, body: bytes) -> None:
        with pytest.raises(Forged):
            paypay_contract(sim).verify({}, body)

    def test_other_notices_are_of_no_interest(self, sim: Running) -> None:
        told = {"notification_type": "Reconfile", "merchant_id": sim.settings.paypay_merchant_id}

        parsed = paypay_contract(sim).parse_message({}, json.dumps(told).encode())

        assert parsed.merchant_ref == ""


class TestCheck:
    def test_finds_nothing_when_all_is_well(self, sim: Running) -> None:
        assert paypay_contract(sim).check() == []

    def test_finds_wrong_keys_and_another_merchant(self, sim: Running) -> None:
        assert faults_of(paypay_contract(sim, api_secret="wrong")) == ["api_secret"]
        assert faults_of(paypay_contract(sim, api_key="wrong")) == ["api_secret"]
        assert faults_of(paypay_contract(sim, merchant_id="2")) == ["merchant_id"]

    def test_names_the_environment_of_the_keys(self, sim: Running) -> None:
        contract = paypay_contract(sim, api_secret="wrong", environment="live")

        assert "本番の環境" in contract.check()[0].words

    def test_says_when_a_clock_is_wrong_rather_than_a_key(self, sim: Running, desk: Desk) -> None:
        desk.faults(endpoint="paypay", clock_skew=-300)

        words = paypay_contract(sim).check()[0].words

        assert "時計" in words
        assert re.search(r"3\d\d秒", words)

    def test_says_when_nobody_answers(self, sim: Running) -> None:
        contract = paypay_contract(sim, address="http://127.0.0.1:9")

        assert "届きませんでした" in contract.check()[0].words


def test_the_settlement_file_is_read(sim: Running, payer: Payer, desk: Desk) -> None:
    contract, order = paypay_contract(sim), make_order()
    start = contract.start(order)
    payer.opens(url_of(start)).pays()
    order = replace(order, provider_ref=start.provider_ref)
    contract.refund(money_back(order, contract.fetch(order), 100))

    rows = contract.parse_settlement(desk.settlement("paypay"))

    assert [(row.kind, row.amount, row.merchant_ref) for row in rows] == [
        ("capture", 300, order.merchant_ref),
        ("refund", 100, order.merchant_ref),
    ]
    assert [row.txn for row in rows] == [move.txn for move in contract.fetch(order).moves]
