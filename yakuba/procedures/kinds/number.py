"""A number, whole or with decimals."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated

from pydantic import Field, StrictFloat, StrictInt, StringConstraints

from yakuba.conditions.facts import Kind as FactKind
from yakuba.kit.numbers import number
from yakuba.procedures.definition import Text
from yakuba.procedures.kinds.hearing import form_with, hear_with, wrong
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

Limit = Annotated[StrictInt | StrictFloat, Field(ge=-(10**12), le=10**12)]

HOW = Text(
    ja="数字だけを送ってください。例：{example}",
    easy="すうじだけ おくってください。れい：{example}",
    en="Please send a number only, for example {example}.",
)
TOO_SMALL = Text(
    ja="{least}{unit}以上で答えてください。",
    easy="{least}{unit} いじょうで こたえてください。",
    en="It must be at least {least}{unit}.",
)
TOO_LARGE = Text(
    ja="{most}{unit}以下で答えてください。",
    easy="{most}{unit}までで こたえてください。",
    en="It must be at most {most}{unit}.",
)
TOO_FINE = Text(
    ja="小数は{decimals}けたまでにしてください。",
    easy="しょうすうは {decimals}けたまでです。",
    en="At most {decimals} decimals, please.",
)
WHOLE = Text(
    ja="小数は使えません。きりのよい数で答えてください。",
    easy="しょうすうは つかえません。",
    en="Please use a whole number.",
)


def decimal_in(value: Value) -> Decimal:
    """Return the number that is stored as a whole number or, with decimals, as text.

    Raises:
        TypeError: there is something else; a stored answer was damaged.
    """
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError(f"a number was stored here, not {type(value).__name__}")
    return Decimal(value)


def stored_number(value: Decimal) -> Value:
    """Return a number as JSON keeps it exactly."""
    return int(value) if value == value.to_integral_value() else format(value.normalize(), "f")


class NumberOptions(Options):
    least: Limit | None = None
    most: Limit | None = None
    decimals: Annotated[StrictInt, Field(ge=0, le=6)] = 0
    unit: Annotated[str, StringConstraints(max_length=10)] = ""

    def view(self, at: At, so_far: Value = None) -> View:
        example = self.least if self.least is not None and self.least > 0 else 3
        attributes: dict[str, object] = {
            "inputmode": "decimal" if self.decimals else "numeric",
            "unit": self.unit,
        }
        return View(
            Widget("number", attributes),
            sensors=("text",),
            how=HOW.pick(at.language).format(example=f"{example}"),
        )

    def read_talk(self, sent: Sent, at: At, so_far: Value = None) -> Reading:
        return hear_with(self._parse, sent, at)

    def read_form(self, raw: Raw, at: At) -> FormReading:
        return form_with(self._parse, raw, at)

    def check(self, value: Value, at: At) -> Wrong | None:
        amount = decimal_in(value)
        if amount != self._rounded(amount):
            return wrong(TOO_FINE if self.decimals else WHOLE, at, decimals=self.decimals)
        if self.least is not None and amount < Decimal(str(self.least)):
            return wrong(TOO_SMALL, at, least=f"{self.least:,}", unit=self.unit)
        if self.most is not None and amount > Decimal(str(self.most)):
            return wrong(TOO_LARGE, at, most=f"{self.most:,}", unit=self.unit)
        return None

    def show(self, value: Value, language: str = "ja") -> str:
        return f"{decimal_in(value):,}{self.unit}"

    def headings(self, label: str, language: str = "ja") -> list[str]:
        return [f"{label}（{self.unit}）" if self.unit else label]

    def cells(self, value: Value) -> list[Cell]:
        if value is None:
            return [None]
        amount = decimal_in(value)
        return [int(amount) if not self.decimals else amount]

    def fact(self) -> FactType:
        kind = FactKind.NUMBER if self.decimals else FactKind.INTEGER
        return FactType(kind, unit=self.unit)

    def fact_value(self, value: Value) -> int | Decimal:
        amount = decimal_in(value)
        return amount if self.decimals else int(amount)

    def clear(self, value: Value) -> list[ClearValue]:
        return [ClearValue(text=self.show(value), number=decimal_in(value))]

    def faults(self) -> list[OptionFault]:
        if self.least is not None and self.most is not None and self.least > self.most:
            return [OptionFault("least", "下限が上限より大きくなっています。")]
        return []

    def samples(self, at: At) -> list[Sample]:
        step = Decimal(1).scaleb(-self.decimals)
        least = Decimal(str(self.least)) if self.least is not None else Decimal(0)
        most = Decimal(str(self.most)) if self.most is not None else least + 100
        between = self._rounded((least + most) / 2)
        found = []
        for amount in dict.fromkeys((least, min(least + step, most), between, most)):
            if amount == self._rounded(amount):
                words = format(amount, "f")
                found.append(Sample(stored_number(amount), Typed(words), words))
        return found

    def bad_samples(self, at: At) -> list[Raw]:
        bad = ["たくさん"]
        if self.least is not None:
            bad.append(str(self.least - 1))
        if self.most is not None:
            bad.append(str(self.most + 1))
        return list(bad)

    def _parse(self, text: str) -> Value:
        plain = text.removesuffix(self.unit) if self.unit else text
        return stored_number(number(plain))

    def _rounded(self, amount: Decimal) -> Decimal:
        return amount.quantize(Decimal(1).scaleb(-self.decimals), rounding=ROUND_HALF_UP)


@question_kinds.plug
class Number(QuestionKind):
    key = "number"
    label = "数"
    options = NumberOptions
