"""Plans of versions, the facts a run is judged by, and what residents and staff may see."""

import json
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from yakuba.files.models import StoredFile
from yakuba.kit import clock
from yakuba.kit.postal import Place, PostalTable
from yakuba.kit.secrets import keyed_hashes
from yakuba.portal import queries as portal
from yakuba.procedures import definition, rules, sockets
from yakuba.procedures.models import AnsweredOnce, Frozen, Procedure, Run, Version
from yakuba.procedures.rules import Facts, Plan, Value, says
from yakuba.procedures.rules.freezing import canonical_text
from yakuba.residents.models import Resident
from yakuba.segments.sockets import facts as resident_facts
from yakuba.townhall import queries as townhall


def plan_of(version: Version) -> Plan:
    """Return the plan of a version, made once per process: a version never changes."""
    return plan_of_version(version.pk)


@lru_cache(maxsize=512)
def plan_of_version(version_id: int) -> Plan:
    """Return the plan of the version with this id, without reading its row again."""
    return make_plan(Version.objects.values_list("document", flat=True).get(pk=version_id))


@lru_cache(maxsize=512)
def key_of(procedure_id: int) -> str:
    """Return the name under which taps of this procedure are counted; it never changes."""
    public_id = Procedure.objects.values_list("public_id", flat=True).get(pk=procedure_id)
    return f"procedures.procedure:{public_id}"


def make_plan(document: object) -> Plan:
    """Return the plan of a document that was checked before.

    Raises:
        definition.UnreadableDefinition: the document is no procedure, or of an unknown schema.
    """
    return rules.plan(definition.read(document), sockets.question_kinds)


def plan_of_run(run: Run) -> Plan:
    if run.version_id is not None:
        return plan_of_version(run.version_id)
    return make_plan(run.trial_document)


def facts_for(plan: Plan, resident: Resident) -> Facts:
    """Read what is known besides the answers: facts that conditions name, tables that kinds look up."""
    named = plan.outside_facts
    # The town's attributes are read from tables, so nobody asks for them who does not need them.
    known = {key: fact for key, fact in resident_facts().items() if key in named} if named else {}
    tables = {
        step.question.id: PostalPlaces()
        for step in plan.steps.values()
        if step.question.kind == "address"
    }
    return Facts(
        declarations=known,
        values={key: fact.value(resident) for key, fact in known.items()},
        outside=tables,
    )


def facts_of(run: Run, plan: Plan, resident: Resident, *, now: datetime) -> Facts:
    """Read what a turn of `run` needs to know: as `facts_for`, and how it stands with what is answered elsewhere."""
    facts = facts_for(plan, resident)
    if not plan.gathering:
        return facts
    state = rules.State.from_json(run.state)
    answers = rules.handed_in(plan, state, facts=facts, now=now)
    gathered = {
        step.question.id: sockets.options_of(step).gather(
            sockets.Found(run, resident, step.question.id, step.question.id, answers, now)
        )
        for step in plan.gathering
    }
    return replace(facts, outside={**facts.outside, **gathered})


def page_of(run: Run) -> str:
    """Return the path of the page where `run` goes on; for whoever comes back from elsewhere."""
    return reverse("portal:run", args=[run.pk])


def findings(
    read: definition.Definition,
    *,
    procedure: Procedure | None = None,
    previous: definition.Definition | None = None,
) -> list[rules.Finding]:
    """Return everything that is wrong or unwise with a definition: what the linter says, and what others object."""
    found = rules.lint(
        read,
        sockets.question_kinds,
        facts=resident_facts(),
        previous=previous,
        others=others_than(procedure),
    )
    with suppress(definition.UnreadableDefinition):  # the linter has said so
        plan = rules.plan(read, sockets.question_kinds)
        found += sockets.publish_objections.to(plan, procedure)
    return sorted(found, key=lambda finding: finding.severity != "red")


@dataclass(frozen=True, slots=True)
class Content:
    """What of a run can be frozen: everything that would be handed in, but the answers that are left out."""

    procedure: UUID
    version: str  # the hash of the definition
    corrects: UUID | None
    answers: Mapping[str, Value]
    items: Mapping[str, tuple[str, ...]]
    files: Mapping[str, str]  # the hash of each by its id

    def document(self, *, prepared_at: datetime | None = None) -> dict[str, object]:
        """Return it as it is frozen; without the moment and what it corrects, to see whether it still stands."""
        found: dict[str, object] = {
            "procedure": str(self.procedure),
            "version": self.version,
            "answers": self.answers,
            "items": self.items,
            "files": self.files,
        }
        if prepared_at is not None:
            found["corrects"] = str(self.corrects) if self.corrects else None
            found["prepared_at"] = prepared_at.isoformat()
        return found


def freezable(run: Run, *, but: Collection[str] = ()) -> Content:
    """Return what of `run` would be frozen now, without the answers to the questions `but`."""
    plan, state = plan_of_run(run), rules.State.from_json(run.state)
    facts = facts_for(plan, run.resident) if run.resident else Facts()
    every = rules.handed_in(plan, state, facts=facts, now=clock.now())
    answers = {path: one for path, one in every.items() if rules.question_in(path)[0] not in but}
    ids = [file_id for _path, file_id in rules.files_in(plan, answers)]
    hashes = StoredFile.objects.filter(pk__in=ids).values_list("pk", "sha256")
    return Content(
        procedure=run.procedure.public_id,
        version=run.version.sha256 if run.version else "",
        corrects=run.corrects,
        answers=answers,
        items={section: tuple(ids) for section, ids in state.items.items()},
        files={str(pk): bytes(sha256).hex() for pk, sha256 in hashes},
    )


def standing_frozen(run: Run) -> Frozen | None:
    """Return the newest thing frozen of `run` that still is what it answers, byte for byte; None if there is none.

    A correction stands on what was frozen of what it corrects, as long as none of that is changed.
    """
    chain = Q(run=run)
    if run.corrects is not None:
        before = Q(run__made=run.corrects) | Q(run__corrects=run.corrects)
        chain |= before & Q(run__procedure=run.procedure, run__resident=run.resident)
    for frozen in Frozen.objects.filter(chain, dropped_at=None).order_by("-made_at"):
        present = freezable(run, but=frozen.but).document()
        kept = json.loads(frozen.canonical)
        del kept["prepared_at"], kept["corrects"]
        if canonical_text(present) == canonical_text(kept):
            return frozen
    return None


class PostalPlaces(PostalTable):
    """The town's table of postal codes, asked of the database when an address is read."""

    def __init__(self) -> None:
        super().__init__([])

    def find(self, postal: str) -> list[Place]:
        return [
            Place(row.postal, row.pref, row.city, row.town, row.kana)
            for row in portal.postal_places(postal)
        ]


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
    return Procedure.objects.filter(keywords__word=words, status=Procedure.Status.OPEN).first()


def known_to(resident: Resident, slug: str) -> Procedure | None:
    """Return the procedure of a link, a QR code or a button, if `resident` may know that there is one.

    A draft or an archived one answers as one that never was: its name would tell what the town plans, or
    planned. Whoever is in the middle of it may finish, whatever became of it.
    """
    public = Q(status__in=(Procedure.Status.OPEN, Procedure.Status.PAUSED))
    mine = Q(
        pk__in=Run.objects.filter(resident=resident, status=Run.Status.ACTIVE).values("procedure")
    )
    return Procedure.objects.filter(public | mine, slug=slug).first()


def registration() -> Procedure | None:
    """Return the procedure that begins when somebody becomes a friend."""
    return Procedure.objects.filter(starts_on_joining=True, status=Procedure.Status.OPEN).first()


def unfinished(resident: Resident) -> list[Run]:
    """Return what the resident began and has not handed in, the newest first."""
    return list(
        Run.objects.filter(resident=resident, status=Run.Status.ACTIVE, version__isnull=False)
        .select_related("procedure")
        .order_by("-touched_at")
    )


def offered(*, now: datetime) -> list[Procedure]:
    """Return what anybody can begin now, the registration last."""
    procedures = (
        Procedure.objects.filter(status=Procedure.Status.OPEN, current__isnull=False)
        .select_related("current")
        .order_by("starts_on_joining", "order", "pk")
    )
    is_closed_day = not townhall.is_open_day(now.date())
    return [one for one in procedures if _can_begin(one, now, is_closed_day=is_closed_day)]


def offered_to(resident: Resident, *, now: datetime) -> list[Procedure]:
    """Return what `resident` can begin now: not what is under way, nor what is answered once and was."""
    found = offered(now=now)
    begun = {run.procedure_id for run in unfinished(resident)}
    begun |= _answered_once(found, resident)
    return [one for one in found if one.pk not in begun]


def title_of(procedure: Procedure, language: str) -> str:
    """Return what residents call the procedure, in their language."""
    if procedure.current is None:
        return procedure.title
    return plan_of(procedure.current).definition.title.pick(language)


def next_of(done: says.Done, resident: Resident, *, now: datetime) -> list[Procedure]:
    """Return what `resident` may begin now of what is offered after the thing that was handed in."""
    if not done.go_on_to:
        return []
    found = {one.slug: one for one in offered_to(resident, now=now)}
    return [found[slug] for slug in dict.fromkeys(done.go_on_to) if slug in found]


def others_than(procedure: Procedure | None) -> dict[str, bool]:
    """Return the link names of all procedures but this one, and whether each is open; for the linter."""
    every = Procedure.objects.all()
    others = every.exclude(pk=procedure.pk) if procedure is not None else every
    return {
        slug: status == Procedure.Status.OPEN
        for slug, status in others.values_list("slug", "status")
    }


def _answered_once(procedures: list[Procedure], resident: Resident) -> set[int]:
    marks = {
        mark: one.pk
        for one in procedures
        if one.current is not None and plan_of(one.current).definition.answers == "once"
        for mark in marks_of(one, resident)
    }
    rows = AnsweredOnce.objects.filter(mark__in=list(marks)) if marks else []
    return {marks[bytes(row.mark)] for row in rows}


def marks_of(procedure: Procedure, resident: Resident) -> list[bytes]:
    """Return the marks by which it is known that `resident` answered `procedure`, one for each key."""
    return keyed_hashes(str(resident.public_id), purpose=f"answered {procedure.public_id}")


def _can_begin(procedure: Procedure, now: datetime, *, is_closed_day: bool) -> bool:
    if procedure.current is None:
        return False
    asked = plan_of(procedure.current).definition
    is_full = asked.capacity is not None and procedure.taken >= asked.capacity
    return not is_full and rules.opening(asked, now=now, is_closed_day=is_closed_day).is_open


def hears_words(run: Run, procedure: Procedure) -> bool:
    """Say whether a keyword of `procedure` is rather an answer to the present question of `run`.

    "道路" answers "what is broken?"; only a keyword of another procedure leads away from here.
    """
    return run.procedure_id == procedure.pk and takes_words(run)


def takes_words(run: Run) -> bool:
    """Say whether the present question of `run` takes free words in the talk."""
    state = rules.State.from_json(run.state)
    step = plan_of_run(run).steps.get(rules.question_in(state.focus)[0]) if state.focus else None
    return step is not None and step.question.kind in ("short_text", "long_text")


@dataclass(frozen=True, slots=True)
class Desk:
    """Whom to ask about a procedure."""

    name: str
    telephone: str
    hours: str


def desk_of(run: Run, plan: Plan, language: str) -> Desk:
    """Return whom the procedure names, else its department."""
    contact, department = plan.definition.contact, run.procedure.scope.department
    return Desk(
        name=contact.name.pick(language) if contact.name else department.name,
        telephone=contact.telephone or department.phone,
        hours=contact.hours.pick(language) if contact.hours else department.hours,
    )
