"""Dates in the Japanese calendar: written as the town hall writes them, read as people type them.

`full`, `short` and `moment` write; `parse_date` and `parse_time` read, and refuse in a sentence.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from yakuba.kit.errors import Refusal

Lean = Literal["nearest", "past", "future"]

_JAPAN = ZoneInfo("Asia/Tokyo")  # not that of kit.clock, which needs the database's models
_WEEKDAYS = "月火水木金土日"


@dataclass(frozen=True, slots=True)
class Era:
    """An era with its first and its last day; two eras share the day on which an emperor died."""

    name: str
    letter: str
    first: date
    last: date

    def year(self, year: int) -> int:
        """Return the western year in which `year` of this era falls."""
        return self.first.year + year - 1

    def write(self, day: date) -> str:
        return f"{self.name}{_era_year(day.year - self.first.year + 1)}年{day.month}月{day.day}日"


# 明治 begins on 1868-01-25; until 1872 its dates followed the lunar calendar and are read as if they did not.
ERAS = (
    Era("令和", "R", date(2019, 5, 1), date.max),
    Era("平成", "H", date(1989, 1, 8), date(2019, 4, 30)),
    Era("昭和", "S", date(1926, 12, 25), date(1989, 1, 7)),
    Era("大正", "T", date(1912, 7, 30), date(1926, 12, 25)),
    Era("明治", "M", date(1868, 1, 25), date(1912, 7, 30)),
)
_FIRST_YEAR, _LAST_YEAR = 1868, 2199


class UnreadableDate(Refusal):
    sentence = _(
        "日付として読み取れませんでした。"
        "「令和8年4月1日」「R8.4.1」「2026/4/1」のように入力してください。"
    )


class NoSuchDay(UnreadableDate):
    sentence = _("「{written}」という日はありません。「令和8年4月1日」のように入力してください。")


class OutsideEra(UnreadableDate):
    sentence = _("{era}は{bounds}です。この日は「{instead}」と入力してください。")


class EraUnclear(UnreadableDate):
    sentence = _(
        "「{written}」の年が、どの元号か分かりませんでした。"
        "「令和8年4月1日」や「2026/4/1」のように入力してください。"
    )


class YearOutOfReach(UnreadableDate):
    sentence = _("年は西暦{first}年から{last}年までで入力してください（例：2026/4/1）。")


class WrongWeekday(UnreadableDate):
    sentence = _("{day}は{weekday}曜日です。日付と曜日を確かめて、もう一度入力してください。")


class UnreadableTime(Refusal):
    sentence = _(
        "時刻として読み取れませんでした。「9:30」「午後3時」「15時」のように入力してください。"
    )


class TwelveUnclear(UnreadableTime):
    sentence = _(
        "「{written}」が昼か夜か分かりませんでした。"
        "昼は「12:30」、夜は「0:30」のように入力してください。"
    )


class PastMidnight(UnreadableTime):
    sentence = _("時刻は「0:00」から「23:59」までで入力してください。24時は、翌日の「0:00」です。")


def full(day: date) -> str:
    """Write 令和8年11月22日（日）; a day before 明治 is written with the western year."""
    return f"{_without_weekday(day)}（{_WEEKDAYS[day.weekday()]}）"


def short(day: date) -> str:
    """Write 令和8.11.22."""
    era = _era_of(day)
    year = f"{era.name}{_era_year(day.year - era.first.year + 1)}" if era else str(day.year)
    return f"{year}.{day.month}.{day.day}"


def moment(at: datetime) -> str:
    """Write 令和8年11月22日（日）18:00 in Japan time.

    Raises:
        ValueError: `at` is naive, so nobody knows which moment it is.
    """
    if at.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    local = at.astimezone(_JAPAN)
    return f"{full(local.date())}{local.hour}:{local:%M}"


def span(starts: datetime, ends: datetime) -> str:
    """Write 令和8年11月22日（日）13:00〜15:00 in Japan time; an end after midnight as 翌1:00, later with its day."""
    first, last = starts.astimezone(_JAPAN), ends.astimezone(_JAPAN)
    until = f"{last.hour}:{last:%M}"
    if last.date() == first.date():
        return f"{moment(starts)}〜{until}"
    if (last.date() - first.date()).days == 1 and last.hour < 12:
        return f"{moment(starts)}〜" + (
            "24:00" if (last.hour, last.minute) == (0, 0) else f"翌{until}"
        )
    return f"{moment(starts)}〜{moment(ends)}"


def parse_date(text: str, *, today: date, lean: Lean = "nearest") -> date:
    """Read a day as people type it: 令和7.4.1, Ｒ７／４／１, S60-1-2, 20250401, 4月1日, あさって.

    A day without a year is the one nearest to `today`, or the last or next one, as `lean` says.

    Raises:
        UnreadableDate: in a sentence that says what was wrong, with an example.
    """
    written = "".join(text.split())
    plain, weekday = _split_weekday(_plain(text))
    day = (
        _relative(plain, today) or _dated(plain, written) or _yearless(plain, written, today, lean)
    )
    if day is None:
        raise UnreadableDate
    if weekday and _WEEKDAYS[day.weekday()] != weekday:
        raise WrongWeekday(day=_without_weekday(day), weekday=_WEEKDAYS[day.weekday()])
    return day


def parse_time(text: str) -> time:
    """Read a time of the day as people type it: 9:30, ９時半, 午後3時, 15時, 0930.

    Raises:
        UnreadableTime: in a sentence that says what was wrong, with an example.
    """
    plain = _plain(text).replace(".", ":").removesuffix("ごろ").removesuffix("頃")
    if plain in ("正午", "お昼", "昼"):
        return time(12)
    found = _TIME.fullmatch(plain) or _TIME_IN_DIGITS.fullmatch(plain)
    if found is None:
        raise UnreadableTime
    parts = found.groupdict()
    hour = int(parts["hour"])
    minute = 30 if parts["minute"] == "半" else int(parts["minute"] or 0)
    half = parts.get("half") or parts.get("after") or ""
    if half and hour == 12:
        raise TwelveUnclear(written="".join(text.split()))
    if half in _AFTERNOON and hour < 12:
        hour += 12
    if half in _MORNING and hour > 12:
        raise UnreadableTime
    if hour >= 24:
        raise PastMidnight
    if minute >= 60:
        raise UnreadableTime
    return time(hour, minute)


_MORNING = ("午前", "朝", "AM")
_AFTERNOON = ("午後", "夕方", "PM")
_TIME = re.compile(
    r"(?P<half>午前|午後|朝|夕方|AM|PM)?の?(?P<hour>\d{1,2})"
    r"(?:(?::|時)(?P<minute>半|\d{1,2})?分?)?(?::\d\d)?(?P<after>AM|PM)?"
)
_TIME_IN_DIGITS = re.compile(r"(?P<hour>\d{1,2})(?P<minute>\d\d)")

_DAYS_FROM_TODAY = {
    -2: ("一昨日", "おととい"),
    -1: ("昨日", "きのう"),
    0: ("今日", "きょう", "本日"),
    1: ("明日", "あした", "あす"),
    2: ("明後日", "あさって"),
    3: ("明々後日", "明明後日", "しあさって"),
}
_ERA = "|".join([*(era.name for era in ERAS), *(era.name[0] + "|" + era.letter for era in ERAS)])
_MONTH_AND_DAY = r"(?P<month>\d{1,2})(?:月|[-/.])(?P<day>\d{1,2})日?"
_WITH_ERA = re.compile(rf"(?P<era>{_ERA})\.?(?P<year>元|\d{{1,3}})(?:年|[-/.]){_MONTH_AND_DAY}")
_ERA_IN_DIGITS = re.compile(rf"(?P<era>{_ERA})(?P<year>\d\d)(?P<month>\d\d)(?P<day>\d\d)")
_WESTERN = re.compile(rf"(?:西暦)?(?P<year>\d{{4}})(?:年|[-/.]){_MONTH_AND_DAY}")
_WESTERN_IN_DIGITS = re.compile(r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)")
_WITHOUT_ERA = re.compile(rf"\d{{1,3}}(?:年|[-/.]){_MONTH_AND_DAY}")
_WITHOUT_YEAR = re.compile(_MONTH_AND_DAY)
_WITH_WEEKDAY = re.compile(rf"(.+?)(?:\(([{_WEEKDAYS}])(?:曜日?)?\)|([{_WEEKDAYS}])曜日?)")
_KANJI_NUMBER = re.compile(r"([〇一二三四五六七八九十]+)(?=[年月日時分])")
_SEPARATORS = str.maketrans(dict.fromkeys("‐‑‒–—―−ー〜~", "-") | dict.fromkeys("・,、。", "."))


def _plain(text: str) -> str:
    """Return `text` with one form for each digit, dash and dot, without spaces."""
    folded = unicodedata.normalize("NFKC", text).upper().translate(_SEPARATORS)
    return _KANJI_NUMBER.sub(lambda found: _arabic(found[1]), "".join(folded.split()))


def _arabic(kanji: str) -> str:
    if "十" not in kanji:
        return "".join(str("〇一二三四五六七八九".index(digit)) for digit in kanji)
    tens, _ten, ones = kanji.partition("十")
    return (_arabic(tens) or "1") + (_arabic(ones.replace("十", "")) or "0")


def _split_weekday(plain: str) -> tuple[str, str]:
    found = _WITH_WEEKDAY.fullmatch(plain)
    return (found[1], found[2] or found[3]) if found else (plain, "")


def _relative(plain: str, today: date) -> date | None:
    for days, words in _DAYS_FROM_TODAY.items():
        if plain in words:
            return today + timedelta(days=days)
    return None


def _dated(plain: str, written: str) -> date | None:
    found = _WITH_ERA.fullmatch(plain) or _ERA_IN_DIGITS.fullmatch(plain)
    if found:
        era = next(era for era in ERAS if found["era"] in (era.name, era.name[0], era.letter))
        year = 1 if found["year"] == "元" else int(found["year"])
        return _in_era(era, _day(era.year(year), found, written), year=year)
    found = _WESTERN.fullmatch(plain) or _WESTERN_IN_DIGITS.fullmatch(plain)
    if found:
        return _day(int(found["year"]), found, written)
    if _WITHOUT_ERA.fullmatch(plain):
        raise EraUnclear(written=written)
    return None


def _day(year: int, found: re.Match[str], written: str) -> date:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise YearOutOfReach(first=_FIRST_YEAR, last=_LAST_YEAR)
    try:
        return date(year, int(found["month"]), int(found["day"]))
    except ValueError:
        raise NoSuchDay(written=written) from None


def _in_era(era: Era, day: date, *, year: int) -> date:
    if year >= 1 and era.first <= day <= era.last:
        return day
    bounds = f"{era.write(era.first)}から"
    if era.last != date.max:
        bounds += f"{era.write(era.last)}まで"
    raise OutsideEra(era=era.name, bounds=bounds, instead=_without_weekday(day))


def _yearless(plain: str, written: str, today: date, lean: Lean) -> date | None:
    found = _WITHOUT_YEAR.fullmatch(plain)
    if found is None:
        return None
    _day(2000, found, written)  # a leap year: every day that exists at all
    # 29 February can be eight years away (1896 to 1904, 2096 to 2104).
    days = []
    for year in range(today.year - 8, today.year + 9):
        try:
            days.append(date(year, int(found["month"]), int(found["day"])))
        except ValueError:
            continue
    if lean == "past":
        return max(day for day in days if day <= today)
    if lean == "future":
        return min(day for day in days if day >= today)
    return min(days, key=lambda day: (abs(day - today), day < today))


def _era_of(day: date) -> Era | None:
    return next((era for era in ERAS if era.first <= day), None)


def _era_year(year: int) -> str:
    return "元" if year == 1 else str(year)


def _without_weekday(day: date) -> str:
    era = _era_of(day)
    return era.write(day) if era else f"{day.year}年{day.month}月{day.day}日"
