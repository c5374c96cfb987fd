"""Numbers and signs: notification numbers, telephones, postal codes, mail addresses."""

import re

from yakuba.registers.rules.matching.letters import bare

_DRESS = re.compile(r"[\s\-‐‑‒–—―−ー_./()〒#№:]")
_NOT_DIGITS = re.compile(r"[^0-9]")
_SPACES = re.compile(r"\s")


def form(text: str) -> str:
    """Return a code without dress, small letters and leading zeros, which spreadsheets lose."""
    found = bare(bare(text, _DRESS).upper(), _DRESS)
    return (found.lstrip("0") or "0") if found.isdecimal() else found


def digits(text: str) -> str:
    return bare(text, _NOT_DIGITS)


def telephone(text: str) -> str:
    """Return the digits as dialled in Japan; a leading zero that a spreadsheet lost stands again."""
    found = digits(text)
    if found.startswith("81") and len(found) > 10:
        found = found[2:]
    return f"0{found.lstrip('0')}" if found else ""


def mail(text: str) -> str:
    return bare(bare(text, _SPACES).casefold(), _SPACES)
