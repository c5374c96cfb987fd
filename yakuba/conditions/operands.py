"""Every operator, turned into one of six tests.

Both judges know only the tests. So ages, school years and days since are reckoned once, in Python, and
PostgreSQL compares dates; the two cannot disagree about a leap day.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, auto
from typing import TypeAlias
from zoneinfo import ZoneInfo

from yakuba.conditions import ages
from yakuba.conditions.distance import Box, Place, box_around, haversine_of
from yakuba.conditions.facts import Declaration, Kind, Ordered, Single
from yakuba.conditions.tree import (
    FIRST_DAY,
    LAST_DAY,
    Aged,
    Between,
    Compared,
    Elapsed,
    FiscalAged,
    Graded,
    Known,
    Leaf,
    Listed,
    Near,
    Scalar,
)
from yakuba.kit.text import stored

TODAY = "today"  # as a value of dates and instants
_JAPAN = ZoneInfo("Asia/Tokyo")
_DAY = timedelta(days=1)
_COUNTED = frozenset({Kind.INTEGER, Kind.NUMBER, Kind.MONEY})
_TIMED = frozenset({Kind.DATE, Kind.TIME, Kind.INSTANT})

# Which kinds of fact an operator may be asked of; anything else is refused before it is judged.
OPERATORS: dict[str, frozenset[Kind]] = {
    "is": _COUNTED | _TIMED | {Kind.TEXT, Kind.CHOICE, Kind.BOOLEAN},
    "is_not": _COUNTED | _TIMED | {Kind.TEXT, Kind.CHOICE, Kind.BOOLEAN},
    "one_of": _COUNTED | {Kind.TEXT, Kind.CHOICE, Kind.DATE},
    "contains": frozenset({Kind.CHOICES}),
    "contains_any": frozenset({Kind.CHOICES}),
    "at_least": _COUNTED | _TIMED,
    "at_most": _COUNTED | _TIMED,
    "between": _COUNTED | _TIMED,
    "before": _TIMED,
    "after": _TIMED,
    "age_at_least": frozenset({Kind.DATE}),
    "age_at_most": frozenset({Kind.DATE}),
    "fiscal_age_between": frozenset({Kind.DATE}),
    "grade_in": frozenset({Kind.DATE}),
    "days_since_at_least": frozenset({Kind.DATE, Kind.INSTANT}),
    "days_since_at_most": frozenset({Kind.DATE, Kind.INSTANT}),
    "hours_since_at_least": frozenset({Kind.INSTANT}),
    "hours_since_at_most": frozenset({Kind.INSTANT}),
    "within_metres": frozenset({Kind.PLACE}),
    "answered": frozenset(Kind),
    "unanswered": frozenset(Kind),
}


@dataclass(frozen=True, slots=True)
class Among:
    """The value is one of these; with none of them, it never is."""

    values: tuple[Single, ...]


@dataclass(frozen=True, slots=True)
class NotAmong:
    values: tuple[Single, ...]


@dataclass(frozen=True, slots=True)
class Overlaps:
    """At least one of these choices was made."""

    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """From `first` on, up to `last`; `beyond` instead of `last` stays outside."""

    first: Ordered | None = None
    last: Ordered | None = None
    after: Ordered | None = None
    beyond: Ordered | None = None


@dataclass(frozen=True, slots=True)
class InRanges:
    ranges: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class Within:
    """The haversine to the centre is at most this."""

    centre: Place
    haversine: float
    box: Box | None


@dataclass(frozen=True, slots=True)
class IsAnswered:
    """Whether there is a value at all: the only test that is never unknown."""

    expected: bool


Test: TypeAlias = Among | NotAmong | Overlaps | InRanges | Within | IsAnswered


class Fault(Enum):
    """Why an operand does not go with its fact; `checking` has the sentences."""

    OPERATOR = auto()
    CHOICE = auto()
    TEXT = auto()
    YES_NO = auto()
    WHOLE_NUMBER = auto()
    NUMBER = auto()
    DAY = auto()
    TIME = auto()
    ORDER = auto()


class Mismatch(ValueError):
    def __init__(self, fault: Fault, value: object = "") -> None:
        super().__init__(f"{fault.name}: {value}")
        self.fault = fault
        self.value = value


def test_of(leaf: Leaf, fact: Declaration, *, today: date, now: datetime) -> Test:
    """Return what is to be tested of the fact's value.

    Raises:
        Mismatch: the operator or its value does not go with the kind of the fact.
    """
    if fact.kind not in OPERATORS[leaf.operator]:
        raise Mismatch(Fault.OPERATOR, leaf.operator)
    match leaf:
        case Known():
            return IsAnswered(expected=leaf.operator == "answered")
        case Compared(operator="contains"):
            return Overlaps((_choice(leaf.value, fact),))
        case Listed(operator="contains_any"):
            return Overlaps(tuple(_choice(value, fact) for value in leaf.value))
        case Near():
            place = leaf.of.place
            return Within(place, haversine_of(leaf.value), box_around(place, leaf.value))
        case Aged():
            return InRanges((_births(leaf, on=leaf.day or today),))
        case FiscalAged() | Graded():
            return InRanges(_school_births(leaf, today=today))
        case Elapsed():
            return InRanges((_elapsed(leaf, fact.kind, today=today, now=now),))
        case Listed():
            return Among(tuple(_single(value, fact, today=today) for value in leaf.value))
        case Between():
            return InRanges((_between(leaf, fact, today=today),))
        case Compared():
            return _compared(leaf, fact, today=today)


def _compared(leaf: Compared, fact: Declaration, *, today: date) -> Test:
    value = _single(leaf.value, fact, today=today)
    if leaf.operator in ("is", "is_not") and fact.kind is not Kind.INSTANT:
        return Among((value,)) if leaf.operator == "is" else NotAmong((value,))
    if isinstance(value, str):
        raise Mismatch(Fault.OPERATOR, leaf.operator)
    if fact.kind is Kind.INSTANT and isinstance(value, date):
        return InRanges(_day_of_instants(leaf.operator, value))
    ranges = {
        "at_least": Range(first=value),
        "at_most": Range(last=value),
        "before": Range(beyond=value),
        "after": Range(after=value),
    }
    return InRanges((ranges[leaf.operator],))


def _day_of_instants(operator: str, day: date) -> tuple[Range, ...]:
    """An instant is compared with a day by the day it falls on in Japan."""
    begins, ends = start_of(day), start_of(day + _DAY)
    return {
        "is": (Range(first=begins, beyond=ends),),
        "is_not": (Range(beyond=begins), Range(first=ends)),
        "at_least": (Range(first=begins),),
        "at_most": (Range(beyond=ends),),
        "before": (Range(beyond=begins),),
        "after": (Range(first=ends),),
    }[operator]


def _between(leaf: Between, fact: Declaration, *, today: date) -> Range:
    first, last = (_single(value, fact, today=today) for value in leaf.value)
    if isinstance(first, str) or isinstance(last, str):
        raise Mismatch(Fault.OPERATOR, leaf.operator)
    if TODAY not in leaf.value and position(first) > position(last):
        raise Mismatch(Fault.ORDER, f"{leaf.value[0]}, {leaf.value[1]}")
    if fact.kind is Kind.INSTANT and isinstance(first, date) and isinstance(last, date):
        return Range(first=start_of(first), beyond=start_of(last + _DAY))
    return Range(first=first, last=last)


def _births(leaf: Aged, *, on: date) -> Range:
    """Only those born by that day have an age, so nobody unborn is "at most 3"."""
    if leaf.operator == "age_at_least":
        return Range(last=ages.latest_birth(age=leaf.value, day=on))
    return Range(after=ages.latest_birth(age=leaf.value + 1, day=on), last=on)


def _school_births(leaf: FiscalAged | Graded, *, today: date) -> tuple[Range, ...]:
    year = leaf.fiscal_year or ages.fiscal_year_of(today)
    if isinstance(leaf, Graded):
        entered = [ages.GRADES[grade] for grade in leaf.value]
        births = [
            ages.births_of_fiscal_age(age, fiscal_year=year) for age in dict.fromkeys(entered)
        ]
        return tuple(Range(first=first, last=last) for first, last in births)
    youngest, oldest = leaf.value
    if youngest > oldest:
        raise Mismatch(Fault.ORDER, f"{youngest}, {oldest}")
    first, _ = ages.births_of_fiscal_age(oldest, fiscal_year=year)
    _, last = ages.births_of_fiscal_age(youngest, fiscal_year=year)
    return (Range(first=first, last=last),)


def _elapsed(leaf: Elapsed, kind: Kind, *, today: date, now: datetime) -> Range:
    if leaf.operator.startswith("hours"):
        then = now - timedelta(hours=leaf.value)
        return Range(last=then) if leaf.operator.endswith("least") else Range(first=then, last=now)
    day = today - leaf.value * _DAY
    if leaf.operator.endswith("least"):
        return Range(last=day) if kind is Kind.DATE else Range(beyond=start_of(day + _DAY))
    if kind is Kind.DATE:
        return Range(first=day, last=today)
    return Range(first=start_of(day), beyond=start_of(today + _DAY))


def _choice(value: Scalar, fact: Declaration) -> str:
    if not isinstance(value, str) or (fact.choices and value not in fact.choices):
        raise Mismatch(Fault.CHOICE, value)
    return value


def _single(value: Scalar, fact: Declaration, *, today: date) -> Single:
    """Give a value of the document the type of the fact, or say what it should have been."""
    match fact.kind, value:
        case Kind.CHOICE, _:
            return _choice(value, fact)
        case Kind.TEXT, str():
            return stored(value)  # as answers are when they are written
        case Kind.BOOLEAN, bool():
            return value
        case ((Kind.INTEGER | Kind.MONEY), int()) if not isinstance(value, bool):
            return value
        case Kind.NUMBER, int() | float() if not isinstance(value, bool):
            return Decimal(str(value))
        case ((Kind.DATE | Kind.INSTANT), "today"):
            return today
        case ((Kind.DATE | Kind.INSTANT), str()):
            return _day(value)
        case Kind.TIME, str():
            return _time(value)
    faults = {
        Kind.TEXT: Fault.TEXT,
        Kind.BOOLEAN: Fault.YES_NO,
        Kind.NUMBER: Fault.NUMBER,
        Kind.DATE: Fault.DAY,
        Kind.INSTANT: Fault.DAY,
        Kind.TIME: Fault.TIME,
    }
    raise Mismatch(faults.get(fact.kind, Fault.WHOLE_NUMBER), value)


def _day(value: str) -> date:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise Mismatch(Fault.DAY, value) from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Mismatch(Fault.DAY, value)
    return day


def _time(value: str) -> time:
    try:
        moment = time.fromisoformat(value)
    except ValueError:
        raise Mismatch(Fault.TIME, value) from None
    if moment.tzinfo is not None:
        raise Mismatch(Fault.TIME, value)
    return moment


def start_of(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=_JAPAN)


def position(value: Ordered) -> int | Decimal:
    """Return where a value lies among the values of its kind."""
    if isinstance(value, datetime):
        return (value - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    if isinstance(value, date):
        return value.toordinal()
    if isinstance(value, time):
        minutes = value.hour * 60 + value.minute
        return (minutes * 60 + value.second) * 1_000_000 + value.microsecond
    return value
