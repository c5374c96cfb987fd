"""Registers of the tests: the list of those who get 敬老祝い金, and functions that fill it."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.cast import make_department, make_staff, make_town
from yakuba.registers import operations
from yakuba.registers.models import Column, Register, Row
from yakuba.registers.operations import Plan
from yakuba.registers.rules import columns, reading
from yakuba.townhall.models import StaffMember

KEIRO = [
    Plan("宛名番号", "code", key="number", is_identifying=True, options={"length": 8}),
    Plan("氏名", "name", key="name", is_required=True, is_personal=True),
    Plan("ふりがな", "kana", key="kana", is_personal=True),
    Plan("生年月日", "day", key="born", is_personal=True),
    Plan("住所", "address", key="address", is_personal=True),
    Plan("電話番号", "phone", key="phone", is_personal=True),
    Plan("支給額", "money", key="amount"),
    Plan("支援措置", "yes_no", key="hidden", options={"protects": True}),
]
HANAKO = {
    "number": "00000123",
    "name": "上市 花子",
    "kana": "カミイチ ハナコ",
    "born": "昭和16年5月3日",
    "address": "上市町法音寺1",
    "phone": "076-472-1111",
    "amount": "5000",
}
TARO = {
    "number": "00000124",
    "name": "剱 太郎",
    "kana": "ツルギ タロウ",
    "born": "昭和12年1月9日",
    "amount": "10000",
}


def make_register(
    plans: Sequence[Plan] = KEIRO,
    *,
    rows: Sequence[Mapping[str, str]] = (),
    name: str = "敬老祝い金対象者",
    staff: StaffMember | None = None,
    **said: Any,
) -> Register:
    """A register of the department of `staff` (or of a new one), with `rows` as somebody would type them."""
    if staff is None:
        make_town()
        staff = make_staff(department=make_department("福祉課"))
    department = staff.departments.get()
    register = operations.make(
        department=department, name=name, staff=staff, plans=list(plans), **said
    )
    for row in rows:
        add_row(register, row, staff=staff)
    return register


def values_of(register: Register, said: Mapping[str, str]) -> dict[str, columns.Value]:
    """Read what somebody types into the columns of `register`."""
    standing = Column.objects.filter(register=register).standing()
    line = reading.read_line([columns.spec(one) for one in standing], said)
    assert not line.problems, line.problems
    return line.values


def add_row(
    register: Register, said: Mapping[str, str], *, staff: StaffMember | None = None
) -> Row:
    return operations.add_row(register, values_of(register, said), staff=staff)
