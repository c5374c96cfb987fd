"""Postal codes: read as people type them, and looked up in a table that the town brings along."""

import csv
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from yakuba.kit.errors import Refusal

_COLUMNS = ("postal", "pref", "city", "town", "kana")
_DRESS = re.compile(r"[〒\s\-‐‑‒–—―−ー.]|郵便番号:?")


class UnreadablePostalCode(Refusal):
    sentence = _(
        "郵便番号として読み取れませんでした。「930-0393」のように、7けたの数字で入力してください。"
    )


@dataclass(frozen=True, slots=True)
class Place:
    """A place that a postal code stands for; `town` is empty where the code covers the rest of a city."""

    postal: str
    pref: str
    city: str
    town: str
    kana: str

    @property
    def address(self) -> str:
        return self.pref + self.city + self.town


class WrongTable(ValueError):
    """The file is no table of postal codes; the message says which line, for whoever prepared it."""


class PostalTable:
    """Places by postal code; a code may stand for several, and a place may have several codes."""

    def __init__(self, places: Sequence[Place]) -> None:
        self._places: dict[str, list[Place]] = {}
        for place in places:
            self._places.setdefault(place.postal, []).append(place)

    @classmethod
    def load(cls, path: Path) -> "PostalTable":
        """Read a CSV file (UTF-8, with or without BOM) with the columns postal, pref, city, town, kana.

        Raises:
            WrongTable: a column is missing, or a postal code cannot be read.
        """
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.DictReader(file)
            missing = [name for name in _COLUMNS if name not in (lines.fieldnames or ())]
            if missing:
                raise WrongTable(f"{path.name}: the column {', '.join(missing)} is missing")
            return cls([_place(line, where=f"{path.name}:{lines.line_num}") for line in lines])

    def __len__(self) -> int:
        return sum(len(places) for places in self._places.values())

    def __iter__(self) -> Iterator[Place]:
        return (place for places in self._places.values() for place in places)

    def find(self, postal: str) -> list[Place]:
        """Return the places of a code as `parse` gives it; none when the table does not know it."""
        return list(self._places.get(postal, ()))


def parse(text: str) -> str:
    """Read a postal code and return its seven digits: 〒930-0393, ９３０ー０３９３, 9300393.

    Raises:
        UnreadablePostalCode: in a sentence with an example.
    """
    digits = _DRESS.sub("", unicodedata.normalize("NFKC", text))
    if not re.fullmatch(r"[0-9]{7}", digits):
        raise UnreadablePostalCode
    return digits


def written(postal: str) -> str:
    """Write seven digits as 930-0393."""
    return f"{postal[:3]}-{postal[3:]}"


def _place(line: dict[str, str | None], *, where: str) -> Place:
    values = {name: (line[name] or "").strip() for name in _COLUMNS}
    try:
        postal = parse(values.pop("postal"))
    except UnreadablePostalCode:
        raise WrongTable(f"{where}: the postal code needs seven digits") from None
    return Place(postal=postal, **values)
