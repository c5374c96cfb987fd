"""The words by which staff look for a name besides all of it: its parts, compared as names are."""

from yakuba.registers.rules import matching

BY_WORD = frozenset({"name", "kana"})


def parts_of(kind: str, value: str) -> list[str]:
    """Return the parts of a name that has several; whole, it is found as any other value."""
    parts = value.split() if kind in BY_WORD else []
    return parts if len(parts) > 1 else []


def form(kind: str, word: str) -> str:
    """Return what a word is looked for by; empty where a letter of it is unknown."""
    written = matching.form(kind, word)
    return "" if matching.UNKNOWN in written else written
