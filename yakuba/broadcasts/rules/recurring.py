"""The rule of what is sent again and again: which days, at what time, and what holidays do to it.

A rule names days; holidays and closed days may move them or leave them out. The days of the town come in as
two questions (`Days`), so that nothing here knows a calendar. Decided once, and kept by the property test:

* Two planned days that land on one day are one occurrence, which remembers both.
* "Skip", "the day before" and "the day after" look at holidays and the town's closed days; weekends are
  what the rule itself says. "The next open day" and "the one before" look at weekends too.
* A day beyond reach (no open day within 31 days) is left out, and so is one that a move carries out of the
  series' own first and last day.
* The 31st is left out in a shorter month; "the last day" is a day of its own.
"""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from typing import Annotated, Literal, Protocol, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

REACH = 31  # days that a move may go
LAST = -1  # of the month: the last day, the last such weekday
WEEKDAYS = "月火水木金土日"
MOST_AGE = 120
_DAY = timedelta(days=1)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Weekly(_Strict):
    kind: Literal["weekly"] = "weekly"
    weekdays: tuple[Annotated[int, Field(ge=0, le=6)], ...] = Field(min_length=1)  # 0 is Monday


class NthWeekday(_Strict):
    """Such as the first and the third Wednesday."""

    kind: Literal["nth"] = "nth"
    nths: tuple[Annotated[int, Field(ge=LAST, le=5)], ...] = Field(min_length=1)
    weekdays: tuple[Annotated[int, Field(ge=0, le=6)], ...] = Field(min_length=1)


class Monthly(_Strict):
    kind: Literal["monthly"] = "monthly"
    days: tuple[Annotated[int, Field(ge=LAST, le=31)], ...] = Field(min_length=1)


class Yearly(_Strict):
    kind: Literal["yearly"] = "yearly"
    days: tuple[tuple[Annotated[int, Field(ge=1, le=12)], Annotated[int, Field(ge=1, le=31)]], ...] = (
        Field(min_length=1)
    )  # fmt: skip


class Around(_Strict):
    """Each person on a day of their own: so many days before or after a date that the town knows of them.

    With `ages` it is the birthday (or the same day of a later year) on which that age is reached; an empty list
    is every year. None is the date itself: 100 days after birth. Somebody born on 29 February is meant on
    28 February where there is no 29th.
    """

    kind: Literal["around"] = "around"
    fact: str = Field(max_length=200)
    label: str = Field(default="", max_length=100)  # as the fact was called, for the sentence
    days: Annotated[int, Field(ge=-3660, le=3660)] = 0  # negative is before
    ages: tuple[Annotated[int, Field(ge=0, le=MOST_AGE)], ...] | None = None


When: TypeAlias = Weekly | NthWeekday | Monthly | Yearly | Around


class Holidays(StrEnum):
    SEND = "send"
    SKIP = "skip"
    BEFORE = "before"
    AFTER = "after"
    PREVIOUS_OPEN = "previous_open"
    NEXT_OPEN = "next_open"


class Rule(_Strict):
    when: Annotated[When, Field(discriminator="kind")]
    at: time
    holidays: Holidays = Holidays.SEND
    stops_at_year_end: bool = False  # nothing from 29 December to 3 January


class Days(Protocol):
    """What the town's calendar says of a day."""

    def is_holiday(self, day: date) -> bool:
        """Say whether it is a national holiday or a closed day of the town; a weekend alone is neither."""

    def is_open(self, day: date) -> bool:
        """Say whether the town hall is open: no weekend, no holiday, no closed day."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One day on which it is sent, and the days of the rule that led there."""

    day: date
    planned: tuple[date, ...]

    @property
    def is_moved(self) -> bool:
        return self.planned != (self.day,)


def read(document: object) -> Rule:
    """Return the rule behind a stored document. Raises pydantic.ValidationError."""
    return Rule.model_validate(document)


def document_of(rule: Rule) -> dict[str, object]:
    return rule.model_dump(mode="json")


def falls_on(when: When, day: date) -> bool:
    """Say whether the rule itself, before any holiday, names `day`."""
    match when:
        case Weekly():
            return day.weekday() in when.weekdays
        case NthWeekday():
            is_last = (day + 7 * _DAY).month != day.month
            nth = (day.day - 1) // 7 + 1
            return day.weekday() in when.weekdays and (
                nth in when.nths or (is_last and LAST in when.nths)
            )
        case Monthly():
            is_end = (day + _DAY).month != day.month
            return day.day in when.days or (is_end and LAST in when.days)
        case Yearly():
            return (day.month, day.day) in when.days
        case Around():
            return True  # somebody's day may be any


def moved(rule: Rule, planned: date, days: Days) -> date | None:
    """Return the day on which what was planned is sent, or None if it is left out."""
    day = _around_holidays(rule.holidays, planned, days)
    if day is not None and rule.stops_at_year_end and is_year_end(day):
        return None
    return day


def _around_holidays(policy: Holidays, planned: date, days: Days) -> date | None:
    match policy:
        case Holidays.SEND:
            return planned
        case Holidays.NEXT_OPEN | Holidays.PREVIOUS_OPEN:
            step = _DAY if policy == Holidays.NEXT_OPEN else -_DAY
            found = (planned + far * step for far in range(REACH + 1))
            return next((day for day in found if days.is_open(day)), None)
    if not days.is_holiday(planned):
        return planned
    return {Holidays.BEFORE: planned - _DAY, Holidays.AFTER: planned + _DAY}.get(policy)


def is_year_end(day: date) -> bool:
    return (day.month == 12 and day.day >= 29) or (day.month == 1 and day.day <= 3)


def expand(
    rule: Rule, first: date, last: date, days: Days, *, begins: date, ends: date | None = None
) -> list[Occurrence]:
    """Return the occurrences from `first` to `last`, in order, of a series that begins and ends on its own days."""
    landed: dict[date, list[date]] = {}
    for planned in planned_days(rule.when, first, last, begins=begins, ends=ends):
        day = moved(rule, planned, days)
        if day is None or not first <= day <= last or day < begins or (ends and day > ends):
            continue
        landed.setdefault(day, []).append(planned)
    return [Occurrence(day, tuple(landed[day])) for day in sorted(landed)]


def left_out(
    rule: Rule, first: date, last: date, days: Days, *, begins: date, ends: date | None = None
) -> list[date]:
    """Return the days of the rule from `first` to `last` on which nothing is sent and which are not moved either."""
    planned = planned_days(rule.when, first, last, begins=begins, ends=ends)
    return [day for day in planned if first <= day <= last and moved(rule, day, days) is None]


def planned_days(
    when: When, first: date, last: date, *, begins: date, ends: date | None
) -> Iterator[date]:
    """Yield the days that the rule names and that could be sent from `first` to `last`."""
    day = max(first - REACH * _DAY, begins)
    final = min(last + REACH * _DAY, ends) if ends else last + REACH * _DAY
    while day <= final:
        if falls_on(when, day):
            yield day
        day += _DAY


def upcoming(
    rule: Rule, after: date, days: Days, *, begins: date, ends: date | None = None
) -> Iterator[Occurrence]:
    """Yield the occurrences later than `after`, one after the other, for ten years at most."""
    first = max(after + _DAY, begins)
    for _month in range(120):
        last = first + 30 * _DAY
        yield from expand(rule, first, last, days, begins=begins, ends=ends)
        first = last + _DAY
        if ends is not None and first > ends:
            return


def own_days(when: Around, sent: date) -> list[date]:
    """Return the dates of people whose turn it is on `sent`."""
    day = sent - timedelta(days=when.days)
    if when.ages is None:
        return [day]
    ages = when.ages or range(MOST_AGE + 1)
    found = []
    for age in ages:
        year = day.year - age
        if (day.month, day.day) == (2, 29) and not calendar.isleap(year):
            continue
        found.append(date(year, day.month, day.day))
        if (
            (day.month, day.day) == (2, 28)
            and not calendar.isleap(day.year)
            and calendar.isleap(year)
        ):
            found.append(date(year, 2, 29))  # whose day does not exist this year
    return found


def people_on(when: Around, planned: tuple[date, ...]) -> dict[str, object]:
    """Return the condition that means those whose turn it is on any of the days `planned`."""
    dates = sorted({one.isoformat() for day in planned for one in own_days(when, day)})
    operator = "contains_any" if when.fact.endswith("children_born_on") else "one_of"
    leaves: list[object] = [
        {"fact": when.fact, "operator": operator, "value": dates[place : place + 150]}
        for place in range(0, len(dates), 150)
    ]
    return {"any_of": leaves}


_HOLIDAYS = {
    Holidays.SEND: "",
    Holidays.SKIP: "祝日や休みの日には送りません。",
    Holidays.BEFORE: "祝日や休みの日のときは、前の日に送ります。",
    Holidays.AFTER: "祝日や休みの日のときは、次の日に送ります。",
    Holidays.PREVIOUS_OPEN: "役場が休みの日のときは、その前の開いている日に送ります。",
    Holidays.NEXT_OPEN: "役場が休みの日のときは、次の開いている日に送ります。",
}


def sentence(rule: Rule) -> str:
    """Say the rule: 毎週月・木曜日の7:00に送ります。祝日や休みの日のときは、前の日に送ります。"""
    stops = "年末年始（12月29日〜1月3日）は送りません。" if rule.stops_at_year_end else ""
    at = f"{rule.at.hour}:{rule.at:%M}"
    return f"{_days_of(rule.when)}{at}に送ります。{_HOLIDAYS[rule.holidays]}{stops}"


def _days_of(when: When) -> str:
    match when:
        case Weekly():
            if len(set(when.weekdays)) == 7:
                return "毎日の"
            return f"毎週{_weekdays(when.weekdays)}の"
        case NthWeekday():
            nths = "・".join(f"第{nth}" for nth in sorted(set(when.nths) - {LAST}))
            last = "最後の" if LAST in when.nths else ""
            joined = f"{nths}と{last}" if nths and last else nths or last
            return f"毎月{joined}{_weekdays(when.weekdays)}の"
        case Monthly():
            days = [f"{day}日" for day in sorted(set(when.days) - {LAST})]
            return "毎月" + "・".join([*days, *(["末日"] if LAST in when.days else [])]) + "の"
        case Yearly():
            return (
                "毎年" + "・".join(f"{month}月{day}日" for month, day in sorted(when.days)) + "の"
            )
        case Around():
            return _own_day_of(when)


def _weekdays(weekdays: tuple[int, ...]) -> str:
    return "・".join(WEEKDAYS[day] for day in sorted(set(weekdays))) + "曜日"


def _own_day_of(when: Around) -> str:
    label = when.label or "登録した日"
    is_birth = when.fact.endswith("born_on")
    if when.ages is None:
        base = f"「{label}」の日"
    elif when.ages:
        years = "・".join(str(age) for age in sorted(when.ages))
        base = (
            f"「{label}」から{years}歳の誕生日"
            if is_birth
            else f"「{label}」から{years}年目の同じ日"
        )
    else:
        base = f"「{label}」と同じ月日（毎年）"
    if when.days == 0:
        return f"{base}の"
    return f"{base}の{abs(when.days)}日{'後' if when.days > 0 else '前'}の"
