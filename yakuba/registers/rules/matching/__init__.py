"""The forms in which two ways to write the same value are equal: hashed, they are how a row is found.

A form in which a letter is unknown is hashed as `UNKNOWN`, and compared letter by letter by `agrees`. Nothing of
this is ever shown.
"""

from collections.abc import Callable, Mapping

from yakuba.registers.rules.matching import addresses, codes, days, names
from yakuba.registers.rules.matching.letters import UNKNOWN

__all__ = ["MATCHED", "UNKNOWN", "agrees", "form", "forms", "spoken"]

_FORMS: dict[str, Callable[[str], str]] = {
    "name": names.form,
    "kana": names.form,
    "text": names.form,
    "day": days.form,
    "address": addresses.form,
    "postal": codes.digits,
    "phone": codes.telephone,
    "email": codes.mail,
    "code": codes.form,
}
# Kinds whose values are worth finding a row by; the others say nothing of who it is.
MATCHED = frozenset(_FORMS)


def form(kind: str, value: str) -> str:
    """Return what a value of a column of this kind is compared as; unknown letters stand as `UNKNOWN`."""
    return _FORMS[kind](value) if value else ""


def forms(kind: str, value: str) -> tuple[str, ...]:
    """Return what is hashed of a value: nothing of an empty one, and one mark of all that are unsure."""
    written = form(kind, value)
    if not written:
        return ()
    return (UNKNOWN,) if UNKNOWN in written else (written,)


def agrees(one: str, other: str) -> bool:
    """Say whether two forms may be the same: an unknown letter stands for any one letter."""
    return len(one) == len(other) and all(
        left == right or UNKNOWN in (left, right) for left, right in zip(one, other, strict=True)
    )


def spoken(kind: str, answer: object) -> str:
    """Return the part of an answer that a column of this kind holds: the kana of a name, the code of an address."""
    if not isinstance(answer, Mapping):
        return "" if answer is None or isinstance(answer, list) else str(answer)
    parts = {
        "kana": ("family_kana", "given_kana"),
        "postal": ("postal",),
        "address": ("town", "house"),
    }.get(kind, ("family", "given") if "family" in answer else ("town", "house"))
    return " ".join(str(answer.get(part) or "") for part in parts).strip()
