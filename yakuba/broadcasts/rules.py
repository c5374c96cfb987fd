"""What may be said to many."""

from collections.abc import Mapping
from typing import Any

from yakuba.kit.numbers import mask_numbers
from yakuba.line import messages as line

BATCH = 500  # people in one multicast (Messaging API)
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def composed(text: str) -> list[dict[str, Any]]:
    """Return the LINE messages for what a clerk wrote: bubbles cut at sentence ends.

    Raises:
        NothingToSay, TooMuchToSay: LINE could not take it.
    """
    return [dict(message) for message in line.packed(line.text(text))[0]]


def forbidden(text: str) -> list[str]:
    """Return sentences about what must not be sent to many: マイナンバー, card numbers."""
    _masked, found = mask_numbers(text)
    return [f"「{one.kind}」と思われる番号が入っています。送らないでください。" for one in found]


def unit_name(delivery_id: int, arm: int) -> str:
    """Return the name under which LINE counts how it was read: at most 30 letters, digits and `_`."""
    letters = ""
    while delivery_id:
        delivery_id, rest = divmod(delivery_id, 36)
        letters = _DIGITS[rest] + letters
    return f"d{letters or '0'}_{arm}"


def progress(counts: Mapping[int, int]) -> dict[str, int]:
    """Return how many people are in which state, from sums by `Batch.State`."""
    return {
        "waiting": counts.get(0, 0) + counts.get(1, 0),
        "accepted": counts.get(2, 0),
        "rejected": counts.get(3, 0),
        "uncertain": counts.get(4, 0),
        "cancelled": counts.get(5, 0),
    }
