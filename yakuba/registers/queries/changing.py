"""What becomes of the rows when a column is read as another kind: counted before it is done."""

from dataclasses import dataclass, replace

from yakuba.kit.errors import Refusal
from yakuba.registers.models import Column, Row
from yakuba.registers.rules import columns, reading
from yakuba.registers.rules.columns import Spec, Value


@dataclass(frozen=True, slots=True)
class KindChange:
    """Values of a column under another kind. Past states of rows count too: an edition may be taken back."""

    filled: int = 0
    unreadable: int = 0
    twins: int = 0  # live rows whose value would be that of another, where each has its own


def kind_change(column: Column, after: Spec) -> KindChange:
    """Count what would come of reading every value of `column` as `after` says."""
    filled = unreadable = twins = 0
    seen: set[Value] = set()
    rows = Row.objects.filter(register=column.register).values_list("values", "removed_in")
    for values, removed_in in rows.iterator(2_000):
        if column.key not in values:
            continue
        filled += 1
        value = reread(after, values[column.key])
        if value is None:
            unreadable += 1
        elif after.is_unique and removed_in is None:
            twins += value in seen
            seen.add(value)
    return KindChange(filled, unreadable, twins)


def reread(spec: Spec, value: Value) -> Value | None:
    """Read a stored value as another kind; None where it says nothing in that kind."""
    # What is required is asked of new lines; here only what stands is read.
    try:
        return reading.read(replace(spec, is_required=False), reading.written(value)).value
    except Refusal:
        return None


def spec_with(column: Column, *, kind: str, is_unique: bool, options: dict[str, object]) -> Spec:
    """Return what the column would promise."""
    changed = Column(
        pk=column.pk, key=column.key, label=column.label, kind=kind, is_unique=is_unique, options=options
    )  # fmt: skip
    return columns.spec(changed)
