"""A day, typed in any calendar or picked; and the date of birth, which is confidential."""

import re
from datetime import date, timedelta
from typing import Annotated

from pydantic import AfterValidator

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

_LIMIT = re.compile(r"today(?:([+-])(\d{1,5}))?")
_EARLIEST, _LATEST = date(1900, 1, 1), date(2100, 12, 31)  # of LINE's date picker

HOW = Text(
    ja="「令和8年4月1日」「R8.4.1」「2026/4/1」のように送るか、「日付を選ぶ」を押してください。",
    easy="「2026/4/1」のように おくってください。「日を えらぶ」を おしても いいです。",
    en="Send it like 2026/4/1, or press “Choose a date”.",
)
PICK = Text(ja="日付を選ぶ", easy="日を えらぶ", en="Choose a date")
TOO_EARLY = Text(
    ja="{day}以降の日付にしてください。",
    easy="{day}から あとの 日に してください。",
    en="Choose {day} or later.",
)
TOO_LATE = Text(
    ja="{day}以前の日付にしてください。",
    easy="{day}より まえの 日に してください。",
    en="Choose {day} or earlier.",
)


def _limit(text: str) -> str:
    if not _LIMIT.fullmatch(text):
        date.fromisoformat(text)  # its ValueError says what is wrong
    return text


# A day (2026-04-01), or one that moves: today, today+30, today-7.
Limit = Annotated[str, AfterValidator(_limit)]


def day_of(limit: Limit, today: date) -> date:
    moving = _LIMIT.fullmatch(limit)
    if moving is None:
        return date.fromisoformat(limit)
    days = int(moving[2] or 0)
    return today + timedelta(days=-days if moving[1] == "-" else days)


class DateOptions(Options):
    least: Limit | None = None
    most: Limit | None = None

    def view(self, at: At, so_far: Value = None) -> View:
        first, last = self._limits(at)
        initial = min(max(at.today, first), last)
        return View(
            Widget("date", self._attributes(first, last)),
            pickers=(
                Picker(
                    "date",
                    PICK.pick(at.language),
                    "pick",
                    initial=min(max(initial, _EARLIEST), _LATEST).isoformat(),
                    least=max(first, _EARLIEST).isoformat(),
                    most=min(last, _LATEST).isoformat(),
                ),
            ),
            sensors=("text",),
            how=HOW.pick(at.language),
        )

    def read_talk(self, sent: Sent, at: At, so_far: Value = None) -> Reading:
        if isinstance(sent, Picked):
            try:
                return Given(date.fromisoformat(sent.value[:10]).isoformat())
            except ValueError:
                return Wrong(HOW.pick(at.language))
        return hear_with(lambda text: self._parse(text, at), sent, at)

    def read_form(self, raw: Raw, at: At) -> FormReading:
        return form_with(lambda text: self._parse(text, at), raw, at)

    def check(self, value: Value, at: At) -> Wrong | None:
        day = date.fromisoformat(text_in(value))
        if self.least is not None and day < day_of(self.least, at.today):
            return wrong(TOO_EARLY, at, day=_written(day_of(self.least, at.today), at.language))
        if self.most is not None and day > day_of(self.most, at.today):
            return wrong(TOO_LATE, at, day=_written(day_of(self.most, at.today), at.language))
        return None

    def show(self, value: Value, language: str = "ja") -> str:
        return _written(date.fromisoformat(text_in(value)), language)

    def cells(self, value: Value) -> list[Cell]:
        return [None if value is None else date.fromisoformat(text_in(value))]

    def fact(self) -> FactType:
        return FactType(FactKind.DATE)

    def fact_value(self, value: Value) -> date:
        return date.fromisoformat(text_in(value))

    def clear(self, value: Value) -> list[ClearValue]:
        return [ClearValue(text=self.show(value), day=date.fromisoformat(text_in(value)))]

    def faults(self) -> list[OptionFault]:
        somewhere = date(2026, 4, 1)
        if not self.least or not self.most:
            return []
        if day_of(self.least, somewhere) <= day_of(self.most, somewhere):
            return []
        sentence = "選べる最初の日が、最後の日より後になっています。"
        return [OptionFault("least", sentence, is_red="today" not in self.least + self.most)]

    def samples(self, at: At) -> list[Sample]:
        first, last = self._limits(at)
        between = first + (last - first) // 2
        today = min(max(at.today, first), last)
        return [
            Sample(day.isoformat(), Typed(wareki.full(day)), day.isoformat())
            for day in dict.fromkeys((first, last, between, today))
        ]

    def bad_samples(self, at: At) -> list[Raw]:
        bad = ["2月30日", "いつか"]
        first, last = self._limits(at)
        if self.least is not None:
            bad.append((first - timedelta(days=1)).isoformat())
        if self.most is not None:
            bad.append((last + timedelta(days=1)).isoformat())
        return list(bad)

    def _limits(self, at: At) -> tuple[date, date]:
        first = day_of(self.least, at.today) if self.least else date(1900, 1, 1)
        last = day_of(self.most, at.today) if self.most else date(2100, 12, 31)
        return first, max(first, last)

    def _attributes(self, first: date, last: date) -> dict[str, object]:
        return {"min": first.isoformat(), "max": last.isoformat()}

    def _parse(self, text: str, at: At) -> str:
        lean: wareki.Lean = "nearest"
        if self.least is not None and day_of(self.least, at.today) >= at.today:
            lean = "future"
        elif self.most is not None and day_of(self.most, at.today) <= at.today:
            lean = "past"
        return wareki.parse_date(text, today=at.today, lean=lean).isoformat()


class BirthDateOptions(DateOptions):
    least: Limit | None = "1900-01-01"
    most: Limit | None = "today"

    def _attributes(self, first: date, last: date) -> dict[str, object]:
        return {**super()._attributes(first, last), "autocomplete": "bday"}


def _written(day: date, language: str) -> str:
    return day.isoformat() if language == "en" else wareki.full(day)


@question_kinds.plug
class Date(QuestionKind):
    key = "date"
    label = "日付"
    options = DateOptions


@question_kinds.plug
class BirthDate(QuestionKind):
    key = "birth_date"
    label = "生年月日"
    options = BirthDateOptions
    is_confidential = True
