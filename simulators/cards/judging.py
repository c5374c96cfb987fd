"""How the operator judges a certificate: who made it, what for, until when, and is it revoked."""

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.x509 import ocsp

from simulators.cards import profile
from simulators.cards.ca import Root
from simulators.cards.people import Purpose
from simulators.cards.world import Json, World, stamp


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known about revocation, and the authority's own words for it."""

    state: Literal["good", "revoked", "unknown"]
    checked_at: datetime
    reason: str | None = None
    revoked_at: datetime | None = None
    ocsp: bytes = b""

    def told(self) -> Json:
        """Return it as the API says it, with the authority's answer."""
        return {
            "state": self.state,
            "reason": self.reason,
            "revoked_at": stamp(self.revoked_at),
            "source": "ocsp",
            "checked_at": stamp(self.checked_at),
            "ocsp": base64.b64encode(self.ocsp).decode() or None,
        }


@dataclass(frozen=True, slots=True)
class Judgement:
    state: Literal["verified", "pending", "failed"]
    reason: str | None
    standing: Standing | None


def judge(world: World, certificate: x509.Certificate, purpose: Purpose) -> Judgement:
    """Say whether `certificate` is good for `purpose` now."""
    now = world.now()
    root = world.authority.root_of(certificate)
    if root is None or root.purpose != purpose:
        return Judgement("failed", "issuer_unknown", None)
    if policy_of(certificate) != profile.policy_of(purpose, test=False):
        return Judgement("failed", "policy_refused", None)
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        return Judgement("failed", "certificate_expired", None)
    standing = standing_of(world, certificate, root)
    if standing.state == "revoked":
        return Judgement("failed", "certificate_revoked", standing)
    if standing.state == "unknown":
        return Judgement("pending", None, standing)
    return Judgement("verified", None, standing)


def standing_of(world: World, certificate: x509.Certificate, root: Root | None) -> Standing:
    """Ask the authority; an answer that is forged, old or no answer leaves the state unknown."""
    now = world.now()
    if root is None:
        return Standing("unknown", now)
    said = world.authority.ocsp(certificate, root, flaw=world.flaw())
    answer = ocsp.load_der_ocsp_response(said)
    if answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        return Standing("unknown", now, ocsp=said)
    until = answer.next_update_utc
    if not _is_of(root, answer) or until is None or until < now:
        return Standing("unknown", now, ocsp=said)
    if answer.certificate_status is ocsp.OCSPCertStatus.GOOD:
        return Standing("good", now, ocsp=said)
    if answer.certificate_status is ocsp.OCSPCertStatus.REVOKED:
        record = world.authority.revoked.get(certificate.serial_number)
        reason = record.reason if record else "unspecified"
        return Standing("revoked", now, reason, answer.revocation_time_utc, said)
    return Standing("unknown", now, ocsp=said)


def signed(certificate: x509.Certificate, signature: bytes, digest: bytes) -> bool:
    """Say whether the certificate's key has made `signature` over `digest`."""
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        return False
    try:
        key.verify(signature, digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def policy_of(certificate: x509.Certificate) -> str | None:
    try:
        policies = certificate.extensions.get_extension_for_class(x509.CertificatePolicies)
    except x509.ExtensionNotFound:
        return None
    return next((one.policy_identifier.dotted_string for one in policies.value), None)


def _is_of(root: Root, answer: ocsp.OCSPResponse) -> bool:
    key = root.responder.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    try:
        key.verify(answer.signature, answer.tbs_response_bytes, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True
