"""A rating from 1 to as many stars as the town gives."""

from typing import Annotated

from pydantic import Field, StrictInt

from yakuba.conditions.facts import Kind as FactKind
from yakuba.kit.numbers import counted, whole
from yakuba.procedures.definition import Text
from yakuba.procedures.kinds.hearing import NOT_UNDERSTOOD, form_with, hear_with, wrong
from yakuba.procedures.kinds.number import decimal_in
from yakuba.procedures.rules.answering import (
    At,
    Cell,
    ClearValue,
    FactType,
    FormReading,
    Given,
    Reading,
    Sample,
    Wrong,
)
from yakuba.procedures.rules.inputs import Pressed, Raw, Sent, Typed
from yakuba.procedures.rules.says import Choice, View, Widget
from yakuba.procedures.rules.values import Value
from yakuba.procedures.sockets import Options, QuestionKind, question_kinds

HOW = Text(
    ja="1から{most}までの数で答えてください。",
    easy="1から {most}までの すうじで こたえてください。",
    en="Please answer with a number from 1 to {most}.",
)


class RatingOptions(Options):
    most: Annotated[StrictInt, Field(ge=2, le=10)] = 5
    low: Text | None = None  # what 1 means
    high: Text | None = None

    def view(self, at: At, so_far: Value = None) -> View:
        choices = tuple(
            Choice(str(number), self._label(number, at.language))
            for number in range(1, self.most + 1)
        )
        return View(
            Widget("rating", {"most": self.most}, choices),
            choices=choices,
            how=HOW.pick(at.language).format(most=self.most),
        )

    def read_talk(self, sent: Sent, at: At, so_far: Value = None) -> Reading:
        if isinstance(sent, Pressed):
            return Given(counted(sent.token)) if counted(sent.token) >= 0 else NOT_UNDERSTOOD
        if isinstance(sent, Typed) and sent.text and set(sent.text) == {"★"}:
            return Given(len(sent.text))
        return hear_with(whole, sent, at)

    def read_form(self, raw: Raw, at: At) -> FormReading:
        return form_with(whole, raw, at)

    def check(self, value: Value, at: At) -> Wrong | None:
        if 1 <= decimal_in(value) <= self.most:
            return None
        return wrong(HOW, at, most=self.most)

    def show(self, value: Value, language: str = "ja") -> str:
        return f"{decimal_in(value)}／{self.most}"

    def cells(self, value: Value) -> list[Cell]:
        return [None if value is None else int(decimal_in(value))]

    def fact(self) -> FactType:
        return FactType(FactKind.INTEGER)

    def fact_value(self, value: Value) -> int:
        return int(decimal_in(value))

    def clear(self, value: Value) -> list[ClearValue]:
        return [ClearValue(choice=str(value), text=str(value), number=decimal_in(value))]

    def texts(self) -> list[tuple[str, Text]]:
        named = [("low", self.low), ("high", self.high)]
        return [(where, text) for where, text in named if text is not None]

    def samples(self, at: At) -> list[Sample]:
        return [
            Sample(number, Pressed(str(number)), str(number)) for number in range(1, self.most + 1)
        ]

    def bad_samples(self, at: At) -> list[Raw]:
        return ["0", str(self.most + 1), "よい"]

    def _label(self, number: int, language: str) -> str:
        text = {1: self.low, self.most: self.high}.get(number)
        return f"{number} {text.pick(language)}" if text else str(number)


@question_kinds.plug
class Rating(QuestionKind):
    key = "rating"
    label = "評価"
    options = RatingOptions
    is_choosing = True
