"""An amount of money in whole yen."""

from typing import Annotated

from pydantic import Field, StrictInt

from yakuba.conditions.facts import Kind as FactKind
from yakuba.kit.numbers import yen
from yakuba.procedures.definition import Text
from yakuba.procedures.kinds.hearing import form_with, hear_with, wrong
from yakuba.procedures.kinds.number import TOO_LARGE, TOO_SMALL, decimal_in
from yakuba.procedures.rules.answering import (
    At,
    Cell,
    ClearValue,
    FactType,
    FormReading,
    OptionFault,
    Reading,
    Sample,
    Wrong,
)
from yakuba.procedures.rules.inputs import Raw, Sent, Typed
from yakuba.procedures.rules.says import View, Widget
from yakuba.procedures.rules.values import Value
from yakuba.procedures.sockets import Options, QuestionKind, question_kinds

Yen = Annotated[StrictInt, Field(ge=0, le=10**12)]

HOW = Text(
    ja="金額を送ってください。例：「1200」「1,200円」「3万円」",
    easy="おかねを すうじで おくってください。れい：1200",
    en="Please send an amount in yen, for example 1200.",
)


class MoneyOptions(Options):
    least: Yen = 0
    most: Yen | None = None

    def view(self, at: At, so_far: Value = None) -> View:
        return View(
            Widget("money", {"inputmode": "numeric", "unit": "円"}),
            sensors=("text",),
            how=HOW.pick(at.language),
        )

    def read_talk(self, sent: Sent, at: At, so_far: Value = None) -> Reading:
        return hear_with(yen, sent, at)

    def read_form(self, raw: Raw, at: At) -> FormReading:
        return form_with(yen, raw, at)

    def check(self, value: Value, at: At) -> Wrong | None:
        amount = int(decimal_in(value))
        if amount < self.least:
            return wrong(TOO_SMALL, at, least=f"{self.least:,}", unit="円")
        if self.most is not None and amount > self.most:
            return wrong(TOO_LARGE, at, most=f"{self.most:,}", unit="円")
        return None

    def show(self, value: Value, language: str = "ja") -> str:
        return f"{int(decimal_in(value)):,}円"

    def headings(self, label: str, language: str = "ja") -> list[str]:
        return [f"{label}（円）"]

    def cells(self, value: Value) -> list[Cell]:
        return [None if value is None else int(decimal_in(value))]

    def fact(self) -> FactType:
        return FactType(FactKind.MONEY, unit="円")

    def fact_value(self, value: Value) -> int:
        return int(decimal_in(value))

    def clear(self, value: Value) -> list[ClearValue]:
        return [ClearValue(text=self.show(value), number=decimal_in(value))]

    def faults(self) -> list[OptionFault]:
        if self.most is not None and self.least > self.most:
            return [OptionFault("least", "下限が上限より大きくなっています。")]
        return []

    def samples(self, at: At) -> list[Sample]:
        most = self.most if self.most is not None else self.least + 10_000
        return [
            Sample(amount, Typed(f"{amount:,}円"), str(amount))
            for amount in dict.fromkeys((self.least, most))
        ]

    def bad_samples(self, at: At) -> list[Raw]:
        bad = ["-1", "すこし"]
        return [*bad, str(self.most + 1)] if self.most is not None else list(bad)


@question_kinds.plug
class Money(QuestionKind):
    key = "money"
    label = "金額"
    options = MoneyOptions
