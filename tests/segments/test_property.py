"""Whatever condition is drawn over what residents know of themselves, PostgreSQL and the judge mean the same people."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import make_district, make_interests, make_resident
from yakuba.conditions import checking, tree
from yakuba.conditions.ages import GRADES
from yakuba.conditions.facts import Fact, Kind
from yakuba.conditions.judging import judge
from yakuba.conditions.operands import OPERATORS
from yakuba.kit import clock
from yakuba.residents import operations as residents
from yakuba.residents.models import Resident
from yakuba.segments import queries, sockets

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)
TODAY = date(2026, 11, 24)
DAYS = [
    TODAY - timedelta(days=shift + round(years * 365.25))
    for years in (0, 1, 3, 6, 18, 65)
    for shift in (-1, 0, 1, 30)
]
NUMBERS = [0, 1, 2, 2.5, 9]  # in the order of their texts too
PEOPLE = 60


def make_everybody() -> list[Resident]:
    """People who have told little or much, near the ends of what can be asked."""
    make_district()
    make_interests()
    residents.define_attribute(key="cars", label="車の台数", kind="number")
    residents.define_attribute(key="moved", label="引っ越した日", kind="date")
    chance = Random("上市町")
    born = [day for day in DAYS if day <= TODAY]
    for number in range(PEOPLE):
        person = make_resident(friend=number % 7 != 0)
        if chance.random() < 0.6:
            residents.keep(person, key="district", value=chance.choice(["otosugi", "yunosho"]))
        if chance.random() < 0.6:
            wanted = chance.sample(["garbage", "events", "snow"], chance.randint(1, 3))
            residents.keep(person, key="interests", value=wanted)
        if chance.random() < 0.7:
            residents.keep(person, key="born_on", value=chance.choice(born))
        if chance.random() < 0.5:
            residents.keep(person, key="cars", value=str(chance.choice(NUMBERS)))
        if chance.random() < 0.5:
            residents.keep(person, key="moved", value=chance.choice(DAYS))
        children = chance.sample(born, chance.choice([0, 0, 1, 2]))
        residents.keep_family(
            person,
            members=[{"name": f"子{at}", "born_on": day} for at, day in enumerate(children)],
        )
        if chance.random() < 0.4:
            person.refresh_from_db()
            person.latitude, person.longitude = 36.698 + chance.uniform(-0.02, 0.02), 137.362
            person.save()
    return list(Resident.objects.order_by("pk"))


def draw_leaf(draw: st.DrawFn, facts: Sequence[Fact[Resident]]) -> dict[str, object]:
    fact = draw(st.sampled_from(facts))
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
    singles = st.sampled_from(
        [day.isoformat() for day in DAYS] if fact.kind is Kind.DATE else NUMBERS
    )
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


def test_the_database_and_the_judge_mean_the_same_people() -> None:
    with clock.stopped_at(NOW):
        people = make_everybody()
        facts = sockets.facts()
        some_found = 0

        @settings(
            max_examples=150,
            deadline=None,
            database=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        )
        @given(conditions(list(facts.values())))
        def agree(document: dict[str, object]) -> None:
            nonlocal some_found
            clause = checking.read(document)
            checking.require(clause, facts, of_everybody=True)

            found = queries.residents_in(document)
            counted = queries.count(document)

            judged = [
                person
                for person in people
                if judge(clause, facts, person, today=TODAY, now=clock.now()) is True
            ]
            assert found == [person.pk for person in judged if person.reachable]
            assert counted == queries.Count(meant=len(judged), reachable=len(found))
            assert tree.document_of(clause) == tree.document_of(
                checking.read(tree.document_of(clause))
            )
            some_found += 0 < len(judged) < PEOPLE

        agree()

        assert some_found > 20  # the conditions tell people apart, or this test would prove nothing
