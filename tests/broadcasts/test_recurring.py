"""The days of a rule are those of a calendar that is leafed through by hand, 2024–2030."""

import calendar
from dataclasses import dataclass
from datetime import date, time, timedelta

import jpholiday
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yakuba.broadcasts.rules import recurring
from yakuba.broadcasts.rules.recurring import (
    Around,
    Holidays,
    Monthly,
    NthWeekday,
    Occurrence,
    Rule,
    Weekly,
    Yearly,
)

FIRST, LAST = date(2024, 1, 1), date(2030, 12, 31)
ONE = timedelta(days=1)
EVERY_DAY = [FIRST + n * ONE for n in range(-40, (LAST - FIRST).days + 41)]
HOLIDAYS = {day for day in EVERY_DAY if jpholiday.is_holiday(day)}


@dataclass(frozen=True)
class Town:
    """A calendar with closed days of its own."""

    closed: frozenset[date] = frozenset()

    def is_holiday(self, day: date) -> bool:
        return day in HOLIDAYS or day in self.closed

    def is_open(self, day: date) -> bool:
        return day.weekday() < 5 and not self.is_holiday(day)


def by_hand(when: recurring.When) -> set[date]:
    """Leaf through every month and tick the days, in another way than the rule does."""
    ticked: set[date] = set()
    for year in range(2023, 2032):
        for month in range(1, 13):
            weeks = calendar.Calendar().monthdatescalendar(year, month)
            days = [day for week in weeks for day in week if day.month == month]
            if isinstance(when, Weekly):
                ticked |= {day for day in days if day.weekday() in when.weekdays}
            elif isinstance(when, NthWeekday):
                for weekday in when.weekdays:
                    column = [day for day in days if day.weekday() == weekday]
                    for nth in when.nths:
                        if nth == -1:
                            ticked.add(column[-1])
                        elif 1 <= nth <= len(column):
                            ticked.add(column[nth - 1])
            elif isinstance(when, Monthly):
                ticked |= {day for day in days if day.day in when.days}
                ticked |= {days[-1]} if -1 in when.days else set()
            elif isinstance(when, Yearly):
                ticked |= {day for day in days if (day.month, day.day) in when.days}
            else:
                ticked |= set(days)
    return ticked


def sent_by_hand(rule: Rule, town: Town, begins: date, ends: date | None) -> dict[date, set[date]]:
    """Move each ticked day with a finger on the calendar."""
    sent: dict[date, set[date]] = {}
    for planned in by_hand(rule.when):
        if planned < begins or (ends and planned > ends):
            continue
        day: date | None = planned
        if rule.holidays in (Holidays.NEXT_OPEN, Holidays.PREVIOUS_OPEN):
            step, steps = (ONE if rule.holidays == Holidays.NEXT_OPEN else -ONE), 0
            while day is not None and not town.is_open(day):
                day, steps = day + step, steps + 1
                if steps > 31:
                    day = None
        elif rule.holidays != Holidays.SEND and town.is_holiday(planned):
            day = {"skip": None, "before": planned - ONE, "after": planned + ONE}[rule.holidays]
        if day is None or (rule.stops_at_year_end and f"{day:%m%d}" in YEAR_END):
            continue
        if FIRST <= day <= LAST and begins <= day and not (ends and day > ends):
            sent.setdefault(day, set()).add(planned)
    return sent


YEAR_END = {"1229", "1230", "1231", "0101", "0102", "0103"}
some = {"min_size": 1, "max_size": 3}
weekdays = st.lists(st.integers(0, 6), **some).map(tuple)  # type: ignore[arg-type]
whens = st.one_of(
    st.builds(Weekly, weekdays=weekdays),
    st.builds(
        NthWeekday,
        weekdays=weekdays,
        nths=st.lists(st.sampled_from([-1, 1, 2, 3, 4, 5]), **some).map(tuple),  # type: ignore[arg-type]
    ),
    st.builds(
        Monthly,
        days=st.lists(st.sampled_from([-1, *range(1, 32)]), **some).map(tuple),  # type: ignore[arg-type]
    ),
    st.builds(
        Yearly,
        days=st.lists(st.dates(FIRST, LAST).map(lambda d: (d.month, d.day)), **some).map(tuple),  # type: ignore[arg-type]
    ),
    st.builds(Around, fact=st.just("resident.born_on"), days=st.integers(-30, 30)),
)
rules = st.builds(
    Rule,
    when=whens,
    at=st.just(time(7)),
    holidays=st.sampled_from(Holidays),
    stops_at_year_end=st.booleans(),
)
days = st.dates(FIRST, LAST)
towns = st.lists(days, max_size=8).map(
    lambda closed: Town(frozenset(day + n * ONE for day in closed for n in range(3)))
)


@settings(max_examples=150, deadline=None)
@given(rule=rules, town=towns, begins=days, ends=st.none() | days)
def test_the_expansion_is_that_of_a_calendar_on_paper(
    rule: Rule, town: Town, begins: date, ends: date | None
) -> None:
    found = recurring.expand(rule, FIRST, LAST, town, begins=begins, ends=ends)

    assert {one.day: set(one.planned) for one in found} == sent_by_hand(rule, town, begins, ends)
    assert [one.day for one in found] == sorted({one.day for one in found})


@settings(max_examples=60, deadline=None)
@given(rule=rules, town=towns, begins=days, cut=days)
def test_a_calendar_cut_in_two_has_the_same_days(
    rule: Rule, town: Town, begins: date, cut: date
) -> None:
    whole = recurring.expand(rule, FIRST, LAST, town, begins=begins)

    before = recurring.expand(rule, FIRST, cut, town, begins=begins)
    after = recurring.expand(rule, cut + ONE, LAST, town, begins=begins)

    assert before + after == whole


@settings(max_examples=40, deadline=None)
@given(rule=rules, begins=days)
def test_what_comes_next_is_the_same_as_the_expansion(rule: Rule, begins: date) -> None:
    ahead = recurring.upcoming(rule, begins - ONE, Town(), begins=begins)

    first = [one for one, _place in zip(ahead, range(5), strict=False)]

    end = first[-1].day if first else begins
    assert first == recurring.expand(rule, begins, end, Town(), begins=begins)[: len(first)]


@settings(max_examples=60, deadline=None)
@given(born=st.dates(date(1930, 1, 1), date(2020, 12, 31)), shift=st.integers(-30, 30))
def test_everybody_has_one_birthday_a_year(born: date, shift: int) -> None:
    when = Around(fact="resident.born_on", days=shift, ages=())

    turns = [day for day in EVERY_DAY if born in recurring.own_days(when, day)]

    assert [
        sum(1 for day in turns if (day - shift * ONE).year == year) for year in range(2025, 2030)
    ] == [1] * 5


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (
            Rule(when=Weekly(weekdays=(3, 0)), at=time(7), holidays=Holidays.BEFORE),
            "毎週月・木曜日の7:00に送ります。祝日や休みの日のときは、前の日に送ります。",
        ),
        (
            Rule(when=NthWeekday(nths=(1, 3, -1), weekdays=(2,)), at=time(18, 30), holidays=Holidays.SKIP),
            "毎月第1・第3と最後の水曜日の18:30に送ります。祝日や休みの日には送りません。",
        ),
        (
            Rule(when=Monthly(days=(10, -1)), at=time(9), holidays=Holidays.NEXT_OPEN, stops_at_year_end=True),
            "毎月10日・末日の9:00に送ります。役場が休みの日のときは、次の開いている日に送ります。"
            "年末年始（12月29日〜1月3日）は送りません。",
        ),
        (
            Rule(when=Yearly(days=((11, 3),)), at=time(9)),
            "毎年11月3日の9:00に送ります。",
        ),
        (
            Rule(when=Around(fact="resident.children_born_on", label="お子さんの生年月日", days=-14, ages=(3,)), at=time(10)),
            "「お子さんの生年月日」から3歳の誕生日の14日前の10:00に送ります。",
        ),
        (
            Rule(when=Around(fact="x", label="お子さんの生年月日", days=100), at=time(10)),
            "「お子さんの生年月日」の日の100日後の10:00に送ります。",
        ),
    ],
)  # fmt: skip
def test_a_rule_is_said_in_one_sentence(rule: Rule, sentence: str) -> None:
    assert recurring.sentence(rule) == sentence


def test_two_days_moved_to_one_are_one_that_remembers_both() -> None:
    rule = Rule(when=Weekly(weekdays=(0, 1)), at=time(7), holidays=Holidays.AFTER)

    found = recurring.expand(
        rule, date(2026, 11, 22), date(2026, 11, 25), Town(), begins=date(2026, 1, 1)
    )

    assert found == [Occurrence(date(2026, 11, 24), (date(2026, 11, 23), date(2026, 11, 24)))]


def test_a_rule_comes_back_from_its_document() -> None:
    rule = Rule(when=Around(fact="x", ages=(1, 3)), at=time(7, 30), holidays=Holidays.SKIP)

    assert recurring.read(recurring.document_of(rule)) == rule
