"""What the designer offers for a register's question: registers, columns and questions by their names."""

from collections.abc import Sequence

from yakuba.procedures.sockets import Picking
from yakuba.registers import queries

_QUESTIONS_BEFORE = ("pairs.question", "letter_code")


def picking_of(option: str, picking: Picking) -> Sequence[tuple[str, str]] | None:
    """Return what may be picked for an option, as value and words."""
    if option == "register_id":
        return [(str(one.public_id), one.name) for one in queries.registers_for(picking.staff)]
    if option in _QUESTIONS_BEFORE:
        return picking.before
    if option == "fills_in.question":
        return picking.after
    if option.endswith("column") or option in ("branch", "counts"):
        register = queries.register_of(str(picking.options.get("register_id") or ""))
        allowed = {one.pk for one in queries.registers_for(picking.staff)}
        if register is None or register.pk not in allowed:
            return []
        return [(key, one.label) for key, one in queries.columns_of(register).items()]
    return None
