"""Learning how a check went: asked of the provider, server to server; kept as it came; then understood."""

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction

from yakuba.identity import queries, rules, sockets
from yakuba.identity.models import Evidence, Heard, IdentityCheck
from yakuba.identity.operations.beginning import _end, back_to
from yakuba.kit import clock
from yakuba.kit.db import lock
from yakuba.kit.errors import OutsideFailure
from yakuba.kit.secrets import keyed_hash
from yakuba.portal.queries import machine_now
from yakuba.residents.models import Resident

State = IdentityCheck.State
_LEASE = timedelta(seconds=30)  # longer than a provider may take to answer
_LATE = timedelta(minutes=2)  # a result may be fetched a little after the end
_UNKNOWN_LIVES = timedelta(
    hours=24
)  # how long it may stay unknown whether a certificate is revoked
_LONGEST_ERROR = 200


@transaction.atomic
def come_back(*, given: Mapping[str, str], resident: Resident | None) -> IdentityCheck | None:
    """Keep what a browser brought back, and return whose check it is, if `state` is one of ours.

    It proves nothing: the check is only told where to ask. A browser that is signed in as somebody else ends the
    check: perhaps that person was sent a stranger's link.
    """
    check = (
        IdentityCheck.objects.select_for_update(no_key=True, of=("self",))
        .filter(state_hash=rules.hash_of(given.get("state", "")))
        .select_related("provider")
        .first()
    )
    if check is None:
        return None
    _hear(check, Heard.What.BACK, json.dumps(dict(given), sort_keys=True))
    if check.state in rules.OPEN and resident is not None and resident.pk != check.resident_id:
        _end(check, "other_browser", state=State.FAILED)
    elif check.state in rules.OPEN:
        check.ask_next_at = machine_now()
        check.save(update_fields=["ask_next_at"])
    return check


def ask(check: IdentityCheck) -> IdentityCheck:
    """Ask the provider how an open check went, and keep what it says; return the check as it is now.

    Not one transaction. Two who ask at once do not: a code of the provider may work only once. Killed anywhere, the
    check is asked again: what was heard is stored before it is understood, and evidence is made once.
    """
    if not _claimed(check):
        return check
    connection = queries.offer_of(check.provider).connection
    held = _held(check)
    try:
        raw = connection.complete(held)
        heard = _kept(check, raw)
        told = connection.understand(held, raw)
    except OutsideFailure as no:
        return _asked_in_vain(check, str(no))
    return settle(check, told, heard=heard)


@transaction.atomic
def _claimed(check: IdentityCheck) -> bool:
    lock(check)
    now = machine_now()
    if check.state not in (State.BEGUN, State.PENDING):
        _end_if_late(check)
        return False
    if check.asking_until is not None and check.asking_until > now:
        return False
    check.asking_until = now + _LEASE
    check.asked += 1
    check.ask_next_at = now + max(_LEASE, rules.wait_after(check.asked))
    check.save(update_fields=["asking_until", "asked", "ask_next_at"])
    return True


def _held(check: IdentityCheck) -> sockets.Held:
    back = check.heard.filter(what=Heard.What.BACK).order_by("-pk").first()
    return sockets.Held(
        key=check.pk,
        purpose="sign" if check.purpose == IdentityCheck.Purpose.SIGN else "authenticate",
        reference=check.reference or "",
        back_to=back_to(),
        nonce_hash=bytes(check.nonce_hash),
        code_verifier=check.code_verifier or "",
        digest=bytes(check.digest) if check.digest is not None else None,
        back=json.loads(back.raw) if back is not None else {},
    )


@transaction.atomic
def _kept(check: IdentityCheck, raw: str) -> Heard:
    return _hear(check, Heard.What.RESULT, raw)


def _hear(check: IdentityCheck, what: str, raw: str) -> Heard:
    key = hashlib.sha256(f"{check.pk}:{raw}".encode()).hexdigest()
    heard, _new = Heard.objects.get_or_create(
        provider=check.provider,
        what=what,
        dedupe_key=key,
        defaults={"check_of": check, "raw": raw, "received_at": clock.now()},
    )
    return heard


@transaction.atomic
def _asked_in_vain(check: IdentityCheck, why: str) -> IdentityCheck:
    lock(check)
    check.asking_until = None
    check.save(update_fields=["asking_until"])
    latest = check.heard.filter(what=Heard.What.RESULT, understood_at=None).order_by("-pk").first()
    if latest is not None:
        latest.error = why[:_LONGEST_ERROR]
        latest.save(update_fields=["error"])
    _end_if_late(check)
    return check


def _end_if_late(check: IdentityCheck) -> None:
    """Close a locked check whose time is over: nobody came, or nobody could say."""
    if check.state in rules.OPEN and check.expires_at + _LATE < machine_now():
        is_pending = check.state == State.PENDING
        _end(
            check,
            "revocation_unknown" if is_pending else "timeout",
            state=State.FAILED if is_pending else State.EXPIRED,
        )


@transaction.atomic
def settle(
    check: IdentityCheck, told: sockets.Told, *, heard: Heard | None = None
) -> IdentityCheck:
    """Write down what the provider's answer means; the first that ends a check ends it."""
    lock(check)
    check.asking_until = None
    if heard is not None:
        heard.understood_at, heard.error = clock.now(), ""
        heard.save(update_fields=["understood_at", "error"])
    if check.state not in rules.OPEN:
        return check
    if told.state == "verified" and told.proof is not None:
        _prove(check, told.proof, heard.raw if heard is not None else "")
    elif told.state == "failed":
        _end(check, told.reason, state=State.FAILED)
    elif told.state == "expired":
        _end(check, told.reason or "timeout")
    else:
        if told.state == "pending" and check.state != State.PENDING:
            check.state = State.PENDING
            check.expires_at = machine_now() + _UNKNOWN_LIVES
        check.save()
        _end_if_late(check)
    return check


def _prove(check: IdentityCheck, proof: sockets.Proof, raw: str) -> None:
    """Make the evidence, in place of an earlier one of the same question."""
    earlier = IdentityCheck.objects.of(check.run_id_kept, check.question)
    for one in earlier.filter(state=State.VERIFIED).select_for_update(no_key=True):
        _end(one, "changed")
    _end(check, "", state=State.VERIFIED)
    custody = queries.offer_of(check.provider).connection.custody
    keeps = custody == "we_hold"
    evidence = Evidence(
        check_of=check,
        verification_id=proof.verification_id,
        verification_hash=keyed_hash(proof.verification_id, purpose=queries.VERIFICATION),
        person_id=proof.person_id or None,
        person_hash=keyed_hash(proof.person_id, purpose=queries.PERSON)
        if proof.person_id
        else None,
        attributes=dict(proof.attributes),
        substitutes=dict(proof.substitutes),
        card=proof.card,
        signed_digest=proof.signed_digest,
        digest_alg=proof.digest_alg,
        revocation_state="good",
        revocation_source=proof.revocation_source,
        revocation_checked_at=proof.revocation_checked_at,
        policy_oid=proof.policy_oid,
        custody=custody,
        raw=raw,
        certificate=_hex(proof.certificate) if keeps else None,
        chain=[one.hex() for one in proof.chain] if keeps else None,
        ocsp=_hex(proof.ocsp) if keeps else None,
        signature=_hex(proof.signature) if keeps else None,
        verified_at=clock.now(),
    )
    evidence.evidence_hash = queries.seal_of(evidence)
    evidence.save(force_insert=True)
    sockets.proven.announce(check)


def _hex(content: bytes | None) -> str | None:
    return None if content is None else content.hex()
