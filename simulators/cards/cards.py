"""A card in somebody's hand: its certificates, its PINs, and what it signs."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from simulators.cards.ca import Authority
from simulators.cards.people import Blank, Purpose, Reason

PINS: dict[Purpose, str] = {"sign": "ABC123", "authenticate": "1234"}
TRIES: dict[Purpose, int] = {"sign": 5, "authenticate": 3}
_JAPAN = ZoneInfo("Asia/Tokyo")


class Card:
    """One blank with its keys and certificates, which are made when somebody first needs them."""

    def __init__(self, blank: Blank, authority: Authority, began: datetime) -> None:
        self.blank = blank
        self.key = blank.key
        self.person = blank.person
        self.authority = authority
        self.began = began
        self.left = {purpose: 0 if blank.locked else tries for purpose, tries in TRIES.items()}
        self._certificates: dict[Purpose, x509.Certificate] = {}

    def certificate(self, purpose: Purpose) -> x509.Certificate | None:
        if purpose == "sign" and not self.blank.signs:
            return None
        if purpose not in self._certificates:
            self._certificates[purpose] = self._kept_or_made(purpose)
        return self._certificates[purpose]

    def try_pin(self, purpose: Purpose, pin: str) -> bool:
        """Say whether `pin` is right; the right one gives back all tries, the last wrong one locks."""
        if self.left[purpose] <= 0:
            return False
        if pin.strip().upper() == PINS[purpose]:
            self.left[purpose] = TRIES[purpose]
            return True
        self.left[purpose] -= 1
        return False

    def is_locked(self, purpose: Purpose) -> bool:
        return self.left[purpose] <= 0

    def unlock(self) -> None:
        self.left = dict(TRIES)

    def sign(self, purpose: Purpose, digest: bytes) -> bytes:
        """Return the raw signature over a SHA-256 digest, PKCS#1 v1.5, as the card makes it."""
        key = self.authority.keys.rsa_key(self._name(purpose))
        return key.sign(digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))

    def revoke(self, purpose: Purpose, reason: Reason, at: datetime) -> x509.Certificate | None:
        if certificate := self.certificate(purpose):
            self.authority.revoke(certificate, reason, at)
        return certificate

    def restore(self, purpose: Purpose) -> None:
        if certificate := self.certificate(purpose):
            self.authority.restore(certificate)

    def _kept_or_made(self, purpose: Purpose) -> x509.Certificate:
        return self.authority.keys.certificate(self._name(purpose)) or self._make(purpose)

    def _make(self, purpose: Purpose) -> x509.Certificate:
        blank = self.blank
        certificate = self.authority.issue(
            purpose,
            blank.person,
            generation=blank.generation,
            key=self.authority.keys.rsa_key(self._name(purpose)).public_key(),
            test_policy=blank.test_policy,
            since=_end_of_day(self.began, blank.from_day),
            until=_end_of_day(self.began, blank.until_day),
        )
        if reason := blank.revoked.get(purpose):
            self.authority.revoke(certificate, reason, self.began - timedelta(days=20))
        return self.authority.keys.keep_certificate(self._name(purpose), certificate)

    def _name(self, purpose: Purpose) -> str:
        return f"{self.key}-{purpose}"


def _end_of_day(began: datetime, days: int) -> datetime:
    """Return 23:59:59 in Japan of the day that many days on, as card certificates end."""
    day = began.astimezone(_JAPAN).date() + timedelta(days=days)
    return datetime.combine(day, time(23, 59, 59), _JAPAN)
