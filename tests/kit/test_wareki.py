"""Dates and times as people type them, and as the town hall writes them."""

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yakuba.kit import wareki

TODAY = date(2026, 11, 22)


def test_writes_as_the_town_hall_does() -> None:
    assert wareki.full(TODAY) == "令和8年11月22日（日）"
    assert wareki.full(date(2019, 5, 1)) == "令和元年5月1日（水）"
    assert wareki.full(date(2019, 4, 30)) == "平成31年4月30日（火）"
    assert wareki.short(TODAY) == "令和8.11.22"


def test_writes_a_moment_in_japan_time() -> None:
    at = datetime(2026, 11, 22, 9, 5, tzinfo=UTC)

    assert wareki.moment(at) == "令和8年11月22日（日）18:05"


def test_does_not_guess_the_zone_of_a_moment() -> None:
    with pytest.raises(ValueError, match="time zone"):
        wareki.moment(datetime(2026, 11, 22, 9, 5))


@pytest.mark.parametrize(
    "typed",
    [
        "令和7.4.1", "R7.4.1", "r7-4-1", "R7/4/1", "Ｒ７．４．１", "令和７年４月１日", "令7年4月1日",
        "令和 7年 4月 1日", "R070401", "令和七年四月一日", "㋿7年4月1日", "令和7年4月1日（火）", "令和7・4・1",
        "2025-04-01", "2025/4/1", "２０２５年４月１日", "西暦2025年4月1日", "20250401", "2025.4.1", "2025ー4ー1",
    ],
)  # fmt: skip
def test_reads_a_day_however_it_is_typed(typed: str) -> None:
    assert wareki.parse_date(typed, today=TODAY) == date(2025, 4, 1)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("令和元年5月1日", date(2019, 5, 1)),
        ("H30.5.1", date(2018, 5, 1)),
        ("S60-1-2", date(1985, 1, 2)),
        ("大正15年12月25日", date(1926, 12, 25)),
        ("昭和元年12月25日", date(1926, 12, 25)),
        ("M40.10.20", date(1907, 10, 20)),
        ("昭和二十一年十二月三十日", date(1946, 12, 30)),
        ("今日", TODAY),
        ("明日", date(2026, 11, 23)),
        ("あさって", date(2026, 11, 24)),
        ("きのう", date(2026, 11, 21)),
    ],
)
def test_reads_eras_and_words(typed: str, day: date) -> None:
    assert wareki.parse_date(typed, today=TODAY) == day


def test_a_day_without_year_is_the_nearest_unless_told_otherwise() -> None:
    assert wareki.parse_date("4月1日", today=TODAY) == date(2027, 4, 1)
    assert wareki.parse_date("10/1", today=TODAY) == date(2026, 10, 1)
    assert wareki.parse_date("10/1", today=TODAY, lean="future") == date(2027, 10, 1)
    assert wareki.parse_date("12/1", today=TODAY, lean="past") == date(2025, 12, 1)
    assert wareki.parse_date("2月29日", today=TODAY) == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("typed", "refusal", "words"),
    [
        ("平成31年5月1日", wareki.OutsideEra, "令和元年5月1日"),
        ("令和元年4月30日", wareki.OutsideEra, "平成31年4月30日"),
        ("S64.1.8", wareki.OutsideEra, "昭和64年1月7日まで"),
        ("令和0年6月1日", wareki.OutsideEra, "平成30年6月1日"),
        ("令和8年2月30日", wareki.NoSuchDay, "令和8年2月30日"),
        ("13月1日", wareki.NoSuchDay, "13月1日"),
        ("7.4.1", wareki.EraUnclear, "7.4.1"),
        ("0025-4-1", wareki.YearOutOfReach, "1868"),
        ("R7.4.1（月）", wareki.WrongWeekday, "火曜日"),
        ("そのうち", wareki.UnreadableDate, "R8.4.1"),
        ("", wareki.UnreadableDate, "R8.4.1"),
        ("令和7年度4月1日", wareki.UnreadableDate, "R8.4.1"),
    ],
)
def test_says_what_is_wrong_with_a_day(
    typed: str, refusal: type[wareki.UnreadableDate], words: str
) -> None:
    with pytest.raises(wareki.UnreadableDate) as no:
        wareki.parse_date(typed, today=TODAY)

    assert type(no.value) is refusal
    assert words in str(no.value)


@given(st.dates(date(1868, 1, 25), date(2199, 12, 31)))
def test_reads_every_day_that_it_writes(day: date) -> None:
    assert wareki.parse_date(wareki.full(day), today=TODAY) == day
    assert wareki.parse_date(wareki.short(day), today=TODAY) == day
    assert wareki.parse_date(day.isoformat(), today=TODAY) == day


@given(st.dates(date(1900, 1, 1), date(2190, 12, 31)), st.integers(1, 12), st.integers(1, 28))
def test_a_day_without_year_is_never_more_than_half_a_year_away(
    today: date, month: int, day: int
) -> None:
    assert abs(wareki.parse_date(f"{month}/{day}", today=today) - today) <= timedelta(days=183)


@given(
    st.text(st.characters()) | st.text("令和平成元年月日時分半午前後0123456789十:.-/（日） \u3000")
)
def test_answers_anything_with_a_value_or_a_refusal(typed: str) -> None:
    with suppress(wareki.UnreadableDate):
        wareki.parse_date(typed, today=TODAY)
    with suppress(wareki.UnreadableTime):
        wareki.parse_time(typed)


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("9:30", time(9, 30)), ("９：３０", time(9, 30)), ("９時半", time(9, 30)), ("0930", time(9, 30)),
        ("930", time(9, 30)), ("午前９時３０分", time(9, 30)), ("9時30分ごろ", time(9, 30)), ("九時半", time(9, 30)),
        ("午後3時", time(15)), ("15時", time(15)), ("午後15時", time(15)), ("3:00pm", time(15)), ("PM3:00", time(15)),
        ("正午", time(12)), ("0:00", time(0)), ("午後0時30分", time(12, 30)), ("夕方5時", time(17)), ("9", time(9)),
    ],
)  # fmt: skip
def test_reads_a_time_however_it_is_typed(typed: str, at: time) -> None:
    assert wareki.parse_time(typed) == at


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("午後12時", wareki.TwelveUnclear),
        ("午前12時30分", wareki.TwelveUnclear),
        ("24:00", wareki.PastMidnight),
        ("9:75", wareki.UnreadableTime),
        ("午前15時", wareki.UnreadableTime),
        ("朝", wareki.UnreadableTime),
    ],
)
def test_says_what_is_wrong_with_a_time(typed: str, refusal: type[wareki.UnreadableTime]) -> None:
    with pytest.raises(wareki.UnreadableTime) as no:
        wareki.parse_time(typed)

    assert type(no.value) is refusal
