"""Letters: kanji that are written in several ways, marks that say nothing, letters nobody can read."""

import re
import unicodedata
from functools import cache
from importlib.resources import files

from yakuba.kit.text import voiced

UNKNOWN = "〓"

# What systems put where they have no letter, and the areas in which a town keeps letters of its own (外字):
# which letter it is, nobody outside knows.
_UNKNOWN = re.compile("[〓■□●\ufffd\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]")
# Selectors choose among shapes of one letter (IVS, SVS); joiners and marks of direction are not seen.
_UNSEEN = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef\u200b-\u200f\u2060\ufeff\u00ad]")
_AGAIN = re.compile("(.)[々〻仝ゝヽ]")


@cache
def variants() -> dict[int, str]:
    """Return the first letter of its line for each variant of the table, ready for `str.translate`."""
    text = files(__package__).joinpath("variants.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return {ord(letter): line[0] for line in lines for letter in line[1:]}


def plain(text: str) -> str:
    """Return `text` with one width, one shape for each kanji, and one mark for what is unknown."""
    if text.isascii():
        return text
    known = _UNSEEN.sub("", _UNKNOWN.sub(UNKNOWN, text))
    folded = unicodedata.normalize("NFKC", voiced(known))
    before = ""
    while folded != before:  # 々 may follow 々
        before, folded = folded, _AGAIN.sub(r"\1\1", folded)
    return folded.translate(variants())


def bare(text: str, dress: re.Pattern[str]) -> str:
    """Return `text` plain and without `dress`, however the letters around what was taken away join."""
    before, found = "", text
    while found != before:
        before, found = found, dress.sub("", plain(found))
    return found
