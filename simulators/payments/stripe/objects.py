"""What Stripe keeps: sessions, payment intents, charges, refunds, disputes and events."""

from collections.abc import Mapping

from simulators.payments.world import Json, World

API_VERSION = "2026-10-28.endive"
HOUR = 3600
KONBINI_DAYS = 3


class Wrong(Exception):
    """Stripe says no, in its own shape."""

    def __init__(
        self, message: str, *, status: int = 400, code: str = "", kind: str = "", param: str = ""
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body: Json = {"type": kind or "invalid_request_error", "message": message}
        if code:
            self.body["code"] = code
        if param:
            self.body["param"] = param


class Books:
    """Everything of the one Stripe account, by id."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.sessions: dict[str, Json] = {}
        self.intents: dict[str, Json] = {}
        self.charges: dict[str, Json] = {}
        self.refunds: dict[str, Json] = {}
        self.disputes: dict[str, Json] = {}
        self.events: list[Json] = []
        self.untold: list[Json] = []  # events that the courier has not taken yet

    @property
    def is_live(self) -> bool:
        return "_live_" in self.world.settings.stripe_secret_key

    def now(self) -> int:
        return self.world.stamp("stripe")

    def happened(self, kind: str, about: Json) -> None:
        """Keep an event with the object as it is now, to be told."""
        event = {
            "id": self.world.new_id("evt_"),
            "object": "event",
            "api_version": API_VERSION,
            "created": self.now(),
            "data": {"object": dict(about)},
            "livemode": self.is_live,
            "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None},
            "type": kind,
        }
        self.events.append(event)
        self.untold.append(event)

    # sessions

    def make_session(self, asked: Json) -> Json:
        total, currency = _total(asked)
        now = self.now()
        expires_at = int(asked.get("expires_at") or now + 24 * HOUR)
        if not now + HOUR // 2 <= expires_at <= now + 24 * HOUR:
            raise Wrong(
                "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation.",
                param="expires_at",
            )
        methods = list(asked.get("payment_method_types") or ["card"])
        for method in methods:
            if method not in ("card", "konbini", "paypay"):
                raise Wrong(f"Invalid payment_method_types: {method}", param="payment_method_types")
        if currency == "jpy" and not 50 <= total <= 9_999_999_999:
            raise Wrong(
                "The Checkout Session's total amount must convert to at least 50 cents.",
                code="amount_too_small",
            )
        kept = self.world.new_id("cs_live_" if self.is_live else "cs_test_", 40)
        session: Json = {
            "id": kept,
            "object": "checkout.session",
            "amount_subtotal": total,
            "amount_total": total,
            "cancel_url": asked.get("cancel_url"),
            "client_reference_id": asked.get("client_reference_id"),
            "created": now,
            "currency": currency,
            "customer_details": None,
            "expires_at": expires_at,
            "line_items_shown": [_shown(item) for item in asked["line_items"]],
            "livemode": self.is_live,
            "locale": asked.get("locale"),
            "metadata": asked.get("metadata") or {},
            "mode": "payment",
            "payment_intent": None,
            "payment_intent_data": asked.get("payment_intent_data") or {},
            "payment_method_types": methods,
            "payment_status": "unpaid",
            "status": "open",
            "success_url": asked["success_url"],
            "url": f"{self.world.settings.public}/stripe/c/pay/{kept}",
        }
        self.sessions[kept] = session
        return session

    def session(self, wanted: str) -> Json:
        """Return a session; one whose time is over has expired by now."""
        found = self.sessions.get(wanted)
        if found is None:
            raise Wrong(
                f"No such checkout.session: '{wanted}'", status=404, code="resource_missing"
            )
        if found["status"] == "open" and self.now() >= found["expires_at"]:
            self._expire(found)
        return found

    def expire(self, wanted: str) -> Json:
        found = self.session(wanted)
        if found["status"] != "open":
            raise Wrong(
                'Only Checkout Sessions with a status in ["open"] can be expired. '
                f"This Checkout Session has a status of `{found['status']}`."
            )
        self._expire(found)
        return found

    def _expire(self, session: Json) -> None:
        session["status"], session["url"] = "expired", None
        self.happened("checkout.session.expired", session)

    # paying

    def pay(self, session: Json, method: str) -> None:
        """Take the money (card, paypay), or promise it (konbini)."""
        intent = self._intent(session, method)
        session["status"], session["url"] = "complete", None
        session["payment_intent"] = intent["id"]
        if method == "konbini":
            intent["status"] = "requires_action"
            intent["next_action"] = _voucher(self.now(), self.world)
            self.happened("payment_intent.requires_action", intent)
            self.happened("checkout.session.completed", session)
            return
        self._capture(session, intent, method)
        self.happened("checkout.session.completed", session)

    def pay_at_konbini(self, session: Json) -> None:
        intent = self.intents[session["payment_intent"]]
        if intent["status"] != "requires_action":
            raise Wrong("This konbini payment is not waiting.")
        self._capture(session, intent, "konbini")
        self.happened("checkout.session.async_payment_succeeded", session)

    def konbini_lapsed(self, session: Json) -> None:
        intent = self.intents[session["payment_intent"]]
        intent["status"] = "requires_payment_method"
        self.happened("payment_intent.payment_failed", intent)
        self.happened("checkout.session.async_payment_failed", session)

    def cancel_intent(self, intent: Json) -> Json:
        if intent["status"] in ("succeeded", "canceled"):
            raise Wrong(
                f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}.",
                code="payment_intent_unexpected_state",
            )
        intent["status"], intent["next_action"] = "canceled", None
        self.happened("payment_intent.canceled", intent)
        return intent

    def declined(self, session: Json) -> None:
        intent = self._intent(session, "card")
        intent["status"] = "requires_payment_method"
        intent["last_payment_error"] = {"code": "card_declined", "type": "card_error"}
        self.happened("payment_intent.payment_failed", intent)

    def _intent(self, session: Json, method: str) -> Json:
        faults = self.world.faults
        amount = int(faults.take("amount", "stripe/pay") or session["amount_total"])
        currency = str(faults.take("currency", "stripe/pay") or session["currency"])
        # What the faults change is changed everywhere, as if the page had been made so.
        session["amount_total"], session["currency"] = amount, currency
        intent: Json = {
            "id": self.world.new_id("pi_"),
            "object": "payment_intent",
            "amount": amount,
            "amount_received": 0,
            "created": self.now(),
            "currency": currency,
            "last_payment_error": None,
            "latest_charge": None,
            "livemode": self.is_live,
            "metadata": dict(session["payment_intent_data"].get("metadata") or {}),
            "next_action": None,
            "payment_method_types": [method],
            "status": "processing",
        }
        self.intents[intent["id"]] = intent
        return intent

    def _capture(self, session: Json, intent: Json, method: str) -> None:
        charge: Json = {
            "id": self.world.new_id("ch_"),
            "object": "charge",
            "amount": intent["amount"],
            "amount_captured": intent["amount"],
            "amount_refunded": 0,
            "captured": True,
            "created": self.now(),
            "currency": intent["currency"],
            "disputed": False,
            "livemode": self.is_live,
            "metadata": intent["metadata"],
            "paid": True,
            "payment_intent": intent["id"],
            "payment_method_details": {"type": method},
            "refunded": False,
            "status": "succeeded",
        }
        self.charges[charge["id"]] = charge
        intent["latest_charge"], intent["status"] = charge["id"], "succeeded"
        intent["amount_received"], intent["next_action"] = intent["amount"], None
        session["payment_status"] = "paid"
        self.world.moved(
            "stripe",
            "capture",
            merchant_ref=str(session["client_reference_id"] or ""),
            payment_id=intent["id"],
            txn=charge["id"],
            amount=intent["amount"],
            currency=intent["currency"],
            method=method,
        )
        self.happened("charge.succeeded", charge)
        self.happened("payment_intent.succeeded", intent)

    # money back

    def refund(self, asked: Mapping[str, Json]) -> Json:
        intent = self.intents.get(str(asked.get("payment_intent")))
        charge = self.charges.get(str(asked.get("charge") or (intent or {}).get("latest_charge")))
        if charge is None:
            raise Wrong(
                f"No such payment_intent: '{asked.get('payment_intent')}'",
                status=404,
                code="resource_missing",
            )
        left = charge["amount"] - charge["amount_refunded"]
        if left == 0:
            raise Wrong(
                f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded"
            )
        amount = int(str(asked.get("amount") or left))
        if amount > left:
            raise Wrong(
                f"Refund amount (¥{amount}) is greater than unrefunded amount on charge (¥{left})",
                param="amount",
            )
        # A convenience store gives no money back: the payer is asked for a bank account first.
        waits = charge["payment_method_details"]["type"] == "konbini"
        refund: Json = {
            "id": self.world.new_id("re_"),
            "object": "refund",
            "amount": amount,
            "charge": charge["id"],
            "created": self.now(),
            "currency": charge["currency"],
            "metadata": asked.get("metadata") or {},
            "payment_intent": charge["payment_intent"],
            "reason": asked.get("reason"),
            "status": "requires_action" if waits else "succeeded",
        }
        self.refunds[refund["id"]] = refund
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        self._given_back("refund", charge, refund["id"], amount)
        self.happened("refund.created", refund)
        self.happened("charge.refunded", charge)
        return refund

    def dispute(self, charge: Json) -> Json:
        """The payer's bank takes the money back."""
        dispute: Json = {
            "id": self.world.new_id("du_"),
            "object": "dispute",
            "amount": charge["amount"] - charge["amount_refunded"],
            "charge": charge["id"],
            "created": self.now(),
            "currency": charge["currency"],
            "is_charge_refundable": False,
            "livemode": self.is_live,
            "payment_intent": charge["payment_intent"],
            "reason": "fraudulent",
            "status": "needs_response",
            "balance_transactions": [self._balance(-charge["amount"] + charge["amount_refunded"])],
        }
        charge["disputed"], charge["dispute"] = True, dispute["id"]
        self.disputes[dispute["id"]] = dispute
        self._given_back("chargeback", charge, dispute["id"], dispute["amount"])
        self.happened("charge.dispute.created", dispute)
        return dispute

    def win_dispute(self, charge: Json) -> None:
        """The payer's bank agrees with the town: the money comes back under the dispute's number."""
        dispute = self.disputes[charge["dispute"]]
        dispute["status"] = "won"
        dispute["balance_transactions"].append(self._balance(dispute["amount"]))
        self._given_back("regained", charge, dispute["id"], -dispute["amount"])
        self.happened("charge.dispute.funds_reinstated", dispute)
        self.happened("charge.dispute.closed", dispute)

    def _balance(self, amount: int) -> Json:
        name = self.world.new_id("txn_")
        return {
            "id": name,
            "object": "balance_transaction",
            "amount": amount,
            "created": self.now(),
        }

    def _given_back(self, kind: str, charge: Json, txn: str, amount: int) -> None:
        self.world.moved(
            "stripe",
            kind,
            merchant_ref=self.reference_of(charge),
            payment_id=charge["payment_intent"],
            txn=txn,
            amount=-amount,
            currency=charge["currency"],
            method=charge["payment_method_details"]["type"],
        )

    def reference_of(self, charge: Json) -> str:
        for session in self.sessions.values():
            if session["payment_intent"] == charge["payment_intent"]:
                return str(session["client_reference_id"] or "")
        return ""


def _total(asked: Json) -> tuple[int, str]:
    if asked.get("mode") != "payment":
        raise Wrong("Missing required param: mode.", param="mode")
    if not asked.get("success_url"):
        raise Wrong("Missing required param: success_url.", param="success_url")
    items = asked.get("line_items")
    if not isinstance(items, list) or not items:
        raise Wrong("Missing required param: line_items.", param="line_items")
    total, currencies = 0, set()
    for item in items:
        price = item.get("price_data") or {}
        if "currency" not in price or "unit_amount" not in price:
            raise Wrong("Missing required param: line_items[0][price_data].", param="line_items")
        if int(price["unit_amount"]) < 0:
            raise Wrong("Invalid non-negative integer", param="line_items[0][price_data]")
        total += int(price["unit_amount"]) * int(item.get("quantity") or 1)
        currencies.add(str(price["currency"]).lower())
    if len(currencies) != 1:
        raise Wrong("All line items must have the same currency.", param="line_items")
    return total, currencies.pop()


def _shown(item: Json) -> tuple[str, int]:
    price = item["price_data"]
    name = str((price.get("product_data") or {}).get("name") or "")
    return name, int(price["unit_amount"]) * int(item.get("quantity") or 1)


def _voucher(now: int, world: World) -> Json:
    return {
        "type": "konbini_display_details",
        "konbini_display_details": {
            "expires_at": now + KONBINI_DAYS * 24 * HOUR,
            "stores": {
                "familymart": {
                    "confirmation_number": "0" + world.new_number(10),
                    "payment_code": world.new_number(6),
                },
                "lawson": {
                    "confirmation_number": world.new_number(11),
                    "payment_code": world.new_number(6),
                },
            },
        },
    }
