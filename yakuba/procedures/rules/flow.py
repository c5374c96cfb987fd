"""What is asked next, and how it is put: the question, the page, one more person, the summary."""

from yakuba.procedures.rules import wording
from yakuba.procedures.rules.asking import (
    Place,
    Turnstile,
    turnstile_path,
)
from yakuba.procedures.rules.handing import complete, summary_of
from yakuba.procedures.rules.says import MOST_BUTTONS, Ask, Choice, Confirm, OpenPage, Say, View
from yakuba.procedures.rules.turn import SUMMARY, Turn


def go_on(turn: Turn) -> None:
    """Say what comes next: messages on the way, then the first question that is open, then the summary."""
    while True:
        stop = turn.route.first_open()
        if isinstance(stop, Place) and not stop.is_question:
            _show(turn, stop)
            continue
        break
    if stop is None:
        _finish(turn)
    elif isinstance(stop, Turnstile):
        ask_for_more(turn, stop)
    else:
        ask(turn, stop)


def repeat(turn: Turn) -> None:
    """Ask once more what is being asked now; if it is not asked any longer, go on."""
    focus = turn.state.focus
    if focus == SUMMARY and turn.route.first_open() is None:
        _finish(turn)
        return
    place = turn.route.place(focus)
    is_found = place is not None and place.is_automatic and place.entry is not None
    if place is not None and place.standing == "asked" and place.is_question and not is_found:
        ask(turn, place)
        return
    gate = next((one for one in gates(turn) if one.path == focus), None)
    if gate is not None:
        ask_for_more(turn, gate)
        return
    go_on(turn)


def ask(turn: Turn, place: Place) -> None:
    """Turn the talk to one question: ask it here, or open the page if it is nobody else's business.

    One that is automatic is looked for first, and asked only if that was in vain.
    """
    if place.is_automatic and place.is_open and turn.looked_for != place.path:
        turn.find(place)
        return
    is_new = turn.state.focus != place.path
    turn.focus(place.path)
    if place.step.needs_page:
        _open_page(turn, place)
        return
    step, question = place.step, place.step.question
    view = step.answering.view(turn.at(question.id), turn.state.partial.get(place.path))
    if view.preamble and is_new:
        turn.says.append(Say(view.preamble))
    number, count = turn.route.number_of(place.path)
    label = view.prompt or turn.words(question.label)
    person = turn.item_label(place)
    turn.says.append(
        Ask(
            path=place.path,
            section=step.section.id,
            number=number,
            count=count,
            text=f"{person}：{label}" if person else label,
            hint=turn.words(question.hint) if question.hint and not view.prompt else "",
            required=question.required,
            view=view,
            buttons=_fitting(turn, view, ways_out(turn, place)),
            nonce=turn.state.nonce,
            now=_present_answer(turn, place),
        )
    )


def ask_for_more(turn: Turn, gate: Turnstile) -> None:
    repeat = gate.section.repeat
    if repeat is None:
        return
    turn.focus(gate.path)
    default = wording.ANY_MORE if gate.count else wording.ANY_AT_ALL
    text = turn.words(repeat.more) if repeat.more else turn.words(default)
    title = turn.section_title(gate.section)
    turn.says.append(
        Confirm(
            text=text if gate.count or repeat.more or not title else f"{title}\n{text}",
            choices=(
                turn.button(".add", wording.ONE_MORE if gate.count else wording.FIRST_ONE),
                turn.button(".enough", wording.ENOUGH),
                turn.button(".back", wording.BACK),
            ),
            nonce=turn.state.nonce,
        )
    )


def gates(turn: Turn) -> list[Turnstile]:
    return [stop for stop in turn.route.stops if isinstance(stop, Turnstile)]


def gate_of(turn: Turn, section_id: str) -> Turnstile | None:
    section = turn.plan.section(section_id)
    if section is None:
        return None
    return next((gate for gate in gates(turn) if gate.path == turnstile_path(section)), None)


def ways_out(turn: Turn, place: Place | None) -> tuple[Choice, ...]:
    """Return the buttons that are always there."""
    buttons = []
    if place is not None and previous(turn, place.path) is not None:
        buttons.append(turn.button(".back", wording.BACK))
    if place is not None and place.is_automatic:
        pass  # nobody can leave it out
    elif place is not None and place.entry is not None and place.entry.how != "seen":
        buttons.append(turn.button(".skip", wording.KEEP))
    elif place is not None and not place.step.question.required:
        buttons.append(turn.button(".skip", wording.SKIP))
    if turn.state.answers:
        buttons.append(turn.button(".all", wording.SHOW_ALL))
    buttons += [
        turn.button(".later", wording.LATER),
        turn.button(".stop", wording.STOP),
        turn.button(".person", wording.PERSON),
    ]
    if turn.state.answers and turn.state.editable is None:
        buttons.append(turn.button(".restart", wording.RESTART))
    return tuple(buttons)


def say_ways_out(turn: Turn) -> None:
    """Show all the ways out of the present question."""
    place = turn.route.place(turn.state.focus)
    choices = (turn.button(".again", wording.CONTINUE), *ways_out(turn, place))
    turn.says.append(Confirm(turn.words(wording.WHICH_WAY), choices, turn.state.nonce))


def previous(turn: Turn, path: str) -> Place | None:
    """Return the question before `path` that was answered and may be answered anew."""
    before: Place | None = None
    for stop in turn.route.stops:
        if stop.path == path:
            return before
        if (
            isinstance(stop, Place)
            and stop.standing == "asked"
            and stop.is_question
            and not stop.is_silent
        ):
            before = stop if stop.entry is not None and turn.may_edit(stop) else before
    return before


def say_summary(turn: Turn, *, ready: bool) -> None:
    turn.says.append(summary_of(turn, turn.route, ready=ready, masked=True))


def _finish(turn: Turn) -> None:
    if not turn.plan.definition.confirm:
        complete(turn)
        return
    turn.focus(SUMMARY)
    say_summary(turn, ready=True)


def _show(turn: Turn, place: Place) -> None:
    text = turn.words(place.step.question.label)
    if text:
        turn.says.append(Say(text))
    turn.put(place.path, "seen")


def _open_page(turn: Turn, place: Place) -> None:
    number, count = turn.route.number_of(place.path)
    section = place.step.section
    turn.says.append(
        OpenPage(
            section=section.id,
            title=turn.section_title(section) or turn.words(place.step.question.label),
            path=place.path,
            number=number,
            count=count,
            buttons=ways_out(turn, place),
            nonce=turn.state.nonce,
            text=turn.words(wording.ON_PAGE) if place.step.is_confidential else "",
            is_elsewhere=place.step.kind.gathers,
        )
    )


def _fitting(turn: Turn, view: View, ways: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """Put the ways out that have no room beside the answers behind one button."""
    room = MOST_BUTTONS - len(view.choices) - len(view.pickers) - len(view.buttons)
    room -= sum(sensor != "text" for sensor in view.sensors)
    if len(ways) <= room or room < 1 or view.on_list_page:
        return ways  # where the answers alone fill the row they become a list, and the row is for these
    near = tuple(way for way in ways if way.token in (".back", ".skip"))
    return (*near[: max(room - 1, 0)], turn.button(".more", wording.MORE_WAYS))


def _present_answer(turn: Turn, place: Place) -> str:
    entry = place.entry
    if entry is None or entry.how == "seen":
        return ""
    if entry.how == "skipped":
        return turn.left_open()
    return place.step.answering.show(entry.value, turn.language)
