"""A column as the rules see it, and what a value looks like to people."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from yakuba.kit import postal, wareki

Value: TypeAlias = str | int | bool
Values: TypeAlias = Mapping[str, Value]

GETA = "〓"
MASK = "＊＊＊"
# Letters of somebody's own making (外字): the private areas, of which cp932 fills a part.
OWN_LETTERS = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]")
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class Spec:
    """What a column promises of its values."""

    id: int
    key: str
    label: str
    kind: str
    is_required: bool = False
    is_unique: bool = False
    is_identifying: bool = False
    is_personal: bool = False
    choices: tuple[str, ...] = ()
    length: int = 0  # of a code; 0: any
    protects: bool = False


def spec(column: Any) -> Spec:
    """Return the promises of a `Column`."""
    options = column.options
    return Spec(
        id=column.pk,
        key=column.key,
        label=column.label,
        kind=column.kind,
        is_required=column.is_required,
        is_unique=column.is_unique,
        is_identifying=column.is_identifying,
        is_personal=column.is_personal,
        choices=tuple(options.get("choices", ())),
        length=int(options.get("length", 0)),
        protects=bool(options.get("protects", False)),
    )


def without_own_letters(text: str) -> str:
    """Write 〓 for each 外字: a telephone would show an empty box, or somebody else's letter."""
    return OWN_LETTERS.sub(GETA, text)


def shown(kind: str, value: Value | None) -> str:
    """Write a value as people read it: days in the Japanese calendar, money with its points, 〓 for 外字."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if kind == "day":
        return wareki.full(date.fromisoformat(str(value)))
    if kind == "money":
        return f"{int(value):,}円"
    if kind == "postal":
        return postal.written(str(value))
    return without_own_letters(str(value))


def orders_by(specs: Sequence[Spec]) -> Spec | None:
    """Return the column by which a register is sorted: its first reading, else a name, else the first of all."""
    for kind in ("kana", "name"):
        for one in specs:
            if one.kind == kind:
                return one
    return specs[0] if specs else None


def order_words(specs: Sequence[Spec], values: Values) -> str:
    """Return the words by which a row takes its place."""
    column = orders_by(specs)
    return str(values.get(column.key, "")) if column else ""


def is_protected(specs: Sequence[Spec], values: Values) -> bool:
    """Say whether a column of the row marks its person as protected (支援措置)."""
    return any(one.protects and values.get(one.key) is True for one in specs)
