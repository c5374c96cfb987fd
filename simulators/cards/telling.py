"""A verification as the operator tells it; who holds the certificate sees more."""

import base64

from cryptography.hazmat.primitives import hashes, serialization

from simulators.cards import judging
from simulators.cards.book import Verification
from simulators.cards.people import Person
from simulators.cards.verifications import Verifications
from simulators.cards.world import Json, stamp

SEXES = {"1": "male", "2": "female", "9": "unspecified"}
ATTRIBUTES = ("name", "address", "birthdate", "sex")


def result(counter: Verifications, verification: Verification, key: str) -> Json:
    """Tell everything; the attributes only once, or again to the same `key`."""
    state = counter.state_of(verification)
    told: Json = {
        "verification_id": verification.id,
        "purpose": verification.purpose,
        "state": state,
        "reason": verification.failure or None,
        "begun_at": stamp(verification.begun_at),
        "expires_at": stamp(verification.good_until),
        "verified_at": stamp(verification.verified_at),
        "person_id": None,
        "attributes": None,
        "attributes_source": None,
        "substitutes": None,
        "certificate": None,
        "digest": {
            "alg": "sha-256",
            "value": base64.b64encode(bytes.fromhex(verification.digest)).decode(),
        },
        "signature": None,
        "revocation": _revocation(counter, verification),
    }
    if state in ("verified", "pending"):
        told["certificate"] = _certificate(counter, verification)
    if state == "verified":
        told["person_id"] = person_id(counter, verification)
        told["signature"] = {
            "alg": "rsa-pkcs1-v1_5-sha256",
            "value": _holds(counter, verification)
            and base64.b64encode(bytes.fromhex(verification.signature)).decode(),
        }
        told |= _attributes(counter, verification, key)
    return told


def status(counter: Verifications, verification: Verification, digest: bytes | None) -> Json:
    """Tell what the authority says today, and whether `digest` is what was signed."""
    told = counter.standing_of(verification).told()
    if not _holds(counter, verification):
        told["ocsp"] = None
    signature = bytes.fromhex(verification.signature)
    return {
        "verification_id": verification.id,
        **told,
        "signature_valid": digest and judging.signed(verification.leaf, signature, digest),
        "digest_matches": digest and digest.hex() == verification.digest,
        "person_id": person_id(counter, verification),
    }


def person_id(counter: Verifications, verification: Verification) -> str | None:
    card = counter.world.cards.get(verification.card)
    if card is None:
        return None
    return f"psn_{counter.world.person_id(verification.contract, card.person)}"


def _certificate(counter: Verifications, verification: Verification) -> Json:
    leaf = verification.leaf
    root = counter.world.authority.root_of(leaf)
    card = counter.world.cards.get(verification.card)
    told: Json = {
        "kind": "signature" if verification.purpose == "sign" else "authentication",
        "medium": card.blank.medium if card else None,
        "policy_oid": judging.policy_of(leaf),
        "issuer_sha256": root.certificate.fingerprint(hashes.SHA256()).hex() if root else None,
        "not_after": stamp(leaf.not_valid_after_utc),
        "der": None,
        "chain": None,
    }
    if _holds(counter, verification):
        made = [leaf, *([root.certificate] if root else [])]
        ders = [one.public_bytes(serialization.Encoding.DER) for one in made]
        told["der"], *told["chain"] = [base64.b64encode(der).decode() for der in ders]
    return told


def _revocation(counter: Verifications, verification: Verification) -> Json | None:
    told = verification.revocation
    if told is None or _holds(counter, verification):
        return told
    return {**told, "ocsp": None}


def _attributes(counter: Verifications, verification: Verification, key: str) -> Json:
    card = counter.world.cards.get(verification.card)
    if (
        card is None
        or not verification.attributes
        or counter.world.faults.take("forget_attributes")
    ):
        return {}
    signs = verification.purpose == "sign"
    if card.blank.medium == "phone" and not signs:
        return {}  # a phone has no face to read
    if verification.given_at and not (key and key == verification.given_for):
        return {"attributes_given_at": stamp(verification.given_at)}
    if verification.given_at is None:
        verification.given_at, verification.given_for = counter.world.now(), key
        counter.book.save()
    told = {name: to for name, to in texts(card.person).items() if name in verification.attributes}
    flags = flags_of(card.person)
    return {
        "attributes": told,
        "attributes_source": "signature_certificate" if signs else "card_face",
        "substitutes": {name: flags[name] for name in flags if name in told} if signs else None,
    }


def texts(person: Person) -> dict[str, str]:
    """Return the four attributes as the certificate has them, in the API's words."""
    return {
        "name": person.name,
        "address": person.address,
        "birthdate": person.born.isoformat(),
        "sex": SEXES[person.sex],
    }


def flags_of(person: Person) -> dict[str, str]:
    return {
        "name": person.name_flags or "0" * len(person.name),
        "address": person.address_flags or "0" * len(person.address),
    }


def _holds(counter: Verifications, verification: Verification) -> bool | None:
    """Say whether the town keeps the certificate; None rather than false, as the API writes it."""
    return counter.world.custody_of(verification.contract) == "we_hold_cert" or None
