"""Python's judge and PostgreSQL give the same of everybody; and the test would notice if they did not."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, given, settings
from psycopg.sql import SQL

from tests.conditions import drawn
from tests.conditions.cast import (
    DISTRICT_NUMBERS,
    FACTS,
    INTEREST_NUMBERS,
    LANGUAGE_NUMBERS,
    NOW,
    TODAY,
    Person,
)
from yakuba.conditions import checking, compiling, judging
from yakuba.conditions.judging import Verdict
from yakuba.conditions.operands import start_of
from yakuba.conditions.tree import AllOf, AnyOf, Clause, NoneOf, parse

Row: TypeAlias = tuple[Any, ...]  # as the cursor takes it
Judge = Callable[[Clause, Person, date, datetime], Verdict]
TABLES = """
    CREATE TEMPORARY TABLE conditions_person (
        id int PRIMARY KEY, nickname text, district smallint, interests text[], has_car boolean,
        children smallint, ratio numeric, paid_yen bigint, born_on date, opens_at time,
        seen_at timestamptz, latitude float8, longitude float8, photo text, tags int[] NOT NULL
    );
    CREATE TEMPORARY TABLE conditions_answer (
        person_id int, question text NOT NULL, choice int, number bigint, day date
    )
"""


@pytest.fixture
def tables(db: None) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE conditions_person, conditions_answer")


def move_in(people: Sequence[Person]) -> None:
    """Put `people` into the tables, beside the answers of somebody who is not known."""
    answers: list[Row] = [
        (None, "district", 1, None, None),
        (None, "interests", 11, None, None),
        (None, "children", None, 1, None),
    ]
    rows = []
    for number, person in enumerate(people):
        rows.append(_row(number, person))
        answers += _answers(number, person)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM conditions_person; DELETE FROM conditions_answer")
        places = ", ".join(["%s"] * 15)
        cursor.executemany(f"INSERT INTO conditions_person VALUES ({places})", rows)
        cursor.executemany("INSERT INTO conditions_answer VALUES (%s, %s, %s, %s, %s)", answers)


def _row(number: int, person: Person) -> Row:
    tags = (
        []
        if person.hobbies is None
        else [10, *(INTEREST_NUMBERS[hobby] for hobby in person.hobbies)]
    )
    if person.language:
        tags.append(LANGUAGE_NUMBERS[person.language])
    return (
        number,
        person.nickname,
        None if person.district is None else DISTRICT_NUMBERS[person.district],
        None if person.interests is None else sorted(person.interests),
        person.has_car,
        person.children,
        person.ratio,
        person.paid_yen,
        person.born_on,
        person.opens_at,
        person.seen_at,
        # Half a place is none.
        person.home.latitude if person.home else 36.6985,
        person.home.longitude if person.home else None,
        person.photo,
        tags,
    )


def _answers(number: int, person: Person) -> list[Row]:
    answers: list[Row] = [(number, "children", None, person.children, None)]
    if person.district is not None:
        answers.append((number, "district", DISTRICT_NUMBERS[person.district], None, None))
    if person.born_on is not None:
        answers.append((number, "born_on", None, None, person.born_on))
    if person.interests is not None:
        chosen: list[int | None] = [INTEREST_NUMBERS[interest] for interest in person.interests]
        answers += [(number, "interests", choice, None, None) for choice in chosen or [None]]
    return answers


def ask(
    condition: Clause, *, today: date, now: datetime, three_valued: bool = True
) -> list[Verdict]:
    expression, parameters = compiling.compile_sql(
        condition, FACTS, today=today, now=now, alias="p", three_valued=three_valued
    )
    question = SQL("SELECT {} FROM conditions_person p ORDER BY id").format(expression)
    with connection.cursor() as cursor:
        cursor.execute(question.as_string(), parameters)
        return [verdict for (verdict,) in cursor.fetchall()]


def honest(condition: Clause, person: Person, today: date, now: datetime) -> Verdict:
    return judging.judge(condition, FACTS, person, today=today, now=now)


def takes_unknown_for_false(
    condition: Clause, person: Person, today: date, now: datetime
) -> Verdict:
    """Judge as a language of two values does: `none of (age < 18)` holds for whoever did not say."""

    def two_valued(clause: Clause) -> bool:
        match clause:
            case AllOf():
                return all(two_valued(inner) for inner in clause.all_of)
            case AnyOf():
                return any(two_valued(inner) for inner in clause.any_of)
            case NoneOf():
                return not any(two_valued(inner) for inner in clause.none_of)
        return honest(clause, person, today, now) is True

    return True if two_valued(condition) else honest(condition, person, today, now)


def takes_an_empty_list_for_unanswered(
    condition: Clause, person: Person, today: date, now: datetime
) -> Verdict:
    return honest(condition, replace(person, interests=person.interests or None), today, now)


def counts_ages_from_the_birthday(
    condition: Clause, person: Person, today: date, now: datetime
) -> Verdict:
    return honest(condition, person, today - timedelta(days=1), now)


def agreement(judge: Judge, *, crowd: Sequence[Person], examples: int) -> Callable[[], None]:
    """Return the property: the database says of everybody in the crowd what `judge` says."""

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[
            Phase.generate
        ],  # the first example that fails says enough, and shrinking takes minutes
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(condition=drawn.conditions, today=drawn.todays)
    def agree(condition: Clause, today: date) -> None:
        now = start_of(today) + timedelta(hours=12)
        judged = [judge(condition, person, today, now) for person in crowd]
        asked = ask(condition, today=today, now=now)
        chosen = ask(condition, today=today, now=now, three_valued=False)
        differing = [
            (person, said, true)
            for person, said, true in zip(crowd, asked, judged, strict=True)
            if said is not true
        ]
        assert not differing[:1]
        assert [said is True for said in chosen] == [true is True for true in judged]

    return agree


def test_the_database_says_of_everybody_what_the_judge_says(tables: None) -> None:
    crowd = drawn.make_crowd(150)
    move_in(crowd)

    agree = agreement(honest, crowd=crowd, examples=400)

    agree()


@pytest.mark.parametrize(
    "broken",
    [takes_unknown_for_false, takes_an_empty_list_for_unanswered, counts_ages_from_the_birthday],
)
def test_the_property_notices_a_judge_that_is_wrong(tables: None, broken: Judge) -> None:
    crowd = drawn.make_crowd(150)
    move_in(crowd)

    agree = agreement(broken, crowd=crowd, examples=400)

    with pytest.raises(AssertionError):
        agree()


def test_several_conditions_fit_into_one_statement(tables: None) -> None:
    move_in([Person(children=1), Person(children=3), Person()])
    few, few_parameters = compiling.compile_sql(
        parse({"fact": "children", "operator": "at_most", "value": 2}),
        FACTS,
        today=TODAY,
        now=NOW,
        alias="p",
        prefix="few",
    )
    many, many_parameters = compiling.compile_sql(
        parse({"fact": "children", "operator": "at_least", "value": 1}),
        FACTS,
        today=TODAY,
        now=NOW,
        alias="p",
        prefix="many",
    )

    funnel = SQL(
        "SELECT count(*) FILTER (WHERE {}), count(*) FILTER (WHERE {}) FROM conditions_person p"
    ).format(few, many)
    with connection.cursor() as cursor:
        cursor.execute(funnel.as_string(), {**few_parameters, **many_parameters})
        counts = cursor.fetchone()

    assert counts == (1, 2)


def test_no_value_of_a_clerk_becomes_sql() -> None:
    typed = "x'); DROP TABLE residents; -- %s {} \\"
    condition = parse({"fact": "nickname", "operator": "is", "value": typed})

    expression, parameters = compiling.compile_sql(condition, FACTS, today=TODAY, now=NOW)

    assert "DROP" not in expression.as_string()
    assert [typed] in parameters.values()


def test_a_condition_without_unknown_asks_a_narrow_table_once() -> None:
    condition = parse({"fact": "answer.children", "operator": "at_least", "value": 1})

    exact, _ = compiling.compile_sql(condition, FACTS, today=TODAY, now=NOW)
    chosen, _ = compiling.compile_sql(condition, FACTS, today=TODAY, now=NOW, three_valued=False)

    assert exact.as_string().count("SELECT") == 2
    assert chosen.as_string().count("SELECT") == 1


def test_a_fact_of_a_running_procedure_cannot_be_asked_of_everybody() -> None:
    condition = parse({"fact": "run.answer", "operator": "answered"})

    with pytest.raises(checking.BrokenCondition, match=r"途中の答え.*全員の中から"):
        compiling.compile_sql(condition, FACTS, today=TODAY, now=NOW)


def test_everybody_is_an_empty_all_of(tables: None) -> None:
    move_in([Person(), Person(children=1)])

    assert ask(AllOf(all_of=[]), today=TODAY, now=NOW) == [True, True]


def test_a_large_table_is_hashed_where_there_is_room(tables: None) -> None:
    condition = parse({"none_of": [{"fact": "answer.children", "operator": "is", "value": 1}]})
    expression, parameters = compiling.compile_sql(
        condition, FACTS, today=TODAY, now=NOW, alias="p"
    )
    plan = SQL("EXPLAIN SELECT count(*) FROM conditions_person p WHERE {}").format(expression)

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO conditions_answer (person_id, question, number)"
            " SELECT i, 'children', i % 3 FROM generate_series(1, 20000) i"
        )
        cursor.execute("ANALYZE conditions_answer")
        cursor.execute("SET LOCAL work_mem = '64kB'")
        cursor.execute(plan.as_string(), parameters)
        cramped = str(cursor.fetchall())
        cursor.execute(compiling.ROOM_TO_HASH.as_string())
        cursor.execute(plan.as_string(), parameters)
        roomy = str(cursor.fetchall())

    assert "hashed SubPlan" not in cramped
    assert "hashed SubPlan" in roomy
