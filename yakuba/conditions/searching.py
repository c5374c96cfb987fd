"""Find answers that make a condition true, or false: for the walk of a procedure before it is published.

A leaf divides the values of its fact into stretches; one value of each stretch, beside "unanswered", stands
for all of them. Facts are given values one after another, and a beginning that has already decided the
condition the wrong way is given up.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import combinations, pairwise
from typing import TypeAlias

from yakuba.conditions.distance import Place
from yakuba.conditions.facts import Declaration, Declarations, Kind, Ordered, UnknownFact, Value
from yakuba.conditions.judging import Verdict, judged, passes
from yakuba.conditions.operands import (
    Among,
    InRanges,
    NotAmong,
    Overlaps,
    Test,
    Within,
    position,
    test_of,
)
from yakuba.conditions.tree import Clause, Leaf, facts_named, leaves

MOST_TRIES = 20_000
_MOST_CHOICES = 6  # of one question with several choices, of which every combination is tried
_DAY = timedelta(days=1)

Answers: TypeAlias = Mapping[str, Value | None]


@dataclass(frozen=True, slots=True)
class Search:
    """`found` are values by fact, None among them for unanswered; facts that do not matter are left out.

    Without `found`, `complete` says that there are none; otherwise the search was given up.
    """

    found: Answers | None
    complete: bool


class _Enough(Exception):
    """More was tried than a clerk wants to wait for."""


def satisfying(
    tree: Clause,
    facts: Declarations,
    *,
    today: date,
    now: datetime,
    accepts: Callable[[str, Value | None], bool] = lambda key, value: True,
    most_tries: int = MOST_TRIES,
) -> Search:
    """Look for values that make `tree` definitely true.

    `accepts` says of a fact's key and a value whether anybody may answer so: a required question does not
    accept None, a rating accepts 1 to 5.
    """
    return _search(tree, facts, True, today, now, accepts, most_tries)


def falsifying(
    tree: Clause,
    facts: Declarations,
    *,
    today: date,
    now: datetime,
    accepts: Callable[[str, Value | None], bool] = lambda key, value: True,
    most_tries: int = MOST_TRIES,
) -> Search:
    """Look for values that make `tree` definitely false, as `satisfying` does for true."""
    return _search(tree, facts, False, today, now, accepts, most_tries)


def _search(
    tree: Clause,
    facts: Declarations,
    wanted: bool,
    today: date,
    now: datetime,
    accepts: Callable[[str, Value | None], bool],
    most_tries: int,
) -> Search:
    tests: dict[int, Test] = {}  # by the identity of the leaf, which holds a list
    for leaf in leaves(tree):
        if leaf.fact not in facts:
            raise UnknownFact(leaf.fact)
        tests[id(leaf)] = test_of(leaf, facts[leaf.fact], today=today, now=now)

    complete = True
    values: dict[str, list[Value | None]] = {}
    for key in facts_named(tree):
        of_fact = [tests[id(leaf)] for leaf in leaves(tree) if leaf.fact == key]
        every, whole = _stand_ins(facts[key], of_fact)
        complete = complete and whole
        values[key] = [value for value in every if accepts(key, value)]

    try:
        found = _fill(tree, tests, values, wanted, most_tries)
    except _Enough:
        return Search(None, complete=False)
    return Search(found, complete=complete or found is not None)


def _fill(
    tree: Clause,
    tests: Mapping[int, Test],
    values: Mapping[str, Sequence[Value | None]],
    wanted: bool,
    most_tries: int,
) -> Answers | None:
    order = list(values)
    tries = 0

    def attempt(given: dict[str, Value | None]) -> dict[str, Value | None] | None:
        nonlocal tries
        tries += 1
        if tries > most_tries:
            raise _Enough

        def of_leaf(leaf: Leaf) -> Verdict:
            # What is still open decides nothing; `passes` of None would already say "unanswered".
            return passes(tests[id(leaf)], given[leaf.fact]) if leaf.fact in given else None

        verdict = judged(tree, of_leaf)
        if verdict is wanted:
            return given
        if verdict is not None or len(given) == len(order):
            return None
        key = order[len(given)]
        for value in values[key]:
            found = attempt({**given, key: value})
            if found is not None:
                return found
        return None

    return attempt({})


def _stand_ins(fact: Declaration, tests: Sequence[Test]) -> tuple[list[Value | None], bool]:
    """Return values that stand for all others under `tests`, and whether none is missing."""
    match fact.kind:
        case Kind.BOOLEAN:
            return [True, False, None], True
        case Kind.CHOICE if fact.choices:
            return [*_mentioned(tests), *fact.choices, None], True
        case Kind.TEXT | Kind.CHOICE:
            return [*_mentioned(tests), _another(_mentioned(tests)), None], True
        case Kind.CHOICES:
            return _combinations(tests)
        case Kind.PLACE:
            return _places(tests)
        case Kind.OTHER:
            return [object(), None], True
    return [*_between(_ends(tests), fact.kind), None], True


def _mentioned(tests: Sequence[Test]) -> list[str]:
    said: list[object] = []
    for test in tests:
        if isinstance(test, Among | NotAmong):
            said += test.values
        elif isinstance(test, Overlaps):
            said += test.choices
    return list(dict.fromkeys(value for value in said if isinstance(value, str)))


def _another(values: Sequence[str]) -> str:
    return "あ" * (1 + max((len(value) for value in values), default=0))


def _combinations(tests: Sequence[Test]) -> tuple[list[Value | None], bool]:
    mentioned = _mentioned(tests)
    whole = len(mentioned) <= _MOST_CHOICES
    sizes = range(1, len(mentioned) + 1) if whole else (1, 2, len(mentioned))
    chosen: list[Value | None] = [
        frozenset(choices) for size in sizes for choices in combinations(mentioned, size)
    ]
    return [*chosen, frozenset(), None], whole


def _places(tests: Sequence[Test]) -> tuple[list[Value | None], bool]:
    """The centres, and places clearly outside of all circles; circles that overlap may need others."""
    within = [test for test in tests if isinstance(test, Within)]
    centres = [test.centre for test in within]
    opposite = [Place(-centre.latitude, _around(centre.longitude)) for centre in centres]
    return [*centres, *opposite, Place(0.0, 0.0), None], len(set(centres)) <= 1


def _around(longitude: float) -> float:
    return longitude - 180 if longitude > 0 else longitude + 180


def _ends(tests: Sequence[Test]) -> list[Ordered]:
    """Return every value at which some test changes its mind, in order."""
    ends: list[Ordered] = []
    for test in tests:
        if isinstance(test, Among | NotAmong):
            ends += [value for value in test.values if not isinstance(value, str | bool)]
        elif isinstance(test, InRanges):
            for stretch in test.ranges:
                marks = (stretch.first, stretch.last, stretch.after, stretch.beyond)
                ends += [mark for mark in marks if mark is not None]
    return sorted(set(ends), key=position)


def _between(ends: Sequence[Ordered], kind: Kind) -> list[Value]:
    """Return the ends, and a neighbour on both sides of each."""
    found: list[Value] = []
    for end in ends:
        found += [end, *_neighbours(end)]
    if kind is Kind.NUMBER:
        numbers = [end for end in ends if isinstance(end, Decimal)]
        found += [(low + high) / 2 for low, high in pairwise(numbers)]
    return list(dict.fromkeys(found)) or [_any_value(kind)]


def _neighbours(end: Ordered) -> Iterator[Ordered]:
    if isinstance(end, datetime):
        yield from (end - timedelta(seconds=1), end + timedelta(seconds=1))
    elif isinstance(end, date):
        yield from (end - _DAY, end + _DAY)
    elif isinstance(end, time):
        minutes = end.hour * 60 + end.minute
        yield from (time(m // 60, m % 60) for m in (minutes - 1, minutes + 1) if 0 <= m < 24 * 60)
    else:
        yield from (end - 1, end + 1)


def _any_value(kind: Kind) -> Value:
    some: dict[Kind, Value] = {
        Kind.DATE: date(2000, 1, 1),
        Kind.TIME: time(12),
        Kind.INSTANT: datetime.fromisoformat("2000-01-01T12:00:00+09:00"),
        Kind.NUMBER: Decimal(1),
    }
    return some.get(kind, 1)
