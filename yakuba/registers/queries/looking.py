"""Looking at registers: which there are, which rows words mean, what a cell shows to whom."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from yakuba.kit import clock
from yakuba.kit.secrets import keyed_hashes
from yakuba.registers.models import Column, Register, Row, RowHash, RowQuerySet
from yakuba.registers.rules import columns, hashing, matching, words
from yakuba.registers.rules.columns import MASK, Spec
from yakuba.townhall.models import Capability, Department, Membership, StaffMember

MOST_FOUND = 5_000  # whoever finds more has to say more


def departments_of_makers(staff: StaffMember) -> QuerySet[Department]:
    """The departments for which `staff` may make a register: their role there lets them design."""
    roles = [role.value for role in Membership.Role if Capability.DESIGN in role.capabilities]
    here = StaffMember.objects.active_on(clock.today()).filter(pk=staff.pk)
    mine = Membership.objects.filter(staff__in=here, role__in=roles).values("department")
    return Department.objects.filter(pk__in=mine, closed_on=None).order_by("order", "pk")


def specs_of(register: Register) -> list[Spec]:
    """The columns that the register has now, in their order."""
    return [columns.spec(one) for one in Column.objects.filter(register=register).standing()]


def rows_of(register: Register) -> RowQuerySet:
    """The live rows in the order of the 五十音."""
    return RowQuerySet(Row).filter(register=register).live().order_by("place", "pk")


def rows_with(register: Register, specs: Sequence[Spec], said: str) -> RowQuerySet:
    """The live rows in which a name or a reading has the words, or another value is them.

    Only whole words are found: values are sealed, and what is hashed cannot be cut.
    """
    wanted: list[bytes] = []
    for one in specs:
        if one.kind not in matching.MATCHED:
            continue
        form = words.form(one.kind, said)
        purposes = [hashing.purpose(one.id)]
        if one.kind in words.BY_WORD:
            purposes.append(hashing.word_purpose(one.id))
        for purpose in purposes if form else []:
            wanted += keyed_hashes(form, purpose=purpose)
    found = RowHash.objects.filter(column__in=[one.id for one in specs], hash__in=wanted)
    # Asked for in two steps: joined, a family name that many bear is looked up for row after row.
    return rows_of(register).filter(pk__in=list(found.values_list("row", flat=True)[:MOST_FOUND]))


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell shows."""

    words: str
    is_masked: bool = False
    at_end: bool = False


def cells(row: Row, specs: Sequence[Spec], *, is_open: bool = False) -> list[Cell]:
    """Return what the row shows; personal columns are masked unless it `is_open`."""
    return [
        Cell(MASK, is_masked=True)
        if one.is_personal and not is_open and one.key in row.values
        else Cell(
            columns.shown(one.kind, row.values.get(one.key)), at_end=one.kind in ("number", "money")
        )
        for one in specs
    ]
