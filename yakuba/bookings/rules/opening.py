"""When something is open: weekdays, seasons, holidays, 月曜休館, and what is otherwise once."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from yakuba.bookings.rules import minutes
from yakuba.bookings.rules.minutes import Span

Holidays = Literal["as_weekday", "as_sunday", "closed", "next_day"]
IsHoliday = Callable[[date], bool]
_SUNDAY = 6


@dataclass(frozen=True, slots=True)
class Rule:
    """Open from one minute of a day to another, on these weekdays of a season."""

    weekdays: frozenset[int]
    opens: int
    closes: int
    holidays: str = "as_weekday"
    since: date | None = None
    until: date | None = None
    season: tuple[int, int] | None = None  # month * 100 + day, both included; may run over New Year
    priority: int = 0
    is_own: bool = False  # of the offer, not of its facility

    def is_valid(self, day: date) -> bool:
        if (self.since and day < self.since) or (self.until and day > self.until):
            return False
        if self.season is None:
            return True
        at, (first, last) = day.month * 100 + day.day, self.season
        return first <= at <= last if first <= last else at >= first or at <= last

    def is_open(self, day: date, is_holiday: IsHoliday) -> bool:
        if not is_holiday(day):
            return day.weekday() in self.weekdays and not (
                self.holidays == "next_day" and self._rests_instead(day, is_holiday)
            )
        if self.holidays == "as_sunday":
            return _SUNDAY in self.weekdays
        if self.holidays == "as_weekday":
            return day.weekday() in self.weekdays
        return self.holidays == "next_day"

    def _rests_instead(self, day: date, is_holiday: IsHoliday) -> bool:
        """Say whether a day of rest just before fell on a holiday, so that this day is the day of rest."""
        before = day - timedelta(days=1)
        while is_holiday(before):
            if before.weekday() not in self.weekdays:
                return True
            before -= timedelta(days=1)
        return False


@dataclass(frozen=True, slots=True)
class Change:
    """Open or closed otherwise, once."""

    span: Span
    is_open: bool


def spans_of(day: date, rules: Iterable[Rule], is_holiday: IsHoliday) -> list[Span]:
    """Return when it is open on `day` by the rules that decide: an offer's own first, then by priority."""
    valid = [rule for rule in rules if rule.is_valid(day)]
    own = [rule for rule in valid if rule.is_own]
    valid = own or valid
    highest = max((rule.priority for rule in valid), default=0)
    start = minutes.midnight(day)
    return minutes.union(
        (start + rule.opens, start + rule.closes)
        for rule in valid
        if rule.priority == highest and rule.is_open(day, is_holiday)
    )


def open_spans(
    since: date,
    until: date,
    rules: Sequence[Rule],
    changes: Iterable[Change],
    is_holiday: IsHoliday,
) -> list[Span]:
    """Return when it is open from the day `since` to before `until`, and as long after it as a booking may last.

    What is open beyond midnight belongs to the day on which it began, so the day before is looked at; and what
    begins on the last evening may go on where the next days are open from midnight on.
    """
    first, last = minutes.midnight(since), minutes.midnight(until)
    by_rule = [
        span
        for day in minutes.days(since - timedelta(days=1), until + timedelta(days=2))
        for span in spans_of(day, rules, is_holiday)
    ]
    changes = list(changes)
    opened = minutes.union([*by_rule, *(one.span for one in changes if one.is_open)])
    closed = minutes.union(one.span for one in changes if not one.is_open)
    return minutes.common(minutes.without(opened, closed), [(first, last + minutes.LONGEST)])
