"""What may be said to many."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from yakuba.broadcasts.rules.content import LANGUAGES, Content, texts
from yakuba.broadcasts.rules.drawing import Around, drawn
from yakuba.kit.numbers import mask_numbers

__all__ = [
    "BATCH",
    "LANGUAGES",
    "Progress",
    "composed",
    "forbidden",
    "languages_of",
    "troubles",
    "unit_name",
    "unit_name_of_series",
]

BATCH = 500  # people in one multicast (Messaging API)
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def composed(content: Content, *, language: str) -> list[dict[str, Any]]:
    """Return the LINE messages of what a clerk composed, as it is read before anything is filled in.

    Raises:
        NothingToSay, TooMuchToSay, LinkNotPossible: LINE could not take it.
    """
    return [dict(message) for message in drawn(content, language=language, around=Around())]


def languages_of(content: Content) -> tuple[str, ...]:
    """Return the languages in which `content` differs, Japanese first."""
    return ("ja", *(one for one in content.languages if one != "ja"))


def troubles(content: Content) -> list[str]:
    """Return a sentence for everything that must not be said to many in any language of `content`."""
    said = [words for _where, _language, words in texts(content)]
    return list(dict.fromkeys(why for text in said for why in forbidden(text)))


_NUMBERS = {"my_number": "マイナンバー", "card": "クレジットカードの番号"}


def forbidden(text: str) -> list[str]:
    """Return sentences about what must not be sent to many: マイナンバー, card numbers."""
    _masked, found = mask_numbers(text)
    kinds = dict.fromkeys(one.kind for one in found)
    return [
        f"{_NUMBERS[kind]}と思われる番号が入っています。消してから送ってください。"
        for kind in kinds
    ]


def unit_name(delivery_id: int, arm: int) -> str:
    """Return the name under which LINE counts how it was read: at most 30 letters, digits and `_`."""
    return f"d{_base36(delivery_id)}_{arm}"


def unit_name_of_series(series_id: int, arm: int, *, month: date) -> str:
    """Return the name that a month of a series shares: LINE counts under a thousand names a month."""
    return f"s{_base36(series_id)}_{month:%y%m}_{arm}"


def _base36(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number, 36)
        letters = _DIGITS[rest] + letters
    return letters or "0"


@dataclass(frozen=True, slots=True)
class Progress:
    """How many people are in which state."""

    planned: int = 0
    waiting: int = 0
    accepted: int = 0  # LINE has taken the message for them
    rejected: int = 0  # LINE refused their user id
    uncertain: int = 0  # nobody can tell; a person decides
    spared: int = 0  # stopped before
    unaddressed: int = 0  # blocked us between planning and sending

    @property
    def done(self) -> int:
        """Return for how many it is settled; those whom a stop spared were never begun."""
        return self.planned - self.waiting - self.spared
