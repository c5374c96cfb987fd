"""A card with a list to read: each entry has a title and words, and may lead somewhere."""

from collections.abc import Sequence
from dataclasses import dataclass

from yakuba.kit.text import clean, cut_utf16, is_blank
from yakuba.line.messages import limits
from yakuba.line.messages.actions import Link
from yakuba.line.messages.cards import INK, KEY, LINE_COLOUR, PAPER, QUIET_INK, flex
from yakuba.line.messages.shapes import Json, Message, said, size

MOST_ENTRIES = 10
_TITLE = 300  # UTF-16 units
_LENGTHS = (1_000, 300, 100, 40)  # of words; a card that is too large gets shorter ones


@dataclass(frozen=True, slots=True)
class Entry:
    title: str
    words: str = ""
    link: Link | None = None


def entries(*, title: str, lines: Sequence[Entry], note: str = "", alt: str = "") -> Message:
    """Return a card that says `lines` one under the other.

    Raises:
        NothingToSay: the card or an entry has no title.
        LinkNotPossible: an entry leads to an address that LINE does not take.
        ValueError: more entries than fit; ask `MOST_ENTRIES` first.
    """
    if len(lines) > MOST_ENTRIES:
        raise ValueError(f"{len(lines)} entries; a card has {MOST_ENTRIES}")
    spoken = alt or "。".join([said(title), *(said(line.title) for line in lines)]) + "。"
    for length in _LENGTHS:
        bubble = _drawn(title, lines, note, length)
        if size(bubble) <= limits.BUBBLE_BYTES:
            break
    return flex(bubble, spoken)


def _drawn(title: str, lines: Sequence[Entry], note: str, length: int) -> dict[str, Json]:
    body: list[Json] = [_text(title, min(_TITLE, length), size="lg", weight="bold", color=INK)]
    if not is_blank(clean(note)):
        body.append(_text(note, length, size="sm", color=QUIET_INK))
    for line in lines:
        body.append({"type": "separator", "margin": "lg", "color": LINE_COLOUR})
        body.append(_entry(line, length))
    return {
        "type": "bubble",
        "size": "mega",
        "body": _box(body, spacing="sm"),
        "styles": {"body": {"backgroundColor": PAPER}},
    }


def _entry(line: Entry, length: int) -> Json:
    words: list[Json] = [
        _text(
            line.title,
            min(_TITLE, length),
            size="md",
            weight="bold",
            color=KEY if line.link else INK,
        )
    ]
    if not is_blank(clean(line.words)):
        words.append(_text(line.words, length, size="sm", color=QUIET_INK))
    if line.link is None:
        return _box(words, margin="lg", spacing="xs")
    mark = _text("›", 1, color=QUIET_INK, flex=0)
    tap: Json = dict(line.link.json(letters=limits.FLEX_LABEL))
    return {
        "type": "box",
        "layout": "horizontal",
        "contents": [_box(words, spacing="xs"), mark],
        "margin": "lg",
        "spacing": "sm",
        "action": tap,
    }


def _text(words: str, units: int, **looks: Json) -> Json:
    shown = cut_utf16(said(words), units)
    return {"type": "text", "text": shown, "wrap": True, "scaling": True, **looks}


def _box(contents: list[Json], **looks: Json) -> Json:
    return {"type": "box", "layout": "vertical", "contents": contents, **looks}
