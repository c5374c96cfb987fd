"""PayPay, Open Payment API, dynamic code: made, paid in the app, and always asked after.

Its messages are unsigned and may be lost, so they are only a reason to ask. The vendor's SDK is not used: it is
kept with little care and fails with a present setuptools (docs/decisions/0041). Source: PayPay's OPA documents,
"Web Cashier" and "API Authentication".
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Literal

from pydantic import ConfigDict, Field, SecretStr

from yakuba.kit import http
from yakuba.kit.errors import OutsideFailure
from yakuba.payments.kinds import tables
from yakuba.payments.kinds.addresses import Address, origin
from yakuba.payments.sockets import (
    Abilities,
    Back,
    Contract,
    Fault,
    Forged,
    Method,
    Move,
    Order,
    ParsedMessage,
    PaymentProvider,
    Redirect,
    Refunded,
    Refused,
    SettledRow,
    Start,
    State,
    Unreadable,
    providers,
)

_ADDRESSES = {
    "live": "https://apigw.paypay.ne.jp",
    "test": "https://apigw.sandbox.paypay.ne.jp",
}
_PAGES = {
    "live": ("https://www.paypay.ne.jp", "https://qr.paypay.ne.jp"),
    "test": ("https://stg-www.sandbox.paypay.ne.jp", "https://qr-stg.sandbox.paypay.ne.jp"),
}
_TYPE = "application/json;charset=UTF-8"
_PATIENCE = 15.0  # seconds
_MOST_SKEW = 100  # seconds; PayPay refuses everything from two minutes on
_LONGEST_TITLE = 255
_NO = {
    "REFUND_LIMIT_EXCEEDED": "PayPayでは、1回のお支払いに返金は1回だけです。残りは別の方法で返してください。",
    "REFUND_WINDOW_EXCEED": "返金できる期間が過ぎています。別の方法で返してください。",
    "INVALID_PARAMS": "返金できる金額を超えています。",
    "CANCELED_USER": "支払った方がPayPayを解約しているため、返金できません。別の方法で返してください。",
    "DUPLICATE_DYNAMIC_QR_REQUEST": "この番号のコードはすでに作られています。",
}
_PAID = ("COMPLETED", "REFUNDED")


class PayPayContract(Contract):
    """The town's account at PayPay."""

    model_config = ConfigDict(title="PayPay")

    environment: Literal["test", "live"] = Field(
        "test",
        title="環境",
        description="試験（sandbox）か本番か。キーは環境ごとに違います。",
        json_schema_extra={"choices": {"test": "試験（お金は動きません）", "live": "本番"}},
    )
    api_key: str = Field(title="APIキー", description="PayPay for Developersの画面にあります。")
    api_secret: SecretStr = Field(
        title="APIキーシークレット", description="保存すると、二度と表示されません。"
    )
    merchant_id: str = Field(
        title="加盟店ID（MERCHANT ID）",
        description="17けたか18けたの数字です。",
        pattern=r"^\d{1,20}$",
    )
    address: Address = Field(
        "",
        title="接続先（ふつうは空欄）",
        description="ためし用の決済につなぐときだけ入力します。",
    )

    abilities = Abilities(
        partial_refunds=True,
        refunds_per_capture=1,
        max_yen=1_000_000,
        settlement_file="PayPay for Businessの「取引」からダウンロードする取引履歴（CSV）",
        notes=(
            "返金は、1回のお支払いにつき1回だけです。",
            "日本国外からは支払えません。",
        ),
    )

    def methods(self) -> tuple[Method, ...]:
        return (Method("paypay", "PayPay", "スマートフォンのPayPayアプリで支払います。"),)

    def is_live(self) -> bool:
        return self.environment == "live"

    def pages(self) -> tuple[str, ...]:
        return (origin(self.address),) if self.address else _PAGES[self.environment]

    # paying

    def start(self, order: Order) -> Start:
        asked = {
            "merchantPaymentId": order.merchant_ref,
            "codeType": "ORDER_QR",
            "amount": {"amount": order.amount, "currency": "JPY"},
            "orderDescription": order.title[:_LONGEST_TITLE],
            "redirectUrl": order.back_url,
            "redirectType": "WEB_LINK",
            "requestedAt": int(order.opened_at.timestamp()),
        }
        code = self._ask("POST", "/v2/codes", asked)
        return Redirect(str(code["url"]), str(code["codeId"]), _moment(code.get("expiryDate")))

    def fetch(self, order: Order) -> State:
        try:
            payment = self._ask("GET", f"/v2/codes/payments/{order.merchant_ref}")
        except Refused as no:
            if no.status == 404:
                return State("unknown", is_live=self.is_live())
            raise
        return self._state(payment, knows_code=bool(order.provider_ref))

    def _state(self, payment: Mapping[str, Any], *, knows_code: bool) -> State:
        status = payment["status"]
        # A code whose answer never reached us cannot be shown to anybody, and ends by itself in minutes.
        if status == "CREATED":
            return State("open" if knows_code else "closed", is_live=self.is_live())
        if status in ("AUTHORIZED", "REAUTHORIZING"):
            return State("waiting", is_live=self.is_live())
        was_paid = status in _PAID or (status == "CANCELED" and payment.get("acceptedAt"))
        return State("closed", tuple(_moves(payment)) if was_paid else (), is_live=self.is_live())

    def cancel(self, order: Order) -> State:
        if order.provider_ref:
            with suppress(Refused):  # paid, gone, or never there: the payment itself says which
                self._ask("DELETE", f"/v2/codes/{order.provider_ref}")
        return self.fetch(order)

    def refund(self, back: Back) -> Refunded:
        if back.refunds_before:
            raise Refused(_NO["REFUND_LIMIT_EXCEEDED"])
        key = back.key.hex
        try:
            done = self._ask("GET", f"/v2/refunds/{key}")
        except Refused as no:
            if no.status != 404:
                raise
            asked = {
                "merchantRefundId": key,
                "paymentId": back.txn,
                "amount": {"amount": back.amount, "currency": "JPY"},
                "requestedAt": int(back.asked_at.timestamp()),
                "reason": back.reason[:_LONGEST_TITLE],
            }
            done = self._ask("POST", "/v2/refunds", asked)
        # CREATED is done as well: PayPay repeats it until it has worked (vendor's FAQ).
        # There is one refund for each payment, and the settlement file calls it by the payment's number.
        return Refunded(back.txn, _moment(done.get("acceptedAt")) or _now())

    # messages

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        """Nothing is signed; but a message for another merchant is none of ours (E35)."""
        told = _told(body)
        if told is None or str(told.get("merchant_id")) != self.merchant_id:
            raise Forged

    def parse_message(self, headers: Mapping[str, str], body: bytes) -> ParsedMessage:
        told = _told(body)
        if told is None:
            raise Unreadable("JSONではありません。")
        if told.get("notification_type") != "Transaction":
            return ParsedMessage()
        return ParsedMessage(merchant_ref=str(told.get("merchant_order_id") or ""))

    # what a person does

    def check(self) -> list[Fault]:
        """Ask after a payment that cannot be there: who is let in gets "not found"."""
        try:
            self._ask("GET", f"/v2/codes/payments/check-{secrets.token_hex(8)}")
        except Refused as no:
            return self._faults(no)
        except OutsideFailure:
            return [Fault("PayPayに届きませんでした。少し待って、もう一度確かめてください。")]
        return []

    def _faults(self, no: Refused) -> list[Fault]:
        if no.status == 404:
            return []
        if "OP_OUT_OF_SCOPE" in no.body:
            return [Fault("加盟店IDが、このAPIキーのものではありません。", "merchant_id")]
        skew = _skew(no.body)
        if abs(skew) > _MOST_SKEW:
            return [Fault(f"サーバーの時計が{abs(skew)}秒ずれているため、PayPayに断られます。")]
        if no.status == 401:
            where = "本番" if self.is_live() else "試験"
            words = f"APIキーかシークレットが違います。{where}の環境のキーか、確かめてください。"
            return [Fault(words, "api_secret")]
        return [Fault(str(no))]

    def parse_settlement(self, content: bytes) -> list[SettledRow]:
        found = tables.rows(
            content,
            ("取引番号", "決済番号"),
            ("取引ステータス",),
            ("取引日時",),
            ("取引金額",),
            ("加盟店決済ID", "マーチャント決済ID"),
        )
        kinds: dict[str, Literal["capture", "refund"]] = {
            "取引完了": "capture",
            "返金完了": "refund",
        }
        return [
            SettledRow(
                merchant_ref=row["加盟店決済ID"],
                kind=kinds[row["取引ステータス"]],
                txn=row["取引番号"],
                amount=abs(tables.yen(row, "取引金額")),
                occurred_at=tables.moment(row, "取引日時"),
            )
            for row in found
            if row["取引ステータス"] in kinds
        ]

    # the wire

    def _ask(
        self, method: str, path: str, asked: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Ask PayPay and return the data of its answer.

        Raises:
            Refused: it understood and said no; `body` begins with its code.
            OutsideFailure: it did not answer, or something broke there.
        """
        body = json.dumps(asked, ensure_ascii=False).encode() if asked is not None else None
        address = self.address or _ADDRESSES[self.environment]
        headers = {
            "Authorization": self._signed(method, path, body),
            "Content-Type": _TYPE,
            "X-ASSUME-MERCHANT": self.merchant_id,
        }
        answer = http.call(method, address + path, content=body, headers=headers, timeout=_PATIENCE)
        whole = answer.json()
        result = whole.get("resultInfo") if isinstance(whole, dict) else None
        if not isinstance(result, dict):
            raise OutsideFailure("PayPay: the answer has no result", status=answer.status)
        if answer.status < 300:
            return dict(whole.get("data") or {})
        code = str(result.get("code"))
        if answer.status >= 500 or answer.status == 429:
            raise OutsideFailure(f"PayPay: {code}", status=answer.status)
        words = _NO.get(code, f"PayPayが受け付けませんでした（{code}）。")
        raise Refused(words, status=answer.status, body=f"{code} {answer.headers.get('date', '')}")

    def _signed(self, method: str, path: str, body: bytes | None) -> str:
        """Return the header that proves who asks what, and when: HMAC-SHA256 over six lines."""
        nonce, epoch = secrets.token_hex(4), str(int(time.time()))
        content_type, body_hash = "empty", "empty"
        if body is not None:
            content_type = _TYPE
            body_hash = _base64(hashlib.md5(_TYPE.encode() + body, usedforsecurity=False).digest())
        lines = "\n".join([path, method, nonce, epoch, content_type, body_hash])
        secret = self.api_secret.get_secret_value().encode()
        mac = _base64(hmac.digest(secret, lines.encode(), "sha256"))
        return f"hmac OPA-Auth:{self.api_key}:{mac}:{nonce}:{epoch}:{body_hash}"


@providers.plug
class PayPay(PaymentProvider):
    key = "paypay"
    label = "PayPay"
    contract = PayPayContract
    words = "PayPayの加盟店になり、オンライン決済（Open Payment API）を申し込みます。"


def _moves(payment: Mapping[str, Any]) -> list[Move]:
    """What was taken and what went back."""
    amount, paid_at = payment["amount"], _moment(payment["acceptedAt"])
    taken = Move(
        "capture",
        str(payment["paymentId"]),
        int(amount["amount"]),
        paid_at or _now(),
        str(amount["currency"]),
        "paypay",
    )
    moves = [taken]
    for one in (payment.get("refunds") or {}).get("data") or ():
        key = str(one["merchantRefundId"])
        at = _moment(one.get("acceptedAt")) or taken.occurred_at
        moves.append(
            Move("refund", taken.txn, int(one["amount"]["amount"]), at, taken.currency, key=key)
        )
    if payment["status"] == "CANCELED":
        back = Move("refund", taken.txn, taken.amount, taken.occurred_at, taken.currency)
        moves.append(back)
    return moves


def _moment(seconds: object) -> datetime | None:
    return datetime.fromtimestamp(int(str(seconds)), UTC) if seconds else None


def _now() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)


def _told(body: bytes) -> dict[str, Any] | None:
    try:
        told = json.loads(body)
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def _skew(body: str) -> int:
    """How many seconds our clock is off, by the Date of PayPay's answer."""
    _, _, date = body.partition(" ")
    try:
        return int(time.time() - parsedate_to_datetime(date).timestamp())
    except ValueError:
        return 0


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
