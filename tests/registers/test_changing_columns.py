"""A column becomes another kind, or another is what rows are sorted by, while there are rows."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.procedures.at_desk import sit_down
from tests.registers import importing
from tests.registers.importing import HEADER, check, clerk_of, csv_of, take_in
from tests.registers.making import HANAKO, TARO, add_row, make_register
from yakuba.registers import operations, queries
from yakuba.registers.models import Import, Register, Row
from yakuba.registers.operations import Plan

pytestmark = pytest.mark.django_db

PLANS = [
    Plan("番号", "code", key="number", is_identifying=True),
    Plan("氏名", "name", key="name"),
    Plan("生まれた日", "text", key="born"),
]


@pytest.fixture(autouse=True)
def _storage(settings: Any, tmp_path: Path) -> None:
    importing.storage(settings, tmp_path)


def listed(*days: str) -> Register:
    rows = [{"number": str(n), "name": f"人 {n}", "born": day} for n, day in enumerate(days)]
    return make_register(PLANS, rows=rows)


def become(register: Register, key: str, **changes: Any) -> None:
    column = register.columns.get(key=key)
    plan = next(one for one in PLANS if one.key == key)
    operations.change_column(column, replace(plan, **changes), staff=clerk_of(register))
    operations.rework(register_id=register.pk, reread=key)


def test_values_are_read_as_the_new_kind_and_found_by_it() -> None:
    register = listed("昭和16年5月3日", "S12.1.9")

    become(register, "born", kind="day")

    values = [row.values["born"] for row in queries.rows_of(register)]
    assert values == ["1941-05-03", "1937-01-09"]
    found = queries.rows_with(register, queries.specs_of(register), "1941年5月3日")
    assert [row.values["name"] for row in found] == ["人 0"]


def test_a_kind_that_does_not_fit_is_refused_with_the_number_of_rows() -> None:
    register = listed("昭和16年5月3日", "春ごろ", "わからない")

    with pytest.raises(operations.DoesNotFit, match="2行"):
        become(register, "born", kind="day")

    assert register.columns.get(key="born").kind == "text"


def test_past_rows_count_because_they_may_come_back() -> None:
    register = listed("昭和16年5月3日", "春ごろ")
    spring = next(row for row in Row.objects.live() if row.values["born"] == "春ごろ")
    operations.remove_row(spring, staff=clerk_of(register))

    with pytest.raises(operations.DoesNotFit, match="1行"):
        become(register, "born", kind="day")


def test_two_values_that_become_one_are_refused_where_each_row_has_its_own() -> None:
    register = listed("昭和16年5月3日", "1941/5/3")

    with pytest.raises(operations.DoesNotFit, match="1行"):
        become(register, "born", kind="day", is_unique=True)


def test_what_tells_rows_apart_stays_what_it_is() -> None:
    register = listed("昭和16年5月3日")

    with pytest.raises(operations.KindInUse):
        become(register, "number", kind="text")


def test_the_page_counts_before_it_changes() -> None:
    register = listed("昭和16年5月3日", "S12.1.9")
    column = register.columns.get(key="born")
    client = sit_down(clerk_of(register))
    where = f"/console/registers/{register.public_id}/columns/{column.pk}/"
    said = {"label": "生まれた日", "kind": "day"}

    counted = client.post(where, said).content.decode()
    column.refresh_from_db()
    assert "2行を読み直します" in counted
    assert column.kind == "text"
    client.post(where, {**said, "do": "sure"})
    column.refresh_from_db()
    assert column.kind == "day"

    Row.objects.all().delete()
    add_row(register, {"number": "9", "name": "人 9", "born": "1941-05-03"})
    refused = client.post(where, {**said, "kind": "money"}).content.decode()
    assert "1行は、変えたあとの種類では読めません" in refused
    assert "読み直して変える" not in refused


def test_a_file_that_was_checked_before_is_checked_again() -> None:
    register = make_register()
    run = check(take_in(register, csv_of([HEADER, importing.HANAKO])))
    operations.ask_commit(run, staff=run.staff)

    operations.remove_column(register.columns.get(key="phone"), staff=clerk_of(register))
    operations.commit_import(import_id=str(run.pk))

    run.refresh_from_db()
    assert run.state == Import.State.FAILED
    assert "列が変わりました" in run.trouble
    assert not Row.objects.exists()


def test_rows_stand_in_the_order_of_the_column_that_sorts_them_now() -> None:
    register = make_register(rows=[HANAKO, {**TARO, "kana": "アサヒ タロウ"}])
    names = [row.values["name"] for row in queries.rows_of(register)]
    assert names == ["剱 太郎", "上市 花子"]

    operations.remove_column(register.columns.get(key="kana"), staff=clerk_of(register))
    operations.rework(register_id=register.pk)

    names = [row.values["name"] for row in queries.rows_of(register)]
    assert names == ["上市 花子", "剱 太郎"]
