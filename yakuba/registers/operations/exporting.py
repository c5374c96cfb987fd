"""Writing a register into a file for people, and into the trail that somebody took it."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import cast

from django.utils.translation import gettext as _t

from yakuba.console.sockets import exported
from yakuba.kit import postal, sheets
from yakuba.registers import queries
from yakuba.registers.models import Register
from yakuba.registers.rules.columns import MASK, Spec, Value, without_own_letters
from yakuba.townhall.models import StaffMember

# What leads to somebody who is hidden leaves the house in no file.
_LEADS_THERE = ("address", "postal", "phone", "email")


def write_file(
    register: Register, *, path: Path, kind: str, has_personal: bool, staff: StaffMember
) -> int:
    """Write the live rows at `path`; personal columns only if they are wanted. Return how many.

    Addresses and telephones of protected persons (支援措置) are masked whoever asks.
    """
    specs = [one for one in queries.specs_of(register) if has_personal or not one.is_personal]
    count = 0
    with sheets.writer(cast(sheets.Kind, kind), path) as book:
        sheet = book.sheet(register.name, columns=[one.label for one in specs])
        for row in queries.rows_of(register).iterator(chunk_size=2000):
            sheet.row([_cell(one, row.values.get(one.key), row.is_protected) for one in specs])
            count += 1
    exported.announce(
        staff,
        register.subject,
        _t("台帳「{name}」の{count}行を書き出しました。").format(
            name=register.name, count=f"{count:,}"
        ),
        {"rows": count, "format": kind, "personal": has_personal},
    )
    return count


def _cell(column: Spec, value: Value | None, is_protected: bool) -> sheets.Cell:
    if value is None:
        return None
    if is_protected and column.kind in _LEADS_THERE:
        return MASK
    if isinstance(value, bool):
        return "○" if value else ""
    if column.kind == "day":
        return date.fromisoformat(str(value))
    if column.kind == "postal":
        return postal.written(str(value))
    if column.kind == "number" and isinstance(value, str):
        return Decimal(value)
    return without_own_letters(value) if isinstance(value, str) else value
