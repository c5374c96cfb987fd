"""Verifying evidence again, years later: that it is what was written, that the signature holds, how the card stands."""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from yakuba.files import queries as files
from yakuba.identity import certificates, queries
from yakuba.identity.models import Evidence, IdentityCheck
from yakuba.identity.operations.looking import ask_status
from yakuba.kit.errors import OutsideFailure
from yakuba.procedures.rules.freezing import digest_of


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one look: `is_whole` is False if anything was changed or does not hold."""

    evidence: Evidence
    is_whole: bool
    words: str


def verify_again(evidence: Evidence) -> Verdict:
    """Verify the evidence once more; who holds the certificate decides by whom. Not one transaction."""
    if not queries.is_sealed(evidence):
        return Verdict(evidence, False, "証跡が、記録したときと違います。")
    if not _is_of_what_was_frozen(evidence):
        return Verdict(evidence, False, "署名した内容（PDF）が、署名したときと違います。")
    if evidence.custody == Evidence.Custody.WE_HOLD:
        return _verified_by_us(evidence)
    return _verified_by_provider(evidence)


def _is_of_what_was_frozen(evidence: Evidence) -> bool:
    """Make the digest again from the text and the PDF that were signed, if they are still here."""
    frozen = evidence.check_of.frozen
    if frozen is None or evidence.signed_digest is None:
        return True
    pdf = hashlib.sha256(files.read(frozen.paper)).digest()
    return digest_of(frozen.canonical, pdf) == bytes(evidence.signed_digest)


def _verified_by_us(evidence: Evidence) -> Verdict:
    proof = queries.proof_kept(evidence)
    roots = str(evidence.check_of.provider.settings.get("roots", ""))
    # The certificate has to have been good when it was used; it may have ended since.
    moment = evidence.revocation_checked_at
    if proof is None or moment is None:
        return Verdict(evidence, False, "証明書か、失効を確かめた時刻がありません。")
    try:
        certificates.verify(proof, roots, purpose=evidence.check_of.purpose, moment=moment)
    except certificates.NotYetKnown:
        return Verdict(evidence, False, "失効していなかったことを示せません。")
    except certificates.Unfit as no:
        return Verdict(evidence, False, f"証明書か署名が合いません（{no.reason}）。")
    return Verdict(evidence, True, "町が持つ証明書で検証しました。")


def _verified_by_provider(evidence: Evidence) -> Verdict:
    try:
        look = ask_status(evidence)
    except OutsideFailure:
        return Verdict(evidence, False, "事業者から返事がなく、確かめられませんでした。")
    if look.is_intact is False:
        return Verdict(evidence, False, "署名が、町の持つ内容と合いません。")
    signed = "署名は合っています。" if look.is_intact else ""
    return Verdict(evidence, True, f"{signed}証明書は、いま「{look.get_state_display()}」です。")


def evidence_to_verify(run_ids: list[UUID] | None) -> list[Evidence]:
    """Return what is to be verified: of these runs, or everything."""
    rows = Evidence.objects.filter(check_of__state=IdentityCheck.State.VERIFIED)
    if run_ids is not None:
        rows = rows.filter(check_of__run_id_kept__in=run_ids)
    return list(rows.select_related("check_of__provider").order_by("pk"))
