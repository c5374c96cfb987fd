"""A section as a page: what it shows, and what happens when it is posted."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from yakuba.procedures.definition import Section
from yakuba.procedures.rules import wording
from yakuba.procedures.rules.answering import Given, Wrong
from yakuba.procedures.rules.asking import (
    Place,
    Turnstile,
    items_of,
    question_in,
    turnstile_path,
)
from yakuba.procedures.rules.flow import gate_of, go_on
from yakuba.procedures.rules.handing import rows_of, source_of
from yakuba.procedures.rules.inputs import Page, Raw
from yakuba.procedures.rules.plans import Facts, Plan
from yakuba.procedures.rules.says import NumberMasked, Problem, SectionDone, Widget
from yakuba.procedures.rules.state import State
from yakuba.procedures.rules.turn import Turn

_ITEM = re.compile(r"[A-Za-z0-9]{1,12}")


@dataclass(frozen=True, slots=True)
class Field:
    """One question on a page. A message has an empty widget name and only its text.

    `label`, `hint` and the choices carry the town's furigana, which whoever draws the page writes small.
    """

    path: str
    question: str
    item: str
    label: str
    hint: str
    required: bool
    widget: Widget
    filled: Raw  # what the form fields hold
    has_entry: bool
    is_open: bool  # nothing was entered yet
    may_edit: bool
    is_confidential: bool
    is_message: bool
    is_asked: bool = True  # False: its answer is found
    shown: str = ""  # the answer in words, where it cannot be changed
    source: str = ""  # where it comes from, if it was found


@dataclass(frozen=True, slots=True)
class PageItem:
    """A person of a repeated section."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class PageView:
    section: str
    title: str
    fields: tuple[Field, ...]
    items: tuple[PageItem, ...]
    may_add: bool
    may_remove: bool
    rev: int
    number: int  # which section this is, among those that are asked
    count: int


def page(
    plan: Plan, state: State, section_id: str, *, facts: Facts, now: datetime, language: str = "ja"
) -> PageView:
    """Return what the page of a section shows now.

    Raises:
        LookupError: there is no such section.
    """
    section = plan.section(section_id)
    if section is None:
        raise LookupError(section_id)
    turn = Turn(plan, state, facts=facts, now=now, language=language, nonce="")
    shown = rows_of(turn.route)
    here = [
        place
        for place in turn.route.asked()
        if place.step.section.id == section_id and (not place.is_silent or place in shown)
    ]
    numbers = _sections_asked(turn)
    items = items_of(state, section)
    repeat = section.repeat
    return PageView(
        section=section_id,
        title=section.title.marked(language),
        fields=tuple(_field(turn, place) for place in here),
        items=tuple(
            PageItem(item, repeat.item.marked(language).replace("{number}", str(number)))
            for number, item in enumerate(items, start=1)
            if repeat is not None
        ),
        may_add=repeat is not None and len(items) < repeat.max,
        may_remove=repeat is not None and len(items) > repeat.min,
        rev=state.rev,
        number=numbers.index(section_id) + 1 if section_id in numbers else len(numbers),
        count=len(numbers),
    )


def next_section(plan: Plan, state: State, *, facts: Facts, now: datetime) -> str | None:
    """Return the section with the first open question; None when only the summary is left."""
    turn = Turn(plan, state, facts=facts, now=now, language="ja", nonce="")
    for stop in turn.route.stops:
        if isinstance(stop, Place) and stop.is_open and stop.is_question:
            return stop.step.section.id
        if isinstance(stop, Turnstile) and stop.is_open:
            return stop.section.id
    return None


def raw_answers(view: PageView, posted: Mapping[str, str | Sequence[str]]) -> dict[str, Raw]:
    """Gather what a form posted into one raw value per question; names are <path> and <path>:<part>."""
    answers: dict[str, Raw] = {}
    for field in view.fields:
        if field.is_message or not field.may_edit:
            continue
        if field.widget.parts:
            answers[field.path] = {
                part: _last(posted.get(f"{field.path}:{part}", "")) for part in field.widget.parts
            }
        elif field.widget.several:
            values = posted.get(field.path, ())
            answers[field.path] = [values] if isinstance(values, str) else list(values)
        else:
            answers[field.path] = _last(posted.get(field.path, ""))
    return answers


def take(turn: Turn, posted: Page) -> None:
    """Take a posted page: keep what is right, say what is wrong, go on when nothing is open there.

    A question that was answered elsewhere after the page was drawn is not overwritten.
    """
    section = turn.plan.section(posted.section)
    if section is None:
        go_on(turn)
        return
    if turn.state.mode != "asking":
        turn.change(mode="asking")
    if section.repeat is not None and posted.items is not None:
        _take_items(turn, section, posted.items)
    wrong = _take_answers(turn, section, posted)
    # A page that says who is there, or shows nobody, has said that nobody else is to be added.
    is_settled = posted.items is not None or not items_of(turn.state, section)
    if section.repeat is not None and not wrong and is_settled:
        gate = gate_of(turn, section.id)
        if gate is not None and gate.is_open:
            turn.close(gate)
    if not wrong:
        leave(turn, section)


def leave(turn: Turn, section: Section) -> None:
    """Go on if nothing is open in the section; what is found automatically there is looked for first."""
    stop = turn.route.first_open()
    if isinstance(stop, Place) and stop.is_automatic and stop.step.section.id == section.id:
        turn.find(stop, section.id)
        return
    if not is_open(turn, section):
        turn.effects.append(SectionDone(section.id))
        go_on(turn)


def _take_answers(turn: Turn, section: Section, posted: Page) -> bool:
    """Read the fields in the order of the questions; each answer may open or close the next ones."""
    wrong = False
    seen: set[str] = set()
    while True:
        place = next(
            (
                place
                for place in turn.route.asked()
                if place.step.section.id == section.id and place.path not in seen
            ),
            None,
        )
        if place is None:
            return wrong
        seen.add(place.path)
        if not place.is_question:
            if place.entry is None:
                turn.put(place.path, "seen")
        elif place.path in posted.answers and not place.is_automatic:
            wrong |= _take_answer(turn, place, posted.answers[place.path], posted.rev)


def _take_answer(turn: Turn, place: Place, raw: Raw, rev: int | None) -> bool:
    at = turn.at(place.step.question.id)
    answering = place.step.answering
    reading = answering.read_form(raw, at)
    if isinstance(reading, Given):
        reading = answering.check(reading.value, at) or reading
    if isinstance(reading, Wrong):
        turn.says.append(Problem(place.path, reading.sentence, reading.mend))
        if reading.is_forbidden:
            turn.effects.append(NumberMasked(place.path))
        return True
    given = reading if isinstance(reading, Given) else None
    if given is None and place.step.question.required:
        turn.says.append(Problem(place.path, turn.words(wording.REQUIRED)))
        return True
    how, value = ("given", given.value) if given is not None else ("skipped", None)
    entry = place.entry
    if entry is not None and (entry.how, entry.value) == (how, value):
        return False
    if entry is not None and rev is not None and entry.rev > rev:
        turn.says.append(Problem(place.path, turn.words(wording.NEWER_ANSWER)))
        return True
    if not turn.may_edit(place):
        turn.says.append(Problem(place.path, turn.words(wording.CANNOT_CORRECT)))
        return True
    turn.put(place.path, how, value)
    if place.path == turn.state.focus:
        turn.change(focus="")  # the talk has nothing more to ask here
    return False


def _take_items(turn: Turn, section: Section, posted: Sequence[str]) -> None:
    repeat = section.repeat
    before = items_of(turn.state, section)
    items = tuple(dict.fromkeys(item for item in posted if _ITEM.fullmatch(item)))
    if repeat is None or items == turn.state.items.get(section.id):
        return
    if (
        items != before
        and turn.state.editable is not None
        and section.id not in turn.state.editable
    ):
        turn.says.append(Problem("", turn.words(wording.CANNOT_CORRECT)))
        return
    if len(items) > repeat.max:
        turn.says.append(Problem("", turn.words(wording.CANNOT_ADD).format(most=repeat.max)))
        items = items[: repeat.max]
    turn.settle({section.id: items})
    if turnstile_path(section) in turn.state.answers:
        turn.put(turnstile_path(section), "given", len(items_of(turn.state, section)))


def is_open(turn: Turn, section: Section) -> bool:
    for stop in turn.route.stops:
        if isinstance(stop, Place) and stop.step.section.id == section.id and stop.is_open:
            return True
        if isinstance(stop, Turnstile) and stop.section.id == section.id and stop.is_open:
            return True
    return False


def _field(turn: Turn, place: Place) -> Field:
    question_id, item = question_in(place.path)
    step, entry = place.step, place.entry
    question = step.question
    is_drawn = place.is_question and not place.is_silent
    widget = step.answering.view(turn.at(question_id)).widget if is_drawn else Widget("")
    is_given = entry is not None and entry.how == "given"
    return Field(
        path=place.path,
        question=question_id,
        item=item,
        label=question.label.marked(turn.language),
        hint=question.hint.marked(turn.language) if question.hint else "",
        required=question.required,
        widget=widget,
        filled=step.answering.fill(entry.value) if entry is not None and is_given else "",
        has_entry=entry is not None,
        is_open=place.is_open,
        may_edit=turn.may_edit(place),
        is_confidential=step.is_confidential,
        is_message=not place.is_question,
        is_asked=not place.is_automatic,
        shown=_shown(turn, place),
        source=source_of(turn.plan, entry, turn.language) if entry is not None else "",
    )


def _shown(turn: Turn, place: Place) -> str:
    if not place.is_question or place.entry is None or turn.may_edit(place):
        return ""
    if place.entry.how != "given":
        return turn.left_open()
    return place.step.answering.show(place.entry.value, turn.language)


def _sections_asked(turn: Turn) -> list[str]:
    ids = [
        place.step.section.id
        for place in turn.route.places
        if place.standing != "not" and not place.is_silent
    ]
    ids += [stop.section.id for stop in turn.route.stops if isinstance(stop, Turnstile)]
    return [section.id for section, _steps in turn.plan.sections if section.id in ids]


def _last(values: str | Sequence[str]) -> str:
    if isinstance(values, str):
        return values
    return values[-1] if values else ""
