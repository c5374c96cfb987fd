"""Registers that come with a sample town: made once, with the rows of a file."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from yakuba.registers.models import Edition, Register
from yakuba.registers.operations.designing import Plan, make
from yakuba.registers.operations.rows import add_row
from yakuba.registers.rules import columns, reading
from yakuba.townhall.models import Department, StaffMember


@transaction.atomic
def make_sample(
    *,
    public_id: str,
    department: Department,
    name: str,
    purpose: str,
    plans: Sequence[Mapping[str, Any]],
    rows: Sequence[Mapping[str, str]],
    staff: StaffMember,
) -> bool:
    """Make a register under an id that a procedure's file can name; say whether it was new.

    One that is there stays as people left it, also one that was erased.

    Raises:
        ValueError: with the row of the file that cannot be read.
    """
    if Register.objects.filter(public_id=public_id).exists():
        return False
    register = make(
        department=department,
        name=name,
        purpose=purpose,
        plans=[Plan(**plan) for plan in plans],
        staff=staff,
        public_id=UUID(public_id),
    )
    specs = [columns.spec(one) for one in register.columns.standing()]
    for number, row in enumerate(rows, 1):
        line = reading.read_line(specs, row)
        if line.problems:
            raise ValueError(f"{number}行目：{'　'.join(line.problems.values())}")
        add_row(register, line.values, staff=staff, mode=Edition.Mode.APPEND)
    return True
