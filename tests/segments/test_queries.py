"""Counting and listing residents by condition."""

from datetime import date

import pytest
from django.db import OperationalError
from psycopg.sql import SQL
from pytest_django import Settings

from tests.cast import make_district, make_interests, make_resident
from yakuba.conditions.checking import read
from yakuba.conditions.facts import Asking, Expression, Fact, Kind
from yakuba.conditions.judging import judge
from yakuba.kit import clock
from yakuba.residents import operations as residents
from yakuba.residents.models import Resident
from yakuba.segments import queries, sockets
from yakuba.segments.models import Segment
from yakuba.segments.queries import counting

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


def slow_facts() -> list[Fact[Resident]]:
    def sql(_ask: Asking) -> Expression:
        return Expression(SQL("(SELECT true FROM pg_sleep(0.2 + 0 * subject.id))"))

    return [
        Fact(key="test.slow", label="遅い", kind=Kind.BOOLEAN, value=lambda _one: True, sql=sql)
    ]


SLOW = {"fact": "test.slow", "operator": "is", "value": True}


def test_a_count_that_takes_too_long_is_given_up(
    people: list[Resident], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "_sources", [*sockets._sources, slow_facts])

    assert queries.estimate(SLOW, patience_ms=100) is None
    assert queries.estimate(queries.everybody(), patience_ms=100) == queries.Count(6, 5)


def test_what_the_planner_expects_to_take_long_is_estimated_from_a_sample_at_once(
    people: list[Resident], monkeypatch: pytest.MonkeyPatch
) -> None:
    pace = counting._Pace()
    pace.ms_per_cost = 1_000.0
    monkeypatch.setattr(counting, "_pace", pace)
    monkeypatch.setattr(counting, "_SAMPLED", 100)

    assert queries.estimate(queries.everybody()) == queries.Count(6, 5, is_sampled=True)


def test_the_pace_of_counts_is_learnt_from_them(
    people: list[Resident], monkeypatch: pytest.MonkeyPatch
) -> None:
    pace = counting._Pace()
    pace.ms_per_cost = 5.0  # a guess that was much too careful, but not yet beyond patience
    monkeypatch.setattr(counting, "_pace", pace)

    for _time in range(5):
        queries.estimate(queries.everybody(), patience_ms=1_000_000)

    assert pace.ms_per_cost < 5.0


def test_another_failure_is_not_taken_for_slowness(
    people: list[Resident], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: object, **_more: object) -> queries.Count:
        raise OperationalError("the server is gone")

    monkeypatch.setattr(counting, "_one_row", broken)

    with pytest.raises(OperationalError):
        queries.estimate(queries.everybody())


class TestBesideTheNumber:
    def test_each_sentence_says_how_many_fit_it_alone_and_how_many_are_left(
        self, people: list[Resident]
    ) -> None:
        residents.keep(people[0], key="born_on", value=date(1950, 1, 1))
        condition = {"all_of": [CONDITIONS[4], CONDITIONS[0]]}

        found = queries.funnel(condition)

        assert [(step.sentence, step.alone, step.so_far) for step in found] == [
            ("65歳以上", 2, 2),
            ("住んでいる地区が音杉", 1, 1),
        ]
        assert queries.count(condition).reachable == found[-1].so_far

    def test_a_condition_of_one_sentence_is_no_funnel(self, people: list[Resident]) -> None:
        assert queries.funnel(CONDITIONS[0]) == []
        assert queries.funnel(queries.everybody()) == []

    def test_whoever_is_beyond_reach_is_counted_under_one_reason(
        self, people: list[Resident]
    ) -> None:
        blocked, never, gone = people[1], people[5], people[2]
        residents.part(user_id=blocked.accounts.get().line_user_id, at_ms=1_800_000_000_000)
        gone.accounts.update(detached_at=clock.now())
        Resident.objects.filter(pk=gone.pk).update(reachable=False)

        found = queries.beyond_reach(queries.everybody())

        assert [(one.reason, one.people) for one in found] == [
            ("町のLINEをブロックしている", 1),
            ("町のLINEを友だちに追加していない", 1),
            ("LINEのアカウントがつながっていない", 1),
        ]
        assert never.reachable is False

    def test_in_a_trial_nobody_but_testers_is_reached(
        self, people: list[Resident], settings: Settings
    ) -> None:
        settings.ENVIRONMENT = "trial"
        Resident.objects.filter(pk=people[0].pk).update(is_tester=True)

        found = {one.reason: one.people for one in queries.beyond_reach(queries.everybody())}

        assert found["試用環境で送ってよい人に登録されていない"] == 4

    def test_says_who_came_and_who_went_person_by_person(
        self, people: list[Resident], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As many as before may be others: a number alone would not show it."""
        segment = Segment(name="音杉")
        use = sockets.Use(
            at=clock.now(),
            ids=SQL("SELECT unnest(%(earlier)s::bigint[])"),
            parameters={"earlier": [people[1].pk]},
        )
        monkeypatch.setattr(sockets, "_uses", [lambda one: use if one is segment else None])

        found = queries.changes(segment, CONDITIONS[0])

        assert found == queries.Change(since=use.at, came=1, went=1)
        assert queries.changes(Segment(name="別"), CONDITIONS[0]) is None
