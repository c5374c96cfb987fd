"""Plans of versions, the facts a run is judged by, and what residents and staff may see."""

from dataclasses import dataclass
from functools import lru_cache

from yakuba.conditions.tree import facts_named
from yakuba.procedures import definition, rules, sockets
from yakuba.procedures.models import Keyword, Procedure, Run, Version
from yakuba.procedures.rules import Facts, Plan
from yakuba.residents.models import Resident
from yakuba.segments.sockets import facts as resident_facts


def plan_of(version: Version) -> Plan:
    """Return the plan of a version, made once per process: a version never changes."""
    return _plan(version.pk)


@lru_cache(maxsize=512)
def _plan(version_id: int) -> Plan:
    return make_plan(Version.objects.values_list("document", flat=True).get(pk=version_id))


def make_plan(document: object) -> Plan:
    """Return the plan of a document that was checked before.

    Raises:
        definition.UnreadableDefinition: the document is no procedure, or of an unknown schema.
    """
    return rules.plan(definition.read(document), sockets.question_kinds)


def plan_of_run(run: Run) -> Plan:
    if run.version is not None:
        return plan_of(run.version)
    return make_plan(run.trial_document)


def facts_for(plan: Plan, resident: Resident) -> Facts:
    """Read the outside facts that the plan's conditions name, of this resident, now."""
    named = {
        key
        for _section, question in plan.definition.questions()
        if question.when is not None
        for key in facts_named(question.when)
    }
    known = {key: fact for key, fact in resident_facts().items() if key in named}
    return Facts(
        declarations=known, values={key: fact.value(resident) for key, fact in known.items()}
    )


@dataclass(frozen=True, slots=True)
class UploadWanted:
    """The present question takes a photo or a file."""

    keep_location: bool


def upload_wanted(run: Run) -> UploadWanted | None:
    """Say whether the question that the talk asks now takes a photo or a file."""
    focus = rules.State.from_json(run.state).focus
    step = plan_of_run(run).steps.get(rules.question_in(focus)[0]) if focus else None
    if step is None or step.question.kind not in ("photo", "file") or step.needs_page:
        return None
    return UploadWanted(keep_location=bool(step.question.options.get("keep_location")))


def procedure_for_keyword(words: str) -> Procedure | None:
    """Return the open procedure that starts at `words`, which are normalised already."""
    keyword = (
        Keyword.objects.filter(word=words, procedure__status=Procedure.Status.OPEN)
        .select_related("procedure")
        .first()
    )
    return keyword.procedure if keyword else None


def registration() -> Procedure | None:
    """Return the procedure that begins when somebody becomes a friend."""
    return Procedure.objects.filter(
        starts_on_joining=True, status=Procedure.Status.OPEN
    ).first()
