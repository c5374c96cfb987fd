"""By when the town promised to decide (標準処理期間, 行政手続法6条), counted in open days."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

_SOON = 2  # open days before the promised one


@dataclass(frozen=True, slots=True)
class Age:
    """How much of the promised time is left; `days` are open days, counted beyond it when over."""

    state: Literal["fine", "soon", "over"]
    days: int


def promised_day(start: date, days: int, *, is_open: Callable[[date], bool]) -> date:
    """Return the last of `days` open days after `start`; the day of arrival does not count."""
    day = start
    while days:
        day += timedelta(days=1)
        days -= is_open(day)
    return day


def open_days_between(first: date, last: date, *, is_open: Callable[[date], bool]) -> int:
    """Count the open days after `first`, up to and with `last`."""
    span = (last - first).days
    return sum(is_open(first + timedelta(days=number)) for number in range(1, span + 1))


def age(today: date, decide_by: date, *, is_open: Callable[[date], bool]) -> Age:
    """Say how `today` stands to the promised day."""
    if today > decide_by:
        return Age("over", open_days_between(decide_by, today, is_open=is_open))
    left = open_days_between(today, decide_by, is_open=is_open)
    return Age("soon" if left <= _SOON else "fine", left)
