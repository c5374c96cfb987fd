"""The demonstration's memory: what the providers know, in one file, so that a restart forgets no payment."""

import asyncio
import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from simulators.payments.paypay.books import Books as PayPay
from simulators.payments.sbps.books import Books as Sbps
from simulators.payments.sbps.books import Order
from simulators.payments.stripe.objects import Books as Stripe
from simulators.payments.world import Json, Movement, World

PAUSE = 1.0  # seconds
_STRIPE = ("sessions", "intents", "charges", "refunds", "disputes", "events")
_PAYPAY = ("payments", "refunds")


class Store:
    """Reads the file once, and writes it whenever something changed."""

    def __init__(
        self, path: Path, world: World, stripe: Stripe, paypay: PayPay, sbps: Sbps
    ) -> None:
        self.path = path
        self.world = world
        self.stripe = stripe
        self.paypay = paypay
        self.sbps = sbps
        self.written = ""

    def load(self) -> None:
        if not self.path.exists():
            return
        whole: Json = json.loads(self.path.read_text(encoding="utf-8"))
        for name in _STRIPE:
            setattr(self.stripe, name, whole["stripe"][name])
        for name in _PAYPAY:
            setattr(self.paypay, name, whole["paypay"][name])
        for row in whole["sbps"]:
            row["paid_at"] = datetime.fromisoformat(row["paid_at"]) if row["paid_at"] else None
            self.sbps.orders[row["asked"]["order_id"]] = Order(**row)
        self.world.movements += [
            Movement(**{**row, "at": datetime.fromisoformat(row["at"])})
            for row in whole["movements"]
        ]

    async def keep(self) -> None:
        while True:
            await asyncio.sleep(PAUSE)
            self.save()

    def save(self) -> None:
        orders = [asdict(order) for order in self.sbps.orders.values()]
        for row in orders:
            row["paid_at"] = row["paid_at"].isoformat() if row["paid_at"] else None
        whole = {
            "stripe": {name: getattr(self.stripe, name) for name in _STRIPE},
            "paypay": {name: getattr(self.paypay, name) for name in _PAYPAY},
            "sbps": orders,
            "movements": self.world.shown(),
        }
        text = json.dumps(whole, ensure_ascii=False)
        if text == self.written:
            return
        new = self.path.with_suffix(".new")
        new.write_text(text, encoding="utf-8")
        new.replace(self.path)
        self.written = text
