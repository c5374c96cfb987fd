"""A definition made ready to run: every question with its kind, its options read, its secrecy decided."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pydantic import ValidationError

from yakuba.conditions.facts import Declaration, Declarations
from yakuba.conditions.tree import Clause, facts_named
from yakuba.procedures.definition import (
    Definition,
    Fault,
    Question,
    Section,
    UnreadableDefinition,
    faults_of,
)
from yakuba.procedures.rules.answering import Answering, Kind, Kinds

ANSWER = "answer."


@dataclass(frozen=True, slots=True)
class Step:
    """One question of a plan."""

    section: Section
    question: Question
    kind: Kind
    answering: Answering
    is_confidential: bool

    @property
    def needs_page(self) -> bool:
        """Whether it is never asked in the talk."""
        return (
            self.is_confidential
            or self.section.surface == "page"
            or not self.kind.in_talk
            or self.kind.gathers
        )


@dataclass(frozen=True)
class Plan:
    """What the engine runs. Make it once per version; it holds nothing of a person."""

    definition: Definition
    sections: tuple[tuple[Section, tuple[Step, ...]], ...]

    @cached_property
    def steps(self) -> dict[str, Step]:
        return {step.question.id: step for _section, steps in self.sections for step in steps}

    @cached_property
    def declarations(self) -> dict[str, Declaration]:
        """Return the facts that answers are, by key; those of repeated sections too."""
        return {
            ANSWER + step.question.id: declaration_of(step.question, step.answering)
            for step in self.steps.values()
            if not step.kind.is_message
        }

    @cached_property
    def outside_facts(self) -> tuple[str, ...]:
        """Return the keys of the outside facts that conditions name; only these need to be read."""
        named = [key for when in conditions_of(self.definition) for key in facts_named(when)]
        return tuple(dict.fromkeys(key for key in named if not key.startswith(ANSWER)))

    @cached_property
    def gathering(self) -> tuple[Step, ...]:
        """Return the questions that are answered elsewhere; how they stand is asked before each turn."""
        return tuple(step for step in self.steps.values() if step.kind.gathers)

    def section(self, section_id: str) -> Section | None:
        return next((one for one, _steps in self.sections if one.id == section_id), None)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known besides the answers.

    `declarations` and `values` are outside facts by key (`resident.born_on`); what is missing is unknown.
    `outside` is what kinds asked for, by question id.
    """

    declarations: Declarations = field(default_factory=dict)
    values: Mapping[str, object] = field(default_factory=dict)
    outside: Mapping[str, object] = field(default_factory=dict)


def plan(definition: Definition, kinds: Kinds) -> Plan:
    """Make `definition` ready to run.

    Raises:
        UnreadableDefinition: a kind is not known, or options are not its own.
    """
    faults: list[Fault] = []
    sections = []
    for place, section in enumerate(definition.sections):
        steps = []
        for number, question in enumerate(section.questions):
            where = f"sections.{place}.questions.{number}"
            step = _step(definition, section, question, kinds, where, faults)
            if step is not None:
                steps.append(step)
        sections.append((section, tuple(steps)))
    if faults:
        raise UnreadableDefinition(faults)
    return Plan(definition, tuple(sections))


def conditions_of(definition: Definition) -> list[Clause]:
    """Return every condition of the definition, in its order."""
    found = []
    for section in definition.sections:
        found += [section.when, *(question.when for question in section.questions)]
    if definition.fee is not None:
        found += [definition.fee.free_when, *(line.when for line in definition.fee.lines)]
    return [when for when in found if when is not None]


def declaration_of(question: Question, answering: Answering) -> Declaration:
    kind = answering.fact()
    return Declaration(
        key=ANSWER + question.id,
        label=question.label.pick("ja"),
        kind=kind.kind,
        choices=kind.choices,
        unit=kind.unit,
    )


def is_confidential(definition: Definition, question: Question, kind: Kind) -> bool:
    """Decide whether an answer must be kept off LINE's servers (`architecture.md` §6).

    In an application everything is that is not a choice. A clerk can only tighten it.
    """
    if kind.is_message or question.lift_confidential:
        return False
    if question.confidential:
        return True
    if definition.kind == "application" and not kind.is_choosing:
        return True
    return kind.is_confidential


def _step(
    definition: Definition,
    section: Section,
    question: Question,
    kinds: Kinds,
    where: str,
    faults: list[Fault],
) -> Step | None:
    try:
        kind = kinds[question.kind]
    except LookupError:
        faults.append(Fault(f"{where}.kind", f"「{question.kind}」という質問の種類はありません。"))
        return None
    try:
        answering = kind.reads(question.options)
    except ValidationError as error:
        faults += faults_of(error, below=f"{where}.options")
        return None
    return Step(section, question, kind, answering, is_confidential(definition, question, kind))
