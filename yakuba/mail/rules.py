"""How long to wait, what is said, and what must not be said."""

import re
from collections.abc import Sequence
from datetime import timedelta

from yakuba.kit.numbers import is_my_number

GIVE_UP_AFTER = 45  # attempts: about three and a half days of silence
_LONGEST = timedelta(hours=2)

_URL = re.compile(r"https?://\S+")
_EMAIL = re.compile(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)")
_PHONE = re.compile(r"(?<![\d-])0\d{1,4}[-‐－ー( ]?\d{1,4}[-‐－ー) ]?\d{3,4}(?![\d-])")
_TWELVE = re.compile(r"(?<!\d)\d{4}[- ]?\d{4}[- ]?\d{4}(?!\d)")


def wait(attempts: int) -> timedelta:
    """Return how long to leave a server alone after so many attempts: 1, 2, 4 … minutes, at most two hours."""
    return min(timedelta(minutes=2 ** min(attempts - 1, 10)), _LONGEST)


def title(subject: str, parts: int) -> str:
    return subject if parts == 1 else f"{subject}（ほか{parts - 1}件）"


def text(parts: Sequence[str], *, footer: str) -> str:
    """Return the body of a letter: its parts, one after the other, and who sent it."""
    return "\n\n".join([*(part.strip() for part in parts), f"--\n{footer}"]) + "\n"


def besides(words: str, titles: Sequence[str], *, own_domain: str = "") -> str:
    """Return `words` without those of `titles` that would be taken for personal data although the town wrote them.

    A title that looks like nothing stays: taken out, it could cut a telephone number beside it into two.
    """
    for title in sorted(titles, key=len, reverse=True):
        if looks_personal(title, own_domain=own_domain):
            words = words.replace(title, " ")
    return words


def looks_personal(words: str, *, own_domain: str = "") -> str:
    """Name the kind of personal data that `words` seem to hold, or return ''.

    A net with wide meshes against mistakes in templates: telephone numbers, strangers' e-mail
    addresses, individual numbers (12 digits with a right check digit). Links are not looked into.
    """
    words = _URL.sub(" ", words)
    for found in _EMAIL.finditer(words):
        if found[1].lower() != own_domain.lower():
            return "an e-mail address"
    for found in _TWELVE.finditer(words):
        if is_my_number(re.sub(r"\D", "", found[0])):
            return "an individual number"
    for found in _PHONE.finditer(words):
        if len(re.sub(r"\D", "", found[0])) in (10, 11):
            return "a telephone number"
    return ""
