"""Automatic questions: nobody is asked, the answer is found by the answers before it.

The engine cannot look itself. It says `says.Find`, whoever runs it looks and gives back `inputs.Found` in the same
turn, and so on until nothing automatic is next. An answer that was found stands as long as those it was found by.
"""

from collections.abc import Iterator
from datetime import datetime

from yakuba.procedures.rules import wording
from yakuba.procedures.rules.answering import At
from yakuba.procedures.rules.asking import Place, path_of, route
from yakuba.procedures.rules.flow import ask, go_on, say_ways_out
from yakuba.procedures.rules.inputs import Found
from yakuba.procedures.rules.pages import leave
from yakuba.procedures.rules.plans import Facts, Plan, Step
from yakuba.procedures.rules.says import Problem
from yakuba.procedures.rules.state import Entry, State
from yakuba.procedures.rules.turn import Turn
from yakuba.procedures.rules.values import Value


def is_looked_for(plan: Plan, state: State, *, facts: Facts, now: datetime) -> bool:
    """Whether the next thing is answered elsewhere, so that whoever comes back may have done it."""
    stop = route(plan, state, facts, At(now)).first_open()
    return isinstance(stop, Place) and stop.is_automatic and not stop.is_silent


def look(turn: Turn) -> None:
    """Look for what is next, if it is automatic; say nothing otherwise."""
    stop = turn.route.first_open()
    if turn.state.mode != "new" and isinstance(stop, Place) and stop.is_automatic:
        turn.find(stop, stop.step.section.id)


def take(turn: Turn, found: Found) -> None:
    """Enter what was found, and go on from there; what is not known yet is asked."""
    place = turn.route.place(found.path)
    if place is None or not place.is_automatic or not place.is_open:
        go_on(turn)
        return
    if found.refused or found.value is None:
        turn.looked_for = place.path
        _in_vain(turn, place, found)
        return
    _enter(turn, place, found)
    section = turn.plan.section(found.section)
    if section is None:
        go_on(turn)
    else:
        leave(turn, section)


def _in_vain(turn: Turn, place: Place, found: Found) -> None:
    turn.focus(place.path)
    if not found.refused and not place.is_silent and not found.section:
        ask(turn, place)
        return
    path = "" if place.is_silent else place.path
    default = wording.NOT_FOUND_YET if place.is_silent else wording.NOT_DONE_YET
    turn.says.append(Problem(path, found.refused or turn.words(default)))
    if not found.section:
        say_ways_out(turn)


def _enter(turn: Turn, place: Place, found: Found) -> None:
    turn.drop(place.path)
    answers = dict(turn.state.answers)
    rev = turn.state.rev + 1
    answers[place.path] = Entry(how="given", value=found.value, rev=rev, basis=place.basis)
    filled = set()
    for path, step, value in _fills(turn, place, found):
        is_locked = step.question.id in found.locked
        # What somebody typed is theirs, unless nobody may say it differently.
        if (path in answers and not is_locked) or not _holds(turn, step, value):
            continue
        filled.add(path)
        answers[path] = Entry(how="given", value=value, rev=rev, by=place.path, is_locked=is_locked)
    partial = {path: half for path, half in turn.state.partial.items() if path not in filled}
    turn.change(answers=answers, partial=partial, misses=0)


def _fills(turn: Turn, place: Place, found: Found) -> Iterator[tuple[str, Step, Value]]:
    """Go through the later questions that are filled; in a repeated section those of the same person."""
    order = list(turn.plan.steps)
    for question_id, value in found.fills.items():
        step = turn.plan.steps.get(question_id)
        is_later = step is not None and order.index(question_id) > order.index(
            place.step.question.id
        )
        if step is None or not is_later or step.kind.is_message or step.kind.is_automatic:
            continue
        is_near = step.section.id == place.step.section.id
        if is_near or (step.section.repeat is None and not place.item):
            yield path_of(step.section, question_id, place.item), step, value


def _holds(turn: Turn, step: Step, value: Value) -> bool:
    """Whether the question would take this answer; a value of another kind's form is none."""
    try:
        step.answering.show(value, turn.language)
        return value is not None and step.answering.check(value, turn.at(step.question.id)) is None
    except (TypeError, ValueError, LookupError, ArithmeticError):
        return False
