"""Stripe Checkout: a hosted page for cards and convenience stores, and signed messages.

The vendor's SDK asks; it is loaded when it is needed first, because it is heavy (docs/decisions/0040), and it asks over
`kit.http`, so that it has the limits of every other call. Source: docs.stripe.com, API version of the SDK.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, TypeVar
from zoneinfo import ZoneInfo

from pydantic import ConfigDict, Field, SecretStr, model_validator

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
    MoveKind,
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

if TYPE_CHECKING:
    import stripe
    from stripe.checkout import Session

_PAGE = "https://checkout.stripe.com"
_PATIENCE = 20.0  # seconds
_TOLERANCE = 300  # seconds that a message may be old
_SHORTEST = 31 * 60  # seconds that a page must live; Stripe wants thirty minutes when it arrives
_EXPAND = "payment_intent.latest_charge"
_KONBINI_DAYS = 3
Answer = TypeVar("Answer")


class StripeContract(Contract):
    """The town's account at Stripe."""

    model_config = ConfigDict(title="Stripe Checkout")

    secret_key: SecretStr = Field(
        title="シークレットキー",
        description="sk_ または rk_ で始まります。test の文字があるキーは試験用です。保存すると、二度と表示されません。",
    )
    webhook_secret: SecretStr = Field(
        title="Webhookの署名シークレット",
        description="whsec_ で始まります。知らせの送り先を登録すると、Stripeの画面に出ます。",
    )
    takes_cards: bool = Field(True, title="クレジットカードを使う")
    takes_konbini: bool = Field(
        False,
        title="コンビニ払いを使う",
        description="支払いまで数日かかることがあり、返金には相手の口座を聞く必要があります。",
    )
    address: Address = Field(
        "", title="接続先（ふつうは空欄）", description="ためし用の決済につなぐときだけ入力します。"
    )

    abilities = Abilities(
        min_yen=50,
        max_yen=9_999_999,
        settlement_file="Stripeの「レポート」→「残高の変動」→明細（CSV）。列に payment_metadata[merchant_ref] を入れます。",
        notes=("コンビニ払いの返金は、Stripeが相手の口座を聞いてから行います。",),
    )

    @model_validator(mode="after")
    def _takes_something(self) -> "StripeContract":
        if not (self.takes_cards or self.takes_konbini):
            raise ValueError("クレジットカードかコンビニ払いの、どちらかを使うにしてください。")
        return self

    def methods(self) -> tuple[Method, ...]:
        found = []
        if self.takes_cards:
            found.append(Method("card", "クレジットカード", "カード番号と有効期限を用意します。"))
        if self.takes_konbini:
            words = f"番号を受け取り、{_KONBINI_DAYS}日以内にお店で支払います。"
            found.append(Method("konbini", "コンビニ払い", words))
        return tuple(found)

    def is_live(self) -> bool:
        return "_live_" in self.secret_key.get_secret_value()

    def pages(self) -> tuple[str, ...]:
        return (origin(self.address or _PAGE),)

    # paying

    def start(self, order: Order) -> Start:
        ends = max(int(order.expires_at.timestamp()), int(time.time()) + _SHORTEST)
        methods = [order.method] if order.method else [one.key for one in self.methods()]
        asked: dict[str, Any] = {
            "mode": "payment",
            "locale": "ja",
            "client_reference_id": order.merchant_ref,
            "line_items": _items(order),
            "payment_method_types": methods,
            "success_url": order.back_url,
            "cancel_url": order.back_url,
            "expires_at": ends,
            "metadata": {"merchant_ref": order.merchant_ref},
            "payment_intent_data": {"metadata": {"merchant_ref": order.merchant_ref}},
        }
        if "konbini" in methods:
            asked["payment_method_options"] = {"konbini": {"expires_after_days": _KONBINI_DAYS}}
        key: Any = {"idempotency_key": str(order.attempt)}
        session = self._said(lambda api: api.checkout.sessions.create(asked, key))  # type: ignore[arg-type]
        if not session.url:
            raise Refused("Stripeの支払いのページは、すでに終わっています。")
        return _page(session)

    def fetch(self, order: Order) -> State:
        session = self._session(order)
        if session is None:
            return State("unknown", is_live=self.is_live())
        return self._state(session)

    def _session(self, order: Order) -> "Session | None":
        """Find the session: by its name, or among those made since, if its name never reached us."""
        if order.provider_ref:
            return self._said(
                lambda api: api.checkout.sessions.retrieve(
                    order.provider_ref, {"expand": [_EXPAND]}
                )
            )
        since: Any = {"limit": 100, "created": {"gte": int(order.opened_at.timestamp()) - 60}}

        def look(api: "stripe.V1Services") -> "Session | None":
            for one in api.checkout.sessions.list(since).auto_paging_iter():
                if one.client_reference_id == order.merchant_ref:
                    return api.checkout.sessions.retrieve(one.id, {"expand": [_EXPAND]})
            return None

        return self._said(look)

    def _state(self, session: "Session") -> State:
        intent: Any = session.payment_intent
        charge = getattr(intent, "latest_charge", None)
        moves = self._moves(charge) if charge is not None and charge.paid else ()
        is_waiting = (
            session.status == "complete"
            and not moves
            and intent.status
            in (
                "requires_action",
                "processing",
            )
        )
        status: Literal["open", "waiting", "closed"] = (
            "open" if session.status == "open" else "waiting" if is_waiting else "closed"
        )
        return State(
            status,
            moves,
            start=_page(session) if session.url and status == "open" else None,
            provider_ref=session.id,
            expires_at=datetime.fromtimestamp(session.expires_at, UTC),
            is_live=session.livemode,
        )

    def _moves(self, charge: Any) -> tuple[Move, ...]:
        """What was taken with a charge, what went back, and what the payer's bank took back."""
        currency, method = str(charge.currency).upper(), str(charge.payment_method_details.type)
        taken = datetime.fromtimestamp(charge.created, UTC)
        moves = [Move("capture", charge.id, charge.amount, taken, currency, method)]
        about: Any = {"charge": charge.id, "limit": 100}
        if charge.amount_refunded:
            for one in self._said(lambda api: api.refunds.list(about)).data:
                if one.status == "succeeded":
                    at = datetime.fromtimestamp(one.created, UTC)
                    key = _key_of(one)
                    moves.append(Move("refund", one.id, one.amount, at, currency, method, key))
        if charge.disputed:
            for dispute in self._said(lambda api: api.disputes.list(about)).data:
                moves += _of_dispute(dispute, currency, method)
        return tuple(moves)

    def cancel(self, order: Order) -> State:
        state = self.fetch(order)
        if state.status not in ("open", "waiting"):
            return state
        with suppress(Refused):  # somebody was faster; what happened is asked below
            if state.status == "open":
                self._said(lambda api: api.checkout.sessions.expire(state.provider_ref))
            else:
                self._end_waiting(state.provider_ref)
        return self.fetch(replace(order, provider_ref=state.provider_ref))

    def _end_waiting(self, session_id: str) -> None:
        """Make the numbers for the convenience store worthless."""
        session = self._said(lambda api: api.checkout.sessions.retrieve(session_id))
        self._said(lambda api: api.payment_intents.cancel(str(session.payment_intent)))

    def refund(self, back: Back) -> Refunded:
        key, about = str(back.key), {"charge": back.txn, "limit": 100}
        # Stripe forgets idempotency keys after a day; what it has done, it lists for ever.
        listed = self._said(lambda api: api.refunds.list(about))  # type: ignore[arg-type]
        done = next((one for one in listed.data if _key_of(one) == key), None)
        if done is None:
            asked: Any = {"charge": back.txn, "amount": back.amount, "metadata": {"key": key}}
            options: Any = {"idempotency_key": f"refund-{key}"}
            done = self._said(lambda api: api.refunds.create(asked, options))
        if done.status in ("failed", "canceled"):
            raise Refused("Stripeで返金できませんでした。別の方法で返してください。")
        at = datetime.fromtimestamp(done.created, UTC)
        return Refunded(done.id, at, is_done=done.status == "succeeded")

    # messages

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        """Check `Stripe-Signature` (t=…,v1=…) over time and body; the web process needs no SDK for that."""
        parts = [part.partition("=") for part in headers.get("stripe-signature", "").split(",")]
        at = next((value for name, _, value in parts if name.strip() == "t"), "")
        if not at.isdigit() or abs(time.time() - int(at)) > _TOLERANCE:
            raise Forged
        secret = self.webhook_secret.get_secret_value().encode()
        expected = hmac.new(secret, f"{at}.".encode() + body, hashlib.sha256).hexdigest()
        given = [value for name, _, value in parts if name.strip() == "v1"]
        if not any(hmac.compare_digest(expected.encode(), one.encode()) for one in given):
            raise Forged

    def dedupe_key(self, body: bytes) -> str:
        return str(_event(body).get("id", ""))

    def parse_message(self, headers: Mapping[str, str], body: bytes) -> ParsedMessage:
        event = _event(body)
        about = (event.get("data") or {}).get("object") if event else None
        if not isinstance(about, dict):
            raise Unreadable("Stripeのイベントではありません。")
        is_live = bool(event.get("livemode"))
        if about.get("object") == "checkout.session":
            reference = str(about.get("client_reference_id") or "")
            return ParsedMessage(reference, str(about.get("id") or ""), is_live=is_live)
        reference = str((about.get("metadata") or {}).get("merchant_ref") or "")
        if reference:  # a payment intent or its charge
            return ParsedMessage(reference, is_live=is_live)
        # Disputes and refunds name the charge; that is the capture in the ledger.
        return ParsedMessage(txn=str(about.get("charge") or ""), is_live=is_live)

    # what a person does

    def check(self) -> list[Fault]:
        secret = self.secret_key.get_secret_value()
        if not secret.startswith(("sk_", "rk_")):
            words = "シークレットキーは sk_ か rk_ で始まります（pk_ は公開キーです）。"
            return [Fault(words, "secret_key")]
        found = []
        if not self.webhook_secret.get_secret_value().startswith("whsec_"):
            words = "Webhookの署名シークレットは whsec_ で始まります。"
            found.append(Fault(words, "webhook_secret"))
        try:
            account: Any = self._said(lambda api: api.accounts.retrieve_current())
            listed: Any = self._said(lambda api: api.webhook_endpoints.list({"limit": 100}))
        except Refused as no:
            words = "シークレットキーが違うか、必要な権限がありません。"
            return [*found, Fault(words if no.status in (401, 403) else str(no), "secret_key")]
        except OutsideFailure:
            return [Fault("Stripeに届きませんでした。少し待って、もう一度確かめてください。")]
        return (
            found
            + _account_faults(account, takes_konbini=self.takes_konbini)
            + (
                []
                if any(one.status == "enabled" for one in listed.data)
                else [Fault("Stripeの画面で、知らせ（Webhook）の送り先を登録してください。")]
            )
        )

    def parse_settlement(self, content: bytes) -> list[SettledRow]:
        found = tables.rows(
            content,
            ("source_id",),
            ("reporting_category",),
            ("created_utc",),
            ("gross",),
            ("fee",),
            ("payment_metadata[merchant_ref]",),
        )
        kinds: dict[str, MoveKind] = {
            "charge": "capture",
            "refund": "refund",
            "dispute": "chargeback",
            "dispute_reversal": "regained",
        }
        return [
            SettledRow(
                merchant_ref=row["payment_metadata[merchant_ref]"],
                kind=kinds[row["reporting_category"]],
                txn=row["source_id"],
                amount=abs(tables.yen(row, "gross")),
                occurred_at=tables.moment(row, "created_utc", zone=ZoneInfo("UTC")),
                fee=tables.yen(row, "fee"),
            )
            for row in found
            if row["reporting_category"] in kinds
        ]

    # the wire

    def _said(self, ask: "Callable[[stripe.V1Services], Answer]") -> Answer:
        """Ask through the SDK, and turn its errors into ours.

        Raises:
            Refused: Stripe understood and said no.
            OutsideFailure: it did not answer, or asked us to wait.
        """
        import stripe

        client = stripe.StripeClient(
            self.secret_key.get_secret_value(),
            base_addresses={"api": self.address or stripe.DEFAULT_API_BASE},
            http_client=_wire(),
            max_network_retries=0,  # jobs try again, and tell a person
        )
        try:
            return ask(client.v1)
        except (stripe.APIConnectionError, stripe.RateLimitError) as silence:
            raise OutsideFailure(f"Stripe: {type(silence).__name__}") from silence
        except stripe.StripeError as no:
            status = no.http_status
            if status is None or status >= 500 or status == 409:
                raise OutsideFailure("Stripe: an error there", status=status) from no
            words = f"Stripeが受け付けませんでした（{no.code or type(no).__name__}）。"
            raise Refused(words, status=status, body=str(no.user_message or "")) from no


@providers.plug
class Stripe(PaymentProvider):
    key = "stripe"
    label = "Stripe"
    contract = StripeContract
    words = "Stripeのアカウントを作り、本番の利用を申し込みます。"


@lru_cache(maxsize=1)
def _wire() -> Any:
    """The SDK's way out: `kit.http`, with its limits and its rule that no transaction is open."""
    import stripe

    stripe.enable_telemetry = False

    class Wire(stripe.HTTPClient):
        name = "yakuba.kit.http"

        def request(
            self,
            method: str,
            url: str,
            headers: Mapping[str, str] | None,
            post_data: Any = None,
            *,
            _usage: list[str] | None = None,
        ) -> tuple[str, int, Mapping[str, str]]:
            content = post_data.encode() if isinstance(post_data, str) else post_data
            try:
                answer = http.call(
                    method.upper(),
                    url,
                    content=content,
                    headers=dict(headers or {}),
                    timeout=_PATIENCE,
                )
            except OutsideFailure as silence:
                raise stripe.APIConnectionError(str(silence)) from silence  # type: ignore[no-untyped-call]
            return answer.content.decode(), answer.status, answer.headers

        def close(self) -> None:
            """`kit.http` keeps its connections for everybody."""

    return Wire()


def _page(session: "Session") -> Redirect:
    ends = datetime.fromtimestamp(session.expires_at, UTC)
    return Redirect(str(session.url), session.id, ends)


def _of_dispute(dispute: Any, currency: str, method: str) -> list[Move]:
    """What the payer's bank took, and what came back when it was won.

    An early warning takes no money. Stripe lists what was withdrawn and what was reinstated, at most one of each.
    """
    kinds: dict[bool, MoveKind] = {False: "chargeback", True: "regained"}
    return [
        Move(
            kinds[one.amount > 0],
            dispute.id,
            dispute.amount,
            datetime.fromtimestamp(one.created, UTC),
            currency,
            method,
        )
        for one in dispute.balance_transactions
    ]


def _items(order: Order) -> list[dict[str, Any]]:
    """The lines as Stripe shows them. It knows no reductions: with one, only the sum is shown."""

    def item(name: str, unit: int, quantity: int) -> dict[str, Any]:
        price = {"currency": "jpy", "unit_amount": unit, "product_data": {"name": name[:250]}}
        return {"price_data": price, "quantity": quantity}

    fits = all(one.unit >= 0 and one.amount == one.unit * one.quantity > 0 for one in order.lines)
    if fits and sum(one.amount for one in order.lines) == order.amount:
        return [item(one.label, one.unit, one.quantity) for one in order.lines]
    return [item(order.title, order.amount, 1)]


def _key_of(refund: Any) -> str:
    """The key under which we asked for a refund, if it was us."""
    kept = refund.metadata
    return str(kept["key"]) if kept and "key" in kept else ""


def _event(body: bytes) -> dict[str, Any]:
    try:
        event = json.loads(body)
    except ValueError:
        return {}
    return event if isinstance(event, dict) else {}


def _account_faults(account: Any, *, takes_konbini: bool) -> list[Fault]:
    if account.country != "JP" or not account.charges_enabled:
        return [Fault("このStripeのアカウントは、まだ日本円の支払いを受け取れません。")]
    konbini = getattr(account.capabilities, "konbini_payments", "")
    if takes_konbini and konbini != "active":
        words = "Stripeの画面で、コンビニ払いがまだ使えるようになっていません。"
        return [Fault(words, "takes_konbini")]
    return []
