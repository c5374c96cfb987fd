from datetime import date, timedelta

import pytest

from yakuba.conditions import ages

LEAP = date(2020, 2, 29)


@pytest.mark.parametrize(
    ("born_on", "age", "reached"),
    [
        (date(2008, 11, 23), 18, date(2026, 11, 22)),
        (date(2008, 1, 1), 18, date(2025, 12, 31)),
        (date(2008, 4, 1), 18, date(2026, 3, 31)),
        (LEAP, 1, date(2021, 2, 28)),
        (LEAP, 4, date(2024, 2, 28)),
        (date(2020, 3, 1), 1, date(2021, 2, 28)),
        (date(2020, 3, 1), 4, date(2024, 2, 29)),
    ],
)
def test_an_age_is_reached_on_the_day_before_the_birthday(
    born_on: date, age: int, reached: date
) -> None:
    assert ages.reached_on(born_on, age) == reached
    assert ages.age_on(reached - timedelta(days=1), born_on=born_on) == age - 1
    assert ages.age_on(reached, born_on=born_on) == age


def test_nobody_has_an_age_before_birth() -> None:
    assert ages.age_on(date(2020, 2, 28), born_on=LEAP) is None
    assert ages.age_on(LEAP, born_on=LEAP) == 0


def test_the_latest_birth_is_where_the_age_begins_on_every_day_of_leap_and_common_years() -> None:
    day = date(2023, 2, 1)
    while day < date(2025, 4, 5):
        for age in (0, 1, 3, 4, 18, 100):
            latest = ages.latest_birth(age=age, day=day)
            youngest = ages.age_on(day, born_on=latest)
            too_young = ages.age_on(day, born_on=latest + timedelta(days=1))
            assert youngest is not None
            assert youngest >= age, (day, age)
            assert too_young is None or too_young < age, (day, age)
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("born_on", "grade"),
    [
        (date(2019, 4, 1), "小2"),  # 早生まれ: the last day of the year above
        (date(2019, 4, 2), "小1"),
        (date(2020, 3, 31), "小1"),
        (date(2020, 4, 1), "小1"),
        (date(2020, 4, 2), "年長"),
        (date(2023, 4, 1), "年少"),
        (date(2023, 4, 2), None),
        (date(2009, 4, 2), "高2"),
        (date(2009, 4, 1), "高3"),
        (date(2008, 4, 2), "高3"),
        (date(2008, 4, 1), None),
    ],
)
def test_a_school_year_is_born_from_2_april_to_1_april(born_on: date, grade: str | None) -> None:
    assert ages.grade_of(born_on, fiscal_year=2026) == grade


def test_whoever_has_reached_an_age_before_1_april_enters_the_year_with_it() -> None:
    born_on = date(2015, 1, 1)
    while born_on < date(2027, 4, 10):
        entered = ages.fiscal_age(born_on, fiscal_year=2026)
        on_the_eve = ages.age_on(date(2026, 3, 31), born_on=born_on)
        if born_on <= date(2026, 3, 31):
            assert entered == on_the_eve
            assert entered is not None
            first, last = ages.births_of_fiscal_age(entered, fiscal_year=2026)
            assert first <= born_on <= last
        born_on += timedelta(days=1)


def test_a_fiscal_year_begins_on_1_april() -> None:
    assert ages.fiscal_year_of(date(2027, 3, 31)) == 2026
    assert ages.fiscal_year_of(date(2027, 4, 1)) == 2027
