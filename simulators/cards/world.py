"""Everything that the simulator knows: the authority, the cards, the contracts, what is under way."""

import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, Protocol

from simulators.cards.ca import Authority, Flaw
from simulators.cards.cards import Card
from simulators.cards.keys import Keyring
from simulators.cards.people import BLANKS, Person, Purpose
from simulators.cards.settings import Settings
from simulators.line.faults import Faults

Json = dict[str, Any]
Custody = Literal["provider_holds_cert", "we_hold_cert"]
FLAWS: tuple[Flaw, ...] = ("unknown", "down", "forged", "stale")


@dataclass(frozen=True, slots=True)
class Contract:
    """What a town may do here, and who keeps the certificates."""

    key: str
    custody: Custody


class Errand(Protocol):
    """What somebody holds a card for; its pages are `hosted`."""

    purpose: Purpose
    title: str
    attributes: tuple[str, ...]
    locale: str
    by_app: bool
    good_until: datetime

    @property
    def is_open(self) -> bool: ...

    def held(self, card: Card) -> "Parting":
        """The card was held and its PIN was right."""

    def gave_up(self, reason: str) -> "Parting":
        """There will be no card: why, as in a failure's reason."""

    def back(self) -> "Parting":
        """Say once more where the browser goes: the errand is over."""


@dataclass(frozen=True, slots=True)
class Parting:
    """Where the browser goes now, and what went wrong, if anything."""

    location: str
    reason: str = ""


class World:
    """One operator, one provider, one authority, and everybody's cards."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.faults = Faults()
        self.skew = timedelta()
        self.folder = Path(settings.data) if settings.data else None
        self.authority = Authority(
            Keyring(self.folder / "keys" if self.folder else None),
            lambda: datetime.fromtimestamp(time.time(), UTC),
            f"{settings.public}/ca/ocsp",
        )
        self.began = self.authority.now().replace(microsecond=0)
        self.cards = {blank.key: Card(blank, self.authority, self.began) for blank in BLANKS}
        self.contracts = {
            settings.api_key: Contract("provider", "provider_holds_cert"),
            settings.verifier_key: Contract("verifier", "we_hold_cert"),
        }
        self.errands: dict[str, Errand] = {}
        self.secret = self._kept_secret()

    def now(self) -> datetime:
        """Return the operator's time; the authority's own is never wrong."""
        return self.authority.now() + self.skew

    def person_id(self, contract: str, person: Person) -> str:
        """Return what `contract` knows a person by: one person one id, for nobody else the same."""
        given = f"{contract}:{person.key}".encode()
        return hmac.new(self.secret, given, hashlib.sha256).hexdigest()[:40]

    def custody_of(self, contract: str) -> Custody:
        return next(one.custody for one in self.contracts.values() if one.key == contract)

    def welcome(self, errand: Errand) -> str:
        """Open a page for `errand`, and return its address."""
        token = secrets.token_urlsafe(24)
        self.errands[token] = errand
        return f"{self.settings.public}/h/{token}"

    def flaw(self) -> Flaw:
        """Return how the authority answers about revocation just now."""
        for flaw in FLAWS:
            if self.faults.take(f"ocsp_{flaw}", "ocsp"):
                return flaw
        return ""

    def _kept_secret(self) -> bytes:
        if self.folder is None:
            return secrets.token_bytes(32)
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / "secret.json"
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(json.dumps(secrets.token_hex(32)))
        return bytes.fromhex(json.loads(path.read_text()))


def stamp(at: datetime | None) -> str | None:
    """Write an instant as this API does."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}" if at else None
