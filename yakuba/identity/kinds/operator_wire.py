"""What platform operators say on the wire: their answers as models, their reasons as ours.

The shape is that of public interfaces of operators (procedures of a REST API with a hand-off page, a result fetched
server to server, a verification id kept for later). It is played by `simulators/cards`; the town's own operator
may differ, and then this file is what changes.
"""

import base64
import json
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict

from yakuba.identity.sockets import Proof

_REVOKED = {"affiliation_changed": "moved", "superseded": "renewed"}
_REASONS = {"issuer_unknown": "policy_refused", "signature_invalid": "not_believed"}
_SEX = {"male": "male", "female": "female"}


def _from_base64(value: object) -> object:
    return base64.b64decode(value, validate=True) if isinstance(value, str) else value


Bytes = Annotated[bytes, BeforeValidator(_from_base64)]


class Answer(BaseModel):
    """Fields that we do not know are no reason to fail: operators add some."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Started(Answer):
    verification_id: str
    handoff_url: str
    expires_at: datetime


class Digest(Answer):
    alg: str
    value: Bytes


class Certificate(Answer):
    kind: str = ""
    medium: Literal["card", "phone"] = "card"
    policy_oid: str = ""
    der: Bytes | None = None
    chain: tuple[Bytes, ...] | None = None


class Signature(Answer):
    value: Bytes | None = None


class Revocation(Answer):
    state: Literal["good", "revoked", "unknown"]
    reason: str | None = None
    source: str = ""
    checked_at: datetime | None = None
    ocsp: Bytes | None = None


class Attributes(Answer):
    name: str = ""
    address: str = ""
    birthdate: str = ""
    sex: str = ""


class Result(Answer):
    """The body of `GET /v1/verifications/{id}/result`."""

    verification_id: str
    purpose: Literal["authenticate", "sign"]
    state: Literal["begun", "pending", "verified", "failed", "expired"]
    reason: str | None = None
    person_id: str | None = None
    attributes: Attributes | None = None
    substitutes: dict[str, str] | None = None
    certificate: Certificate | None = None
    digest: Digest | None = None
    signature: Signature | None = None
    revocation: Revocation | None = None

    @property
    def why(self) -> str:
        """Return the reason as we name it."""
        if self.reason == "certificate_revoked" and self.revocation is not None:
            return why_revoked(self.revocation.reason)
        return _REASONS.get(self.reason or "", self.reason or "refused")

    def proof(self) -> Proof:
        """Return what was proven; everything that is not said stays empty."""
        certificate, revocation = self.certificate, self.revocation
        is_signed = self.purpose == "sign" and self.digest is not None
        return Proof(
            verification_id=self.verification_id,
            person_id=self.person_id or "",
            attributes=_attributes(self.attributes),
            substitutes={k: v for k, v in (self.substitutes or {}).items() if "1" in v},
            card=certificate.medium if certificate else "other",
            signed_digest=self.digest.value if is_signed and self.digest else None,
            digest_alg=self.digest.alg if is_signed and self.digest else "",
            revocation_source=revocation.source if revocation else "",
            revocation_checked_at=revocation.checked_at if revocation else None,
            policy_oid=certificate.policy_oid if certificate else "",
            certificate=certificate.der if certificate else None,
            chain=tuple(certificate.chain or ()) if certificate else (),
            ocsp=revocation.ocsp if revocation else None,
            signature=self.signature.value if self.signature else None,
        )


class Status(Answer):
    """The body of `POST /v1/verifications/{id}/status-checks`."""

    state: Literal["good", "revoked", "unknown"]
    reason: str | None = None
    signature_valid: bool | None = None
    digest_matches: bool | None = None

    @property
    def is_intact(self) -> bool | None:
        if self.signature_valid is None and self.digest_matches is None:
            return None
        return bool(self.signature_valid) and bool(self.digest_matches)


class Contract(Answer):
    """The body of `GET /v1/contract`."""

    name: str = ""
    custody: Literal["provider_holds_cert", "we_hold_cert"]
    purposes: tuple[str, ...] = ()
    needs_app: bool = False
    environment: str = ""
    webhook: bool = False
    redirects: tuple[str, ...] = ()


class Event(Answer):
    """What an operator sends to our webhook."""

    event_id: str
    type: str
    verification_id: str


def without_certificates(raw: str) -> str:
    """Take out of an answer what a service provider may not keep, before it is stored anywhere.

    What is no answer in JSON has nothing of the kind in it, and stays as it came.
    """
    try:
        answer = json.loads(raw)
    except ValueError:
        return raw
    for part, names in (
        ("certificate", ("der", "chain")),
        ("signature", ("value",)),
        ("revocation", ("ocsp",)),
    ):
        inside = answer.get(part) if isinstance(answer, dict) else None
        if isinstance(inside, dict):
            inside.update({name: None for name in names if name in inside})
    return json.dumps(answer, ensure_ascii=False)


def why_revoked(reason: str | None) -> str:
    return _REVOKED.get(reason or "", "certificate_revoked")


def _attributes(found: Attributes | None) -> dict[str, str]:
    if found is None:
        return {}
    named = {
        "name": found.name,
        "address": found.address,
        "born_on": found.birthdate,
        "sex": _SEX.get(found.sex, "other") if found.sex else "",
    }
    return {name: value for name, value in named.items() if value}
