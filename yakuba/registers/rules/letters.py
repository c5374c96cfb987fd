"""Whom a letter goes to: which columns of a register are the address, and how it stands in the window."""

from collections.abc import Sequence
from dataclasses import dataclass

from yakuba.kit import postal
from yakuba.registers.rules.columns import Spec, Values, without_own_letters


@dataclass(frozen=True, slots=True)
class Addressing:
    """The columns of a register that make an address; None where it has no such column."""

    name: Spec | None
    postal: Spec | None
    address: Spec | None
    identifying: tuple[Spec, ...]

    @property
    def can_print(self) -> bool:
        return self.name is not None and self.address is not None


def addressing(specs: Sequence[Spec]) -> Addressing:
    """Return the first column of each kind."""

    def first(kind: str) -> Spec | None:
        return next((one for one in specs if one.kind == kind), None)

    return Addressing(
        first("name"),
        first("postal"),
        first("address"),
        tuple(one for one in specs if one.is_identifying),
    )


def said(spec: Spec | None, values: Values) -> str:
    """Return what stands in a column, ready to print."""
    value = values.get(spec.key, "") if spec else ""
    if not value:
        return ""
    if spec is not None and spec.kind == "postal":
        return postal.written(str(value))
    return without_own_letters(str(value))


def in_the_window(columns: Addressing, values: Values) -> list[str]:
    """Return the lines of an address; empty when name or address is missing."""
    name, address = said(columns.name, values), said(columns.address, values)
    if not name or not address:
        return []
    code = said(columns.postal, values)
    return [*([f"〒{code}"] if code else []), address, f"{name} 様"]
