"""Ages and school years, as Japanese law counts them.

An age is reached at the end of the day before the birthday: 年齢計算ニ関する法律 (Act No. 50 of 1902), which
counts from the day of birth, with 民法 Art. 143(2), by which a term of years ends on the day before the
corresponding day, or at the end of the month where there is no such day. So whoever was born on
29 February reaches every age on 28 February, and whoever was born on 1 April reaches it on 31 March.

"Has reached" is true on that whole day, as for elections and pensions. A school year and the 年度年齢
take those who reached the age before it begins (学校教育法 Art. 17(1): 「達した日の翌日以後における最初の学年の初め」),
so a year's children were born from 2 April to 1 April: 早生まれ.
"""

from datetime import date, timedelta

_DAY = timedelta(days=1)

# The 年度年齢 of each grade; in the order of school.
GRADES: dict[str, int] = {
    "年少": 3,
    "年中": 4,
    "年長": 5,
    "小1": 6,
    "小2": 7,
    "小3": 8,
    "小4": 9,
    "小5": 10,
    "小6": 11,
    "中1": 12,
    "中2": 13,
    "中3": 14,
    "高1": 15,
    "高2": 16,
    "高3": 17,
}


def reached_on(born_on: date, age: int) -> date:
    """Return the day on which `age` (1 or more) is reached."""
    try:
        birthday = born_on.replace(year=born_on.year + age)
    except ValueError:  # 29 February in a common year
        birthday = date(born_on.year + age, 3, 1)
    return birthday - _DAY


def age_on(day: date, *, born_on: date) -> int | None:
    """Return the age reached on `day`; None before birth, when nobody has an age."""
    if born_on > day:
        return None
    years = day.year - born_on.year
    while reached_on(born_on, years + 1) <= day:
        years += 1
    while years > 0 and reached_on(born_on, years) > day:
        years -= 1
    return years


def latest_birth(*, age: int, day: date) -> date:
    """Return the birth date of the youngest person who has reached `age` on `day`."""
    if age == 0:
        return day
    eve = day + _DAY
    try:
        return eve.replace(year=eve.year - age)
    except (
        ValueError
    ):  # the day is 28 February of a leap year, and the year of birth is a common one
        return date(eve.year - age, 2, 28)


def fiscal_year_of(day: date) -> int:
    """Return the 年度 that `day` is in; it begins on 1 April."""
    return day.year if day.month >= 4 else day.year - 1


def births_of_fiscal_age(age: int, *, fiscal_year: int) -> tuple[date, date]:
    """Return the first and last birth date of those whose 年度年齢 is `age`: 2 April to 1 April."""
    return date(fiscal_year - age - 1, 4, 2), date(fiscal_year - age, 4, 1)


def fiscal_age(born_on: date, *, fiscal_year: int) -> int | None:
    """Return the age with which somebody enters the 年度; None for whoever was born later."""
    born_late = (born_on.month, born_on.day) > (4, 1)
    age = fiscal_year - born_on.year - (1 if born_late else 0)
    return age if age >= 0 else None


def grade_of(born_on: date, *, fiscal_year: int) -> str | None:
    """Return the grade in the 年度, or None outside school and the three years before it."""
    age = fiscal_age(born_on, fiscal_year=fiscal_year)
    return next((grade for grade, entered in GRADES.items() if entered == age), None)
