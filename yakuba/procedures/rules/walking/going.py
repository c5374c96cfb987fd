"""Go through a procedure once, in the talk or on pages, answering as a wish says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from yakuba.conditions.facts import Declarations
from yakuba.procedures.rules import inputs, says
from yakuba.procedures.rules.answering import At
from yakuba.procedures.rules.asking import Route, items_of, route
from yakuba.procedures.rules.engine import Outcome, advance
from yakuba.procedures.rules.pages import next_section, page
from yakuba.procedures.rules.plans import Facts, Plan
from yakuba.procedures.rules.state import State
from yakuba.procedures.rules.values import Value
from yakuba.procedures.rules.walking.wishes import Reply, Wish, found_by, reply_to

Surface: TypeAlias = Literal["talk", "page"]


@dataclass(frozen=True, slots=True)
class Walked:
    """One run of the walk: what was asked, in order, and what was handed in (None: it got stuck)."""

    surface: Surface
    asked: tuple[str, ...]
    answers: Mapping[str, Value] | None
    shown: tuple[tuple[str, str], ...]  # question and answer, for the list a clerk reads
    standing: Route
    stuck_at: str = ""


class Walker:
    """Goes through one plan; keeps nothing between runs."""

    def __init__(self, plan: Plan, declarations: Declarations, now: datetime) -> None:
        self.plan, self.declarations, self.now = plan, declarations, now
        self.at = At(now)
        people = sum(section.repeat.max for section, _ in plan.sections if section.repeat)
        self.most_turns = 20 + 12 * len(plan.steps) * max(1, min(people, 10))

    def go(self, surface: Surface, wish: Wish) -> Walked:
        values = {
            key: wish.wanted[key] for key in self.declarations if wish.wanted.get(key) is not None
        }
        facts = Facts(self.declarations, values)
        walk = _Walk(self, facts, wish)
        done = walk.talk() if surface == "talk" else walk.pages()
        standing = route(self.plan, walk.state, facts, self.at)
        asked = tuple(place.path for place in standing.asked() if place.entry is not None)
        shown = tuple(
            (
                place.step.question.label.pick("ja"),
                place.step.answering.show(place.entry.value)
                if place.entry.how == "given"
                else "（答えなし）",
            )
            for place in standing.asked()
            if place.entry is not None and place.is_question
        )
        return Walked(
            surface, asked, done, shown, standing, "" if done is not None else walk.stuck_at
        )


def advance_finding(
    plan: Plan,
    state: State,
    given: inputs.Input,
    wish: Wish,
    *,
    facts: Facts,
    now: datetime,
    language: str = "ja",
    nonce: str = "",
) -> Outcome:
    """Take one input as `advance` does, and what is then found automatically as the wish says."""
    outcome = advance(plan, state, given, facts=facts, now=now, language=language, nonce=nonce)
    while wanted := [one for one in outcome.effects if isinstance(one, says.Find)]:
        found = found_by(plan, wanted[-1], wish, At(now, language))
        after = advance(
            plan, outcome.state, found, facts=facts, now=now, language=language, nonce=nonce
        )
        kept = tuple(one for one in outcome.effects if one not in wanted)
        outcome = Outcome(after.state, outcome.say + after.say, kept + after.effects)
    return outcome


class _Walk:
    def __init__(self, walker: Walker, facts: Facts, wish: Wish) -> None:
        self.walker, self.facts, self.wish = walker, facts, wish
        self.plan, self.at = walker.plan, walker.at
        self.state = State()
        self.stuck_at = ""

    def give(self, given: inputs.Input) -> Outcome:
        outcome = advance_finding(
            self.plan, self.state, given, self.wish, facts=self.facts, now=self.walker.now
        )
        self.state = outcome.state
        return outcome

    def talk(self) -> Mapping[str, Value] | None:
        outcome = self.give(inputs.Start())
        for _turn in range(self.walker.most_turns):
            for effect in outcome.effects:
                if isinstance(effect, says.Complete):
                    return effect.answers
            # A page that brought new questions says nothing; the person goes on in the talk.
            outcome = (
                self._respond(outcome.say[-1]) if outcome.say else self.give(inputs.Continue())
            )
        return None

    def pages(self) -> Mapping[str, Value] | None:
        self.give(inputs.Start())
        before = None
        for _turn in range(self.walker.most_turns):
            section = next_section(self.plan, self.state, facts=self.facts, now=self.walker.now)
            outcome = self._post(section) if section else self.give(inputs.Submit())
            for effect in outcome.effects:
                if isinstance(effect, says.Complete):
                    return effect.answers
            if (section, self.state) == before:
                self.stuck_at = section or self.state.focus
                return None
            before = (section, self.state)
        return None

    def _respond(self, item: says.SayItem) -> Outcome:
        match item:
            case says.Ask():
                self.stuck_at = item.path
                return self._answer(item.path)
            case says.OpenPage():
                self.stuck_at = item.path
                return self._post(item.section)
            case says.Summary():
                return self.give(inputs.Press(item.nonce, ".submit"))
            case says.Confirm():
                return self.give(inputs.Press(item.nonce, self._at_gate()))
            case _:
                return self.give(inputs.Continue())

    def _answer(self, path: str) -> Outcome:
        place = route(self.plan, self.state, self.facts, self.at).place(path)
        if place is None:
            return self.give(inputs.Continue())
        reply = reply_to(place.step, self.wish, self.at)
        if reply.skips:
            return self.give(inputs.Skip())
        if not reply.messages:
            # Nothing to be sent says it: the page does.
            return self.give(inputs.Page(place.step.section.id, {path: reply.raw}))
        outcome = self._send(reply.messages[0])
        for sent in reply.messages[1:]:
            if path not in self.state.answers:
                outcome = self._send(sent)
        return outcome

    def _send(self, sent: inputs.Sent) -> Outcome:
        if isinstance(sent, inputs.Pressed):
            return self.give(inputs.Press(self.state.nonce, sent.token))
        return self.give(inputs.Answer(sent))

    def _post(self, section_id: str) -> Outcome:
        """Fill in what the page shows; an answer may bring more fields, which the next post fills in."""
        section = self.plan.section(section_id)
        items = None
        if section is not None and section.repeat is not None:
            wanted = min(max(self.wish.people, section.repeat.min), section.repeat.max)
            items = items_of(self.state, section)
            items = (*items, *(f"w{number}" for number in range(len(items), wanted)))
            self.give(inputs.Page(section_id, {}, items=items))
        view = page(self.plan, self.state, section_id, facts=self.facts, now=self.walker.now)
        answers: dict[str, inputs.Raw] = {}
        for field in view.fields:
            if not field.is_message and field.is_asked:
                reply: Reply = reply_to(self.plan.steps[field.question], self.wish, self.at)
                answers[field.path] = "" if reply.skips else reply.raw
        return self.give(inputs.Page(section_id, answers, items=items))

    def _at_gate(self) -> str:
        section = self.plan.section(self.state.focus.partition("[")[0])
        if section is None or section.repeat is None:
            return ".no"
        return ".add" if len(items_of(self.state, section)) < self.wish.people else ".enough"
