"""Plain texts; a long one becomes several, parted where a reader would pause."""

import re
from collections.abc import Sequence

from yakuba.kit.text import grapheme_length, head_utf16, is_blank, utf16_length
from yakuba.line.messages import limits
from yakuba.line.messages.actions import Action
from yakuba.line.messages.choices import with_choices
from yakuba.line.messages.shapes import Message, TooMuchToSay, said

# Where a text is parted, the best place first. A place in the first half of what fits is not
# taken: it would make many small bubbles of one text.
_PAUSES = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"[。．！？!?]+[」』）)\]】]*|\.\s"),
    re.compile(r"[、，,\s]"),
)


def text(words: str, *, quick_replies: Sequence[Action] = ()) -> list[Message]:
    """Return the messages that say `words`, with the quick replies under the last one.

    Raises:
        NothingToSay: nobody would see anything.
        TooMuchToSay: it takes more messages than one reply may have.
    """
    parts = _parted(said(words))
    if len(parts) > limits.MESSAGES:
        raise TooMuchToSay(limit=limits.MESSAGES)
    messages: list[Message] = [{"type": "text", "text": part} for part in parts]
    return [*messages[:-1], with_choices(messages[-1], quick_replies)]


def _parted(words: str) -> list[str]:
    parts = []
    rest = words
    while utf16_length(rest) > limits.TEXT:
        fitting = head_utf16(rest, limits.TEXT)
        end = _last_pause(fitting)
        parts.append(rest[:end].strip())
        rest = rest[end:].strip()
        if len(parts) > limits.MESSAGES:  # enough to know; a book need not be read to its end
            break
    parts.append(rest)
    return [part for part in parts if not is_blank(part)]


def _last_pause(fitting: str) -> int:
    for pause in _PAUSES:
        ends = [found.end() for found in pause.finditer(fitting, len(fitting) // 2)]
        if ends and _is_between_letters(fitting, ends[-1]):
            return ends[-1]
    return len(fitting)


def _is_between_letters(fitting: str, place: int) -> bool:
    """Tell whether no accent or joiner hangs on the character before `place`."""
    return place == len(fitting) or grapheme_length(fitting[place - 1 : place + 1]) == 2
