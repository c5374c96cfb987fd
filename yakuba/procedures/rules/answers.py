"""What may be done with answers once they are there: show, keep, project, correct."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from yakuba.procedures.rules.answering import At, Cell
from yakuba.procedures.rules.asking import Place, question_in, route
from yakuba.procedures.rules.handing import answers_of, summary_of
from yakuba.procedures.rules.plans import Facts, Plan, Step
from yakuba.procedures.rules.says import Summary
from yakuba.procedures.rules.state import State
from yakuba.procedures.rules.turn import Turn
from yakuba.procedures.rules.values import Value


@dataclass(frozen=True, slots=True)
class Shown:
    """One answer for a clerk's eyes, or for print."""

    path: str
    question: str
    item: str
    section: str
    section_title: str
    label: str
    text: str
    is_confidential: bool
    kind: str
    value: Value
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClearRow:
    """One row of `submissions.ClearAnswer`."""

    question: str
    path: str
    choice: str
    text: str
    number: Decimal | None
    day: date | None


@dataclass(frozen=True, slots=True)
class Progress:
    number: int  # questions answered
    count: int  # questions that are or may be asked
    is_complete: bool


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one question in an export."""

    question: str
    section: str
    is_repeated: bool
    is_confidential: bool
    headings: tuple[str, ...] = field(default=())


def handed_in(plan: Plan, state: State, *, facts: Facts, now: datetime) -> dict[str, Value]:
    """Return what is asked now and was given; what was put aside is not in it."""
    return answers_of(route(plan, state, facts, At(now)))


def aside(plan: Plan, state: State, *, facts: Facts, now: datetime) -> dict[str, Value]:
    """Return the answers that are kept but would not be handed in."""
    inside = handed_in(plan, state, facts=facts, now=now)
    return {
        path: entry.value
        for path, entry in state.answers.items()
        if entry.how == "given" and path not in inside and not path.endswith("[+]")
    }


def summary(
    plan: Plan,
    state: State,
    *,
    facts: Facts,
    now: datetime,
    language: str = "ja",
    masked: bool = False,
) -> Summary:
    """List all answers; in full on our own page, masked for the talk."""
    turn = Turn(plan, state, facts=facts, now=now, language=language, nonce="")
    ready = turn.route.first_open() is None or _only_messages(turn.route.first_open())
    return summary_of(turn, turn.route, ready=ready, masked=masked)


def progress(plan: Plan, state: State, *, facts: Facts, now: datetime) -> Progress:
    here = route(plan, state, facts, At(now))
    counted = [place for place in here.places if place.is_question and place.standing != "not"]
    answered = sum(place.entry is not None for place in counted if place.standing == "asked")
    return Progress(answered, len(counted), here.first_open() is None)


def shown(plan: Plan, answers: Mapping[str, Value], *, language: str = "ja") -> list[Shown]:
    """Write every answer, in the order of the questions; one of an unknown question is left out."""
    rows = []
    for path, value, step in _in_order(plan, answers):
        _question, item = question_in(path)
        rows.append(
            Shown(
                path=path,
                question=step.question.id,
                item=item,
                section=step.section.id,
                section_title=step.section.title.pick(language),
                label=step.question.called(language),
                text=step.answering.show(value, language),
                is_confidential=step.is_confidential,
                kind=step.question.kind,
                value=value,
                files=tuple(step.answering.files(value)),
            )
        )
    return rows


def kept(plan: Plan, answers: Mapping[str, Value]) -> list[tuple[str, str, Value]]:
    """Return attribute key, person of a repeated section (or "") and value of what a question keeps."""
    return [
        (step.question.keep_as, question_in(path)[1], value)
        for path, value, step in _in_order(plan, answers)
        if step.question.keep_as
    ]


def clear_rows(plan: Plan, answers: Mapping[str, Value]) -> list[ClearRow]:
    """Project the answers that are not confidential, for search, segments and figures."""
    return [
        ClearRow(step.question.id, path, clear.choice, clear.text, clear.number, clear.day)
        for path, value, step in _in_order(plan, answers)
        if not step.is_confidential
        for clear in step.answering.clear(value)
    ]


def files_in(plan: Plan, answers: Mapping[str, Value]) -> list[tuple[str, str]]:
    """Return every uploaded file with the path of its question."""
    return [
        (path, file)
        for path, value, step in _in_order(plan, answers)
        for file in step.answering.files(value)
    ]


def columns(plan: Plan, *, language: str = "ja") -> list[Columns]:
    """Name the columns of an export, by question."""
    return [
        Columns(
            step.question.id,
            step.section.id,
            step.section.repeat is not None,
            step.is_confidential,
            tuple(step.answering.headings(step.question.called(language), language)),
        )
        for step in plan.steps.values()
        if not step.kind.is_message
    ]


def cells(plan: Plan, question_id: str, value: Value) -> list[Cell]:
    """Write one answer into its columns; None is an answer that is not there."""
    return plan.steps[question_id].answering.cells(value)


def _in_order(plan: Plan, answers: Mapping[str, Value]) -> list[tuple[str, Value, Step]]:
    order = {question_id: number for number, question_id in enumerate(plan.steps)}
    known = [
        (path, value, plan.steps[question_in(path)[0]])
        for path, value in answers.items()
        if question_in(path)[0] in plan.steps
    ]
    sections = {section.id: number for number, (section, _steps) in enumerate(plan.sections)}
    people: dict[str, int] = {}
    for path, _value, _step in known:
        people.setdefault(f"{_step.section.id}:{question_in(path)[1]}", len(people))
    return sorted(
        known,
        key=lambda row: (
            sections[row[2].section.id],
            people[f"{row[2].section.id}:{question_in(row[0])[1]}"],
            order[row[2].question.id],
        ),
    )


def _only_messages(stop: object) -> bool:
    return isinstance(stop, Place) and not stop.is_question
