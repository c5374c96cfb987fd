"""The one world of all three providers: the clock, the faults, who paid what, who is told."""

import random
import secrets
import string
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from simulators.payments.faults import Faults
from simulators.payments.settings import Settings

Json = dict[str, Any]
JAPAN = ZoneInfo("Asia/Tokyo")
_LETTERS = string.ascii_letters + string.digits


@dataclass(frozen=True, slots=True)
class Movement:
    """Money that moved, as a settlement file will say it; refunds and chargebacks are negative."""

    provider: str
    kind: str  # capture, refund, chargeback, regained
    merchant_ref: str
    payment_id: str
    txn: str
    amount: int
    currency: str
    method: str
    at: datetime


@dataclass
class World:
    """Everything that the three providers share."""

    settings: Settings
    faults: Faults = field(default_factory=Faults)
    movements: list[Movement] = field(default_factory=list)
    offset: timedelta = timedelta()
    calls: list[tuple[str, int]] = field(default_factory=list)
    dice: random.Random = field(default_factory=lambda: random.Random(7))

    def now(self, provider: str = "") -> datetime:
        """Return the time in Japan, off by the provider's `clock_skew` if one is set."""
        skew = float(self.faults.peek("clock_skew", provider)) if provider else 0.0
        return datetime.now(JAPAN) + self.offset + timedelta(seconds=skew)

    def stamp(self, provider: str = "") -> int:
        return int(self.now(provider).timestamp())

    def new_id(self, prefix: str, length: int = 24) -> str:
        return prefix + "".join(secrets.choice(_LETTERS) for _ in range(length))

    def new_number(self, length: int) -> str:
        return "".join(secrets.choice(string.digits[1:]) for _ in range(length))

    def moved(
        self,
        provider: str,
        kind: str,
        *,
        merchant_ref: str,
        payment_id: str,
        txn: str,
        amount: int,
        currency: str = "jpy",
        method: str = "",
    ) -> Movement:
        movement = Movement(
            provider=provider,
            kind=kind,
            merchant_ref=merchant_ref,
            payment_id=payment_id,
            txn=txn,
            amount=amount,
            currency=currency,
            method=method,
            at=self.now(),
        )
        self.movements.append(movement)
        return movement

    def shown(self) -> list[Json]:
        return [{**asdict(one), "at": one.at.isoformat()} for one in self.movements]
