"""From answers to what is handed in: the summary, the last check, and the one `Complete`."""

from collections.abc import Mapping

from yakuba.procedures.definition import Section
from yakuba.procedures.rules import fees, wording
from yakuba.procedures.rules.asking import (
    Place,
    Route,
    Turnstile,
    items_of,
    may_edit,
    question_in,
)
from yakuba.procedures.rules.openings import opening
from yakuba.procedures.rules.plans import Plan
from yakuba.procedures.rules.says import (
    Choice,
    Complete,
    Cost,
    Done,
    Problem,
    Row,
    Say,
    Summary,
)
from yakuba.procedures.rules.state import Entry, State
from yakuba.procedures.rules.turn import Turn
from yakuba.procedures.rules.values import Value


def summary_of(turn: Turn, route: Route, *, ready: bool, masked: bool) -> Summary:
    """List the answers. In the talk (`masked`) a confidential one is only said to be there."""
    plan, state, language = turn.plan, turn.state, turn.language
    rows: list[Row] = []
    for place in rows_of(route):
        entry = place.entry
        if entry is None:
            continue
        hidden = masked and place.step.is_confidential
        if entry.how != "given":
            shown = wording.LEFT_OPEN.pick(language)
        elif hidden:
            shown = wording.HIDDEN.pick(language)
        else:
            shown = place.step.answering.show(entry.value, language)
        question_id, _item = question_in(place.path)
        rows.append(
            Row(
                path=place.path,
                section=place.step.section.id,
                label=_label(plan, state, place.step.section, place.item, question_id, language),
                shown=shown,
                is_confidential=place.step.is_confidential,
                may_correct=may_edit(state, place),
                token=f".fix{len(rows)}",
                source=source_of(plan, entry, language),
            )
        )
    ways = [(".submit", wording.SUBMIT)] if ready else [(".continue", wording.CONTINUE)]
    ways += [(".later", wording.LATER), (".stop", wording.STOP), (".person", wording.PERSON)]
    return Summary(
        title=(wording.PLEASE_CHECK if ready else wording.SO_FAR).pick(language),
        rows=tuple(rows),
        ready=ready,
        buttons=tuple(Choice(token, text.pick(language)) for token, text in ways),
        nonce=state.nonce,
        cost=_cost(turn, route) if ready else None,
    )


def _cost(turn: Turn, route: Route) -> Cost | None:
    priced = turn.plan.definition.fee
    if priced is None:
        return None
    try:
        return fees.cost(_fee(turn, route), priced.note, turn.language)
    except fees.UncertainFee:
        return None  # and nothing can be handed in before it can be said


def _fee(turn: Turn, route: Route) -> fees.FeeSum:
    return fees.fee(
        turn.plan,
        answers_of(route),
        now=turn.now,
        facts=turn.facts,
        items=items_handed_in(turn.plan, turn.state, route),
    )


def rows_of(route: Route) -> tuple[Place, ...]:
    """Return the answers that people are shown: of what was found automatically only what has words."""
    return tuple(
        place
        for place in route.asked()
        if place.is_question
        and place.entry is not None
        and (not place.is_automatic or place.step.answering.show(place.entry.value))
    )


def source_of(plan: Plan, entry: Entry, language: str) -> str:
    """Say where an answer comes from that an automatic question entered."""
    step = plan.steps.get(question_in(entry.by)[0]) if entry.by else None
    return step.answering.source(language) if step is not None else ""


def answers_of(route: Route) -> dict[str, Value]:
    """Return what would be handed in: what is asked now and was given, in the order of the questions."""
    return {
        place.path: place.entry.value
        for place in route.asked()
        if place.is_question and place.entry is not None and place.entry.how == "given"
    }


def complete(turn: Turn) -> bool:
    """Hand in, if nothing is open, everything still holds, and the desk is not closed."""
    definition = turn.plan.definition
    desk = opening(definition, now=turn.now, language=turn.language, has_begun=True)
    # Whoever was asked to correct something is not too late because the desk has closed meanwhile.
    if not desk.is_open and turn.state.editable is None:
        turn.says.append(Say(desk.sentence))
        return False
    if _something_is_wrong(turn) or not _can_be_priced(turn):
        return False
    answers = answers_of(turn.route)
    items = items_handed_in(turn.plan, turn.state, turn.route)
    left = tuple(
        place.path
        for place in turn.route.asked()
        if place.entry is not None and place.entry.how == "skipped"
    )
    turn.change(mode="done", focus="", partial={})
    turn.effects.append(Complete(answers, items, left))
    turn.says.append(
        Done(
            title=turn.words(definition.title),
            thanks=turn.words(definition.thanks or wording.THANKS),
            go_on_to=definition.go_on_to,
        )
    )
    return True


def items_handed_in(plan: Plan, state: State, route: Route) -> Mapping[str, tuple[str, ...]]:
    """Return who is in each repeated section that was asked; nobody may be in it, which says something."""
    asked = {place.step.section.id for place in route.asked()}
    asked |= {stop.section.id for stop in route.stops if isinstance(stop, Turnstile)}
    return {
        section.id: items_of(state, section)
        for section, _steps in plan.sections
        if section.repeat is not None and section.id in asked
    }


def _something_is_wrong(turn: Turn) -> bool:
    """Check every answer once more: a day may have passed, a place may have been taken meanwhile."""
    for place in turn.route.asked():
        if place.entry is None or place.entry.how != "given":
            continue
        if not (turn.may_edit(place) or place.is_automatic):
            continue
        at = turn.at(place.step.question.id)
        wrong = place.step.answering.check(place.entry.value, at)
        if wrong is not None:
            path = "" if place.is_silent else place.path
            turn.says.append(Problem(path, wrong.sentence, wrong.mend))
            turn.focus(place.path)
            if place.is_automatic:
                turn.drop(place.path)  # and is looked for once more
            return True
    return False


def _can_be_priced(turn: Turn) -> bool:
    try:
        _fee(turn, turn.route)
    except fees.UncertainFee as unknown:
        turn.says.append(Problem(unknown.question, turn.words(wording.FEE_UNKNOWN)))
        return False
    return True


def _label(
    plan: Plan, state: State, section: Section, item: str, question_id: str, language: str
) -> str:
    label = plan.steps[question_id].question.called(language)
    if section.repeat is None or not item:
        return label
    number = items_of(state, section).index(item) + 1
    person = section.repeat.item.pick(language).replace("{number}", str(number))
    return f"{person}：{label}"
