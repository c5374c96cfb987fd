"""Which registers a procedure may be steered by, and which procedures read a column."""

from collections.abc import Iterator, Mapping
from typing import Any

from yakuba.kit.kana import sort_key
from yakuba.procedures.models import Procedure
from yakuba.registers.models import Column, Register
from yakuba.registers.queries.finding import register_of
from yakuba.townhall.models import Capability, Grant, StaffMember

KIND = "register"


def may_steer(register: Register, procedure: Procedure) -> bool:
    """Say whether the procedure's department may have the personal data of the register.

    Whoever handles its applications reads in them what the register filled in.
    """
    return Grant.objects.filter(
        scope=register.scope,
        department=procedure.scope.department,
        capability=Capability.PERSONAL,
    ).exists()


def registers_for(staff: StaffMember) -> list[Register]:
    """Return the registers that `staff` may have a procedure look into, in the order of the 五十音."""
    found = Register.objects.visible_to(staff, Capability.PERSONAL).filter(erased_at=None)
    return sorted(found, key=lambda one: sort_key(one.name))


def column_keys(register_id: str) -> dict[str, str]:
    """Return the columns that stand in a register, as key and kind; none when there is no such register."""
    register = register_of(register_id)
    if register is None or register.erased_at is not None:
        return {}
    return dict(Column.objects.filter(register=register).standing().values_list("key", "kind"))


def choices_of(register_id: str, column: str) -> tuple[str, ...]:
    """Return what a column of choices may say."""
    register = register_of(register_id)
    if register is None:
        return ()
    found = Column.objects.filter(register=register, key=column).standing().first()
    return tuple(found.options.get("choices", ())) if found else ()


def reading_procedures(register: Register, column: str) -> list[str]:
    """Return the titles of the procedures whose draft or open version reads `column`."""
    rows = Procedure.objects.exclude(status=Procedure.Status.ARCHIVED).select_related(
        "current", "draft"
    )
    return [
        one.title
        for one in rows
        if any(
            column in _columns_read(options)
            for document in _documents(one)
            for options in _options(document)
            if options.get("register_id") == str(register.public_id)
        )
    ]


def _documents(procedure: Procedure) -> list[Mapping[str, Any]]:
    draft = getattr(procedure, "draft", None)
    return [one.document for one in (procedure.current, draft) if one is not None]


def _options(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for section in document.get("sections") or ():
        for question in section.get("questions") or ():
            if question.get("kind") == KIND:
                yield question.get("options") or {}


def _columns_read(options: Mapping[str, Any]) -> set[str]:
    rows = [*(options.get("pairs") or ()), *(options.get("fills_in") or ())]
    return {str(row.get("column")) for row in rows} | {
        str(options.get(name)) for name in ("branch", "counts") if options.get(name)
    }
