"""One turn in the making: the state as it becomes, what is said and what is to be done."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from yakuba.procedures.definition import Section, Text
from yakuba.procedures.rules import wording
from yakuba.procedures.rules.answering import At
from yakuba.procedures.rules.asking import (
    Place,
    Route,
    Turnstile,
    items_of,
    may_edit,
    new_item,
    route,
    turnstile_path,
)
from yakuba.procedures.rules.plans import Facts, Plan
from yakuba.procedures.rules.says import Choice, Effect, Find, Say, SayItem
from yakuba.procedures.rules.state import Entry, State
from yakuba.procedures.rules.values import Value

SUMMARY = ".summary"  # the focus while the summary waits to be confirmed


class Turn:
    """What the rooms of the engine write on. Lives for one call of `advance`."""

    def __init__(
        self,
        plan: Plan,
        state: State,
        *,
        facts: Facts,
        now: datetime,
        language: str,
        nonce: str,
    ) -> None:
        self.plan = plan
        self.before = self.state = state
        self.facts = facts
        self.now = now
        self.language = language
        self.says: list[SayItem] = []
        self.effects: list[Effect] = []
        self.looked_for = ""  # the automatic question that was looked for in vain, in this turn
        self._fresh_nonce = nonce or f"{state.rev + 1:x}"
        self._route: Route | None = None

    @property
    def route(self) -> Route:
        if self._route is None:
            self._route = route(self.plan, self.state, self.facts, self.at())
        return self._route

    def at(self, question_id: str = "") -> At:
        return At(self.now, self.language, self.facts.outside.get(question_id))

    def words(self, text: Text) -> str:
        """Write a text as the talk says it."""
        return text.told(self.language)

    def say_words(self, text: Text) -> None:
        self.says.append(Say(self.words(text)))

    def button(self, token: str, text: Text) -> Choice:
        return Choice(token, self.words(text))

    def change(self, **fields: Any) -> None:
        self.state = self.state.model_copy(update=fields)
        self._route = None

    def focus(self, path: str, *, mode: str = "asking") -> None:
        """Turn the talk to `path`; buttons of what was asked before are old from now on."""
        if (self.state.focus, self.state.mode) != (path, mode) or not self.state.nonce:
            self.change(focus=path, mode=mode, nonce=self._fresh_nonce)

    def put(self, path: str, how: str, value: Value = None) -> None:
        """Enter an answer. Its button is old from now on, even if the same question is asked again."""
        entry = Entry.model_validate({"how": how, "value": value, "rev": self.state.rev + 1})
        partial = {key: half for key, half in self.state.partial.items() if key != path}
        nonce = self._fresh_nonce if path == self.state.focus else self.state.nonce
        self.change(
            answers={**self.state.answers, path: entry}, partial=partial, nonce=nonce, misses=0
        )

    def put_half(self, path: str, so_far: Value) -> None:
        self.change(partial={**self.state.partial, path: so_far}, misses=0)

    def may_edit(self, place: Place) -> bool:
        return may_edit(self.state, place)

    def find(self, place: Place, section: str = "") -> None:
        """Have somebody look for the answer of an automatic question; the turn ends here."""
        self.effects.append(Find(place.path, section))

    def drop(self, path: str) -> None:
        """Take out an answer that was found, with what it filled in."""
        left = {
            key: one for key, one in self.state.answers.items() if key != path and one.by != path
        }
        self.change(answers=left)

    def settle(self, items: Mapping[str, tuple[str, ...]]) -> None:
        """Keep who is in the repeated sections; whoever is taken out stays aside with the answers."""
        removed = dict(self.state.removed)
        for section, now in items.items():
            gone = [one for one in self.state.items.get(section, ()) if one not in now]
            back = [one for one in removed.get(section, ()) if one not in now]
            if gone or back:
                removed[section] = tuple(dict.fromkeys([*back, *gone]))
            else:
                removed.pop(section, None)
        self.change(items={**self.state.items, **items}, removed=removed)

    def add_item(self, section: Section) -> str:
        items = items_of(self.state, section)
        item = new_item(self.state, section, items)
        self.settle({section.id: (*items, item)})
        return item

    def close(self, gate: Turnstile) -> None:
        """Note that nobody else is to be added."""
        self.settle({gate.section.id: items_of(self.state, gate.section)})
        self.put(turnstile_path(gate.section), "given", gate.count)

    def item_label(self, place: Place) -> str:
        """Name the person whose question this is: 1人目."""
        repeat = place.step.section.repeat
        if repeat is None:
            return ""
        number = items_of(self.state, place.step.section).index(place.item) + 1
        return self.words(repeat.item).replace("{number}", str(number))

    def section_title(self, section: Section) -> str:
        return self.words(section.title)

    def finished(self) -> State:
        """Return the state after this turn, with a higher `rev` if anything changed."""
        if self.state == self.before:
            return self.before
        return self.state.model_copy(update={"rev": self.before.rev + 1})

    def left_open(self) -> str:
        return self.words(wording.LEFT_OPEN)
