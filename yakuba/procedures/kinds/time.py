"""A time of the day."""

from datetime import time
from typing import Annotated

from pydantic import AfterValidator, Field, StrictInt

from yakuba.conditions.facts import Kind as FactKind
from yakuba.kit import wareki
from yakuba.procedures.definition import Text
from yakuba.procedures.kinds.hearing import form_with, hear_with, wrong
from yakuba.procedures.rules.answering import (
    At,
    Cell,
    ClearValue,
    FactType,
    FormReading,
    Given,
    OptionFault,
    Reading,
    Sample,
    Wrong,
)
from yakuba.procedures.rules.inputs import Picked, Raw, Sent, Typed
from yakuba.procedures.rules.says import Picker, View, Widget
from yakuba.procedures.rules.values import Value, text_in
from yakuba.procedures.sockets import Options, QuestionKind, question_kinds


def _of_the_day(text: str) -> str:
    moment = time.fromisoformat(text)
    if moment.tzinfo is not None or moment.second or moment.microsecond or len(text) != 5:
        raise ValueError("09:30 のように書いてください。")
    return text


Limit = Annotated[str, AfterValidator(_of_the_day)]

HOW = Text(
    ja="「9:30」「午後3時」のように送るか、「時刻を選ぶ」を押してください。",
    easy="「9:30」のように おくってください。「時間を えらぶ」を おしても いいです。",
    en="Send it like 9:30, or press “Choose a time”.",
)
PICK = Text(ja="時刻を選ぶ", easy="時間を えらぶ", en="Choose a time")
OUTSIDE = Text(
    ja="{least}から{most}までの時刻にしてください。",
    easy="{least}から {most}までに してください。",
    en="Choose a time from {least} to {most}.",
)
NOT_ON_STEP = Text(
    ja="{step}分きざみで答えてください。",
    easy="{step}分ごとに えらべます。",
    en="In steps of {step} minutes, please.",
)


class TimeOptions(Options):
    least: Limit = "00:00"
    most: Limit = "23:59"
    step: Annotated[StrictInt, Field(ge=1, le=720)] = 1  # minutes, counted from `least`

    def view(self, at: At, so_far: Value = None) -> View:
        picker = Picker("time", PICK.pick(at.language), "pick", self.least, self.least, self.most)
        return View(
            Widget("time", {"min": self.least, "max": self.most, "step": self.step * 60}),
            pickers=(picker,),
            sensors=("text",),
            how=HOW.pick(at.language),
        )

    def read_talk(self, sent: Sent, at: At, so_far: Value = None) -> Reading:
        if isinstance(sent, Picked):
            try:
                return Given(time.fromisoformat(sent.value).strftime("%H:%M"))
            except ValueError:
                return Wrong(HOW.pick(at.language))
        return hear_with(self._parse, sent, at)

    def read_form(self, raw: Raw, at: At) -> FormReading:
        return form_with(self._parse, raw, at)

    def check(self, value: Value, at: At) -> Wrong | None:
        moment = text_in(value)
        if not self.least <= moment <= self.most:
            return wrong(OUTSIDE, at, least=self.least, most=self.most)
        if (_minutes(moment) - _minutes(self.least)) % self.step:
            return wrong(NOT_ON_STEP, at, step=self.step)
        return None

    def show(self, value: Value, language: str = "ja") -> str:
        moment = time.fromisoformat(text_in(value))
        return f"{moment.hour}:{moment:%M}"

    def cells(self, value: Value) -> list[Cell]:
        return [None if value is None else self.show(value)]

    def fact(self) -> FactType:
        return FactType(FactKind.TIME)

    def fact_value(self, value: Value) -> time:
        return time.fromisoformat(text_in(value))

    def clear(self, value: Value) -> list[ClearValue]:
        return [ClearValue(text=text_in(value))]

    def faults(self) -> list[OptionFault]:
        if self.least > self.most:
            return [OptionFault("least", "最初の時刻が、最後の時刻より後になっています。")]
        return []

    def samples(self, at: At) -> list[Sample]:
        steps = (_minutes(self.most) - _minutes(self.least)) // self.step
        found = []
        for number in dict.fromkeys((0, steps // 2, steps)):
            minutes = _minutes(self.least) + number * self.step
            words = f"{minutes // 60:02}:{minutes % 60:02}"
            found.append(Sample(words, Typed(words), words))
        return found

    def bad_samples(self, at: At) -> list[Raw]:
        return ["25:00", "そのうち"]

    def _parse(self, text: str) -> str:
        return wareki.parse_time(text).strftime("%H:%M")


def _minutes(text: str) -> int:
    moment = time.fromisoformat(text)
    return moment.hour * 60 + moment.minute


@question_kinds.plug
class Time(QuestionKind):
    key = "time"
    label = "時刻"
    options = TimeOptions
