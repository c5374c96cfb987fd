"""Take up what was handed in: what was left open then counts as left open, not as new."""

from datetime import datetime

from yakuba.procedures.rules.answering import At
from yakuba.procedures.rules.asking import (
    Place,
    items_of,
    path_of,
    question_in,
    route,
    turnstile_path,
)
from yakuba.procedures.rules.plans import Facts, Plan
from yakuba.procedures.rules.state import Entry, State


def settled(plan: Plan, state: State, *, facts: Facts, now: datetime) -> State:
    """Complete a state made of answers alone (`State.of_answers`), so that only what is new is asked."""
    items = {**_items_in(plan, state), **state.items}
    entries = dict(state.answers)
    state = state.model_copy(update={"items": items})
    for section, _steps in plan.sections:
        if section.repeat is not None:
            count = len(items_of(state, section))
            entries[turnstile_path(section)] = Entry(how="given", value=count)
    while True:
        state = state.model_copy(update={"answers": dict(entries)})
        left = [
            place
            for place in route(plan, state, facts, At(now)).places
            if place.is_open and _counts_as_left(place, state)
        ]
        if not left:
            return state
        if left[0].is_automatic:
            entries |= _as_found(plan, state, left[0])
        else:
            entries[left[0].path] = Entry(how="skipped" if left[0].is_question else "seen")


def _counts_as_left(place: Place, state: State) -> bool:
    if place.is_automatic:
        entry = state.answers.get(place.path)
        return entry is not None and not entry.basis
    return not (place.is_question and place.step.question.required)


def _as_found(plan: Plan, state: State, place: Place) -> dict[str, Entry]:
    """Say of an answer what it was found by, and of those it filled in and locked that they are its own."""
    found = state.answers[place.path].model_copy(update={"basis": place.basis})
    entries = {place.path: found}
    for question_id in place.step.answering.locked(found.value):
        step = plan.steps.get(question_id)
        if step is not None:
            is_near = step.section.id == place.step.section.id
            path = path_of(step.section, question_id, place.item if is_near else "")
            if path in state.answers:
                update = {"by": place.path, "is_locked": True}
                entries[path] = state.answers[path].model_copy(update=update)
    return entries


def _items_in(plan: Plan, state: State) -> dict[str, tuple[str, ...]]:
    """Return who is in each repeated section, as the paths of the answers say."""
    items: dict[str, list[str]] = {
        section.id: [] for section, _steps in plan.sections if section.repeat is not None
    }
    for path in state.answers:
        question_id, item = question_in(path)
        section_id = path.partition("[")[0]
        if item and question_id in plan.steps and item not in items.setdefault(section_id, []):
            items[section_id].append(item)
    return {section: tuple(ids) for section, ids in items.items()}
