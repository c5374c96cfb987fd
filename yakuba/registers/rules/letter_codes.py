"""Codes in posted letters: letters that nobody mistakes for others, and one at the end that notices a slip."""

import secrets
import unicodedata

# Neither 0 and O, nor 1, I and L, nor 2 and Z, nor 5 and S, nor 8 and B, nor U and V: 23 are left, a prime.
LETTERS = "34679ACDEFGHJKMNPQRTWXY"
_DRESS = str.maketrans(dict.fromkeys(" 　-‐‑‒–—―−ーｰ_.・"))
LENGTH = 9  # with the last, which follows from the others: 23 to the eighth is 78 thousand million


def make() -> str:
    """Return a new code, as 3F4-K9M-TWX."""
    body = "".join(secrets.choice(LETTERS) for _place in range(LENGTH - 1))
    return written(body + _check(body))


def form(code: str) -> str:
    """Return a code as it is hashed, however it was typed."""
    return unicodedata.normalize("NFKC", code).upper().translate(_DRESS)


def is_one(code: str) -> bool:
    """Say whether this can be a code at all; one wrong letter, or two that were exchanged, cannot."""
    plain = form(code)
    return (
        len(plain) == LENGTH
        and all(letter in LETTERS for letter in plain)
        and _check(plain[:-1]) == plain[-1]
    )


def written(code: str) -> str:
    return "-".join(code[place : place + 3] for place in range(0, len(code), 3))


def purpose(register_id: int) -> str:
    return f"registers.letter:{register_id}"


def _check(body: str) -> str:
    """Return the last letter: a sum in which each place weighs differently, so that no two can be exchanged."""
    total = sum((place + 1) * LETTERS.index(letter) for place, letter in enumerate(body))
    return LETTERS[total % len(LETTERS)]
