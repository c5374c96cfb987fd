"""Japanese text in a box: where it may be broken, and how large it can be.

Sizes are pixels of the picture; on a telephone 390 wide, 6.4 of them are one of the telephone's.
"""

import unicodedata
from functools import lru_cache
from itertools import combinations, pairwise
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from PIL import ImageFont

from yakuba.kit.errors import Refusal
from yakuba.kit.text import ELLIPSIS, graphemes

SHIPPED = "BIZUDPGothic_700Bold.ttf"
# Where the front end was not built, whatever the machine has.
_ELSEWHERE = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/truetype/fonts-japanese-gothic.ttf",
    "/usr/share/fonts/truetype/noto/NotoSansCJK-Bold.ttc",
    "/System/Library/Fonts/ヒラギノ角ゴシック W6.ttc",
    "C:/Windows/Fonts/meiryob.ttc",
)
LINE = 1.28  # height of a line, in sizes of its letters
_STEP = 4

# JIS X 4051, 4.3: what may not begin a line, and what may not end one.
_NOT_FIRST = set(
    "、。，．,.・：；？！?!：;゛゜ヽヾゝゞ々ー～）)〕]｝}〉》」』】ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ"
)
_NOT_LAST = set("（([〔｛{〈《「『【")


class NoLetters(Refusal):
    sentence = _(
        "このサーバーに日本語の文字がないため、メニューの絵を描けません。システムの担当者に知らせてください。"
    )


@lru_cache(maxsize=1)
def _file() -> str:
    shipped = Path(settings.FONTS) / SHIPPED
    for place in (str(shipped), *_ELSEWHERE):
        if Path(place).exists():
            return place
    raise NoLetters


@lru_cache(maxsize=64)
def font(size: int) -> ImageFont.FreeTypeFont:
    """Return the letters at `size`. The simple layout: the same on every machine."""
    return ImageFont.truetype(_file(), size, layout_engine=ImageFont.Layout.BASIC)


def is_shipped() -> bool:
    """Tell whether the product's own letters are used, and not some that the machine happens to have."""
    return Path(_file()).name == SHIPPED


class Setting(NamedTuple):
    """Text as it is drawn: its lines, and the size of its letters."""

    lines: tuple[str, ...]
    size: int

    @property
    def height(self) -> int:
        return round(self.size * LINE * len(self.lines))


def fitted(
    text: str, *, width: int, height: int, largest: int, smallest: int, most_lines: int = 3
) -> Setting:
    """Return the largest setting of `text` in the box; what does not fit at `smallest` ends in …

    One line is preferred to two where its letters are nearly as large.
    """
    best: Setting | None = None
    for lines in _broken(text, most_lines):
        size = _size(lines, width=width, height=height, largest=largest)
        if size >= smallest and (best is None or size > best.size * _gain(lines)):
            best = Setting(lines, size)
    return best or _cut(text, width=width, height=height, size=smallest, most_lines=most_lines)


def _gain(lines: tuple[str, ...]) -> float:
    """Return how much larger the letters must become for these lines: much, where a word is torn."""
    return 1.5 if _torn(lines) else 1.15


def at_size(text: str, *, width: int, size: int, most_lines: int = 3) -> Setting:
    """Return `text` at this size on as few lines as possible, which `fitted` has found possible."""
    for lines in _broken(text, most_lines):
        if _widest(lines, size) <= width:
            return Setting(lines, size)
    return Setting((text,), size)


def _size(lines: tuple[str, ...], *, width: int, height: int, largest: int) -> int:
    """Return the largest size at which the lines are inside the box."""
    size = min(largest, int(height / (LINE * len(lines))))
    widest = _widest(lines, 100) or 1
    size = min(size, int(width * 100 / widest))
    size -= size % _STEP
    while size > _STEP and _widest(lines, size) > width:
        size -= _STEP
    return size


def _widest(lines: tuple[str, ...], size: int) -> float:
    letters = font(size)
    return max((letters.getlength(line) for line in lines), default=0)


@lru_cache(maxsize=512)
def _broken(text: str, most_lines: int) -> tuple[tuple[str, ...], ...]:
    """Return the best ways to write `text` on one line, on two, on three."""
    parts = _parts(text)
    found = []
    for count in range(1, min(most_lines, len(parts)) + 1):
        ways = (_lines(parts, places) for places in combinations(range(1, len(parts)), count - 1))
        found.append(min(ways, key=_badness))
    return tuple(found)


def _lines(parts: tuple[str, ...], places: tuple[int, ...]) -> tuple[str, ...]:
    edges = (0, *places, len(parts))
    return tuple("".join(parts[start:end]).strip() for start, end in pairwise(edges))


def _badness(lines: tuple[str, ...]) -> tuple[float, int]:
    """Even lines are good; a line that begins in the middle of a word is as bad as one letter too wide."""
    lengths = [sum(_breadth(letter) for letter in line) for line in lines]
    return max(lengths) + 2.5 * _torn(lines), lengths[-1] > lengths[0]


def _torn(lines: tuple[str, ...]) -> int:
    return sum(not _is_border(one[-1:], other[:1]) for one, other in pairwise(lines))


def _breadth(letter: str) -> float:
    return 1 if unicodedata.east_asian_width(letter) in "WF" else 0.55


def _is_border(before: str, after: str) -> bool:
    """Tell whether a reader would pause here: a particle before a noun, another script, a mark."""
    one, other = _script(before), _script(after)
    if one in ("", "mark") or other in ("", "mark"):
        return True
    return one != other and other != "hiragana"


def _script(letter: str) -> str:
    if not letter.strip():
        return ""
    name = unicodedata.name(letter[0], "")
    for script in ("HIRAGANA", "KATAKANA", "CJK"):
        if name.startswith(script) and letter not in "・":
            return script.lower()
    return "latin" if letter.isalnum() else "mark"


def _parts(text: str) -> tuple[str, ...]:
    """Split where a line may end: not inside numbers and Latin words, not before 、 nor after （."""
    parts: list[str] = []
    for letter in graphemes(text):
        before = parts[-1][-1] if parts else ""
        is_word = letter.isascii() and letter.isalnum() and before.isascii() and before.isalnum()
        if before and (letter in _NOT_FIRST or before in _NOT_LAST or is_word):
            parts[-1] += letter
        else:
            parts.append(letter)
    return tuple(parts)


def _cut(text: str, *, width: int, height: int, size: int, most_lines: int) -> Setting:
    count = max(1, min(most_lines, int(height / (size * LINE))))
    lines: list[str] = []
    rest = graphemes(text)
    while rest and len(lines) < count:
        is_last = len(lines) == count - 1
        line = ""
        while rest and _widest((line + rest[0] + (ELLIPSIS if is_last else ""),), size) <= width:
            line += rest.pop(0)
        lines.append(line)
        if not line:
            break
    if rest:
        lines[-1] += ELLIPSIS
    return Setting(tuple(lines), size)
