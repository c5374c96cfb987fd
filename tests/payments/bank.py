"""A payment service of the tests, plugged into the socket: it keeps orders, captures and refunds in memory."""

import itertools
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import ClassVar

from pydantic import Field, SecretStr

from yakuba.kit.errors import OutsideFailure
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
    Redirect,
    Refunded,
    Refused,
    SettledRow,
    Start,
    State,
    Unreadable,
    providers,
)


@dataclass
class Account:
    """What the bank knows of one order."""

    order: Order
    moves: list[Move] = field(default_factory=list)
    status: str = "open"

    @property
    def left(self) -> int:
        """What the shop still holds of this order."""
        sign = {"capture": 1, "regained": 1, "refund": -1, "chargeback": -1}
        return sum(sign[move.kind] * move.amount for move in self.moves)


@dataclass
class Bank:
    """The service itself. `silent_before` and `silent_after` make it not answer the next call of a name."""

    accounts: dict[tuple[str, str], Account] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    silent_before: set[str] = field(default_factory=set)
    silent_after: set[str] = field(default_factory=set)
    refuses: str = ""
    refunds_are_slow: bool = False
    form_post: bool = False
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def pay(
        self,
        merchant_ref: str,
        amount: int | None = None,
        *,
        currency: str = "JPY",
        shop: str = "kamiichi",
    ) -> Move:
        """Have somebody pay on the bank's page."""
        account = self.accounts[shop, merchant_ref]
        yen = account.order.amount if amount is None else amount
        move = Move(
            "capture", f"cap-{next(self.numbers)}", yen, datetime.now(UTC), currency, "card"
        )
        account.moves.append(move)
        account.status = "closed"
        return move

    def call_back(self, merchant_ref: str, *, shop: str = "kamiichi") -> None:
        """Have the payer's bank take the payment back."""
        account = self.accounts[shop, merchant_ref]
        paid = next(move for move in account.moves if move.kind == "capture")
        account.moves.append(
            Move("chargeback", f"cb-{next(self.numbers)}", paid.amount, datetime.now(UTC))
        )

    def win_dispute(self, merchant_ref: str, *, shop: str = "kamiichi") -> None:
        """Have the payer's bank give back what it took last."""
        account = self.accounts[shop, merchant_ref]
        taken = [move for move in account.moves if move.kind == "chargeback"][-1]
        account.moves.append(Move("regained", taken.txn, taken.amount, datetime.now(UTC)))

    def refund_by_itself(self, merchant_ref: str, amount: int, *, shop: str = "kamiichi") -> None:
        """Have somebody refund in the bank's own console."""
        account = self.accounts[shop, merchant_ref]
        account.moves.append(Move("refund", f"ref-{next(self.numbers)}", amount, datetime.now(UTC)))

    @contextmanager
    def call(self, name: str) -> Iterator[None]:
        self.asked.append(name)
        if name in self.silent_before:
            self.silent_before.discard(name)
            raise OutsideFailure(f"{name}: no answer")
        yield
        if name in self.silent_after:
            self.silent_after.discard(name)
            raise OutsideFailure(f"{name}: no answer", status=500)


bank = Bank()


def new_bank() -> Bank:
    bank.__init__()  # type: ignore[misc]  # the plugged kind keeps a hold on the one object
    return bank


class TestContract(Contract):
    """The settings of the bank."""

    __test__ = False
    abilities: ClassVar[Abilities] = Abilities(settlement_file="入金CSV")

    shop: str = Field(title="店舗番号", description="契約書にある番号です。")
    secret: SecretStr = Field(title="秘密の鍵")
    live: bool = Field(False, title="本番")

    def methods(self) -> tuple[Method, ...]:
        return (
            Method("card", "クレジットカード", "カード番号と有効期限"),
            Method("konbini", "コンビニ"),
        )

    def is_live(self) -> bool:
        return self.live

    def pages(self) -> tuple[str, ...]:
        return ("https://bank.example",)

    def check(self) -> list[Fault]:
        with bank.call("check"):
            wrong = self.secret.get_secret_value().startswith("bad")
        return [Fault("鍵がちがいます。", "secret")] if wrong else []

    def start(self, order: Order) -> Start:
        with bank.call("start"):
            if bank.refuses:
                raise Refused(bank.refuses)
            key = (self.shop, order.merchant_ref)
            if key in bank.accounts:
                raise Refused("DUPLICATE")
            bank.accounts[key] = Account(order)
        return self._page(order)

    def _page(self, order: Order) -> Start:
        url = f"https://bank.example/{order.merchant_ref}"
        if bank.form_post:
            return FormPost(url, (("amount", str(order.amount)), ("name", "手数料")), "shift_jis")
        return Redirect(url, f"bank-{order.merchant_ref[:8]}")

    def fetch(self, order: Order) -> State:
        with bank.call("fetch"):
            account = bank.accounts.get((self.shop, order.merchant_ref))
        if account is None:
            return State("unknown")
        return self._state(account)

    def _state(self, account: Account) -> State:
        start = self._page(account.order) if account.status == "open" else None
        status = account.status
        assert status in ("open", "waiting", "closed")
        return State(status, tuple(account.moves), start, is_live=self.live)  # type: ignore[arg-type]

    def cancel(self, order: Order) -> State:
        with bank.call("cancel"):
            account = bank.accounts.get((self.shop, order.merchant_ref))
            if account is None:
                return State("closed")
            account.status = "closed"
        return self._state(account)

    def refund(self, back: Back) -> Refunded:
        with bank.call("refund"):
            if bank.refuses:
                raise Refused(bank.refuses)
            account = bank.accounts[self.shop, back.order.merchant_ref]
            known = [m for m in account.moves if m.key == str(back.key)]
            if not known:
                if back.amount > account.left:
                    raise Refused("TOO MUCH")
                txn = f"ref-{next(bank.numbers)}"
                now = datetime.now(UTC)
                known = [Move("refund", txn, back.amount, now, key=str(back.key))]
                if not bank.refunds_are_slow:
                    account.moves.extend(known)
        return Refunded(known[0].txn, known[0].occurred_at, is_done=not bank.refunds_are_slow)

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        if headers.get("x-bank") != self.secret.get_secret_value():
            raise Forged

    def dedupe_key(self, body: bytes) -> str:
        try:
            return str(json.loads(body).get("id", ""))
        except ValueError:
            return ""

    def parse_message(self, headers: Mapping[str, str], body: bytes) -> ParsedMessage:
        try:
            said = json.loads(body)
        except ValueError:
            raise Unreadable("JSONではありません。") from None
        return ParsedMessage(
            said.get("ref", ""), said.get("bank_ref", ""), is_live=said.get("live")
        )

    def acknowledge(self, *, stored: bool) -> Acknowledgement:
        return Acknowledgement(b"OK," if stored else b"NG,", status=200)

    def parse_settlement(self, content: bytes) -> list[SettledRow]:
        lines = content.decode().splitlines()
        if not lines or lines[0] != "ref,txn,amount,at":
            raise Unreadable("見出しがありません。")
        rows = [line.split(",") for line in lines[1:]]
        return [
            SettledRow(ref, "capture", txn, int(amount), datetime.fromisoformat(at))
            for ref, txn, amount, at in rows
        ]


class OnceContract(TestContract):
    """A bank that refunds once per payment."""

    __test__ = False
    abilities: ClassVar[Abilities] = Abilities(refunds_per_capture=1)


class TestBank(PaymentProvider):
    __test__ = False
    key = "testbank"
    label = "試験銀行"
    contract = TestContract


class OnceBank(PaymentProvider):
    key = "oncebank"
    label = "一度だけ銀行"
    contract = OnceContract


@contextmanager
def open_bank() -> Iterator[Bank]:
    """Plug the bank in, with nothing in it."""
    providers.plug(TestBank)
    providers.plug(OnceBank)
    try:
        yield new_bank()
    finally:
        providers.unplug("testbank")
        providers.unplug("oncebank")
