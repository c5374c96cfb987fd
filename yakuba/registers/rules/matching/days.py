"""Days; those of whom the month or the day is not known (不詳) stand for any."""

import re
from datetime import date

from yakuba.kit.errors import Refusal
from yakuba.kit.wareki import ERAS, parse_date
from yakuba.registers.rules.matching.letters import UNKNOWN, bare

_SPACES = re.compile(r"\s")
_PARTS = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_UNSURE = re.compile(
    rf"({'|'.join(era.name for era in ERAS)})?(\d{{1,4}}|元)年(?:(\d{{1,2}})月)?(?:月日|日)?不詳"
)
_ANY = UNKNOWN * 2
_SOME_DAY = date(2000, 1, 1)  # a birthday is never written as "tomorrow" or without its year


def form(text: str) -> str:
    """Return 1935-04-05 for every way to write it, with `UNKNOWN` for each digit that nobody knows."""
    found = _PARTS.fullmatch(text)  # as it is stored
    if found and "00" not in (found[2], found[3]):
        return text
    written = bare(text, _SPACES)
    found = _PARTS.match(written)
    if found:
        return _joined(found[1], found[2], found[3])
    unsure = _UNSURE.fullmatch(written)
    if unsure:
        year = 1 if unsure[2] == "元" else int(unsure[2])
        era = next((era for era in ERAS if era.name == unsure[1]), None)
        return _joined(f"{era.year(year) if era else year:04}", unsure[3] or "00", "00")
    try:
        return parse_date(written, today=_SOME_DAY).isoformat()
    except Refusal:
        return written


def _joined(year: str, month: str, day: str) -> str:
    months, days = (_ANY if int(part) in (0, 99) else f"{int(part):02}" for part in (month, day))
    return f"{year}-{months}-{days}"
