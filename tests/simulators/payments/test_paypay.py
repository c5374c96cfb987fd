"""PayPay, played: the vendor's own SDK cannot tell, and the HMAC is checked without it."""

import json
import sys
import types
import uuid
from typing import Any

import httpx
import pytest

from simulators.payments.driver import Desk, Payer
from simulators.payments.paypay import gate
from simulators.payments.server import Running
from tests.simulators.payments.conftest import Merchant

TYPE = "application/json;charset=UTF-8"


def sdk() -> Any:
    """The vendor's SDK. It wants `pkg_resources` for its version number alone, which setuptools gave up."""
    if "pkg_resources" not in sys.modules:
        try:
            import pkg_resources  # noqa: F401
        except ImportError:
            stand_in = types.ModuleType("pkg_resources")
            stand_in.DistributionNotFound = LookupError  # type: ignore[attr-defined]
            sys.modules["pkg_resources"] = stand_in
    import paypayopa

    return paypayopa


@pytest.fixture
def client(sim: Running) -> Any:
    keys = (sim.settings.paypay_api_key, sim.settings.paypay_api_secret)
    made = sdk().Client(auth=keys, base_url=sim.base)
    made.set_assume_merchant(sim.settings.paypay_merchant_id)
    return made


def make_code(client: Any, mine: str = "ref1", amount: int = 300) -> dict[str, Any]:
    answer = client.Code.create_qr_code(
        {
            "merchantPaymentId": mine,
            "codeType": "ORDER_QR",
            "amount": {"amount": amount, "currency": "JPY"},
            "orderDescription": "住民票の写し",
            "redirectUrl": "http://town.example/back",
            "redirectType": "WEB_LINK",
        }
    )
    return dict(answer)


class TestTheVendorsSdk:
    def test_makes_a_code_that_a_payer_can_pay(
        self, client: Any, payer: Payer, desk: Desk, merchant: Merchant
    ) -> None:
        code = make_code(client)
        assert code["resultInfo"]["code"] == "SUCCESS"
        before = client.Code.get_payment_details("ref1")
        assert before["data"]["status"] == "CREATED"

        back = payer.opens(code["data"]["url"]).pays()

        assert back is not None
        assert back.url == "http://town.example/back"
        after = client.Code.get_payment_details("ref1")["data"]
        assert (after["status"], after["amount"]["amount"]) == ("COMPLETED", 300)
        hint = merchant.wait(1)[0]
        assert hint.json["merchant_order_id"] == "ref1"
        assert "authorization" not in hint.headers  # nobody signs it
        assert desk.moved("ref1") == [("capture", 300)]

    def test_uses_a_payment_id_once(self, client: Any) -> None:
        make_code(client)

        again = make_code(client)

        assert again["resultInfo"]["code"] == "DUPLICATE_DYNAMIC_QR_REQUEST"

    def test_knows_nothing_of_an_unknown_payment(self, client: Any) -> None:
        answer = client.Code.get_payment_details("nobody")

        assert answer["resultInfo"]["code"] == "DYNAMIC_QR_PAYMENT_NOT_FOUND"

    def test_gives_back_once_only(self, client: Any, payer: Payer, desk: Desk) -> None:
        payer.opens(make_code(client)["data"]["url"]).pays()
        payment = client.Code.get_payment_details("ref1")["data"]["paymentId"]

        def refund(key: str, amount: int) -> str:
            asked = {
                "merchantRefundId": key,
                "paymentId": payment,
                "amount": {"amount": amount, "currency": "JPY"},
            }
            return str(client.Payment.refund_payment(asked)["resultInfo"]["code"])

        assert refund("r0", 301) == "INVALID_PARAMS"
        assert refund("r1", 100) == "SUCCESS"
        assert refund("r2", 100) == "REFUND_LIMIT_EXCEEDED"
        assert client.Payment.refund_details("r1")["data"]["status"] == "REFUNDED"
        assert desk.moved("ref1") == [("capture", 300), ("refund", -100)]

    def test_ends_a_code_that_nobody_paid(self, client: Any, payer: Payer) -> None:
        code = make_code(client)["data"]

        client.Code.delete_qr_code(code["codeId"])

        assert "取り消されました" in payer.opens(code["url"]).words

    def test_cancels_a_payment_until_a_quarter_past_midnight(
        self, client: Any, payer: Payer, desk: Desk
    ) -> None:
        codes = [make_code(client, mine)["data"]["url"] for mine in ("ref1", "ref2")]
        payer.opens(codes[0]).pays()
        desk.advance(
            -25 * 3600
        )  # the SDK's clock cannot be turned; so this one paid the day before
        payer.opens(codes[1]).pays()
        desk.advance(25 * 3600)

        today = client.Payment.cancel_payment("ref1")["resultInfo"]["code"]
        yesterday = client.Payment.cancel_payment("ref2")["resultInfo"]["code"]

        assert today == "REQUEST_ACCEPTED"
        assert yesterday == "ORDER_NOT_REVERSIBLE"


class TestTheGate:
    """Without the SDK: what is signed, how old it may be, and that it is good once."""

    def ask(
        self,
        sim: Running,
        *,
        epoch_off: int = 0,
        secret: str = "",
        nonce: str = "",
        body: bytes = b"",
        sent: bytes | None = None,
    ) -> httpx.Response:
        settings = sim.settings
        method = "POST" if body else "GET"
        path = "/v2/codes" if body else "/v2/codes/payments/ref1"
        content_type = TYPE if body else "empty"
        epoch = str(sim.world.stamp() + epoch_off)
        body_hash = gate.hash_of(TYPE, body) if body else "empty"
        nonce = nonce or uuid.uuid4().hex[:8]
        mac = gate.mac_of(
            secret or settings.paypay_api_secret,
            path=path,
            method=method,
            nonce=nonce,
            epoch=epoch,
            content_type=content_type,
            body_hash=body_hash,
        )
        headers = {
            "authorization": f"hmac OPA-Auth:{settings.paypay_api_key}:{mac}:{nonce}:{epoch}:{body_hash}",
            "content-type": TYPE,
        }
        content = (sent if sent is not None else body) or None
        return httpx.request(
            method, sim.base + path, headers=headers, content=content, trust_env=False
        )

    def test_lets_in_who_knows_the_secret(self, sim: Running) -> None:
        assert self.ask(sim).status_code == 404  # let in, and there is no such payment

    @pytest.mark.parametrize("off", [-121, 121])
    def test_refuses_a_clock_that_is_two_minutes_off(self, sim: Running, off: int) -> None:
        assert self.ask(sim, epoch_off=off).status_code == 401

    def test_refuses_another_secret(self, sim: Running) -> None:
        assert self.ask(sim, secret="another").status_code == 401

    def test_refuses_a_body_that_was_changed_on_the_way(self, sim: Running) -> None:
        body = json.dumps({"merchantPaymentId": "ref1"}).encode()

        assert self.ask(sim, body=body, sent=body.replace(b"ref1", b"ref2")).status_code == 401

    def test_refuses_the_same_request_twice(self, sim: Running) -> None:
        assert self.ask(sim, nonce="abcdefgh").status_code == 404

        assert self.ask(sim, nonce="abcdefgh").status_code == 401

    def test_refuses_everybody_when_its_own_clock_is_wrong(self, sim: Running, desk: Desk) -> None:
        desk.faults(endpoint="paypay", clock_skew=300)

        assert self.ask(sim).status_code == 401


def test_a_code_lives_for_five_minutes(client: Any, payer: Payer, desk: Desk) -> None:
    code = make_code(client)["data"]

    desk.expire("ref1")

    assert "5分" in payer.opens(code["url"]).words
    assert client.Code.get_payment_details("ref1")["data"]["status"] == "EXPIRED"


def test_nobody_can_pay_from_abroad(client: Any, payer: Payer, desk: Desk) -> None:
    desk.faults(endpoint="paypay", abroad=True)

    payer.opens(make_code(client)["data"]["url"])

    assert payer.status == 403
    assert "日本国外" in payer.words


def test_a_payer_may_never_be_sent_back(client: Any, payer: Payer, desk: Desk) -> None:
    desk.faults(endpoint="paypay", no_return=True)

    assert payer.opens(make_code(client)["data"]["url"]).pays() is None

    assert "支払いました" in payer.words
    assert desk.moved("ref1") == [("capture", 300)]


def test_the_settlement_file_has_the_columns_of_paypay_for_business(
    client: Any, payer: Payer, desk: Desk
) -> None:
    payer.opens(make_code(client)["data"]["url"]).pays()

    rows = desk.settlement("paypay").decode("utf-8-sig").splitlines()

    assert rows[0].startswith("取引番号,加盟店ID,屋号,店舗ID")
    assert ",取引完了," in rows[1]
    assert rows[1].endswith(",ref1")
