"""Counting and listing residents by condition."""

from datetime import date

import pytest
from django.db import OperationalError
from psycopg.errors import QueryCanceled
from psycopg.sql import SQL

from tests.cast import make_district, make_interests, make_resident
from yakuba.conditions.checking import read
from yakuba.conditions.facts import Asking, Expression, Fact, Kind
from yakuba.conditions.judging import judge
from yakuba.kit import clock
from yakuba.residents import operations as residents
from yakuba.residents.models import Resident
from yakuba.segments import queries, sockets

pytestmark = pytest.mark.django_db

CONDITIONS = [
    {"fact": "resident.district", "operator": "is", "value": "otosugi"},
    {"none_of": [{"fact": "resident.district", "operator": "is", "value": "otosugi"}]},
    {"fact": "resident.interests", "operator": "contains", "value": "snow"},
    {"fact": "resident.interests", "operator": "unanswered"},
    {"fact": "resident.born_on", "operator": "age_at_least", "value": 65},
    {"none_of": [{"fact": "resident.born_on", "operator": "age_at_least", "value": 65}]},
    {"fact": "resident.youngest_child_born_on", "operator": "age_at_most", "value": 2},
    {
        "any_of": [
            {"fact": "resident.district", "operator": "one_of", "value": ["yunosho"]},
            {"fact": "resident.youngest_child_born_on", "operator": "answered"},
        ]
    },
]


@pytest.fixture
def people() -> list[Resident]:
    make_district()
    make_interests()
    everybody = [make_resident(friend=number != 5) for number in range(6)]
    residents.keep(everybody[0], key="district", value="otosugi")
    residents.keep(everybody[1], key="district", value="yunosho")
    residents.keep(everybody[1], key="interests", value=["snow", "events"])
    residents.keep(everybody[2], key="born_on", value=date(1950, 1, 1))
    residents.keep(everybody[3], key="born_on", value=date(2001, 1, 1))
    residents.keep_family(everybody[3], members=[{"name": "二歳", "born_on": date(2024, 11, 1)}])
    residents.keep(everybody[5], key="district", value="otosugi")
    return [Resident.objects.get(pk=resident.pk) for resident in everybody]


@pytest.mark.parametrize("condition", CONDITIONS, ids=str)
def test_the_database_and_the_judge_mean_the_same_people(
    condition: dict[str, object], people: list[Resident]
) -> None:
    facts = sockets.facts()
    tree = read(condition)

    listed = queries.residents_in(condition)

    judged = [
        person.pk
        for person in people
        if person.reachable
        and judge(tree, facts, person, today=clock.today(), now=clock.now()) is True
    ]
    assert listed == judged


def test_who_blocked_us_is_meant_but_not_reachable(people: list[Resident]) -> None:
    count = queries.count({"fact": "resident.district", "operator": "is", "value": "otosugi"})

    assert (count.meant, count.reachable) == (2, 1)


def test_everybody_is_everybody_reachable(people: list[Resident]) -> None:
    assert queries.count(queries.everybody()) == queries.Count(meant=6, reachable=5)


def test_a_count_that_takes_too_long_is_given_up(people: list[Resident]) -> None:
    def slow() -> list[Fact[Resident]]:
        def sql(_ask: Asking) -> Expression:
            return Expression(SQL("(SELECT true FROM pg_sleep(0.2 + 0 * subject.id))"))

        return [
            Fact(key="test.slow", label="遅い", kind=Kind.BOOLEAN, value=lambda _one: True, sql=sql)
        ]

    sockets.criteria(slow)
    try:
        condition = {"fact": "test.slow", "operator": "is", "value": True}
        assert queries.estimate(condition, patience_ms=100) is None
        assert queries.estimate(queries.everybody(), patience_ms=100) == queries.Count(6, 5)
    finally:
        sockets._sources.remove(slow)


def test_a_large_town_is_estimated_from_a_sample(
    people: list[Resident], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = queries._count

    def late_unless_sampled(condition: object, *, sampled: bool, patience_ms: int) -> queries.Count:
        if not sampled:
            raise OperationalError from QueryCanceled()
        return whole(condition, sampled=True, patience_ms=patience_ms)

    monkeypatch.setattr(queries, "_count", late_unless_sampled)
    monkeypatch.setattr(queries, "_SAMPLED", 100)

    assert queries.estimate(queries.everybody()) == queries.Count(6, 5, is_sampled=True)


def test_another_failure_is_not_taken_for_slowness(
    people: list[Resident], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: object, **_more: object) -> queries.Count:
        raise OperationalError("the server is gone")

    monkeypatch.setattr(queries, "_count", broken)

    with pytest.raises(OperationalError):
        queries.estimate(queries.everybody())
