"""Conditions drawn over whatever facts there are, and the property that both judges mean the same people."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yakuba.conditions import checking, tree
from yakuba.conditions.ages import GRADES
from yakuba.conditions.facts import Fact, Kind
from yakuba.conditions.judging import judge
from yakuba.conditions.operands import OPERATORS
from yakuba.kit import clock
from yakuba.residents.models import Resident
from yakuba.segments import queries

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)
TODAY = date(2026, 11, 24)
DAYS = [
    TODAY - timedelta(days=shift + round(years * 365.25))
    for years in (0, 1, 3, 6, 18, 65)
    for shift in (-1, 0, 1, 30)
]
NUMBERS = [0, 1, 2, 2.5, 9]  # in the order of their texts too
TIMES = ["09:00", "12:30", "17:15"]
WORDS = ["橋のたもと", "駅前"]


SINGLES: dict[Kind, list[object]] = {
    Kind.DATE: [day.isoformat() for day in DAYS],
    Kind.INSTANT: [day.isoformat() for day in DAYS],
    Kind.INTEGER: [0, 1, 2, 3],
    Kind.MONEY: [0, 500, 1000],
    Kind.TIME: list(TIMES),
    Kind.TEXT: list(WORDS),
    Kind.BOOLEAN: [True, False],
}


def draw_leaf(draw: st.DrawFn, facts: Sequence[Fact[Resident]]) -> dict[str, object]:
    # A choice of nothing cannot be asked about; the builder does not offer it either.
    asked = [one for one in facts if one.choices or one.kind not in (Kind.CHOICE, Kind.CHOICES)]
    fact = draw(st.sampled_from(asked))
    operator = draw(
        st.sampled_from([key for key, kinds in OPERATORS.items() if fact.kind in kinds])
    )
    leaf: dict[str, object] = {"fact": fact.key, "operator": operator}
    value = draw_value(draw, fact, operator)
    if operator == "within_metres":
        leaf["of"] = {"latitude": 36.698, "longitude": 137.362}
    return leaf if value is None else {**leaf, "value": value}


def draw_value(draw: st.DrawFn, fact: Fact[Resident], operator: str) -> object:
    if operator in ("answered", "unanswered"):
        return None
    if operator == "within_metres":
        return draw(st.sampled_from([1, 500, 1500, 100_000]))
    if operator == "grade_in":
        return draw(st.lists(st.sampled_from(list(GRADES)), min_size=1, max_size=3))
    if operator == "fiscal_age_between":
        return sorted(draw(st.tuples(st.integers(0, 20), st.integers(0, 70))))
    if operator.startswith(("age", "days", "hours")):
        return draw(st.sampled_from([0, 1, 3, 6, 18, 30, 65]))
    if fact.kind in (Kind.CHOICE, Kind.CHOICES):
        keys = st.sampled_from(list(fact.choices))
        many = operator in ("one_of", "contains_any")
        return draw(st.lists(keys, min_size=1, max_size=3) if many else keys)
    singles = st.sampled_from(SINGLES.get(fact.kind, NUMBERS))
    if operator == "one_of":
        return draw(st.lists(singles, min_size=1, max_size=3))
    if operator == "between":
        first, last = draw(singles), draw(singles)
        return [first, last] if str(first) <= str(last) else [last, first]
    return draw(singles)


@st.composite
def conditions(
    draw: st.DrawFn, facts: Sequence[Fact[Resident]], depth: int = 3
) -> dict[str, object]:
    if depth == 0 or draw(st.booleans()):
        return draw_leaf(draw, facts)
    join = draw(st.sampled_from(["all_of", "any_of", "none_of"]))
    return {join: draw(st.lists(conditions(facts, depth - 1), min_size=1, max_size=3))}


def agreement(
    people: Sequence[Resident], facts: Sequence[Fact[Resident]], *, examples: int
) -> tuple[Callable[[], None], list[str]]:
    """Return the property, and the facts of conditions that told people apart, for a look afterwards.

    It writes nothing that the next example would see, so the people are made once.
    """
    telling: list[str] = []

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,  # which facts told people apart is asked afterwards
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(conditions(facts))
    def agree(document: dict[str, object]) -> None:
        clause = checking.read(document)
        known = {fact.key: fact for fact in facts}
        checking.require(clause, known, of_everybody=True)

        found = queries.residents_in(document)
        counted = queries.count(document)

        judged = [
            person
            for person in people
            if judge(clause, known, person, today=TODAY, now=clock.now()) is True
        ]
        assert found == [person.pk for person in judged if person.reachable]
        assert counted == queries.Count(meant=len(judged), reachable=len(found))
        assert tree.document_of(clause) == tree.document_of(checking.read(tree.document_of(clause)))
        if 0 < len(judged) < len(people):
            telling.extend(tree.facts_named(clause))

    return agree, telling
