"""SB Payment Service, link type: a form in Shift_JIS, and a CGI of ours that answers `OK,`.

Only the result that SBPS brings to the CGI names its tracking id and the amount; by the tracking id, and by nothing
else, SBPS can be asked (API type). So a result is kept as `provider_ref`, and money counts only after SBPS was asked. The
checksum is weak (SHA-1 over values with nothing between them); order and amount are compared with ours whatever it
says. Sources, and what is a guess: simulators/payments/README.md.
"""

import hmac
import time
from collections.abc import Iterable, Mapping
from typing import Literal
from xml.etree import ElementTree

from pydantic import ConfigDict, Field, SecretStr, model_validator

from yakuba.kit.errors import OutsideFailure
from yakuba.payments.kinds import sbps_wire as wire
from yakuba.payments.kinds import tables
from yakuba.payments.kinds.addresses import Address, origin
from yakuba.payments.kinds.sbps_wire import METHODS, REQUEST, RESULT, WIRE, Tracked
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
    MoveKind,
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

_FORMS = {
    "test": "https://stbfep.sps-system.com/f01/FepBuyInfoReceive.do",
    "live": "https://fep.sps-system.com/f01/FepBuyInfoReceive.do",
}
_APIS = {
    "test": "https://stbfep.sps-system.com/api/xmlapi.do",
    "live": "https://api.sps-system.com/api/xmlapi.do",
}
_LONGEST_LIMIT = 9999  # seconds

_UNSURE = "一部の返金ができたか、分かりません。SBPS決済管理ツールで確かめてください。"
_AUTHORISED, _CAPTURED, _REFUNDED = "1", "2", "4"


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
            "item_name": wire.item_name(order.title),
            "amount": str(order.amount),
            "pay_type": "0",
            "service_type": "0",
            "terminal_type": "0",
            "success_url": order.back_url,
            "cancel_url": order.back_url,
            "error_url": order.back_url,
            "pagecon_url": order.message_url,
            "request_date": wire.stamp(now),
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
            if wire.kind_of(no.body) == "12":
                return State("unknown", is_live=self.is_live())
            raise
        status = answer.findtext("res_pay_method_info/payment_status", "")
        if status == _AUTHORISED:
            return State("waiting", is_live=self.is_live())  # becomes a sale by itself
        if status not in (_CAPTURED, _REFUNDED):
            return State("closed", is_live=self.is_live())
        # What went back is in no answer: refunds of ours are in the ledger, others in the file.
        method = METHODS.get(tracked.method, tracked.method)
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
            return Refunded(txn, wire.now())  # an earlier try has arrived
        given: list[tuple[str, str]] = [
            ("tracking_id", tracked.tracking_id),
            ("processing_datetime", wire.stamp(time.time())),
        ]
        if is_whole:
            self._ask(f"ST02-00303-{tracked.number}", given)
            return Refunded(txn, wire.now())
        given.append(("pay_option_manage/amount", str(back.amount)))
        try:
            self._ask(f"ST02-00307-{tracked.number}", given)
        except OutsideFailure as silence:
            raise silence if isinstance(silence, Refused) else Refused(_UNSURE) from silence
        return Refunded(txn, wire.now())

    def _status(self, tracked: Tracked) -> str:
        answer = self._ask(f"MG01-00101-{tracked.number}", [("tracking_id", tracked.tracking_id)])
        return answer.findtext("res_pay_method_info/payment_status", "")

    # messages

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        told = wire.told(body)
        account = (told.get("merchant_id"), told.get("service_id"))
        if account != (self.merchant_id, self.service_id):
            raise Forged
        given = told.get("sps_hashcode", "").lower()
        values = [told.get(name, "") for name in RESULT]
        # In which character set SBPS hashes depends on the contract (README); the key is the same.
        if not any(
            hmac.compare_digest(given.encode(), self._sum(values, charset).encode())
            for charset in ("utf-8", WIRE)
        ):
            raise Forged

    def dedupe_key(self, body: bytes) -> str:
        told = wire.told(body)
        names = ("res_tracking_id", "res_result", "order_id", "amount")
        return ":".join(told.get(name, "") for name in names)

    def parse_message(self, headers: Mapping[str, str], body: bytes) -> ParsedMessage:
        told = wire.told(body)
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
        match wire.kind_of(no.body):
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
        kinds: dict[str, MoveKind] = {
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
        return wire.checksum(values, self.hash_key.get_secret_value(), charset)

    def _ask(self, function: str, given: list[tuple[str, str]]) -> ElementTree.Element:
        account = wire.Account(
            address=self.api_address or _APIS[self.environment],
            merchant_id=self.merchant_id,
            service_id=self.service_id,
            hash_key=self.hash_key.get_secret_value(),
            user=self.api_user,
            password=self.api_password.get_secret_value(),
        )
        return account.ask(function, given)


@providers.plug
class Sbps(PaymentProvider):
    key = "sbps"
    label = "SBペイメントサービス"
    contract = SbpsContract
    words = "リンク型とAPI型の両方を申し込み、自動売上にします。指定納付受託者の告示を確かめてください。"
