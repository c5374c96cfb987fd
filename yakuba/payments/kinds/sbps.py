"""SB Payment Service, link type: a form in Shift_JIS, and a CGI of ours that answers `OK,`.

Only the result that SBPS brings to the CGI names its tracking id and the amount; by the tracking id, and by nothing
else, SBPS can be asked (API type). So a result is kept as `provider_ref`, and money counts only after SBPS was asked. The
checksum is weak (SHA-1 over values with nothing between them); order and amount are compared with ours whatever it
says. Sources, and what is a guess: simulators/payments/README.md.
"""

import base64
import hashlib
import hmac
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import parse_qsl
from xml.etree import ElementTree
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from pydantic import ConfigDict, Field, SecretStr, model_validator

from yakuba.kit import http
from yakuba.kit.errors import OutsideFailure
from yakuba.payments.kinds import tables
from yakuba.payments.kinds.addresses import Address, origin
from yakuba.payments.sockets import (
    Abilities,
    Acknowledgement,
    Back,
    Contract,
    Fault,
    Forged,
    FormPost,
    Method,
    Move,
    Order,
    ParsedMessage,
    PaymentProvider,
    Refunded,
    Refused,
    SettledRow,
    Start,
    State,
    Unreadable,
    providers,
)

JAPAN = ZoneInfo("Asia/Tokyo")
_WIRE = "cp932"  # what Shift_JIS means to a Japanese machine
_FORMS = {
    "test": "https://stbfep.sps-system.com/f01/FepBuyInfoReceive.do",
    "live": "https://fep.sps-system.com/f01/FepBuyInfoReceive.do",
}
_APIS = {
    "test": "https://stbfep.sps-system.com/api/xmlapi.do",
    "live": "https://api.sps-system.com/api/xmlapi.do",
}
_PATIENCE = 30.0  # seconds
_LONGEST_LIMIT = 9999  # seconds
_ITEM_NAME = 40  # bytes

# The fields of a purchase request (A01-1) and of its result (A02-1), in the order of the documents.
_COMMON = (
    "pay_method merchant_id service_id cust_code sps_cust_no sps_payment_no order_id item_id pay_item_id"
    " item_name tax amount pay_type auto_charge_type service_type div_settele last_charge_month camp_type"
    " tracking_id terminal_type"
)
REQUEST = tuple(
    f"{_COMMON} success_url cancel_url error_url pagecon_url free1 free2 free3 free_csv"
    " request_date limit_second".split()
)
RESULT = tuple(
    f"{_COMMON} free1 free2 free3 request_date res_pay_method res_result res_tracking_id"
    " res_sps_cust_no res_sps_payment_no res_payinfo_key res_payment_date res_err_code res_date"
    " limit_second".split()
)
_NUMBERS = {
    "credit": "101",
    "credit3d2": "101",
    "paypay": "311",
}  # of the API type, by way of paying
_METHODS = {"credit": "card", "credit3d2": "card", "paypay": "paypay"}
_UNSURE = "一部の返金ができたか、分かりません。SBPS決済管理ツールで確かめてください。"
_AUTHORISED, _CAPTURED, _REFUNDED = "1", "2", "4"


@dataclass(frozen=True, slots=True)
class Tracked:
    """A payment as SBPS told of it, kept as `provider_ref`: how to ask, and the amount it will not repeat."""

    tracking_id: str
    amount: int
    method: str
    at: str  # yyyymmddhhmmss in Japan

    def __str__(self) -> str:
        return f"{self.tracking_id}:{self.amount}:{self.method}:{self.at}"

    @classmethod
    def read(cls, text: str) -> "Tracked | None":
        found = re.fullmatch(r"(\w{1,20}):(\d{1,7}):(\w{1,20}):(\d{14})", text)
        return cls(found[1], int(found[2]), found[3], found[4]) if found else None

    @property
    def number(self) -> str:
        return _NUMBERS.get(self.method, "101")

    @property
    def moment(self) -> datetime:
        return datetime.strptime(self.at, "%Y%m%d%H%M%S").replace(tzinfo=JAPAN)


class SbpsContract(Contract):
    """The town's account at SB Payment Service."""

    model_config = ConfigDict(title="SBペイメントサービス（リンク型）")

    environment: Literal["test", "live"] = Field(
        "test",
        title="環境",
        description="試験か本番か。IDとキーは環境ごとに違います。",
        json_schema_extra={"choices": {"test": "試験（お金は動きません）", "live": "本番"}},
    )
    merchant_id: str = Field(
        title="マーチャントID", description="5けたの数字です。", pattern=r"^\d{5}$"
    )
    service_id: str = Field(title="サービスID", description="3けたの数字です。", pattern=r"^\d{3}$")
    hash_key: SecretStr = Field(
        title="ハッシュキー", description="保存すると、二度と表示されません。"
    )
    api_user: str = Field(title="API型のID（ベーシック認証）", description="照会と返金に使います。")
    api_password: SecretStr = Field(
        title="API型のパスワード（ベーシック認証）",
        description="保存すると、二度と表示されません。",
    )
    takes_cards: bool = Field(True, title="クレジットカードを使う")
    with_3d_secure: bool = Field(
        True,
        title="カードの本人認証（3Dセキュア）を使う",
        description="原則として必要です。契約に合わせてください。",
    )
    takes_paypay: bool = Field(False, title="PayPayを使う（SBペイメントサービスとの契約で）")
    hash_charset: Literal["utf-8", "cp932"] = Field(
        "utf-8",
        title="チェックサムの文字コード",
        description="ふつうはUTF-8です。「チェックサムが違う」と言われるときに変えます。",
        json_schema_extra={"choices": {"utf-8": "UTF-8", "cp932": "Shift_JIS"}},
    )
    form_address: Address = Field(
        "",
        title="購入要求の接続先（ふつうは空欄）",
        description="案内された接続先が違うときに入力します。",
    )
    api_address: Address = Field(
        "",
        title="API型の接続先（ふつうは空欄）",
        description="案内された接続先が違うときに入力します。",
    )

    abilities = Abilities(
        max_yen=9_999_999,
        settlement_file="SBPS決済管理ツールの「伝票検索」から出力するCSV",
        notes=(
            "始まった支払いのページは、こちらから終わらせることができません（期限で終わります）。",
            "契約は「自動売上」にしてください。",
            "一部の返金の返事が届かなかったときは、決済管理ツールで確かめてから進めます。",
        ),
    )

    @model_validator(mode="after")
    def _takes_something(self) -> "SbpsContract":
        if not (self.takes_cards or self.takes_paypay):
            raise ValueError("クレジットカードかPayPayの、どちらかを使うにしてください。")
        return self

    def methods(self) -> tuple[Method, ...]:
        found = []
        if self.takes_cards:
            found.append(Method("card", "クレジットカード", "カード番号と有効期限を用意します。"))
        if self.takes_paypay:
            words = "スマートフォンのPayPayアプリで支払います。"
            found.append(Method("paypay", "PayPay", words))
        return tuple(found)

    def is_live(self) -> bool:
        return self.environment == "live"

    def pages(self) -> tuple[str, ...]:
        return (origin(self._form()),)

    def _form(self) -> str:
        return self.form_address or _FORMS[self.environment]

    # paying

    def start(self, order: Order) -> Start:
        """Write the form. Nobody is asked: SBPS hears of the order from the payer's browser."""
        now = time.time()
        limit = min(_LONGEST_LIMIT, max(60, int(order.expires_at.timestamp() - now)))
        card = "credit3d2" if self.with_3d_secure else "credit"
        ways = {"card": card, "paypay": "paypay"}
        chosen = [order.method] if order.method else [one.key for one in self.methods()]
        values = dict.fromkeys(REQUEST, "") | {
            "pay_method": ",".join(ways[one] for one in chosen),
            "merchant_id": self.merchant_id,
            "service_id": self.service_id,
            "cust_code": order.payer,
            "order_id": order.merchant_ref,
            "item_id": "fee",
            "item_name": _item_name(order.title),
            "amount": str(order.amount),
            "pay_type": "0",
            "service_type": "0",
            "terminal_type": "0",
            "success_url": order.back_url,
            "cancel_url": order.back_url,
            "error_url": order.back_url,
            "pagecon_url": order.message_url,
            "request_date": _stamp(now),
            "limit_second": str(limit),
        }
        checked = self._sum((values[name] for name in REQUEST), self.hash_charset)
        fields = (*((name, values[name]) for name in REQUEST), ("sps_hashcode", checked))
        return FormPost(self._form(), fields, charset="shift_jis")

    def fetch(self, order: Order) -> State:
        """Ask by the tracking id, once a result has named it. Until then nobody can be asked."""
        tracked = Tracked.read(order.provider_ref)
        if tracked is None:
            is_over = order.expires_at.timestamp() < time.time()
            return State("closed" if is_over else "open", is_live=self.is_live())
        return self._asked(tracked)

    def _asked(self, tracked: Tracked) -> State:
        try:
            answer = self._ask(
                f"MG01-00101-{tracked.number}", [("tracking_id", tracked.tracking_id)]
            )
        except Refused as no:
            if _kind_of(no.body) == "12":
                return State("unknown", is_live=self.is_live())
            raise
        status = answer.findtext("res_pay_method_info/payment_status", "")
        if status == _AUTHORISED:
            return State("waiting", is_live=self.is_live())  # becomes a sale by itself
        if status not in (_CAPTURED, _REFUNDED):
            return State("closed", is_live=self.is_live())
        # What went back is in no answer: refunds of ours are in the ledger, others in the file.
        method = _METHODS.get(tracked.method, tracked.method)
        taken = Move("capture", tracked.tracking_id, tracked.amount, tracked.moment, method=method)
        return State("closed", (taken,), is_live=self.is_live())

    def cancel(self, order: Order) -> State:
        """Return how it stands: the link type has no way to end a page that was begun."""
        return self.fetch(order)

    def refund(self, back: Back) -> Refunded:
        tracked = Tracked.read(back.order.provider_ref)
        if tracked is None or tracked.tracking_id != back.txn:
            raise Refused(
                "SBペイメントサービスの番号が分からないため、決済管理ツールで返金してください。"
            )
        is_whole = back.amount == back.captured and not back.refunds_before
        if back.asked_before and not is_whole:
            raise Refused(_UNSURE)  # it has no key by which the same refund would be known again
        txn = f"{back.txn}-{back.key.hex[:12]}"
        if is_whole and self._status(tracked) == _REFUNDED:
            return Refunded(txn, _now())  # an earlier try has arrived
        given: list[tuple[str, str]] = [
            ("tracking_id", tracked.tracking_id),
            ("processing_datetime", _stamp(time.time())),
        ]
        if is_whole:
            self._ask(f"ST02-00303-{tracked.number}", given)
            return Refunded(txn, _now())
        given.append(("pay_option_manage/amount", str(back.amount)))
        try:
            self._ask(f"ST02-00307-{tracked.number}", given)
        except OutsideFailure as silence:
            raise silence if isinstance(silence, Refused) else Refused(_UNSURE) from silence
        return Refunded(txn, _now())

    def _status(self, tracked: Tracked) -> str:
        answer = self._ask(f"MG01-00101-{tracked.number}", [("tracking_id", tracked.tracking_id)])
        return answer.findtext("res_pay_method_info/payment_status", "")

    # messages

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        told = _told(body)
        account = (told.get("merchant_id"), told.get("service_id"))
        if account != (self.merchant_id, self.service_id):
            raise Forged
        given = told.get("sps_hashcode", "").lower()
        values = [told.get(name, "") for name in RESULT]
        # In which character set SBPS hashes depends on the contract (README); the key is the same.
        if not any(
            hmac.compare_digest(given.encode(), self._sum(values, charset).encode())
            for charset in ("utf-8", _WIRE)
        ):
            raise Forged

    def dedupe_key(self, body: bytes) -> str:
        told = _told(body)
        names = ("res_tracking_id", "res_result", "order_id", "amount")
        return ":".join(told.get(name, "") for name in names)

    def parse_message(self, headers: Mapping[str, str], body: bytes) -> ParsedMessage:
        told = _told(body)
        order_id = told.get("order_id", "")
        if told.get("res_result") not in ("OK", "PY"):
            return ParsedMessage(merchant_ref=order_id)
        tracked = Tracked.read(
            f"{told.get('res_tracking_id')}:{told.get('amount')}:"
            f"{told.get('res_pay_method') or 'credit'}:{told.get('res_payment_date') or told.get('res_date')}"
        )
        if tracked is None:
            raise Unreadable("トラッキングIDか金額がありません。")
        return ParsedMessage(merchant_ref=order_id, provider_ref=str(tracked))

    def acknowledge(self, *, stored: bool) -> Acknowledgement:
        """`OK,` says that the result is ours for good; SBPS gives a payment up after `NG,`, or asks again."""
        return Acknowledgement(b"OK," if stored else b"NG,try again")

    # what a person does

    def check(self) -> list[Fault]:
        """Ask after a payment that cannot be there, and see by the error what SBPS made of us."""
        try:
            self._ask("MG01-00101-101", [("tracking_id", "0" * 14)])
        except Refused as no:
            return self._faults(no)
        except OutsideFailure:
            words = "SBペイメントサービスに届きませんでした。少し待って、もう一度確かめてください。"
            return [Fault(words)]
        return []

    def _faults(self, no: Refused) -> list[Fault]:
        where = "本番" if self.is_live() else "試験"
        if no.status == 401:
            words = f"API型のIDかパスワードが違います。{where}の環境のものか、確かめてください。"
            return [Fault(words, "api_password")]
        match _kind_of(no.body):
            case "12":
                return []  # let in, and there is no such payment
            case "09":
                return [Fault("ハッシュキーが違います。", "hash_key")]
            case "14":
                words = f"マーチャントIDかサービスIDが違います。{where}の環境のものか、確かめてください。"
                return [Fault(words, "merchant_id")]
        return [Fault(str(no))]

    def parse_settlement(self, content: bytes) -> list[SettledRow]:
        found = tables.rows(
            content,
            ("トラッキングID",),
            ("購入ID", "受注ID"),
            ("処理区分", "取引区分"),
            ("処理日時", "処理日"),
            ("金額", "請求金額"),
        )
        kinds: dict[str, Literal["capture", "refund", "chargeback"]] = {
            "売上": "capture",
            "返金": "refund",
            "チャージバック": "chargeback",
        }
        return [
            SettledRow(
                merchant_ref=row["購入ID"],
                kind=kinds[row["処理区分"]],
                # The file calls a refund by its payment, of which there may be several.
                txn="" if kinds[row["処理区分"]] == "refund" else row["トラッキングID"],
                amount=abs(tables.yen(row, "金額")),
                occurred_at=tables.moment(row, "処理日時"),
                fee=tables.yen(row, "手数料") if row.get("手数料") else 0,
            )
            for row in found
            if row["処理区分"] in kinds
        ]

    # the wire

    def _sum(self, values: Iterable[str], charset: str) -> str:
        """SHA-1 over the values, one after the other, and the key."""
        whole = "".join(value.strip() for value in values).encode(charset, "replace")
        key = self.hash_key.get_secret_value().encode()
        return hashlib.sha1(whole + key, usedforsecurity=False).hexdigest()

    def _ask(self, function: str, given: list[tuple[str, str]]) -> ElementTree.Element:
        """Ask the API type.

        Raises:
            Refused: it understood and said no; `body` is its error code.
            OutsideFailure: it did not answer.
        """
        fields = [("merchant_id", self.merchant_id), ("service_id", self.service_id), *given]
        fields.append(("request_date", _stamp(time.time())))
        fields.append(("sps_hashcode", self._sum((value for _, value in fields), _WIRE)))
        inside = "".join(_tag(name, value) for name, value in fields)
        text = f'<?xml version="1.0" encoding="Shift_JIS"?><sps-api-request id="{function}">{inside}</sps-api-request>'
        pair = f"{self.api_user}:{self.api_password.get_secret_value()}".encode()
        headers = {
            "Authorization": "Basic " + base64.b64encode(pair).decode(),
            "Content-Type": "text/xml",
        }
        address = self.api_address or _APIS[self.environment]
        answer = http.call(
            "POST", address, content=text.encode(_WIRE), headers=headers, timeout=_PATIENCE
        )
        if answer.status in (401, 403):
            raise Refused("SBペイメントサービスに入れませんでした（ID・パスワード）。", status=401)
        if answer.status != 200:
            raise OutsideFailure(f"SBPS: {answer.status}", status=answer.status)
        whole = _parsed(answer.content)
        if whole.findtext("res_result") != "OK":
            code = whole.findtext("res_err_code", "")
            words = f"SBペイメントサービスが受け付けませんでした（{code}）。"
            raise Refused(words, status=answer.status, body=code)
        return whole


@providers.plug
class Sbps(PaymentProvider):
    key = "sbps"
    label = "SBペイメントサービス"
    contract = SbpsContract
    words = "リンク型とAPI型の両方を申し込み、自動売上にします。指定納付受託者の告示を確かめてください。"


def _told(body: bytes) -> dict[str, str]:
    text = body.decode("ascii", "replace")
    return dict(parse_qsl(text, keep_blank_values=True, encoding=_WIRE, errors="replace"))


def _kind_of(code: str) -> str:
    """Return the kind of an error: way of paying (3), kind (2), field (3)."""
    return code[3:5]


def _tag(name: str, value: str) -> str:
    outer, _, inner = name.partition("/")
    return f"<{outer}>{_tag(inner, value) if inner else escape(value)}</{outer}>"


def _parsed(content: bytes) -> ElementTree.Element:
    """Read the XML; the parser itself knows no character set of several bytes, and needs no definitions."""
    try:
        text = content.decode(_WIRE)
        if "<!" in text:
            raise OutsideFailure("SBPS: an answer with definitions")
        return ElementTree.fromstring(text.partition("?>")[2].strip() or text)
    except (UnicodeDecodeError, ElementTree.ParseError):
        raise OutsideFailure("SBPS: the answer is no XML") from None


def _item_name(title: str) -> str:
    """Return what SBPS shows: at most 40 bytes of Shift_JIS, without what its forms do not take."""
    plain = title.replace("〜", "～").replace("−", "－")
    plain = re.sub(r"[<>&\"'%|,\x00-\x1f]", "", plain)
    raw = plain.encode(_WIRE, "ignore")[:_ITEM_NAME]
    return raw.decode(_WIRE, "ignore").strip()


def _now() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)


def _stamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, JAPAN).strftime("%Y%m%d%H%M%S")
