"""What PayPay keeps: codes, the payments made with them, and one refund for each."""

import json
from collections.abc import Mapping
from datetime import datetime, time, timedelta

from simulators.payments.courier import Courier, Message
from simulators.payments.paypay.gate import Refused
from simulators.payments.world import Json, World

CODE_LIVES = 5 * 60  # seconds
LONGEST_ID = 64


class Books:
    """Everything of the one merchant, by its own payment ids."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.payments: dict[str, Json] = {}
        self.refunds: dict[str, Json] = {}

    def now(self) -> int:
        return self.world.stamp("paypay")

    def make_code(self, asked: Json) -> Json:
        mine = str(asked.get("merchantPaymentId") or "")
        amount = asked.get("amount") or {}
        if not mine or len(mine) > LONGEST_ID or "amount" not in amount:
            raise Refused(400, "MISSING_REQUEST_PARAMS", "The set parameter is invalid.")
        if not isinstance(amount["amount"], int) or amount["amount"] < 1:
            raise Refused(400, "INVALID_REQUEST_PARAMS", "amount must be a positive integer")
        if amount.get("currency") != "JPY" or asked.get("codeType") != "ORDER_QR":
            raise Refused(400, "INVALID_REQUEST_PARAMS", "unsupported currency or codeType")
        if mine in self.payments:
            raise Refused(400, "DUPLICATE_DYNAMIC_QR_REQUEST", "Duplicate Dynamic QR request error")
        code_id = self.world.new_id("", 16)
        url = f"{self.world.settings.public}/paypay/{code_id}"
        payment: Json = {
            "code_id": code_id,
            "url": url,
            "merchantPaymentId": mine,
            "paymentId": "",
            "status": "CREATED",
            "amount": {"amount": amount["amount"], "currency": "JPY"},
            "description": str(asked.get("orderDescription") or ""),
            "redirectUrl": asked.get("redirectUrl"),
            "redirectType": asked.get("redirectType"),
            "requestedAt": self.now(),
            "acceptedAt": None,
            "expires": self.now() + CODE_LIVES,
        }
        self.payments[mine] = payment
        return {
            "codeId": code_id,
            "url": url,
            "deeplink": f"paypay://payment?link_key={code_id}",
            "expiryDate": payment["expires"],
            "merchantPaymentId": mine,
            "amount": payment["amount"],
            "orderDescription": payment["description"],
            "codeType": "ORDER_QR",
            "requestedAt": payment["requestedAt"],
            "redirectUrl": payment["redirectUrl"],
            "redirectType": payment["redirectType"],
            "isAuthorization": False,
        }

    def by_code(self, code_id: str) -> Json | None:
        found = next((p for p in self.payments.values() if p["code_id"] == code_id), None)
        return self._aged(found) if found else None

    def details(self, mine: str, missing: str) -> Json:
        payment = self.payments.get(mine)
        if payment is None:
            raise Refused(404, missing, "Payment not found")
        self._aged(payment)
        refunds = [one for one in self.refunds.values() if one["paymentId"] == payment["paymentId"]]
        shown = {
            key: payment[key]
            for key in (
                "paymentId",
                "status",
                "acceptedAt",
                "merchantPaymentId",
                "amount",
                "requestedAt",
            )
        }
        if payment["acceptedAt"]:
            shown["paymentMethods"] = [{"amount": payment["amount"]["amount"], "type": "WALLET"}]
        shown["refunds"] = {"data": refunds}
        return shown

    def _aged(self, payment: Json) -> Json:
        if payment["status"] == "CREATED" and self.now() >= payment["expires"]:
            payment["status"] = "EXPIRED"
        return payment

    def delete_code(self, code_id: str) -> None:
        payment = self.by_code(code_id)
        if payment is None:
            raise Refused(404, "DYNAMIC_QR_NOT_FOUND", "Dynamic QR code not found")
        if payment["status"] == "CREATED":
            payment["status"] = "CANCELED"
        elif payment["status"] in ("COMPLETED", "REFUNDED"):
            raise Refused(400, "DYNAMIC_QR_ALREADY_PAID", "Dynamic QR code already paid")

    def pay(self, payment: Json) -> None:
        faults = self.world.faults
        payment["amount"] = {
            "amount": int(faults.take("amount", "paypay/pay") or payment["amount"]["amount"]),
            "currency": str(faults.take("currency", "paypay/pay") or "JPY").upper(),
        }
        payment["paymentId"] = "0" + self.world.new_number(19)
        payment["status"], payment["acceptedAt"] = "COMPLETED", self.now()
        self._move("capture", payment, payment["paymentId"], payment["amount"]["amount"])

    def cancel(self, mine: str) -> None:
        """Give a payment back in full, until a quarter past midnight; before paying, end the code."""
        payment = self.payments.get(mine)
        if payment is None:
            raise Refused(404, "RESOURCE_NOT_FOUND", "Payment not found")
        self._aged(payment)
        if payment["status"] == "COMPLETED":
            if self.now() >= _cancel_until(payment["acceptedAt"], self.world):
                raise Refused(400, "ORDER_NOT_REVERSIBLE", "Order cannot be reversed any more")
            self._move("refund", payment, f"{payment['paymentId']}-C", -payment["amount"]["amount"])
        elif payment["status"] != "CREATED":
            raise Refused(400, "ORDER_NOT_REVERSIBLE", f"Order is {payment['status']}")
        payment["status"] = "CANCELED"

    def refund(self, asked: Json) -> Json:
        mine = str(asked.get("merchantRefundId") or "")
        payment = next(
            (p for p in self.payments.values() if p["paymentId"] == asked.get("paymentId") != ""),
            None,
        )
        amount = int((asked.get("amount") or {}).get("amount") or 0)
        if not mine or amount < 1:
            raise Refused(400, "MISSING_REQUEST_PARAMS", "The set parameter is invalid.")
        if payment is None or payment["acceptedAt"] is None:
            raise Refused(404, "RESOURCE_NOT_FOUND", "Payment not found")
        if mine in self.refunds:
            raise Refused(400, "UNACCEPTABLE_OP", "The merchantRefundId was used already")
        if amount > payment["amount"]["amount"]:
            raise Refused(400, "INVALID_PARAMS", "More than the refundable amount")
        if any(one["paymentId"] == payment["paymentId"] for one in self.refunds.values()):
            raise Refused(400, "REFUND_LIMIT_EXCEEDED", "Maximum number of refunds exceeded")
        refund = {
            "status": "CREATED",
            "acceptedAt": self.now(),
            "merchantRefundId": mine,
            "paymentId": payment["paymentId"],
            "amount": {"amount": amount, "currency": payment["amount"]["currency"]},
            "requestedAt": asked.get("requestedAt"),
            "reason": asked.get("reason"),
        }
        self.refunds[mine] = refund
        if amount == payment["amount"]["amount"]:
            payment["status"] = "REFUNDED"
        self._move("refund", payment, mine, -amount)
        return dict(refund)

    def one_refund(self, mine: str) -> Json:
        refund = self.refunds.get(mine)
        if refund is None:
            raise Refused(404, "RESOURCE_NOT_FOUND", "Refund not found")
        refund["status"] = "REFUNDED"
        return refund

    def _move(self, kind: str, payment: Json, txn: str, amount: int) -> None:
        self.world.moved(
            "paypay",
            kind,
            merchant_ref=payment["merchantPaymentId"],
            payment_id=payment["paymentId"],
            txn=txn,
            amount=amount,
            currency=payment["amount"]["currency"].lower(),
            method="paypay",
        )

    async def tell(self, courier: Courier, payment: Json, state: str) -> None:
        """Bring the unsigned notice of a payment: a hint, no more."""
        world = self.world

        def signed() -> tuple[bytes, Mapping[str, str]]:
            merchant = world.settings.paypay_merchant_id
            if world.faults.take("other_environment", "paypay/webhook"):
                merchant = "999999999999999999"
            told = {
                "notification_type": "Transaction",
                "merchant_id": merchant,
                "store_id": None,
                "pos_id": None,
                "order_id": payment["paymentId"],
                "merchant_order_id": payment["merchantPaymentId"],
                "order_amount": payment["amount"]["amount"],
                "state": state,
                "paid_at": world.now("paypay").isoformat(timespec="seconds"),
            }
            return json.dumps(told).encode(), {"content-type": "application/json"}

        await courier.bring(Message("paypay", state, world.settings.paypay_webhook, signed))


def _cancel_until(accepted_at: int, world: World) -> float:
    """A quarter past the midnight after the payment."""
    paid = datetime.fromtimestamp(accepted_at, world.now().tzinfo)
    midnight = datetime.combine(paid.date() + timedelta(days=1), time(), paid.tzinfo)
    return (midnight + timedelta(minutes=15)).timestamp()
