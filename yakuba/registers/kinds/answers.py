"""From a register's value to an answer of a question, and what the answer of looking up says."""

import re
from collections.abc import Iterable
from decimal import Decimal

from yakuba.procedures.rules.values import Value
from yakuba.registers.rules.columns import Value as Stored
from yakuba.registers.rules.columns import shown
from yakuba.registers.rules.outcomes import OUTCOMES


def outcome_of(value: Value) -> str:
    """Return what came of looking; what cannot be read was not found."""
    outcome = value.get("outcome") if isinstance(value, dict) else None
    return str(outcome) if outcome in OUTCOMES else "not_found"


def answer_from(kind: str, value: Stored) -> Value:
    """Return a value in the form in which questions store answers; a letter of somebody's own is 〓."""
    match kind:
        case "name":
            family, _space, given = shown(kind, value).partition(" ")
            return {"family": family, "given": given, "family_kana": "", "given_kana": ""}
        case "address":
            return _address(shown(kind, value))
        case "number" | "money":
            number = Decimal(str(value))
            return int(number) if number == number.to_integral_value() else str(number)
        case "yes_no":
            return bool(value)
        case "day" | "postal" | "phone" | "email" | "code":
            return str(value)
    return shown(kind, value)


def answers_from(fills: Iterable[tuple[str, str, Stored]]) -> dict[str, Value]:
    """Return answers by question out of (question, kind of the column, value); a name takes its reading along."""
    found: dict[str, Value] = {}
    for question, kind, value in fills:
        name = found.get(question)
        if kind == "kana" and isinstance(name, dict):
            family, _space, given = str(value).partition(" ")
            found[question] = {**name, "family_kana": family, "given_kana": given}
        else:
            found[question] = answer_from(kind, value)
    return found


def _address(written: str) -> Value:
    town, house = re.fullmatch(r"(\D*)(.*)", written, re.DOTALL).groups()  # type: ignore[union-attr]
    return {"postal": "", "town": town.strip(), "house": house or "番地なし", "building": ""}
