"""Files of the tests, and the way of one into a register."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from yakuba.registers import operations
from yakuba.registers.models import Import, Register, Row
from yakuba.townhall.models import StaffMember

HEADER = ["宛名番号", "氏名", "フリガナ", "生年月日", "住所", "電話番号", "支給額", "支援措置"]
HANAKO = [
    "00000123",
    "上市　花子",
    "ｶﾐｲﾁ ﾊﾅｺ",
    "S16.5.3",
    "上市町法音寺１",
    "076-472-1111",
    "5,000円",
    "",
]
TARO = ["00000124", "剱　太郎", "ツルギ タロウ", "昭和12年1月9日", "上市町稗田2", "", "10000", ""]
JIRO = ["00000125", "阿部　次郎", "アベ　ジロウ", "1930/12/31", "上市町森尻3", "", "10000", "○"]


def csv_of(
    rows: Sequence[Sequence[str]], encoding: str = "utf-8-sig", delimiter: str = ","
) -> bytes:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter).writerows(rows)
    return file.getvalue().encode(encoding)


def excel_of(rows: Sequence[Sequence[Any]], *, sheet: str = "対象者") -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    page = book.add_worksheet(sheet)
    for number, cells in enumerate(rows):
        page.write_row(number, 0, cells)
    book.close()
    return file.getvalue()


def clerk_of(register: Register) -> StaffMember:
    clerk = register.scope.department.staff.order_by("-pk").first()
    assert clerk is not None
    return clerk


def take_in(register: Register, content: bytes, name: str = "対象者.csv") -> Import:
    return operations.take_in(register, content=content, name=name, staff=clerk_of(register))


def check(run: Import, *, mode: str = "replace") -> Import:
    """Have the file checked, as the worker would."""
    run.refresh_from_db()
    operations.ask_check(run, mapping=run.mapping, mode=mode, staff=run.staff)
    operations.check_import(import_id=str(run.pk))
    run.refresh_from_db()
    return run


def commit(run: Import) -> Import:
    operations.ask_commit(run, staff=run.staff)
    operations.commit_import(import_id=str(run.pk))
    run.refresh_from_db()
    run.register.refresh_from_db()
    return run


def bring(register: Register, *rows: Sequence[str], mode: str = "replace") -> Import:
    """Bring a file with these lines all the way into the register."""
    return commit(check(take_in(register, csv_of([HEADER, *rows])), mode=mode))


def said(register: Register, key: str = "name") -> list[object]:
    rows = Row.objects.filter(register=register).live().order_by("place", "pk")
    return [row.values.get(key) for row in rows]


def storage(settings: Any, path: Path) -> None:
    settings.FILES_URL = str(path)
