"""Certificates that the town verifies itself, where it is 署名検証者. Pure: nothing is fetched, nothing is looked up.

The path is validated by pyHanko's validator (RFC 5280), never by hand: other libraries had advisories in exactly this
code. Revocation must be shown (`require`; the validator's own default passes without), the policy must be JPKI's, and
several roots carry the same name, so they are told apart by their key identifiers.
"""

import asyncio
import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import pem, x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa, utils
from cryptography.x509 import load_der_x509_certificate
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    ExpiredError,
    InsufficientRevinfoError,
    OCSPNoMatchesError,
    OCSPValidationIndeterminateError,
    PathBuildingError,
    PathError,
    RevokedError,
    StaleRevinfoError,
    ValidationError,
)
from pyhanko_certvalidator.policy_decl import PKIXValidationParams

from yakuba.identity.sockets import Proof

# J-LIS, profile of certificates: 署名用 and 利用者証明用, of the real cards. Those of the test environment are others.
POLICIES = {
    "sign": "1.2.392.200149.8.5.1.1.20",
    "authenticate": "1.2.392.200149.8.5.1.3.30",
}
_USAGES = {
    "sign": {"digital_signature", "non_repudiation"},
    "authenticate": {"digital_signature"},
}
_ARC = "1.2.392.200149.8.5.5."
_CLOCKS_MAY_DIFFER = timedelta(minutes=5)
_REVOKED = {"affiliation_changed": "moved", "superseded": "renewed"}
_SEX = {"1": "male", "2": "female"}


class Unfit(Exception):
    """A certificate does not prove what it should; `reason` is a key of `wording.REASONS`."""

    def __init__(self, words: str, *, reason: str = "not_believed") -> None:
        super().__init__(words)
        self.reason = reason


class NotYetKnown(Exception):
    """Everything fits, but nothing fresh says whether the certificate is revoked."""


def without(proof: Proof) -> Proof:
    """Return the proof without what a service provider may not keep."""
    return replace(proof, certificate=None, chain=(), ocsp=None, signature=None)


def roots_of(text: str) -> list[x509.Certificate]:
    """Read the certificates that are trusted.

    Raises:
        Unfit: there is none, or one cannot be read.
    """
    if not text.strip():
        raise Unfit("信頼する認証局の証明書がありません。")
    try:
        found = [
            x509.Certificate.load(der)
            for kind, _headers, der in pem.unarmor(text.encode(), multiple=True)
            if kind == "CERTIFICATE"
        ]
        for one in found:
            _ = one.native  # read to the end
    except (ValueError, TypeError):
        raise Unfit("信頼する認証局の証明書を読み取れません。PEMの形で入れてください。") from None
    if not found:
        raise Unfit("信頼する認証局の証明書がありません。")
    return found


def verify(proof: Proof, roots: str, *, purpose: str, moment: datetime) -> None:
    """See that the certificate is of a real card, was not revoked at `moment`, and made the signature.

    Raises:
        NotYetKnown: whether it is revoked is not said, or the answer is too old.
        Unfit: it does not hold; the reason says why.
    """
    digest = proof.signed_digest
    if purpose == "authenticate":
        # The card signs the name of the check, which we know ourselves.
        digest = hashlib.sha256(proof.verification_id.encode()).digest()
    if proof.certificate is None or proof.signature is None or digest is None:
        raise Unfit("the operator gave no certificate or no signature")
    _check_path(proof, roots_of(roots), purpose, moment)
    if not is_signed_by(proof.certificate, proof.signature, digest):
        raise Unfit("the signature is not of this certificate")
    if purpose == "sign":
        _check_attributes(proof)


def is_signed_by(certificate: bytes, signature: bytes, digest: bytes) -> bool:
    """Say whether `signature` (PKCS#1 v1.5) over the SHA-256 `digest` was made with the certificate's key."""
    key = load_der_x509_certificate(certificate).public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        return False
    try:
        key.verify(signature, digest, padding.PKCS1v15(), utils.Prehashed(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def attributes_of(certificate: bytes) -> dict[str, str]:
    """Return the four attributes that a signing certificate carries in its otherNames.

    Each value is told by its shape as well as by its number: one published library has two numbers the wrong way
    round. What has not the right shape is not told.
    """
    values = _other_names(certificate)
    found = {"name": values.get("1", ""), "address": _address_and_marks(values)[0]}
    born = values.get("4", "")  # one digit for the era, then the Gregorian day
    if re.fullmatch(r"\d{9}", born, re.ASCII) and _is_day(born[1:]):
        found["born_on"] = f"{born[1:5]}-{born[5:7]}-{born[7:9]}"
    if (sex := values.get("3", "")) in ("1", "2", "9"):
        found["sex"] = _SEX.get(sex, "other")
    return {name: value for name, value in found.items() if value}


def substitutes_of(certificate: bytes) -> dict[str, str]:
    """Return which letters stand for others (代替文字): one 0 or 1 per letter, where there is any 1.

    Marks that do not fit the text mark all of it: it must not be taken for the text of the register.
    """
    values = _other_names(certificate)
    address, marks = _address_and_marks(values)
    found = {}
    for name, text, marked in (
        ("name", values.get("1", ""), values.get("2", "")),
        ("address", address, marks),
    ):
        if marked and (len(marked) != len(text) or not _are_marks(marked)):
            marked = "1" * len(text)
        if "1" in marked:
            found[name] = marked
    return found


def _address_and_marks(values: Mapping[str, str]) -> tuple[str, str]:
    address, marks = values.get("5", ""), values.get("6", "")
    return (marks, address) if _are_marks(address) and not _are_marks(marks) else (address, marks)


def _are_marks(text: str) -> bool:
    return re.fullmatch("[01]+", text) is not None


def _is_day(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True


def _other_names(certificate: bytes) -> dict[str, str]:
    extension = x509.Certificate.load(certificate).subject_alt_name_value
    names: dict[str, str] = {}
    for name in extension or ():
        if name.name != "other_name":
            continue
        oid = name.chosen["type_id"].dotted
        if oid.startswith(_ARC):
            names[oid.removeprefix(_ARC)] = str(name.chosen["value"].native)
    return names


def _check_path(
    proof: Proof, roots: list[x509.Certificate], purpose: str, moment: datetime
) -> None:
    try:
        leaf = x509.Certificate.load(proof.certificate)
        chain = [x509.Certificate.load(der) for der in proof.chain]
        context = ValidationContext(
            trust_roots=roots,
            other_certs=chain,
            ocsps=[asn1_ocsp.OCSPResponse.load(proof.ocsp)] if proof.ocsp else [],
            moment=moment,
            allow_fetching=False,
            # Without a word on revocation only the path is looked at, so that a forged card is refused at once.
            revocation_mode="require" if proof.ocsp else "soft-fail",
            time_tolerance=_CLOCKS_MAY_DIFFER,
        )
        params = PKIXValidationParams(
            user_initial_policy_set=frozenset({POLICIES[purpose]}), initial_explicit_policy=True
        )
        validator = CertificateValidator(leaf, chain, context, params)
        usage = {"client_auth"} if purpose == "authenticate" else set()
        asyncio.run(validator.async_validate_usage(_USAGES[purpose], usage))  # type: ignore[no-untyped-call]
    except RevokedError as no:
        said = no.reason.native if no.reason is not None else ""
        raise Unfit("revoked", reason=_REVOKED.get(said, "certificate_revoked")) from no
    except ExpiredError as no:
        raise Unfit("expired", reason="certificate_expired") from no
    except (
        InsufficientRevinfoError,
        StaleRevinfoError,
        OCSPNoMatchesError,
        OCSPValidationIndeterminateError,
    ) as no:
        raise NotYetKnown from no
    except (PathBuildingError, PathError, ValidationError) as no:
        raise Unfit("the path does not hold", reason="policy_refused") from no
    except (ValueError, TypeError) as no:
        raise Unfit("not a certificate") from no
    if not proof.ocsp:
        raise NotYetKnown


def _check_attributes(proof: Proof) -> None:
    """What the operator says of the person has to be what the certificate says."""
    if proof.certificate is None:
        return
    inside = attributes_of(proof.certificate)
    marks = substitutes_of(proof.certificate)
    for name, value in proof.attributes.items():
        if inside.get(name) != value:
            raise Unfit(f"the {name} is not that of the certificate")
        said = proof.substitutes.get(name, "")
        if (said if "1" in said else "") != marks.get(name, ""):
            raise Unfit(f"other letters of the {name} stand for others in the certificate")
