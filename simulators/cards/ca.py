"""The test CA: roots of several generations under one name, leaves, OCSP answers, revocation lists."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from simulators.cards import profile
from simulators.cards.keys import Keyring
from simulators.cards.people import Person, Purpose, Reason

Flaw = Literal["", "unknown", "down", "forged", "stale"]
GENERATIONS = ("1", "2")
ROGUE = "rogue"
_YEARS = {"1": (-8, 2), "2": (-3, 7), ROGUE: (-3, 7)}
_PURPOSES: tuple[Purpose, Purpose] = ("sign", "authenticate")
_FLAGS = {reason.value.lower(): reason for reason in x509.ReasonFlags} | {
    "key_compromise": x509.ReasonFlags.key_compromise,
    "affiliation_changed": x509.ReasonFlags.affiliation_changed,
    "cessation_of_operation": x509.ReasonFlags.cessation_of_operation,
    "certificate_hold": x509.ReasonFlags.certificate_hold,
}


@dataclass(frozen=True, slots=True)
class Revocation:
    at: datetime
    reason: Reason


class Root:
    """One self-signed authority for one purpose; generations differ by key, not by name."""

    def __init__(self, purpose: Purpose, generation: str, keys: Keyring, now: datetime) -> None:
        self.purpose: Purpose = purpose
        self.generation = generation
        self.keys = keys
        self.began = now

    @property
    def label(self) -> str:
        return f"{self.purpose}-{self.generation}"

    @cached_property
    def key(self) -> rsa.RSAPrivateKey:
        return self.keys.rsa_key(f"root-{self.label}")

    @cached_property
    def key_id(self) -> x509.SubjectKeyIdentifier:
        return x509.SubjectKeyIdentifier.from_public_key(self.key.public_key())

    @cached_property
    def certificate(self) -> x509.Certificate:
        name = f"root-{self.label}"
        return self.keys.certificate(name) or self.keys.keep_certificate(name, self._made())

    def _made(self) -> x509.Certificate:
        name = profile.issuer_name(self.purpose)
        since, until = _YEARS[self.generation]
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.began + timedelta(days=365 * since))
            .not_valid_after(self.began + timedelta(days=365 * until))
        )
        for extension, critical in profile.root_extensions(self.purpose, self.key_id):
            builder = builder.add_extension(extension, critical)
        return builder.sign(self.key, hashes.SHA256())

    @cached_property
    def responder_key(self) -> ec.EllipticCurvePrivateKey:
        return self.keys.ec_key(f"ocsp-{self.label}")

    @cached_property
    def responder(self) -> x509.Certificate:
        """The certificate of who answers about revocation in this root's name."""
        return (
            x509.CertificateBuilder()
            .subject_name(profile.responder_name(self.purpose))
            .issuer_name(self.certificate.subject)
            .public_key(self.responder_key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.began - timedelta(days=30))
            .not_valid_after(self.began + timedelta(days=365))
            .add_extension(profile.usage(digital_signature=True), True)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), False)
            .add_extension(x509.OCSPNoCheck(), False)
            .add_extension(self.authority, False)
            .sign(self.key, hashes.SHA256())
        )

    @property
    def authority(self) -> x509.AuthorityKeyIdentifier:
        return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(self.key_id)


class Authority:
    """All the roots, what they have issued and what they have revoked."""

    def __init__(self, keys: Keyring, now: Callable[[], datetime], ocsp_url: str) -> None:
        self.keys = keys
        self.now = now
        self.ocsp_url = ocsp_url
        began = now().replace(microsecond=0)
        self.roots = {
            (purpose, generation): Root(purpose, generation, keys, began)
            for purpose in _PURPOSES
            for generation in (*GENERATIONS, ROGUE)
        }
        self.revoked: dict[int, Revocation] = {}

    def trusted(self) -> list[Root]:
        """Return the roots that somebody who knows the real ones would trust."""
        return [root for root in self.roots.values() if root.generation != ROGUE]

    def issue(
        self,
        purpose: Purpose,
        person: Person,
        *,
        generation: str,
        key: rsa.RSAPublicKey,
        test_policy: bool,
        since: datetime,
        until: datetime,
    ) -> x509.Certificate:
        root = self.roots[purpose, generation]
        builder = (
            x509.CertificateBuilder()
            .subject_name(profile.subject_name(f"{self.now():%Y%m%d%H%M%S}{secrets.token_hex(8)}"))
            .issuer_name(root.certificate.subject)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(since)
            .not_valid_after(until)
        )
        for extension, critical in profile.leaf_extensions(
            purpose,
            person,
            policy=profile.policy_of(purpose, test=test_policy),
            ocsp=self.ocsp_url,
            authority=root.authority,
        ):
            builder = builder.add_extension(extension, critical)
        return builder.sign(root.key, hashes.SHA256())

    def root_of(self, certificate: x509.Certificate) -> Root | None:
        """Return the trusted root whose key signed `certificate`; the name says nothing."""
        for root in self.trusted():
            try:
                certificate.verify_directly_issued_by(root.certificate)
            except Exception:  # whatever is wrong with it, this root did not make it
                continue
            return root
        return None

    def revoke(self, certificate: x509.Certificate, reason: Reason, at: datetime) -> None:
        self.revoked[certificate.serial_number] = Revocation(at, reason)

    def restore(self, certificate: x509.Certificate) -> None:
        self.revoked.pop(certificate.serial_number, None)

    def ocsp(self, certificate: x509.Certificate, root: Root, *, flaw: Flaw = "") -> bytes:
        """Answer whether `certificate` is revoked, or answer badly, as `flaw` says."""
        if flaw == "down":
            return _serialized(
                ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.TRY_LATER)
            )
        said_at = self.now().replace(microsecond=0) - timedelta(days=3 if flaw == "stale" else 0)
        standing = self.revoked.get(certificate.serial_number)
        status = ocsp.OCSPCertStatus.REVOKED if standing else ocsp.OCSPCertStatus.GOOD
        if flaw == "unknown":
            standing, status = None, ocsp.OCSPCertStatus.UNKNOWN
        # The forger has the authority's names and not its keys.
        speaker = self.roots[root.purpose, ROGUE] if flaw == "forged" else root
        answer = (
            ocsp.OCSPResponseBuilder()
            .add_response(
                cert=certificate,
                issuer=root.certificate,
                algorithm=hashes.SHA1(),  # as responders name certificates; nothing rests on it
                cert_status=status,
                this_update=said_at,
                next_update=said_at + timedelta(hours=24),
                revocation_time=standing.at.replace(microsecond=0) if standing else None,
                revocation_reason=_FLAGS[standing.reason] if standing else None,
            )
            .responder_id(ocsp.OCSPResponderEncoding.HASH, speaker.responder)
            .certificates([speaker.responder])
            .sign(speaker.responder_key, hashes.SHA256())
        )
        return _serialized(answer)

    def crl(self, root: Root) -> bytes:
        now = self.now().replace(microsecond=0)
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(root.certificate.subject)
            .last_update(now)
            .next_update(now + timedelta(hours=48))
            .add_extension(root.authority, False)
            .add_extension(x509.CRLNumber(int(now.timestamp())), False)
            .add_extension(
                x509.IssuingDistributionPoint(
                    [profile.list_name(root.purpose)], None, False, False, None, False, False
                ),
                True,
            )
        )
        for serial, revocation in self.revoked.items():
            entry = (
                x509.RevokedCertificateBuilder()
                .serial_number(serial)
                .revocation_date(revocation.at.replace(microsecond=0))
            )
            if revocation.reason != "unspecified":  # which is said by saying nothing
                entry = entry.add_extension(x509.CRLReason(_FLAGS[revocation.reason]), False)
            builder = builder.add_revoked_certificate(entry.build())
        return builder.sign(root.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def _serialized(answer: ocsp.OCSPResponse) -> bytes:
    return answer.public_bytes(serialization.Encoding.DER)
