"""Which times may be picked, and why others may not."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from yakuba.bookings.rules import minutes
from yakuba.bookings.rules.minutes import Span
from yakuba.bookings.rules.terms import Horizon, Terms

State = Literal["free", "taken", "held", "closed", "too_soon", "not_yet", "over"]


@dataclass(frozen=True, slots=True)
class Slot:
    """A time on a day as a resident sees it. `longest` is how many minutes are free from its start on."""

    starts: int
    ends: int
    state: State
    name: str = ""
    longest: int = 0
    left: int | None = None  # seats


def last_day(horizon: Horizon, now: datetime) -> date:
    """Return the last day that may be booked now.

    By months: from `day` and `minute` of a month on, the whole month so many months ahead opens
    (「3か月前の1日9時から」 is months=3: on 1 March at 9:00 the whole of June).
    """
    here = now.astimezone(minutes.JAPAN)
    if horizon.by == "days":
        return here.date() + timedelta(days=horizon.amount)
    opened = (here.day, here.hour * 60 + here.minute) >= (horizon.day, horizon.minute)
    months = here.year * 12 + here.month - 1 + horizon.amount + (1 if opened else 0)
    return date(months // 12, months % 12 + 1, 1) - timedelta(days=1)


def window(terms: Terms, now: datetime) -> Span:
    """Return from when and to when something may begin, if it is booked now."""
    first = minutes.of(now) + terms.notice_minutes
    return first, minutes.midnight(last_day(terms.horizon, now) + timedelta(days=1))


def why_not_by_terms(terms: Terms, span: Span, now: datetime) -> State | None:
    """Say why this time cannot be booked now, whoever has it: it is over, too soon, or not yet open."""
    first, last = window(terms, now)
    if span[0] < minutes.of(now):
        return "over"
    if span[0] < first:
        return "too_soon"
    return "not_yet" if span[0] >= last else None


def fits_grid(terms: Terms, span: Span) -> bool:
    """Say whether the time begins on the grid of its day and is as long as may be."""
    long = span[1] - span[0]
    on_grid = (span[0] - minutes.midnight(minutes.day_of(span[0]))) % terms.step_minutes == 0
    return (
        on_grid
        and long % terms.step_minutes == 0
        and terms.shortest_minutes <= long <= terms.longest_minutes
    )


def grid(
    terms: Terms,
    days: Iterable[date],
    opened: Sequence[Span],
    free: list[Span],
    held: list[Span],
    now: datetime,
) -> Iterator[Slot]:
    """Return a slot for each step of the grid of these days while it is open, in order.

    The grid of a day begins at its midnight. Of free times that overlap (two courts, one of which is enough) the last
    to begin goes on longest.
    """
    place = 0
    for cell in _cells(terms.step_minutes, days, opened):
        while place + 1 < len(free) and free[place + 1][0] <= cell[0]:
            place += 1
        is_inside = place < len(free) and free[place][0] <= cell[0] < free[place][1]
        left = free[place][1] - cell[0] if is_inside else 0
        longest = min(left, terms.longest_minutes) // terms.step_minutes * terms.step_minutes
        yield Slot(*cell, _state(terms, cell, longest, held, now), longest=longest)


def _cells(step: int, days: Iterable[date], opened: Sequence[Span]) -> Iterator[Span]:
    place = 0
    for day in days:
        base = minutes.midnight(day)
        while place < len(opened) and opened[place][1] <= base:
            place += 1
        for start, end in opened[place:]:
            if start >= base + minutes.DAY:
                break
            first = base + -(-max(start - base, 0) // step) * step
            for at in range(first, min(end - step + 1, base + minutes.DAY), step):
                yield at, at + step


def _state(terms: Terms, cell: Span, longest: int, held: list[Span], now: datetime) -> State:
    by_terms = why_not_by_terms(terms, cell, now)
    if by_terms:
        return by_terms
    if longest >= terms.shortest_minutes:
        return "free"
    return "held" if any(start < cell[1] and cell[0] < end for start, end in held) else "taken"


def joined(periods: Sequence[Span], span: Span, most: int) -> bool:
    """Say whether the time is one period of the day, or several that follow each other."""
    inside = [one for one in periods if span[0] <= one[0] and one[1] <= span[1]]
    return bool(
        inside and len(inside) <= most and inside[0][0] == span[0] and inside[-1][1] == span[1]
    )
