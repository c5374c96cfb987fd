"""Run a draft for real, for its maker: the engine itself, with a state that the maker's browser holds.

Nothing is kept and nothing can be handed in. `reach` goes to a question by answering what comes before it
with samples, so that the phone always shows the question that is being written.
"""

import json
import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from yakuba.conditions.facts import Declarations
from yakuba.kit import clock
from yakuba.procedures import definition, rules, sockets
from yakuba.procedures.console.documents import Document
from yakuba.procedures.rules import inputs, says
from yakuba.procedures.rules.asking import Place, Turnstile, items_of, route
from yakuba.procedures.rules.walking.going import advance_finding
from yakuba.procedures.rules.walking.wishes import Wish, reply_to, wish_for
from yakuba.segments.sockets import facts as resident_facts


@dataclass(frozen=True, slots=True)
class Trial:
    """One draft made ready to be tried. `wish` says how to answer so that `question` is asked."""

    plan: rules.Plan
    facts: rules.Facts
    now: datetime
    language: str
    question: str
    wish: Wish

    def give(self, state: rules.State, given: inputs.Input) -> rules.Outcome:
        return advance_finding(
            self.plan,
            state,
            given,
            self.wish,
            facts=self.facts,
            now=self.now,
            language=self.language,
            nonce=secrets.token_urlsafe(6),
        )

    def page(self, state: rules.State, section: str) -> rules.PageView:
        return rules.page(
            self.plan, state, section, facts=self.facts, now=self.now, language=self.language
        )


def trial(document: Document, *, question: str, language: str) -> Trial:
    """Make a draft ready, as if it were open and had room.

    Raises:
        definition.UnreadableDefinition: options of a question are not its kind's; the linter says which.
    """
    read = definition.read(document)
    open_now = read.model_copy(update={"opening": definition.Opening(), "capacity": None})
    plan = rules.plan(open_now, sockets.question_kinds)
    now = clock.now()
    outside = resident_facts()
    wish = _wish(plan, question, outside, now)
    values = {key: wish.wanted[key] for key in outside if wish.wanted.get(key) is not None}
    language = language if language in definition.LANGUAGES else "ja"
    return Trial(plan, rules.Facts(dict(outside), values), now, language, question, wish)


def _wish(plan: rules.Plan, question: str, outside: Declarations, now: datetime) -> Wish:
    step = plan.steps.get(question)
    if step is None:
        return Wish()
    when, around = step.question.when, step.section.when
    if when is None:
        when, around = around, None
    if when is None:
        return Wish()
    wanted = wish_for(plan, when, around, outside, now)
    return Wish(wanted=wanted or {})


def state_of(text: str) -> rules.State:
    """Return the state that the browser held; one that cannot be read is a new run."""
    try:
        return rules.State.from_json(json.loads(text or "{}"))
    except (ValueError, rules.UnreadableState):
        return rules.State()


def reach(one: Trial) -> rules.Outcome:
    """Begin, and go on to the question that was chosen; where it is not asked, as far as one comes."""
    started = one.give(rules.State(), inputs.Start())
    if one.question not in one.plan.steps:
        return started
    state = started.state
    for _step in range(20 + 4 * len(one.plan.steps)):
        at = rules.At(one.now, one.language)
        stop = next(
            (stop for stop in route(one.plan, state, one.facts, at).stops if stop.is_open), None
        )
        if stop is None or (isinstance(stop, Place) and _is_chosen(stop, one.question)):
            break
        after = _past(one, state, stop)
        if after == state:
            break
        state = after
    if state == started.state:
        return started
    said = one.give(_unfocused(state), inputs.Continue())
    # The engine greets whoever comes back; nobody went away here.
    return replace(said, say=said.say[1:] if isinstance(said.say[0], says.Say) else said.say)


def _unfocused(state: rules.State) -> rules.State:
    return state.model_copy(update={"focus": "", "mode": "asking"})


def _is_chosen(place: Place, question: str) -> bool:
    return place.step.question.id == question


def _past(one: Trial, state: rules.State, stop: Place | Turnstile) -> rules.State:
    """Answer what is in the way with a sample."""
    if isinstance(stop, Turnstile):
        people = items_of(state, stop.section) or ("w1",)
        return one.give(state, inputs.Page(stop.section.id, {}, items=people)).state
    section = stop.step.section
    if not stop.is_question or stop.is_automatic:
        return one.give(state, inputs.Page(section.id, {})).state
    reply = reply_to(stop.step, one.wish, rules.At(one.now, one.language))
    raw = "" if reply.skips else reply.raw
    items = items_of(state, section) if section.repeat is not None else None
    return one.give(state, inputs.Page(section.id, {stop.path: raw}, items=items)).state
