"""Proofs and how they stand. Nothing here asks a provider."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date
from uuid import UUID

from yakuba.identity import rules, sockets
from yakuba.identity.models import Evidence, IdentityCheck, Provider, StatusCheck
from yakuba.kit import clock
from yakuba.kit.secrets import keyed_hashes
from yakuba.procedures import queries as procedures
from yakuba.procedures import rules as engine
from yakuba.procedures.models import Run
from yakuba.procedures.rules.answering import At
from yakuba.procedures.rules.asking import route

PERSON = "identity.person"  # what the keyed hash of the provider's person id is for
VERIFICATION = "identity.verification"
LOOK_HOLDS_DAYS = 1  # unless the procedure says otherwise (`Workflow.proof_days`)


@dataclass(frozen=True, slots=True)
class Offer:
    """One way to prove who one is, as the page offers it."""

    provider: Provider
    verifier: sockets.Verifier

    @property
    def connection(self) -> sockets.Connection:
        return self.verifier.reads(self.provider.settings)


def offers(*, purpose: str, kinds: Iterable[str] = ()) -> list[Offer]:
    """Return what residents may choose from: switched on, fit for `purpose`, without an app first."""
    wanted = tuple(kinds)
    rows = Provider.objects.filter(is_on=True).order_by("order", "pk")
    found = [
        Offer(row, sockets.verifiers[row.kind]) for row in rows if row.kind in sockets.verifiers
    ]
    fit = [
        one
        for one in found
        if purpose in one.verifier.purposes and (not wanted or one.provider.kind in wanted)
    ]
    return sorted(fit, key=lambda one: one.verifier.needs_app)


def offer_of(provider: Provider) -> Offer:
    return Offer(provider, sockets.verifiers[provider.kind])


def newest_check(run: Run, question: str) -> IdentityCheck | None:
    """Return the check that counts at this question now: an open one, else the verified one, else the last."""
    mine = IdentityCheck.objects.of(run.pk, question).select_related("provider")
    return (
        mine.open().first()
        or mine.filter(state=IdentityCheck.State.VERIFIED).first()
        or mine.order_by("-begun_at").first()
    )


def proof_of(run: Run, question: str) -> Evidence | None:
    """Return the evidence of who went through `run`, as proven at the question; None if nobody is."""
    return (
        Evidence.objects.filter(
            check_of__run_id_kept=run.pk,
            check_of__question=question,
            check_of__state=IdentityCheck.State.VERIFIED,
        )
        .select_related("check_of__provider")
        .first()
    )


def evidence_of_run(run_id: UUID) -> list[Evidence]:
    """Return all evidence of what was handed in by the run, the newest first."""
    return list(
        Evidence.objects.filter(
            check_of__run_id_kept=run_id, check_of__state=IdentityCheck.State.VERIFIED
        )
        .select_related("check_of__provider")
        .order_by("-verified_at")
    )


def newest_look(evidence: Evidence) -> StatusCheck | None:
    """Return what was learnt last about the certificate: whoever is revoked once stays so."""
    looks = evidence.statuses.order_by("-at", "-pk")
    return looks.filter(state=StatusCheck.State.REVOKED).first() or looks.first()


def standing(evidence: Evidence, *, days: int = LOOK_HOLDS_DAYS) -> rules.Standing:
    """Say how evidence stands now; see `rules.standing`. `days`: how old a look at the certificate may be."""
    look = newest_look(evidence)
    return rules.standing(
        verified_at=evidence.verified_at,
        looked_at=look.at if look else None,
        state=look.state if look else evidence.revocation_state,
        reason=look.reason if look else "",
        now=clock.now(),
        days=days,
    )


def others_of_person(evidence: Evidence) -> list[IdentityCheck]:
    """Return verified checks of the same person by other residents: two LINE accounts, or a family's telephone."""
    if evidence.person_id is None:
        return []
    hashes = keyed_hashes(evidence.person_id, purpose=PERSON)
    mine = evidence.check_of.resident_id
    found = IdentityCheck.objects.filter(
        state=IdentityCheck.State.VERIFIED, evidence__person_hash__in=hashes
    )
    return list(found.exclude(resident_id=mine).order_by("-begun_at"))


def seal_of(evidence: Evidence) -> bytes:
    """Return the hash over everything the evidence says; kept in `evidence_hash`, and made again to compare."""
    return rules.seal(
        {
            "check": str(evidence.check_of_id),
            "verification_id": evidence.verification_id,
            "person_id": evidence.person_id,
            "attributes": evidence.attributes,
            "substitutes": evidence.substitutes,
            "card": evidence.card,
            "signed_digest": _hex(evidence.signed_digest),
            "digest_alg": evidence.digest_alg,
            "revocation": [evidence.revocation_state, evidence.revocation_source],
            "policy_oid": evidence.policy_oid,
            "custody": evidence.custody,
            "raw": evidence.raw,
            "certificate": [evidence.certificate, evidence.chain, evidence.ocsp],
            "signature": evidence.signature,
            "verified_at": evidence.verified_at.astimezone(UTC).isoformat(),
        }
    )


def _hex(content: bytes | memoryview | None) -> str | None:
    return None if content is None else bytes(content).hex()


def day_of(text: str) -> date:
    """Read a day of an attribute, as 1990-05-14."""
    return date.fromisoformat(text)


def signs_the_present(check: IdentityCheck, run: Run, question: str) -> bool:
    """Say whether what was signed is what the run says now; an authentication says nothing of answers."""
    if check.purpose != IdentityCheck.Purpose.SIGN:
        return True
    standing = procedures.standing_frozen(run)
    return (
        standing is not None
        and check.digest is not None
        and bytes(standing.digest) == bytes(check.digest)
    )


def is_anything_else_open(run: Run, question: str) -> bool:
    """Say whether something is still to be answered besides the question at this path: nobody signs half of it."""
    if run.resident is None:
        return True
    plan, now = procedures.plan_of_run(run), clock.now()
    facts = procedures.facts_of(run, plan, run.resident, now=now)
    whole = route(plan, engine.State.from_json(run.state), facts, At(now))
    return any(stop.is_open and stop.path != question for stop in whole.stops)


def is_sealed(evidence: Evidence) -> bool:
    """Say whether the evidence is what it was when it was written."""
    return bytes(evidence.evidence_hash) == seal_of(evidence)


def proof_kept(evidence: Evidence) -> sockets.Proof | None:
    """Return what can be verified anew without asking anybody; None where the provider holds the certificate."""
    if not evidence.certificate:
        return None
    digest = evidence.signed_digest
    return sockets.Proof(
        verification_id=evidence.verification_id,
        attributes=evidence.attributes,
        signed_digest=bytes(digest) if digest is not None else None,
        certificate=bytes.fromhex(evidence.certificate),
        chain=tuple(bytes.fromhex(one) for one in evidence.chain or ()),
        ocsp=bytes.fromhex(evidence.ocsp) if evidence.ocsp else None,
        signature=bytes.fromhex(evidence.signature) if evidence.signature else None,
    )
