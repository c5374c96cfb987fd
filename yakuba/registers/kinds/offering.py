"""What the designer offers for a register's question: registers, columns and questions by their names."""

from collections.abc import Sequence

from yakuba.procedures.sockets import Picking
from yakuba.registers import queries

# What somebody says of themselves is compared; these are looked up, drawn or proven.
_SAYS_NOTHING = frozenset({"register", "letter_code", "identity", "message", "file", "photo"})


def picking_of(option: str, picking: Picking) -> Sequence[tuple[str, str]] | None:
    """Return what may be picked for an option, as value and words."""
    if option == "register_id":
        return [(str(one.public_id), one.name) for one in queries.registers_for(picking.staff)]
    if option == "letter_code":
        return picking.before_of("letter_code")
    if option == "pairs.question":
        return [one for one in picking.before if picking.kinds.get(one[0]) not in _SAYS_NOTHING]
    if option == "fills_in.question":
        return picking.after
    if option.endswith("column") or option in ("branch", "counts"):
        register = queries.register_of(str(picking.options.get("register_id") or ""))
        allowed = {one.pk for one in queries.registers_for(picking.staff)}
        if register is None or register.pk not in allowed:
            return []
        return [(key, one.label) for key, one in queries.columns_of(register).items()]
    return None
