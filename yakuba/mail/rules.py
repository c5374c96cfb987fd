"""How long to wait, what is said, and what must not be said."""

import re
from collections.abc import Sequence
from datetime import timedelta

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
        if _is_individual_number(re.sub(r"\D", "", found[0])):
            return "an individual number"
    for found in _PHONE.finditer(words):
        if len(re.sub(r"\D", "", found[0])) in (10, 11):
            return "a telephone number"
    return ""


def _is_individual_number(digits: str) -> bool:
    """Check the last digit as 行政手続における特定の個人を識別するための番号の利用等に関する法律の規定による
    通知カード及び個人番号カード等に関する省令 第5条 lays down."""
    body = [int(digit) for digit in reversed(digits[:11])]
    weighed = sum(n * (q + 2 if q < 6 else q - 4) for q, n in enumerate(body))
    rest = weighed % 11
    return int(digits[11]) == (0 if rest <= 1 else 11 - rest)
