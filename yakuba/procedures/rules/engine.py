"""The engine: what one thing that a person does makes of a run. Pure.

There is nothing to draw: the next question is the first that is definitely to be asked and has no entry.
Changing an answer changes the map; what is then no longer asked stays in the state and is not handed in.
"""

from dataclasses import dataclass
from datetime import datetime

from yakuba.procedures.rules import finding, inputs, pages, patterns, talk, wording
from yakuba.procedures.rules.correcting import settled
from yakuba.procedures.rules.inputs import Input
from yakuba.procedures.rules.plans import Facts, Plan
from yakuba.procedures.rules.says import Effect, SayItem
from yakuba.procedures.rules.state import State
from yakuba.procedures.rules.turn import Turn


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a turn: the new state, what to say, and what to do once it is stored."""

    state: State
    say: tuple[SayItem, ...]
    effects: tuple[Effect, ...]


def advance(
    plan: Plan,
    state: State,
    given: Input,
    *,
    facts: Facts,
    now: datetime,
    language: str = "ja",
    nonce: str = "",
) -> Outcome:
    """Take one input, and return what becomes of the run; nothing is changed in place.

    `nonce` marks the buttons of what this turn asks; a button with an older one is an old button.
    """
    if state.mode == "taken_up":
        state = settled(plan, state, facts=facts, now=now)
        mode = "new" if isinstance(given, inputs.Start) else "asking"
        state = state.model_copy(update={"mode": mode})
    turn = Turn(plan, state, facts=facts, now=now, language=language, nonce=nonce)
    if state.mode == "done":
        turn.say_words(wording.ALREADY_DONE)
    elif state.mode == "stopped":
        turn.say_words(wording.ALREADY_STOPPED)
    else:
        _take(turn, given)
    return Outcome(turn.finished(), tuple(turn.says), tuple(turn.effects))


def _take(turn: Turn, given: Input) -> None:
    match given:
        case inputs.Start():
            patterns.start(turn)
        case inputs.Answer():
            talk.hear(turn, given.sent)
        case inputs.TakeBack():
            patterns.take_back(turn, given.paths)
        case inputs.Press():
            talk.press(turn, given)
        case inputs.Page():
            pages.take(turn, given)
        case inputs.Found():
            finding.take(turn, given)
        case inputs.Look():
            finding.look(turn)
        case inputs.Submit():
            patterns.submit(turn, rev=given.rev)
        case inputs.Correct():
            patterns.correct(turn, given.path)
        case inputs.Stop():
            patterns.stop(turn, sure=given.sure)
        case inputs.Restart():
            patterns.restart(turn, sure=given.sure)
        case inputs.AddItem():
            patterns.add_item(turn, given.section)
        case inputs.RemoveItem():
            patterns.remove_item(turn, given.section, given.item)
        case inputs.Back():
            patterns.back(turn)
        case inputs.ShowAll():
            patterns.show_all(turn)
        case inputs.Skip():
            patterns.skip(turn)
        case inputs.Later():
            patterns.later(turn)
        case inputs.Continue():
            patterns.resume(turn)
        case inputs.AskPerson():
            patterns.ask_person(turn)
