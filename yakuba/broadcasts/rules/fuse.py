"""What makes a delivery wait for a person: its numbers, its hour, its words."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time

from yakuba.kit import wareki

FAR_PEOPLE = 20  # a smaller difference is no reason to stop, whatever the proportion
FAR_TIMES = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason to stop. `about` says what it is about, so that overriding it once holds for the same thing only."""

    code: str
    sentence: str
    may_override: bool = True
    about: str = ""

    def document(self) -> dict[str, object]:
        return {
            "code": self.code,
            "sentence": self.sentence,
            "may_override": self.may_override,
            "about": self.about,
        }

    def is_settled(self, overridden: Sequence[Mapping[str, object]]) -> bool:
        """Say whether a person has overridden exactly this."""
        return any(
            (one.get("code"), one.get("about", "")) == (self.code, self.about) for one in overridden
        )


def is_far(expected: int, now: int) -> bool:
    """Say whether the number of people is at least the double, or at most the half, of what was expected."""
    if abs(now - expected) < FAR_PEOPLE:
        return False
    return now >= FAR_TIMES * expected or FAR_TIMES * now <= expected


def needs_two(people: int, *, is_everybody: bool, above: int) -> bool:
    """Say whether two persons must agree: for everybody, and for more than `above`."""
    return is_everybody or people > above


def is_night(at: time, *, begins: time, ends: time) -> bool:
    """Say whether `at` is in the night hours, which may go over midnight; there are none if both are the same."""
    if begins <= ends:
        return begins <= at < ends
    return at >= begins or at < ends


def words_in(document: object) -> Iterator[str]:
    """Give every text that somebody reads in a content, whatever its parts are; not the names of their kinds."""
    if isinstance(document, str):
        yield document
    elif isinstance(document, Mapping):
        for name, value in document.items():
            if name not in ("kind", "schema"):
                yield from words_in(value)
    elif isinstance(document, list | tuple):
        for value in document:
            yield from words_in(value)


def gist(document: object) -> str:
    """Return the words of a content in a form that does not change with blanks, breaks and widths."""
    said = "\n".join(word for word in words_in(document) if word.strip())
    return "".join(unicodedata.normalize("NFKC", said).split())


_DAY = r"(?<![\d/.年])(?:(?:令和|平成|昭和|西暦)?(?:元|\d{1,4})年\s*)?\d{1,2}月\s*\d{1,2}日"
_SLASHED = r"(?<![\d/.:-])(?:[RHS]\d{1,2}[./]|\d{4}[-/.])\d{1,2}[-/.]\d{1,2}(?![\d/.-])"
_WRITTEN = re.compile(rf"({_DAY}|{_SLASHED})(?:\s*[(（]([月火水木金土日])(?:曜日?)?[)）])?")
# What follows a day that is no appointment: "born before", "since".
_PAST_BY_MEANING = re.compile(r"\s*(生まれ|以前|以降|以後|現在|付け|付|に生|に発|に開)")
_BEGINNING = re.compile(r"\s*(から|より|〜|～|~|-|－|ー)")
_WEEKDAYS = "月火水木金土日"


@dataclass(frozen=True, slots=True)
class OldDay:
    written: str
    day: date


def past_days(text: str, *, today: date) -> list[OldDay]:
    """Return the days in `text` that are over: what a notice that lay in a drawer would say.

    A day that begins a span is not over while the end of the span is to come; a day of birth or of
    a law is past by its meaning.
    """
    found = [(one, _read(one[1], today=today)) for one in _WRITTEN.finditer(_plain(text))]
    over: list[OldDay] = []
    for place, (one, day) in enumerate(found):
        rest = one.string[one.end() :]
        if day is None or day >= today or _PAST_BY_MEANING.match(rest):
            continue
        following = found[place + 1][1] if place + 1 < len(found) else None
        if _BEGINNING.match(rest) and (following is None or following >= today):
            continue
        over.append(OldDay(one[1], day))
    return over


def wrong_weekdays(text: str, *, today: date) -> list[str]:
    """Return a sentence for each day whose weekday is not the one that stands behind it."""
    sentences = []
    for one in _WRITTEN.finditer(_plain(text)):
        day = _read(one[1], today=today)
        if day is not None and one[2] and _WEEKDAYS[day.weekday()] != one[2]:
            real = _WEEKDAYS[day.weekday()]
            sentences.append(f"「{one[0]}」の曜日が違います。{wareki.full(day)}は{real}曜日です。")
    return sentences


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _read(written: str, *, today: date) -> date | None:
    try:
        return wareki.parse_date(written, today=today)
    except wareki.UnreadableDate:
        return None
