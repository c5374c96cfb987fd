"""Sign transactions: a digest handed in by the client, signed by a card, fetched as a JWE."""

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from simulators.cards.cards import Card
from simulators.cards.world import World


@dataclass(slots=True)
class Transaction:
    id: str
    digest: bytes
    good_until: datetime
    status: Literal["pending", "completed", "cancelled"] = "pending"
    signature: bytes = b""
    certificate: bytes = b""  # DER

    def payload(self) -> dict[str, str]:
        parts = {
            "digest": self.digest,
            "signature": self.signature,
            "certificate": self.certificate,
        }
        return {name: base64.b64encode(raw).decode() for name, raw in parts.items()}


class Signing:
    """The transactions of the one client."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.transactions: dict[str, Transaction] = {}

    def begin(self, digest: bytes) -> Transaction:
        until = self.world.now() + timedelta(seconds=self.world.settings.life)
        transaction = Transaction(secrets.token_urlsafe(18), digest, until)
        self.transactions[transaction.id] = transaction
        return transaction

    def sign(self, transaction: Transaction, card: Card, leaf: x509.Certificate) -> None:
        transaction.signature = card.sign("sign", transaction.digest)
        transaction.certificate = leaf.public_bytes(serialization.Encoding.DER)
        transaction.status = "completed"

    def status_of(self, transaction: Transaction) -> str:
        if transaction.status == "pending" and self.world.now() > transaction.good_until:
            return "expired"
        return transaction.status
