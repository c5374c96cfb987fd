"""Who handed it in, as a card proved: how that stands, and whether it is the person in the answers."""

from dataclasses import dataclass
from uuid import UUID

from yakuba.identity import queries as identity
from yakuba.identity import rules as cards
from yakuba.identity.kinds.question import IdentityOptions
from yakuba.identity.models import Evidence
from yakuba.procedures import rules as engine
from yakuba.submissions import rules
from yakuba.submissions.models import Revision, Submission
from yakuba.submissions.queries.standing import newest_revision, plan_numbered

_LOOKS = 36_500  # days: the age of a look is asked about apart, because it grows by itself
_STANDS: dict[str, rules.Proof] = {
    "verified": "verified",
    "stale": "stale",
    "revoked": "revoked",
    "unknown": "pending",  # nobody could say (E38): neither passed nor failed
    "pending": "pending",
}
_WORST: tuple[rules.Proof, ...] = ("revoked", "stale", "failed", "pending", "verified")


@dataclass(frozen=True, slots=True)
class Proven:
    """One proof of a submission: the question, what is left of the check, and where card and answer differ."""

    question: str
    label: str
    evidence: Evidence
    differing: tuple[str, ...]  # labels of answers that say something else than the card (E36)
    others: int  # checks of the same person by other residents (E43)


def evidence_of(submission: Submission) -> list[tuple[str, Evidence]]:
    """Return question and evidence of each proof in the answers as they stand."""
    revision = newest_revision(submission)
    named = {
        UUID(value["check"]): path
        for path, value in revision.answers["answers"].items()
        if _is_proof(revision, path) and isinstance(value, dict) and value.get("check")
    }
    if not named:
        return []
    rows = Evidence.objects.filter(check_of__in=named).select_related("check_of__provider")
    return [(named[row.check_of_id], row) for row in rows.order_by("verified_at")]


def _is_proof(revision: Revision, path: str) -> bool:
    step = plan_numbered(revision.version_id).steps.get(engine.question_in(path)[0])
    return step is not None and step.question.kind == "identity"


def proof(submission: Submission) -> rules.Proof:
    """Say how the proof of who handed it in stands, as last known; the worst where there are several."""
    found = {_STANDS[identity.standing(row, days=_LOOKS)] for _path, row in evidence_of(submission)}
    return next((one for one in _WORST if one in found), "none")


def needs_look(submission: Submission, *, days: int) -> list[Evidence]:
    """Return the proofs that were looked at longer than `days` ago: ask again before anybody decides."""
    return [
        row
        for _path, row in evidence_of(submission)
        if identity.standing(row, days=days) in ("pending", "unknown")
    ]


def proven(submission: Submission) -> list[Proven]:
    """Return every proof, with what does not fit the answers."""
    revision = newest_revision(submission)
    plan = plan_numbered(revision.version_id)
    found = []
    for path, row in evidence_of(submission):
        step = plan.steps[engine.question_in(path)[0]]
        options = step.answering
        about = options.about if isinstance(options, IdentityOptions) else {}
        found.append(
            Proven(
                path,
                step.question.called(),
                row,
                tuple(_differing(revision, row, about)),
                len(identity.others_of_person(row)),
            )
        )
    return found


def _differing(revision: Revision, evidence: Evidence, about: dict[str, str]) -> list[str]:
    plan = plan_numbered(revision.version_id)
    labels = []
    for attribute, question in about.items():
        said = revision.answers["answers"].get(question)
        on_card = evidence.attributes.get(attribute)
        if not on_card or said is None or question not in plan.steps:
            continue
        step = plan.steps[question]
        words = _as_written(step.question.kind, said, step.answering.show(said))
        marks = evidence.substitutes.get(attribute, "")
        if not cards.is_same(attribute, on_card, words, substitutes=marks):
            labels.append(step.question.called())
    return labels


def _as_written(kind: str, value: object, shown: str) -> str:
    """Return the answer in the form of the card: a name without its kana, an address without its postal code."""
    if not isinstance(value, dict):
        return str(value)
    parts = {"name": ("family", "given"), "address": ("town", "house")}.get(kind)
    return "".join(str(value.get(part) or "") for part in parts) if parts else shown
