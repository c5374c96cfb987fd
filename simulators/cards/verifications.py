"""What the operator does for a contract: begin, take what a card gives, judge it, check it again."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from simulators.cards import judging
from simulators.cards.book import Book, Verification
from simulators.cards.cards import Card
from simulators.cards.judging import Standing
from simulators.cards.notices import Notices
from simulators.cards.people import Purpose
from simulators.cards.world import Contract, Parting, World


@dataclass(frozen=True, slots=True)
class Asked:
    """A start as it was asked for, already checked."""

    purpose: Purpose
    digest: bytes
    redirect_uri: str
    state: str
    title: str
    attributes: tuple[str, ...]
    locale: str


class Verifications:
    """The operator's counter."""

    def __init__(self, world: World, book: Book, notices: Notices) -> None:
        self.world = world
        self.book = book
        self.notices = notices

    def begin(self, contract: Contract, asked: Asked) -> tuple[Verification, str]:
        """Note what is asked for, and return it with the address of its page."""
        now = self.world.now()
        verification = Verification(
            id=_number(),
            contract=contract.key,
            purpose=asked.purpose,
            digest=asked.digest.hex(),
            begun_at=now,
            good_until=now + timedelta(seconds=self.world.settings.life),
            redirect_uri=asked.redirect_uri,
            state=asked.state,
            title=asked.title,
            attributes=list(asked.attributes),
            locale=asked.locale,
        )
        if asked.purpose == "authenticate":  # the card signs something; nobody wishes to say what
            verification.digest = hashlib.sha256(verification.id.encode()).hexdigest()
        self.book.add(verification)
        return verification, self.world.welcome(Holding(self, verification))

    def find(self, contract: Contract, number: str) -> Verification | None:
        page = self.book.pages.get(number)
        return page if page and page.contract == contract.key else None

    def take(
        self,
        verification: Verification,
        card: Card | None,
        leaf: x509.Certificate,
        signature: bytes,
    ) -> None:
        """Keep what a card has given, and judge it as far as that is possible now."""
        verification.card = card.key if card else ""
        verification.certificate = leaf.public_bytes(serialization.Encoding.PEM).decode()
        verification.signature = signature.hex()
        if not judging.signed(leaf, signature, bytes.fromhex(verification.digest)):
            verification.failure = "signature_invalid"
        self.state_of(verification)
        self.book.save()

    def take_signature(
        self,
        contract: Contract,
        *,
        digest: bytes,
        signature: bytes,
        leaf: x509.Certificate,
        attributes: tuple[str, ...],
    ) -> Verification:
        """Judge a signature that was made elsewhere."""
        now = self.world.now()
        verification = Verification(
            id=_number(),
            contract=contract.key,
            purpose="sign",
            digest=digest.hex(),
            begun_at=now,
            good_until=now,
            attributes=list(attributes),
        )
        self.book.add(verification)
        cards = self.world.cards.values()
        card = next((one for one in cards if one.certificate("sign") == leaf), None)
        self.take(verification, card, leaf, signature)
        return verification

    def fail(self, verification: Verification, reason: str) -> None:
        verification.failure = reason
        self.book.save()

    def state_of(self, verification: Verification) -> str:
        """Return the state, judging anew what is still pending. What is decided stays decided."""
        if verification.failure:
            return "failed"
        if verification.verified_at:
            return "verified"
        if not verification.certificate:
            late = self.world.now() > verification.good_until
            return "expired" if late else "begun"
        if self.world.custody_of(verification.contract) == "we_hold_cert":
            # The town is the one who judges: it is given what the authority said, whatever it said.
            verification.verified_at = self.world.now()
            verification.revocation = self.standing_of(verification).told()
        else:
            self._judge(verification)
        self.book.save()
        if verification.failure:
            return "failed"
        return "verified" if verification.verified_at else "pending"

    def standing_of(self, verification: Verification) -> Standing:
        leaf = verification.leaf
        return judging.standing_of(self.world, leaf, self.world.authority.root_of(leaf))

    def revoked(self, certificate: x509.Certificate, reason: str, at: datetime) -> None:
        """Tell every contract whose verification this certificate has carried."""
        serial = certificate.serial_number
        for page in self.book.pages.values():
            if page.verified_at and page.leaf.serial_number == serial:
                self.notices.tell("certificate.revoked", page.id, at, reason=reason)
        self.book.save()

    def _judge(self, verification: Verification) -> None:
        judgement = judging.judge(self.world, verification.leaf, verification.purpose)
        if judgement.standing:
            verification.revocation = judgement.standing.told()
        if judgement.state == "verified":
            verification.verified_at = self.world.now()
        elif judgement.state == "failed":
            verification.failure = judgement.reason or ""


class Holding:
    """Somebody holds a card for a verification of the operator."""

    by_app = False

    def __init__(self, counter: Verifications, verification: Verification) -> None:
        self.counter = counter
        self.verification = verification
        self.purpose: Purpose = verification.purpose
        self.title = verification.title
        self.attributes = tuple(verification.attributes)
        self.locale = verification.locale
        self.good_until = verification.good_until

    @property
    def is_open(self) -> bool:
        return self.counter.state_of(self.verification) == "begun"

    def held(self, card: Card) -> Parting:
        leaf = card.certificate(self.purpose)
        if leaf is None:
            return self.gave_up("no_signature_certificate")
        digest = bytes.fromhex(self.verification.digest)
        self.counter.take(self.verification, card, leaf, card.sign(self.purpose, digest))
        return self._part()

    def gave_up(self, reason: str) -> Parting:
        self.counter.fail(self.verification, reason)
        return self._part()

    def back(self) -> Parting:
        """Return to the town once more: the verification is over."""
        return self._part(tells=False)

    def _part(self, *, tells: bool = True) -> Parting:
        verification = self.verification
        failure = verification.failure
        outcome = "done" if not failure else "cancelled" if failure == "cancelled" else "failed"
        state = verification.state
        if self.counter.world.faults.take("state_mismatch"):
            state = f"not-{state}"
        if tells:
            now = self.counter.world.now()
            self.counter.notices.tell("verification.finished", verification.id, now)
        more = {"verification_id": verification.id, "state": state, "outcome": outcome}
        return Parting(added(verification.redirect_uri, more), failure)


def added(url: str, more: dict[str, str]) -> str:
    """Return `url` with `more` in its query."""
    parts = urlsplit(url)
    query = urlencode(parse_qsl(parts.query, keep_blank_values=True) + list(more.items()))
    return urlunsplit(parts._replace(query=query))


def _number() -> str:
    return f"ver_{secrets.token_hex(12)}"
