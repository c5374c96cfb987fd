"""What the engine offers in every procedure without a clerk drawing it: back, correct, stop, a person …"""

from yakuba.procedures.rules import wording
from yakuba.procedures.rules.asking import items_of, turnstile_path
from yakuba.procedures.rules.flow import ask, gate_of, go_on, previous, repeat, say_summary
from yakuba.procedures.rules.handing import complete
from yakuba.procedures.rules.openings import opening
from yakuba.procedures.rules.says import (
    Confirm,
    Contact,
    Introduction,
    Paused,
    PersonWanted,
    Problem,
    Say,
    Stopped,
)
from yakuba.procedures.rules.state import State
from yakuba.procedures.rules.turn import SUMMARY, Turn


def start(turn: Turn) -> None:
    """Begin with what this is; or, when it was begun before, go on where the person was."""
    if turn.state.mode != "new":
        resume(turn)
        return
    definition = turn.plan.definition
    desk = opening(definition, now=turn.now, language=turn.language)
    if not desk.is_open:
        turn.says.append(Say(desk.sentence))
        return
    turn.says.append(
        Introduction(
            title=turn.words(definition.title),
            summary=turn.words(definition.summary) if definition.summary else "",
            minutes=definition.minutes,
            bring=tuple(turn.words(thing) for thing in definition.bring),
        )
    )
    turn.change(mode="asking")
    go_on(turn)


def resume(turn: Turn) -> None:
    if turn.state.mode == "new":
        start(turn)
        return
    if turn.state.mode != "asking":
        turn.change(mode="asking", nonce="")
    turn.say_words(wording.RESUMED)
    repeat(turn)


def back(turn: Turn) -> None:
    """Ask the question before once more; its answer stays until there is another."""
    focus = turn.state.focus
    if focus == SUMMARY:
        answered = [
            place
            for place in turn.route.asked()
            if place.is_question and place.entry is not None and turn.may_edit(place)
        ]
        before = answered[-1] if answered else None
    else:
        before = previous(turn, focus)
    if before is None:
        turn.say_words(wording.NO_WAY_BACK)
        repeat(turn)
        return
    ask(turn, before)


def correct(turn: Turn, path: str) -> None:
    place = turn.route.place(path)
    if place is None or place.standing != "asked" or not place.is_question:
        turn.says.append(Problem(path, turn.words(wording.CANNOT_CORRECT)))
        repeat(turn)
        return
    if not turn.may_edit(place):
        turn.says.append(Problem(path, turn.words(wording.CANNOT_CORRECT)))
        repeat(turn)
        return
    if turn.state.mode != "asking":
        turn.change(mode="asking")
    ask(turn, place)


def skip(turn: Turn) -> None:
    """Leave the question open if that is allowed; a question that has an answer keeps it."""
    place = turn.route.place(turn.state.focus)
    if place is None or place.standing != "asked":
        repeat(turn)
        return
    if place.entry is None and (place.step.question.required or place.is_automatic):
        turn.says.append(Problem(place.path, turn.words(wording.REQUIRED)))
        ask(turn, place)
        return
    if place.entry is None:
        turn.put(place.path, "skipped")
    go_on(turn)


def take_back(turn: Turn, paths: tuple[str, ...]) -> None:
    """Forget answers whose messages were taken back, and ask again what is open now; a paused run stays so."""
    state = turn.state
    turn.change(
        answers={path: entry for path, entry in state.answers.items() if path not in paths},
        partial={path: half for path, half in state.partial.items() if path not in paths},
        photos=("", ""),
        nonce="",
    )
    turn.say_words(wording.TAKEN_BACK)
    if state.mode not in ("paused", "new"):
        turn.change(mode="asking")
        go_on(turn)


def show_all(turn: Turn) -> None:
    ready = turn.route.first_open() is None
    if ready:
        turn.focus(SUMMARY)
    say_summary(turn, ready=ready)


def stop(turn: Turn, *, sure: bool) -> None:
    if not sure:
        turn.focus(turn.state.focus, mode="stopping")
        turn.says.append(
            Confirm(
                turn.words(wording.REALLY_STOP),
                (
                    turn.button(".yes", wording.YES_STOP),
                    turn.button(".later", wording.LATER),
                    turn.button(".no", wording.NO),
                ),
                turn.state.nonce,
            )
        )
        return
    turn.change(mode="stopped", focus="", nonce="")
    turn.say_words(wording.STOPPED)
    turn.effects.append(Stopped())


def restart(turn: Turn, *, sure: bool) -> None:
    """Forget everything and begin anew; not when only some answers were opened for correction."""
    if turn.state.editable is not None:
        turn.says.append(Problem("", turn.words(wording.CANNOT_CORRECT)))
        repeat(turn)
        return
    if not sure:
        turn.focus(turn.state.focus, mode="restarting")
        turn.says.append(
            Confirm(
                turn.words(wording.REALLY_RESTART),
                (turn.button(".yes", wording.YES_RESTART), turn.button(".no", wording.NO)),
                turn.state.nonce,
            )
        )
        return
    turn.change(**dict(State(mode="asking")) | {"rev": turn.state.rev})
    turn.say_words(wording.RESTARTED)
    go_on(turn)


def later(turn: Turn) -> None:
    turn.change(mode="paused")
    turn.say_words(wording.PAUSED)
    turn.effects.append(Paused())


def ask_person(turn: Turn) -> None:
    contact = turn.plan.definition.contact
    turn.says.append(
        Contact(
            text=turn.words(wording.ASK_A_PERSON),
            name=turn.words(contact.name) if contact.name else "",
            telephone=contact.telephone,
            hours=turn.words(contact.hours) if contact.hours else "",
            buttons=(turn.button(".again", wording.CONTINUE),),
            nonce=turn.state.nonce,
        )
    )
    turn.effects.append(PersonWanted(turn.state.focus))


def submit(turn: Turn, *, rev: int | None = None) -> None:
    """Hand in, unless something was changed since the summary, or is open again."""
    if rev is not None and rev != turn.state.rev:
        turn.say_words(wording.CHECK_AGAIN)
        go_on(turn)
        return
    if turn.route.first_open() is not None:
        # The day may have changed since the summary, and with it what is to be asked.
        turn.say_words(wording.STILL_OPEN)
        go_on(turn)
        return
    focus = turn.state.focus
    if not complete(turn) and turn.state.focus != focus:
        repeat(turn)


def add_item(turn: Turn, section_id: str) -> None:
    section = turn.plan.section(section_id)
    gate = gate_of(turn, section_id)
    if section is None or section.repeat is None or gate is None:
        if section is not None and section.repeat is not None:
            sentence = turn.words(wording.CANNOT_ADD).format(most=section.repeat.max)
            turn.says.append(Problem("", sentence))
        repeat(turn)
        return
    if turn.state.editable is not None and section_id not in turn.state.editable:
        turn.says.append(Problem("", turn.words(wording.CANNOT_CORRECT)))
        repeat(turn)
        return
    turn.add_item(section)
    go_on(turn)


def remove_item(turn: Turn, section_id: str, item: str) -> None:
    """Take a person out of a repeated section; the answers stay aside and are not handed in."""
    section = turn.plan.section(section_id)
    items = items_of(turn.state, section) if section is not None else ()
    if section is None or section.repeat is None or item not in items:
        repeat(turn)
        return
    if turn.state.editable is not None and section_id not in turn.state.editable:
        turn.says.append(Problem("", turn.words(wording.CANNOT_CORRECT)))
    elif len(items) <= section.repeat.min:
        sentence = turn.words(wording.CANNOT_REMOVE).format(fewest=section.repeat.min)
        turn.says.append(Problem("", sentence))
    else:
        left = tuple(one for one in items if one != item)
        turn.settle({section_id: left})
        if turnstile_path(section) in turn.state.answers:
            turn.put(turnstile_path(section), "given", len(left))
    repeat(turn)
