"""SBPS, as our contract speaks it, against the provider played over its real wire."""

from dataclasses import replace

import pytest

from simulators.payments.driver import Desk, Payer, Return
from simulators.payments.server import Running
from tests.payments.kinds.providers import (
    Ear,
    faults_of,
    form_of,
    make_order,
    money_back,
    moved,
    sbps_contract,
)
from tests.simulators.payments.test_sbps import API_KEY, REAL_API, REAL_RESULT, TEST_KEY
from yakuba.kit.errors import OutsideFailure
from yakuba.payments.kinds.sbps import SbpsContract
from yakuba.payments.kinds.sbps_wire import REQUEST, RESULT
from yakuba.payments.kinds.sbps_wire import told as read
from yakuba.payments.sockets import Forged, Order, Refused, Unreadable


def posts(payer: Payer, contract: SbpsContract, order: Order, **changed: str) -> Payer:
    """Have the payer's browser send the form, changed on the way by somebody clever."""
    start = form_of(contract.start(order))
    fields = {**dict(start.fields), **changed}
    return payer.posts(start.url, fields, start.charset)


def told(contract: SbpsContract, order: Order, body: bytes) -> Order:
    """The order after the message was understood."""
    contract.verify({}, body)
    parsed = contract.parse_message({}, body)
    assert parsed.merchant_ref == order.merchant_ref
    return replace(order, provider_ref=parsed.provider_ref)


class TestGoldenValues:
    """Values that SBPS's test site really sent or took; where from: tests/simulators/payments/test_sbps.py."""

    def real(self) -> SbpsContract:
        return SbpsContract.model_validate(
            {
                "merchant_id": "19788",
                "service_id": "001",
                "hash_key": TEST_KEY,
                "api_user": "19788001",
                "api_password": "x",
            }
        )

    def test_a_real_result_is_believed(self) -> None:
        body = REAL_RESULT.encode()

        self.real().verify({}, body)

        parsed = self.real().parse_message({}, body)
        assert parsed.merchant_ref == "9eb2fced282c5bfc67c2417217ca2682"
        assert parsed.provider_ref == "80312789324671:980:credit:20150807161021"
        assert read(body)["item_name"] == "継続課金"

    def test_a_real_result_with_another_amount_is_not(self) -> None:
        with pytest.raises(Forged):
            self.real().verify({}, REAL_RESULT.replace("amount=980", "amount=98").encode())

    @pytest.mark.parametrize(("values", "expected"), REAL_API)
    def test_real_requests_have_our_checksum(self, values: list[str], expected: str) -> None:
        contract = SbpsContract.model_validate(
            {**self.real().model_dump(), "hash_key": API_KEY, "api_password": "x"}
        )

        assert contract._sum(values, "cp932") == expected

    def test_the_fields_stand_in_the_order_of_the_documents(self) -> None:
        from simulators.payments.sbps import fields

        assert (REQUEST, RESULT) == (fields.REQUEST, fields.RESULT)


class TestPaying:
    def test_a_form_leads_to_money_that_is_asked_after(
        self, sim: Running, payer: Payer, ear: Ear
    ) -> None:
        contract, order = sbps_contract(sim), make_order(message_url=ear.url)
        posts(payer, contract, order)
        assert payer.status == 200, payer.words

        back = payer.pays("credit")

        order = told(contract, order, ear.wait(1)[0][1])
        state = contract.fetch(order)
        assert back is not None
        assert (back.url, back.method) == (order.back_url, "POST")
        assert (state.status, moved(state)) == ("closed", [("capture", 300)])
        assert state.moves[0].method == "card"

    def test_every_field_is_sent_even_empty_ones(self, sim: Running) -> None:
        start = form_of(sbps_contract(sim).start(make_order()))

        assert [name for name, _ in start.fields] == [*REQUEST, "sps_hashcode"]
        assert start.charset == "shift_jis"

    @pytest.mark.parametrize(
        ("title", "shown"),
        [
            (
                "住民票の写し（世帯全員）と印鑑登録証明書と戸籍",
                "住民票の写し（世帯全員）と印鑑登録証明",
            ),
            ("9時〜17時 <会議室>&ホール", "9時～17時 会議室ホール"),
            ("髙橋さんの𠮷野家🍀", "髙橋さんの野家"),
        ],
    )
    def test_letters_that_shift_jis_does_not_have_do_not_break_the_checksum(
        self, sim: Running, payer: Payer, title: str, shown: str
    ) -> None:
        contract, order = sbps_contract(sim), replace(make_order(), title=title)

        posts(payer, contract, order)

        assert payer.status == 200, payer.words
        assert shown in payer.words

    def test_before_a_result_nobody_can_be_asked(self, sim: Running, desk: Desk) -> None:
        contract, order = sbps_contract(sim), make_order()

        assert contract.fetch(order).status == "open"
        assert contract.cancel(order).status == "open"
        assert desk.state()["calls"] == []

    def test_e22_a_return_without_a_message_brings_the_same_proof(
        self, sim: Running, payer: Payer, ear: Ear, desk: Desk
    ) -> None:
        contract, order = sbps_contract(sim), make_order(message_url=ear.url)
        desk.faults(endpoint="sbps/cgi", drop=True)

        back = posts(payer, contract, order).pays("credit")

        assert isinstance(back, Return)
        assert ear.heard == []
        assert moved(contract.fetch(told(contract, order, back.body))) == [("capture", 300)]

    def test_the_payment_is_another_way(self, sim: Running, payer: Payer, ear: Ear) -> None:
        contract, order = sbps_contract(sim), make_order(method="paypay", message_url=ear.url)
        posts(payer, contract, order).pays("paypay")

        state = contract.fetch(told(contract, order, ear.wait(1)[0][1]))

        assert (moved(state), state.moves[0].method) == ([("capture", 300)], "paypay")


class TestTampering:
    def test_e26_an_amount_that_was_changed_in_the_browser_is_refused(
        self, sim: Running, payer: Payer
    ) -> None:
        posts(payer, sbps_contract(sim), make_order(amount=1300), amount="300")

        assert payer.status == 400
        assert "チェックサム" in payer.words

    def test_e26_an_amount_moved_into_the_next_field_deceives_the_checksum_but_not_us(
        self, sim: Running, payer: Payer, ear: Ear
    ) -> None:
        """Nothing stands between two values: tax=1, amount=300 has the checksum of amount=1300."""
        contract, order = sbps_contract(sim), make_order(amount=1300, message_url=ear.url)
        posts(payer, contract, order, tax="1", amount="300")
        assert payer.status == 200

        payer.pays("credit")

        order = told(contract, order, ear.wait(1)[0][1])
        assert moved(contract.fetch(order)) == [("capture", 300)]

    def test_e23_a_forged_result_is_refused(
        self, sim: Running, payer: Payer, ear: Ear, desk: Desk
    ) -> None:
        contract, order = sbps_contract(sim), make_order(message_url=ear.url)
        desk.faults(endpoint="sbps/cgi", count=1, bad_signature=True)
        posts(payer, contract, order).pays("credit")

        with pytest.raises(Forged):
            contract.verify({}, ear.wait(1)[0][1])

    def test_e35_a_result_for_another_merchant_is_refused(
        self, sim: Running, payer: Payer, ear: Ear, desk: Desk
    ) -> None:
        contract, order = sbps_contract(sim), make_order(message_url=ear.url)
        desk.faults(endpoint="sbps/cgi", count=1, other_environment=True)
        posts(payer, contract, order).pays("credit")

        with pytest.raises(Forged):
            contract.verify({}, ear.wait(1)[0][1])

    def test_e23_the_same_result_has_the_same_name(
        self, sim: Running, payer: Payer, ear: Ear, desk: Desk
    ) -> None:
        contract, order = sbps_contract(sim), make_order(message_url=ear.url)
        desk.faults(endpoint="sbps/cgi", count=1, duplicate=2)
        posts(payer, contract, order).pays("credit")

        bodies = [body for _, body in ear.wait(3)]

        assert len(set(bodies)) > 1  # in any order of fields
        assert len({contract.dedupe_key(body) for body in bodies}) == 1

    def test_a_result_that_the_provider_does_not_know_is_no_money(self, sim: Running) -> None:
        order = replace(make_order(), provider_ref="99999999999999:300:credit:20261128120000")

        state = sbps_contract(sim).fetch(order)

        assert (state.status, state.moves) == ("unknown", ())

    def test_a_result_without_a_number_cannot_be_read(self, sim: Running) -> None:
        with pytest.raises(Unreadable):
            sbps_contract(sim).parse_message({}, b"order_id=a&res_result=OK&amount=300")

    def test_a_failed_payment_names_no_tracking_id(self, sim: Running) -> None:
        parsed = sbps_contract(sim).parse_message({}, b"order_id=a&res_result=NG&amount=300")

        assert (parsed.merchant_ref, parsed.provider_ref) == ("a", "")


class TestMoneyBack:
    def paid(self, sim: Running, payer: Payer, ear: Ear) -> Order:
        contract, order = sbps_contract(sim), make_order(message_url=ear.url)
        posts(payer, contract, order).pays("credit")
        return told(contract, order, ear.wait(1)[0][1])

    def test_all_of_it_goes_back_once(
        self, sim: Running, payer: Payer, ear: Ear, desk: Desk
    ) -> None:
        contract, order = sbps_contract(sim), self.paid(sim, payer, ear)
        back = money_back(order, contract.fetch(order), 300)
        desk.faults(endpoint="sbps/api.ST02-00303-101", count=1, http_500_after_commit=True)
        with pytest.raises(OutsideFailure) as silence:
            contract.refund(back)
        assert not silence.value.permanent

        contract.refund(back)

        assert desk.moved(order.merchant_ref) == [("capture", 300), ("refund", -300)]
        assert moved(contract.fetch(order)) == [("capture", 300)]

    def test_a_part_goes_back_and_then_the_rest(
        self, sim: Running, payer: Payer, ear: Ear, desk: Desk
    ) -> None:
        contract, order = sbps_contract(sim), self.paid(sim, payer, ear)
        state = contract.fetch(order)

        first = contract.refund(money_back(order, state, 100))
        second = contract.refund(money_back(order, state, 200, refunds_before=1))

        assert first.txn != second.txn
        assert desk.moved(order.merchant_ref)[1:] == [("refund", -100), ("refund", -200)]

    def test_a_part_of_which_nobody_knows_is_a_persons_matter(
        self, sim: Running, payer: Payer, ear: Ear, desk: Desk
    ) -> None:
        contract, order = sbps_contract(sim), self.paid(sim, payer, ear)
        desk.faults(endpoint="sbps/api.ST02-00307-101", count=1, http_500_after_commit=True)

        with pytest.raises(Refused, match="決済管理ツールで確かめて"):
            contract.refund(money_back(order, contract.fetch(order), 100))

    def test_a_part_that_may_have_been_asked_for_before_is_not_asked_for_again(
        self, sim: Running, payer: Payer, ear: Ear, desk: Desk
    ) -> None:
        contract, order = sbps_contract(sim), self.paid(sim, payer, ear)
        back = money_back(order, contract.fetch(order), 100, asked_before=True)

        with pytest.raises(Refused, match="決済管理ツールで確かめて"):
            contract.refund(back)

        assert desk.calls("sbps/api.ST02-00307-101") == []

    def test_e27_never_more_than_was_paid(self, sim: Running, payer: Payer, ear: Ear) -> None:
        contract, order = sbps_contract(sim), self.paid(sim, payer, ear)

        with pytest.raises(Refused):
            contract.refund(money_back(order, contract.fetch(order), 301))


class TestCheck:
    def test_finds_nothing_when_all_is_well(self, sim: Running) -> None:
        assert sbps_contract(sim).check() == []

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"hash_key": "wrong"}, "hash_key"),
            ({"service_id": "999"}, "merchant_id"),
            ({"api_password": "wrong"}, "api_password"),
        ],
    )
    def test_tells_one_wrong_setting_from_another(
        self, sim: Running, changed: dict[str, str], field: str
    ) -> None:
        assert faults_of(sbps_contract(sim, **changed)) == [field]

    def test_says_when_nobody_answers(self, sim: Running) -> None:
        contract = sbps_contract(sim, api_address="http://127.0.0.1:9")

        assert "届きませんでした" in contract.check()[0].words

    def test_an_address_without_encryption_is_refused(self, sim: Running) -> None:
        with pytest.raises(ValueError, match="https"):
            sbps_contract(sim, api_address="http://sbps.example/api")


def test_ok_is_only_said_when_the_result_is_stored(sim: Running) -> None:
    contract = sbps_contract(sim)

    assert contract.acknowledge(stored=True).body == b"OK,"
    assert contract.acknowledge(stored=False).body.startswith(b"NG,")


def test_the_settlement_file_is_read(sim: Running, payer: Payer, ear: Ear, desk: Desk) -> None:
    contract, order = sbps_contract(sim), make_order(message_url=ear.url)
    posts(payer, contract, order).pays("credit")
    order = told(contract, order, ear.wait(1)[0][1])
    contract.refund(money_back(order, contract.fetch(order), 100))
    desk.charge_back(order.merchant_ref)

    rows = contract.parse_settlement(desk.settlement("sbps"))

    assert [(row.kind, row.amount, row.merchant_ref) for row in rows] == [
        ("capture", 300, order.merchant_ref),
        ("refund", 100, order.merchant_ref),
        ("chargeback", 200, order.merchant_ref),
    ]
    assert rows[0].txn == contract.fetch(order).moves[0].txn
    assert rows[1].txn == ""  # the file does not name refunds


@pytest.mark.parametrize(
    "content", [b"", b"a,b\n1,2\n", "トラッキングID\n1".encode("cp932"), b"\xff\xfe\x00"]
)
def test_another_file_is_refused_in_words(sim: Running, content: bytes) -> None:
    with pytest.raises(Unreadable, match="明細ファイル"):
        sbps_contract(sim).parse_settlement(content)
