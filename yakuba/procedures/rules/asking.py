"""Which questions are asked now: the map of a run, made anew from the answers each time.

A question is asked when its condition, and that of its section, definitely hold. A condition may look at
earlier answers that are themselves asked, at those of the same person in a repeated section, and at
outside facts; whatever else it names is not known.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from yakuba.conditions.facts import Value as FactValue
from yakuba.conditions.facts import typed
from yakuba.conditions.judging import Verdict, judged, passes
from yakuba.conditions.operands import Mismatch, test_of
from yakuba.conditions.tree import Clause, Leaf, facts_named
from yakuba.procedures.definition import Section
from yakuba.procedures.rules.answering import At
from yakuba.procedures.rules.plans import ANSWER, Facts, Plan, Step
from yakuba.procedures.rules.state import Entry, State
from yakuba.procedures.rules.values import Value

Standing: TypeAlias = Literal["asked", "maybe", "not"]


@dataclass(frozen=True, slots=True)
class Place:
    """A question at its place in the run: once, or once for each person of a repeated section."""

    path: str
    step: Step
    item: str
    standing: Standing
    entry: Entry | None
    around: Standing = "asked"  # of its section
    basis: str = ""  # of an automatic question: the mark of the answers it is found by now

    @property
    def is_open(self) -> bool:
        return self.standing == "asked" and self.entry is None

    @property
    def is_question(self) -> bool:
        return not self.step.kind.is_message

    @property
    def is_automatic(self) -> bool:
        return self.step.kind.is_automatic

    @property
    def is_silent(self) -> bool:
        """Whether it is found without anybody noticing, so that it has no number and no field."""
        return self.step.kind.is_automatic and not self.step.kind.gathers


@dataclass(frozen=True, slots=True)
class Turnstile:
    """Where a repeated section asks whether there is one more; `is_open` until somebody said no."""

    path: str
    section: Section
    count: int
    is_open: bool


Stop: TypeAlias = Place | Turnstile


@dataclass(frozen=True, slots=True)
class Route:
    """The whole run as it stands: every question, asked or not, in order."""

    stops: tuple[Stop, ...]

    @property
    def places(self) -> tuple[Place, ...]:
        return tuple(stop for stop in self.stops if isinstance(stop, Place))

    def asked(self) -> tuple[Place, ...]:
        return tuple(place for place in self.places if place.standing == "asked")

    def first_open(self) -> Stop | None:
        """Return what is to be asked next; None when nothing is open any more."""
        return next((stop for stop in self.stops if stop.is_open), None)

    def place(self, path: str) -> Place | None:
        return next((place for place in self.places if place.path == path), None)

    def number_of(self, path: str) -> tuple[int, int]:
        """Return "3 / 8" of the question at `path`: among those that are or may be asked.

        A section that only may come is not counted yet: who leaves it out would see questions that are none.
        """
        counted = [
            place.path
            for place in self.places
            if place.is_question
            and not place.is_silent
            and place.standing != "not"
            and place.around != "maybe"
        ]
        number = counted.index(path) + 1 if path in counted else len(counted)
        return number, len(counted)


def route(plan: Plan, state: State, facts: Facts, at: At) -> Route:
    """Go through all questions and say of each whether it is asked, may be, or is not."""
    walker = _Walker(plan, state, facts, at)
    return Route(tuple(walker.stops()))


def path_of(section: Section, question_id: str, item: str = "") -> str:
    return f"{section.id}[{item}].{question_id}" if item else question_id


def turnstile_path(section: Section) -> str:
    return f"{section.id}[+]"


def question_in(path: str) -> tuple[str, str]:
    """Return the question's id and the item's (or an empty one) of a path."""
    head, bracket, rest = path.partition("[")
    if not bracket:
        return head, ""
    item, _, question = rest.partition("].")
    return question, item


def items_of(state: State, section: Section) -> tuple[str, ...]:
    """Return who is in a repeated section, filled up to the fewest there must be."""
    items = state.items.get(section.id, ())
    if section.repeat is None:
        return ()
    while len(items) < section.repeat.min:
        items = (*items, new_item(state, section, items))
    return items


def new_item(state: State, section: Section, items: tuple[str, ...]) -> str:
    """Return an id that no person of the section has or had."""
    used = {*items, *state.items.get(section.id, ()), *state.removed.get(section.id, ())}
    return next(str(number) for number in range(1, len(used) + 2) if str(number) not in used)


def may_edit(state: State, place: Place) -> bool:
    """Whether the answer at `place` may be changed: always, unless only some were opened, or it was found."""
    if place.is_automatic or (place.entry is not None and place.entry.is_locked):
        return False
    if state.editable is None or place.entry is None:
        return True
    question_id, _item = question_in(place.path)
    return place.path in state.editable or question_id in state.editable


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known at one point: given answers by fact, as they are stored, and those that are still open."""

    values: dict[str, FactValue] = field(default_factory=dict)
    open: set[str] = field(default_factory=set)
    stored: dict[str, Value] = field(default_factory=dict)
    found: set[str] = field(default_factory=set)  # paths of automatic questions whose answer stands

    def inside(self) -> "_Known":
        return _Known(dict(self.values), set(self.open), dict(self.stored), set(self.found))


class _Walker:
    def __init__(self, plan: Plan, state: State, facts: Facts, at: At) -> None:
        self.plan, self.state, self.facts = plan, state, facts
        self.at = at
        self.known = _Known()

    def stops(self) -> Iterator[Stop]:
        for section, steps in self.plan.sections:
            standing = self._standing(section.when, self.known)
            if section.repeat is None:
                yield from self._places(section, steps, standing, "", self.known)
                continue
            items = items_of(self.state, section)
            for item in items:
                yield from self._places(section, steps, standing, item, self.known.inside())
            has_room = standing == "asked" and len(items) < section.repeat.max
            if has_room and self._would_ask(section, steps):
                path = turnstile_path(section)
                said = self.state.answers.get(path)
                is_open = said is None or said.value != len(items)
                yield Turnstile(path, section, len(items), is_open)

    def _would_ask(self, section: Section, steps: tuple[Step, ...]) -> bool:
        """Whether one more person would be asked anything; if not, nobody is asked who else there is."""
        nobody = self._places(section, steps, "asked", "+", self.known.inside())
        return any(place.standing != "not" for place in nobody)

    def _places(
        self,
        section: Section,
        steps: tuple[Step, ...],
        around: Standing,
        item: str,
        known: _Known,
    ) -> Iterator[Place]:
        for step in steps:
            path = path_of(section, step.question.id, item)
            standing = _both(around, self._standing(step.question.when, known))
            basis = _basis(step, known) if step.kind.is_automatic else ""
            entry = self._standing_entry(path, basis, known)
            place = Place(path, step, item, standing, entry, around, basis)
            self._remember(place, known)
            yield place

    def _standing_entry(self, path: str, basis: str, known: _Known) -> Entry | None:
        """Return what was entered, unless it was found by answers that are others now."""
        entry = self.state.answers.get(path)
        if entry is None or entry.basis != basis or (entry.by and entry.by not in known.found):
            return None
        return entry

    def _remember(self, place: Place, known: _Known) -> None:
        key = ANSWER + place.step.question.id
        if place.standing == "maybe" or place.is_open:
            known.open.add(key)
        elif place.standing == "asked" and place.entry and place.entry.how == "given":
            value = place.step.answering.fact_value(place.entry.value)
            known.stored[place.step.question.id] = place.entry.value
            if place.is_automatic:
                known.found.add(place.path)
            if value is not None:
                known.values[key] = value

    def _standing(self, when: Clause | None, known: _Known) -> Standing:
        if when is None:
            return "asked"
        verdict = judged(when, lambda leaf: self._judge(leaf, known))
        if verdict is None and not known.open.isdisjoint(facts_named(when)):
            return "maybe"
        return "asked" if verdict else "not"

    def _judge(self, leaf: Leaf, known: _Known) -> Verdict:
        if leaf.fact in known.open:
            return None
        return verdict_of(leaf, self.plan, self.facts, known.values, self.at)


def _basis(step: Step, known: _Known) -> str:
    """Mark the answers that an automatic question is found by, so that it is noticed when they change."""
    answers = [known.stored.get(question_id) for question_id in step.answering.depends_on()]
    plain = json.dumps(answers, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def verdict_of(
    leaf: Leaf,
    plan: Plan,
    facts: Facts,
    answers: Mapping[str, FactValue],
    at: At,
) -> Verdict:
    """Judge one leaf over answers and outside facts; None for a fact that nobody knows."""
    if leaf.fact.startswith(ANSWER):
        declaration, value = plan.declarations.get(leaf.fact), answers.get(leaf.fact)
    else:
        declaration, value = facts.declarations.get(leaf.fact), facts.values.get(leaf.fact)
    if declaration is None:
        return None
    try:
        test = test_of(leaf, declaration, today=at.today, now=at.now)
    except Mismatch:
        return None  # the linter says so; a person in the middle of a run must not pay for it
    return passes(test, typed(declaration, value))


def _both(one: Standing, other: Standing) -> Standing:
    if "not" in (one, other):
        return "not"
    return "maybe" if "maybe" in (one, other) else "asked"
