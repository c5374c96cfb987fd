"""Who can verify a person for the town is plugged in here; and what is announced when somebody is proven."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Literal, TypeAlias
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from yakuba.identity.models import IdentityCheck, StatusCheck
from yakuba.kit.plugging import Hook, Pluggable, Registry

Purpose: TypeAlias = Literal["authenticate", "sign"]
Custody: TypeAlias = Literal["provider_holds", "we_hold"]
ATTRIBUTES = ("name", "address", "born_on", "sex")


@dataclass(frozen=True, slots=True)
class Asked:
    """One check, as a provider is to be asked for it. `key` makes asking twice the same as once.

    `state`, `nonce` and `code_verifier` are made once, at the beginning; later only their hashes are known.
    """

    key: UUID
    purpose: Purpose
    title: str  # what it is for, shown to the person
    back_to: str  # our address to which the browser is sent in the end
    state: str
    nonce: str
    code_verifier: str
    attributes: tuple[str, ...] = ()
    digest: bytes | None = None  # SHA-256, when something is to be signed
    language: str = "ja"


@dataclass(frozen=True, slots=True)
class Handoff:
    """Where the person goes on, until when (machine time), and what the provider calls the check."""

    url: str
    reference: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """What we kept of a check that is under way. `back` is what the browser brought, and proves nothing."""

    key: UUID
    purpose: Purpose
    reference: str
    back_to: str
    nonce_hash: bytes
    code_verifier: str
    attributes: tuple[str, ...] = ()
    digest: bytes | None = None
    back: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proof:
    """What a provider says of a person who held their card. Bytes are DER."""

    verification_id: str
    attributes: Mapping[str, str]  # by ATTRIBUTES; born_on as 1990-05-14, sex male, female or other
    substitutes: Mapping[str, str] = field(default_factory=dict)  # {"name": "0010"}
    person_id: str = ""
    card: Literal["card", "phone", "other"] = "card"
    signed_digest: bytes | None = None
    digest_alg: str = ""
    revocation_source: str = ""
    revocation_checked_at: datetime | None = None
    policy_oid: str = ""
    certificate: bytes | None = None
    chain: tuple[bytes, ...] = ()
    ocsp: bytes | None = None
    signature: bytes | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """How a check stands, as the provider says. `waiting`: the person is still at it.

    `pending`: all fits, but whether the certificate is revoked nobody knows yet; the provider is asked again.
    `reason` is a key of `wording.REASONS`.
    """

    state: Literal["waiting", "pending", "verified", "failed", "expired"]
    reason: str = ""
    proof: Proof | None = None


@dataclass(frozen=True, slots=True)
class CertStatus:
    """Whether a certificate holds now; `raw` is the answer as it came.

    `is_intact`: the signature was verified anew over the digest that we kept; None if that was not asked or is
    not offered.
    """

    state: Literal["good", "revoked", "unknown"]
    reason: str = ""
    raw: str = ""
    is_intact: bool | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """What a message of the provider says, once it is believed: only that something is to be asked.

    `key` tells two messages apart, `reference` is a verification or a check; `what` is which of both happened.
    """

    key: str
    what: Literal["finished", "revoked", "other"]
    reference: str


class Connection(BaseModel):
    """What the town agreed with a provider; its fields are the form an administrator fills in.

    A kind subclasses it: the methods speak the provider's language. `SecretStr` fields are never shown again.
    All methods but `understand` and `parse_message` may call the outside; none is called in a transaction.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    @property
    def custody(self) -> Custody:
        """Who keeps the certificate; the provider, unless the town is itself 署名検証者."""
        return "provider_holds"

    def check_config(self) -> Sequence[str]:
        """Try the connection and say in sentences what is wrong with it."""
        raise NotImplementedError

    def begin(self, asked: Asked) -> Handoff:
        """Open the check at the provider and return where the person goes on.

        Raises:
            OutsideFailure: the provider did not answer, or said no.
        """
        raise NotImplementedError

    def complete(self, held: Held) -> str:
        """Ask the provider, server to server, how the check went; return the whole answer as it came.

        Raises:
            OutsideFailure: no answer; the check stays as it is and is asked again.
        """
        raise NotImplementedError

    def understand(self, held: Held, raw: str) -> Told:
        """Read an answer that is stored by now. Whatever does not fit what was asked is not verified.

        Raises:
            OutsideFailure: it cannot be read.
        """
        raise NotImplementedError

    def parse_message(self, headers: Mapping[str, str], body: bytes) -> Notice:
        """Read a message of the provider; header names are in lower case.

        Raises:
            Forged: it is not theirs, or too old.
        """
        raise Forged("this provider sends no messages")

    def status(self, verification_id: str, digest: bytes | None) -> CertStatus:
        """Ask whether the certificate of an earlier check still holds (現況確認), and the signature over `digest`.

        Raises:
            OutsideFailure: no answer.
        """
        return CertStatus("unknown", reason="not_offered")


class Forged(ValueError):
    """A message does not carry the provider's signature, or is too old."""


class Verifier(Pluggable):
    """A way to verify people: one file in `kinds/`, a `Connection`, and these words.

    `needs_app`: the person has to install something besides LINE, so it may only be offered as an alternative
    (6(4)ア of the specification).
    """

    needs_app: ClassVar[bool]
    purposes: ClassVar[frozenset[Purpose]]
    attributes: ClassVar[frozenset[str]] = frozenset(ATTRIBUTES)
    settings: ClassVar[type[Connection]]
    about: ClassVar[str] = ""  # what a resident reads beside the button

    def reads(self, settings: Mapping[str, object]) -> Connection:
        """Read what is stored of a provider.

        Raises:
            pydantic.ValidationError: it is not this kind's.
        """
        return self.settings.model_validate(settings)


verifiers: Registry[Verifier] = Registry(Verifier)

proven: Hook[[IdentityCheck]] = Hook(
    "Somebody proved who they are, or signed; the evidence is there."
)
looked: Hook[[StatusCheck]] = Hook(
    "Somebody asked how a certificate stands now, or the provider sent word of it."
)
