"""Judge a condition of one subject, in three values, as SQL would judge it.

True, False, and None for "not known": a leaf is unknown when its fact is unanswered. All of is false as
soon as one clause is, any of true as soon as one is, and what is not known stays not known when it is
turned round, so `age is unanswered` never makes `none of (age < 18)` true. (Kleene's strong logic.)
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from yakuba.conditions.distance import Place, haversine
from yakuba.conditions.facts import Fact, Ordered, Subject, UnknownFact, Value, typed
from yakuba.conditions.operands import (
    Among,
    InRanges,
    IsAnswered,
    NotAmong,
    Overlaps,
    Range,
    Test,
    Within,
    position,
    test_of,
)
from yakuba.conditions.tree import AllOf, AnyOf, Clause, Leaf, NoneOf

Verdict: TypeAlias = bool | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A clause, what came of it, and what came of the clauses inside it."""

    clause: Clause
    verdict: Verdict
    inside: tuple["Explanation", ...] = ()


def judge(
    tree: Clause,
    facts: Mapping[str, Fact[Subject]],
    subject: Subject,
    *,
    today: date,
    now: datetime,
) -> Verdict:
    """Say whether `tree` holds for `subject`: True, False, or None for not known."""
    return judged(tree, lambda leaf: _judge_leaf(leaf, facts, subject, today=today, now=now))


def explain(
    tree: Clause,
    facts: Mapping[str, Fact[Subject]],
    subject: Subject,
    *,
    today: date,
    now: datetime,
) -> Explanation:
    """Say of every clause, inner ones too, what comes of it for `subject`."""
    inside: tuple[Explanation, ...] = ()
    if isinstance(tree, AllOf | AnyOf | NoneOf):
        inside = tuple(
            explain(clause, facts, subject, today=today, now=now) for clause in tree.clauses
        )
    return Explanation(tree, judge(tree, facts, subject, today=today, now=now), inside)


def judged(tree: Clause, of_leaf: Callable[[Leaf], Verdict]) -> Verdict:
    """Put together what `of_leaf` says of the leaves."""
    match tree:
        case AllOf():
            return _all(judged(clause, of_leaf) for clause in tree.all_of)
        case AnyOf():
            return _opposite(_all(_opposite(judged(clause, of_leaf)) for clause in tree.any_of))
        case NoneOf():
            return _all(_opposite(judged(clause, of_leaf)) for clause in tree.none_of)
        case _:
            return of_leaf(tree)


def passes(test: Test, value: Value | None) -> Verdict:
    """Say what comes of `test` for a value that `facts.typed` has seen."""
    if isinstance(test, IsAnswered):
        return (value is not None) == test.expected
    if value is None:
        return None
    match test:
        case Among():
            return value in test.values
        case NotAmong():
            return value not in test.values
        case Overlaps() if isinstance(value, frozenset):
            return not value.isdisjoint(test.choices)
        case Within() if isinstance(value, Place):
            return haversine(value, test.centre) <= test.haversine
        case InRanges() if isinstance(value, Ordered):
            return any(_lies_in(value, stretch) for stretch in test.ranges)
    raise TypeError(f"{type(test).__name__} cannot be asked of {type(value).__name__}")


def _judge_leaf(
    leaf: Leaf,
    facts: Mapping[str, Fact[Subject]],
    subject: Subject,
    *,
    today: date,
    now: datetime,
) -> Verdict:
    if leaf.fact not in facts:
        raise UnknownFact(leaf.fact)
    fact = facts[leaf.fact]
    test = test_of(leaf, fact, today=today, now=now)
    return passes(test, typed(fact, fact.value(subject)))


def _all(verdicts: Iterable[Verdict]) -> Verdict:
    seen = list(verdicts)
    if False in seen:
        return False
    return None if None in seen else True


def _opposite(verdict: Verdict) -> Verdict:
    return None if verdict is None else not verdict


def _lies_in(value: Ordered, stretch: Range) -> bool:
    here = position(value)
    return (
        (stretch.first is None or here >= position(stretch.first))
        and (stretch.after is None or here > position(stretch.after))
        and (stretch.last is None or here <= position(stretch.last))
        and (stretch.beyond is None or here < position(stretch.beyond))
    )
