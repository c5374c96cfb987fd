"""What SBPS keeps: orders by the merchant's order_id, found again by tracking id."""

from dataclasses import dataclass
from datetime import datetime

from simulators.payments.sbps.fields import LONGEST, NEEDED, REQUEST, RESULT, checksum
from simulators.payments.world import JAPAN, World

# Error codes: payment method (3) + kind (2) + field (3); the kinds are those of the public list.
MISSING, WRONG_SHAPE, TOO_LONG, BAD_HASH, TOO_LATE, BAD_MERCHANT = (
    "03",
    "06",
    "05",
    "09",
    "10",
    "14",
)
METHODS = {
    "credit": "クレジットカード",
    "credit3d2": "クレジットカード（本人認証）",
    "paypay": "PayPay",
}
NUMBERS = {"credit": "101", "credit3d2": "101", "paypay": "311"}


class Refused(Exception):
    """SBPS shows an error page; `code` has seven digits and more."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


@dataclass
class Order:
    """One purchase: as it was asked for, and how far it is."""

    asked: dict[str, str]
    token: str
    tracking_id: str
    transaction_id: str
    received_at: int
    state: str = "received"  # received, authorised, captured, cancelled, refunded
    method: str = ""
    amount: int = 0  # what was taken
    refunded: int = 0
    paid_at: datetime | None = None


class Books:
    """Everything of the one merchant."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.orders: dict[str, Order] = {}

    def receive(self, given: dict[str, str]) -> Order:
        """Check a purchase request as it comes from the payer's browser, and keep it."""
        settings = self.world.settings
        for name in (*REQUEST, "sps_hashcode"):
            if name not in given:
                raise Refused(f"999{MISSING}999", f"必須項目「{name}」がありません。")
        for name in NEEDED:
            if not given[name]:
                raise Refused(f"999{MISSING}999", f"必須項目「{name}」が空です。")
        for name, longest in LONGEST.items():
            if len(given[name]) > longest:
                raise Refused(f"999{TOO_LONG}999", f"「{name}」は{longest}けたまでです。")
        if (given["merchant_id"], given["service_id"]) != (
            settings.sbps_merchant_id,
            settings.sbps_service_id,
        ):
            raise Refused(f"999{BAD_MERCHANT}999", "マーチャントID・サービスIDが正しくありません。")
        expected = checksum(
            (given[name] for name in REQUEST), settings.sbps_hash_key, settings.sbps_hash_charset
        )
        if given["sps_hashcode"].lower() != expected:
            charset = settings.sbps_hash_charset
            raise Refused(
                f"999{BAD_HASH}999",
                f"チェックサムが違います（この契約は {charset} で計算します）。",
            )
        if not given["amount"].isdigit() or int(given["amount"]) < 1:
            raise Refused(f"999{WRONG_SHAPE}999", "金額が正しくありません。")
        self._in_time(given)
        before = self.orders.get(given["order_id"])
        if before is not None and before.state != "received":
            raise Refused("999K0999", "この購入IDはすでに使われています。")
        if before is not None:
            return before  # the payer pressed "back" and came again with the same form
        order = Order(
            asked={name: given[name] for name in REQUEST},
            token=self.world.new_id("", 24),
            tracking_id=self.world.new_number(14),
            transaction_id="B" + settings.sbps_merchant_id + self.world.new_number(24),
            received_at=self.world.stamp("sbps"),
        )
        self.orders[given["order_id"]] = order
        return order

    def _in_time(self, given: dict[str, str]) -> None:
        try:
            asked_at = datetime.strptime(given["request_date"], "%Y%m%d%H%M%S").replace(
                tzinfo=JAPAN
            )
            limit = int(given["limit_second"] or 600)
        except ValueError:
            raise Refused(f"999{WRONG_SHAPE}999", "日時の形式が正しくありません。") from None
        age = (self.world.now("sbps") - asked_at).total_seconds()
        if abs(age) > limit and not self.world.faults.peek("paid_after_expiry", "sbps"):
            raise Refused(f"999{TOO_LATE}999", f"リクエストの有効期限（{limit}秒）が過ぎています。")

    def by_token(self, token: str) -> Order | None:
        return next((order for order in self.orders.values() if order.token == token), None)

    def by_tracking(self, tracking_id: str, transaction_id: str = "") -> Order | None:
        return next(
            (
                order
                for order in self.orders.values()
                if order.state != "received"
                and (
                    order.tracking_id == tracking_id
                    or (transaction_id and order.transaction_id == transaction_id)
                )
            ),
            None,
        )

    def authorise(self, order: Order, method: str) -> None:
        """Take the money for now; it is the merchant's once its CGI has said OK."""
        faults = self.world.faults
        order.method, order.state = method, "authorised"
        order.amount = int(faults.take("amount", "sbps/pay") or order.asked["amount"])
        order.paid_at = self.world.now("sbps")

    def capture(self, order: Order) -> None:
        order.state = "captured"
        self._move("capture", order, order.tracking_id, order.amount)

    def void(self, order: Order) -> None:
        """Give up a payment that the merchant did not want to hear of."""
        order.state = "cancelled"

    def give_back(self, order: Order, amount: int, txn: str) -> None:
        order.refunded += amount
        if order.refunded >= order.amount:
            order.state = "refunded"
        self._move("refund", order, txn, -amount)

    def charge_back(self, order: Order) -> None:
        order.state = "charged back"
        self._move("chargeback", order, f"{order.tracking_id}-CB", order.refunded - order.amount)

    def outcome(self, order: Order, result: str, *, charset: str = "") -> dict[str, str]:
        """Return the fields that tell the merchant how it went, with their checksum."""
        settings, faults = self.world.settings, self.world.faults
        at = order.paid_at or self.world.now("sbps")
        told = {name: order.asked.get(name, "") for name in RESULT}
        told |= {
            "amount": str(order.amount or order.asked["amount"]),
            "res_pay_method": order.method,
            "res_result": result,
            "res_tracking_id": order.tracking_id,
            "res_payment_date": at.strftime("%Y%m%d%H%M%S"),
            "res_date": self.world.now("sbps").strftime("%Y%m%d%H%M%S"),
            "limit_second": order.asked["limit_second"] or "600",
        }
        if faults.take("other_environment", "sbps/cgi"):
            told["merchant_id"] = "99999"
        key = settings.sbps_hash_key
        if faults.take("bad_signature", "sbps/cgi"):
            key += "?"
        hashed = checksum(
            (told[name] for name in RESULT), key, charset or settings.sbps_hash_charset
        )
        told["sps_hashcode"] = hashed.upper()  # as in the one real message that is public
        return told

    def _move(self, kind: str, order: Order, txn: str, amount: int) -> None:
        self.world.moved(
            "sbps",
            kind,
            merchant_ref=order.asked["order_id"],
            payment_id=order.tracking_id,
            txn=txn,
            amount=amount,
            method=order.method,
        )
