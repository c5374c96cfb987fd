"""Rows typed on the screen: each change is an edition, and can be taken back."""

import pytest

from tests.registers.making import HANAKO, TARO, add_row, make_register, values_of
from yakuba.audit.models import Entry
from yakuba.kit.secrets import keyed_hash
from yakuba.registers import operations, queries
from yakuba.registers.models import Edition, Register, Row, RowHash
from yakuba.registers.rules import hashing
from yakuba.townhall.models import StaffMember

pytestmark = pytest.mark.django_db


@pytest.fixture
def register() -> Register:
    return make_register(rows=[HANAKO])


@pytest.fixture
def clerk(register: Register) -> StaffMember:
    return StaffMember.objects.get(departments=register.scope.department)


def live(register: Register) -> list[str]:
    rows = Row.objects.filter(register=register).live().order_by("place", "pk")
    return [row.values["name"] for row in rows]


def current(register: Register) -> Edition:
    register.refresh_from_db()
    assert register.current is not None
    return register.current


def test_a_new_row_is_an_edition_in_the_order_of_the_kana(register: Register) -> None:
    add_row(register, TARO)
    add_row(register, {**TARO, "number": "3", "name": "阿部 次郎", "kana": "アベ ジロウ"})

    assert live(register) == ["阿部 次郎", "上市 花子", "剱 太郎"]
    assert current(register).number == 3
    assert current(register).counts == {"added": 1, "changed": 0, "removed": 0, "rows": 3}


def test_a_changed_row_keeps_its_lineage_and_what_it_was(register: Register) -> None:
    row = Row.objects.get(register=register)

    fresh = operations.change_row(
        row, values_of(register, {**HANAKO, "amount": "7000"}), staff=None
    )

    row.refresh_from_db()
    assert fresh.lineage == row.lineage
    assert row.removed_in == fresh.added_in
    assert (row.values["amount"], fresh.values["amount"]) == (5000, 7000)


def test_a_row_that_says_the_same_is_left_alone(register: Register) -> None:
    row = Row.objects.get(register=register)

    same = operations.change_row(row, values_of(register, HANAKO), staff=None)

    assert same.pk == row.pk
    assert current(register).number == 1


def test_two_who_change_the_same_row_do_not_both_win(register: Register) -> None:
    row = Row.objects.get(register=register)
    operations.change_row(row, values_of(register, {**HANAKO, "amount": "7000"}), staff=None)

    with pytest.raises(operations.Gone):
        operations.change_row(row, values_of(register, {**HANAKO, "amount": "1"}), staff=None)


def test_a_second_row_of_the_same_number_is_refused(register: Register) -> None:
    with pytest.raises(operations.AlreadyThere, match="宛名番号"):
        add_row(register, {**TARO, "number": "123"})


def test_undoing_brings_back_the_row_with_its_hashes(
    register: Register, clerk: StaffMember
) -> None:
    row = Row.objects.get(register=register)
    operations.remove_row(row, staff=clerk)
    assert live(register) == []

    operations.undo(register, edition_id=current(register).pk, staff=clerk)

    revived = Row.objects.filter(register=register).live().get()
    assert (revived.lineage, revived.values) == (row.lineage, row.values)
    column = register.columns.get(key="kana")
    words = keyed_hash("カミイチ", purpose=hashing.word_purpose(column.pk))
    assert RowHash.objects.filter(row=revived, column=column, hash=words).exists()


def test_undoing_an_undo_brings_the_change_back(register: Register, clerk: StaffMember) -> None:
    add_row(register, TARO)
    operations.undo(register, edition_id=current(register).pk, staff=clerk)
    assert live(register) == ["上市 花子"]

    operations.undo(register, edition_id=current(register).pk, staff=clerk)

    assert live(register) == ["上市 花子", "剱 太郎"]


def test_only_the_edition_that_was_seen_is_undone(register: Register, clerk: StaffMember) -> None:
    seen = current(register).pk
    add_row(register, TARO)

    with pytest.raises(operations.ChangedSince):
        operations.undo(register, edition_id=seen, staff=clerk)


def test_what_a_procedure_changed_is_not_undone_at_the_desk(
    register: Register, clerk: StaffMember
) -> None:
    row = Row.objects.get(register=register)
    values = values_of(register, {**HANAKO, "amount": "0"})
    operations.change_row(row, values, staff=None, mode=Edition.Mode.PROCEDURE)

    with pytest.raises(operations.ChangedByProcedure):
        operations.undo(register, edition_id=current(register).pk, staff=clerk)


def test_the_trail_says_which_columns_changed_and_no_value(register: Register) -> None:
    row = Row.objects.get(register=register)
    operations.change_row(row, values_of(register, {**HANAKO, "phone": "076-472-2222"}), staff=None)

    entry = Entry.objects.filter(subject=register.subject).latest("pk")
    assert entry.detail["columns"] == ["phone"]
    assert "2222" not in str(entry.detail)


@pytest.mark.parametrize("said", ["高橋", "髙橋", "タカハシ", "髙橋花子", "高橋　花子"])
def test_a_clerk_finds_a_name_by_its_parts_and_in_other_letters(
    register: Register, said: str
) -> None:
    add_row(register, {**TARO, "name": "髙橋 花子", "kana": "たかはし はなこ"})

    found = queries.rows_with(register, queries.specs_of(register), said)

    assert [row.values["name"] for row in found] == ["髙橋 花子"]
