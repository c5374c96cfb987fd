"""Procedures that tests make, and runs through them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeAlias, TypeVar

from yakuba.procedures import (
    definition,
    kinds,  # noqa: F401  plugs the kinds in
    rules,
)
from yakuba.procedures.rules import inputs, says
from yakuba.procedures.rules.inputs import Input
from yakuba.procedures.sockets import question_kinds

NOON = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # 12:00 in Japan
Document: TypeAlias = dict[str, object]
Said = TypeVar("Said", bound=says.SayItem)


def make_question(id: str, kind: str = "short_text", **fields: object) -> Document:
    return {"id": id, "kind": kind, "label": {"ja": f"{id}は？"}, **fields}


def make_choice(id: str, *choices: str, kind: str = "choice", **fields: object) -> Document:
    options: Document = {"choices": [{"id": one, "label": {"ja": one}} for one in choices]}
    return make_question(id, kind, options=options, **fields)


def make_section(id: str, *questions: Document, **fields: object) -> Document:
    return {"id": id, "title": {"ja": f"{id}について"}, "questions": list(questions), **fields}


def make_document(*sections: Document, **fields: object) -> Document:
    return {
        "schema": 1,
        "kind": "survey",
        "title": {"ja": "町のアンケート"},
        "retention": {"months": 12},
        "sections": list(sections),
        **fields,
    }


def make_plan(*sections: Document, **fields: object) -> rules.Plan:
    return rules.plan(definition.read(make_document(*sections, **fields)), question_kinds)


def make_survey(*questions: Document, **fields: object) -> rules.Plan:
    """Return a plan of one section."""
    return make_plan(make_section("main", *questions), **fields)


def when(question: str, operator: str, value: object) -> Document:
    return {"fact": f"answer.{question}", "operator": operator, "value": value}


class Talk:
    """A run as one person goes through it: remembers the state and what was said last."""

    def __init__(
        self,
        plan: rules.Plan,
        state: rules.State | None = None,
        *,
        facts: rules.Facts | None = None,
        now: datetime = NOON,
        language: str = "ja",
    ) -> None:
        self.plan = plan
        self.state = state or rules.State()
        self.facts = facts or rules.Facts()
        self.now = now
        self.language = language
        self.say: tuple[says.SayItem, ...] = ()
        self.effects: tuple[says.Effect, ...] = ()
        self._turns = 0

    def give(self, given: Input) -> "Talk":
        self._turns += 1
        outcome = rules.advance(
            self.plan,
            self.state,
            given,
            facts=self.facts,
            now=self.now,
            language=self.language,
            nonce=f"n{self._turns}",
        )
        self.state, self.say, self.effects = outcome.state, outcome.say, outcome.effects
        # A run is stored after every turn; nothing may be lost on the way.
        assert rules.State.from_json(self.state.to_json()) == self.state
        return self

    def start(self) -> "Talk":
        return self.give(inputs.Start())

    def typed(self, *texts: str) -> "Talk":
        for text in texts:
            self.give(inputs.Answer(inputs.Typed(text)))
        return self

    def send(self, sent: inputs.Sent) -> "Talk":
        return self.give(inputs.Answer(sent))

    def press(self, token: str, *, nonce: str | None = None, picked: str = "") -> "Talk":
        return self.give(inputs.Press(self.state.nonce if nonce is None else nonce, token, picked))

    def post(
        self,
        section: str,
        answers: Mapping[str, inputs.Raw],
        *,
        rev: int | None = None,
        items: Sequence[str] | None = None,
    ) -> "Talk":
        return self.give(inputs.Page(section, answers, rev, items))

    def said(self, kind: type[Said]) -> list[Said]:
        return [item for item in self.say if isinstance(item, kind)]

    def the(self, kind: type[Said]) -> Said:
        (item,) = self.said(kind)
        return item

    @property
    def asks(self) -> str:
        """The path that is asked now, "summary" when everything was answered, or nothing."""
        for item in reversed(self.say):
            if isinstance(item, says.Ask | says.OpenPage):
                return item.path
            if isinstance(item, says.Summary):
                return "summary"
        return ""

    @property
    def words(self) -> str:
        """Everything that was said in sentences."""
        parts = [item.text for item in self.say if isinstance(item, says.Say | says.Confirm)]
        parts += [f"{item.sentence}{item.mend}" for item in self.said(says.Problem)]
        return "\n".join(parts)

    @property
    def handed_in(self) -> dict[str, object]:
        (complete,) = [item for item in self.effects if isinstance(item, says.Complete)]
        return dict(complete.answers)
