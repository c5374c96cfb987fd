"""Answers as criteria of groups: the clear ones, as they stand in the newest thing that somebody handed in.

Answers in a repeated section are several, so of them only choices can be asked, and it is enough that one
person in it made the choice. Read of one person and of everybody from the same rows.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import time

from psycopg.sql import SQL, Composable

from yakuba.conditions.facts import Asking, Fact, Kind, Reading, Rows
from yakuba.procedures import queries as procedures
from yakuba.procedures.criteria import named_procedures
from yakuba.procedures.models import Procedure, Version
from yakuba.procedures.rules.plans import ANSWER, Step
from yakuba.residents.models import Attribute, Resident
from yakuba.segments.sockets import Group, Names, criteria_under
from yakuba.submissions.models import ClearAnswer

_YES_NO = {"yes": "はい", "no": "いいえ"}
_TIME = SQL("CASE WHEN a.text ~ '^[0-2][0-9]:[0-5][0-9]$' THEN a.text::time END")


def _time_of(row: ClearAnswer) -> time | None:
    return time.fromisoformat(row.text) if re.fullmatch("[0-2][0-9]:[0-5][0-9]", row.text) else None


_VALUES: Mapping[Kind, tuple[Composable, Callable[[ClearAnswer], object]]] = {
    Kind.CHOICE: (SQL("a.choice"), lambda row: row.choice),
    Kind.CHOICES: (SQL("a.choice"), lambda row: row.choice),
    Kind.BOOLEAN: (SQL("(a.choice = 'yes')"), lambda row: row.choice == "yes"),
    Kind.NUMBER: (SQL("a.number"), lambda row: row.number),
    Kind.MONEY: (SQL("a.number"), lambda row: None if row.number is None else int(row.number)),
    Kind.DATE: (SQL("a.day"), lambda row: row.day),
    Kind.TIME: (_TIME, _time_of),
    Kind.TEXT: (SQL("a.text"), lambda row: row.text),
    Kind.OTHER: (SQL("a.text"), lambda row: row.text),
}


@dataclass(frozen=True, slots=True)
class _Question:
    """A question through all versions of its procedure."""

    procedure: Procedure
    id: str
    label: str
    kind: Kind
    choices: Mapping[str, str]
    unit: str
    is_sensitive: bool
    versions: tuple[int, ...]  # the numbers of those that asked it


@criteria_under(ANSWER)
def of_answers(names: Names | None) -> Iterator[Fact[Resident]]:
    """Every clear question of the published procedures, and the same in one version only."""
    delicate = frozenset(Attribute.objects.filter(is_sensitive=True).values_list("key", flat=True))
    for procedure in named_procedures(ANSWER, names):
        for question in _questions(procedure, delicate):
            yield _fact(question, None)
            if len(question.versions) > 1:
                for number in question.versions:
                    yield _fact(question, number)


def _questions(procedure: Procedure, delicate: frozenset[str]) -> Iterator[_Question]:
    """Read the questions of all versions, the newest first: it decides what a question is called and is."""
    asked: dict[str, list[tuple[int, Step]]] = {}
    for pk, number in procedure.versions.order_by("-number").values_list("pk", "number"):
        for step in procedures.plan_of(Version(pk=pk)).steps.values():
            if not step.kind.is_message:
                asked.setdefault(step.question.id, []).append((number, step))
    for question_id, steps in asked.items():
        newest = steps[0][1]
        if newest.is_confidential:
            continue
        kind, choices = _kind_of([step for _number, step in steps])
        yield _Question(
            procedure=procedure,
            id=question_id,
            label=newest.question.called(),
            kind=kind,
            choices=choices,
            unit=newest.answering.fact().unit,
            is_sensitive=newest.question.keep_as in delicate,
            versions=tuple(number for number, _step in steps),
        )


def _kind_of(steps: list[Step]) -> tuple[Kind, Mapping[str, str]]:
    """Return the kind of a question's answers in these rows, and its choices; one that was removed too."""
    declared = [step.answering.fact() for step in steps]
    kind = declared[0].kind
    choices = {key: label for fact in reversed(declared) for key, label in fact.choices.items()}
    if any(step.section.repeat is not None for step in steps):
        if kind is Kind.BOOLEAN:
            return Kind.CHOICES, _YES_NO
        return (Kind.CHOICES if kind in (Kind.CHOICE, Kind.CHOICES) else Kind.OTHER), choices
    if kind is Kind.INTEGER:
        return Kind.NUMBER, {}  # an older version may have taken decimals
    return (kind if kind in _VALUES else Kind.OTHER), choices


def _fact(question: _Question, version: int | None) -> Fact[Resident]:
    of_sql, of_row = _VALUES[question.kind]

    def value(resident: Resident) -> object:
        rows = ClearAnswer.objects.filter(
            resident=resident,
            procedure=question.procedure,
            question=question.id,
            is_latest=True,
        )
        if version is not None:
            rows = rows.filter(version=version)
        values = [of_row(row) for row in rows.order_by("pk")]
        if question.kind is Kind.CHOICES:
            return values or None
        return values[0] if values else None

    def sql(ask: Asking) -> Reading:
        where = SQL("a.procedure_id = {} AND a.question = {}::text AND a.is_latest").format(
            ask.bind(question.procedure.pk), ask.bind(question.id)
        )
        if version is not None:
            where = SQL("{} AND a.version = {}").format(where, ask.bind(version))
        return Rows(
            subject=ask.column("id"),
            source=SQL("submissions_clearanswer a"),
            key=SQL("a.resident_id"),
            value=of_sql,
            where=where,
        )

    only = f"（第{version}版の回答だけ）" if version is not None else ""
    suffix = f":{version}" if version is not None else ""
    return Fact(
        key=f"{ANSWER}{question.procedure.public_id.hex}.{question.id}{suffix}",
        label=f"「{question.procedure.title}」の「{question.label}」{only}",
        kind=question.kind,
        choices=question.choices,
        unit=question.unit,
        group=Group.ANSWERS,
        is_sensitive=question.is_sensitive,
        scope_id=question.procedure.scope_id,
        value=value,
        sql=sql,
    )
