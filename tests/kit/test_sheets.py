"""Tables that open in Excel: typed, harmless, and written in flat memory."""

import csv
import tracemalloc
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from yakuba.kit import sheets

COLUMNS = ["受付番号", "電話", "回答"]
DANGEROUS = [
    "=1+1",
    "+81",
    "-1+2",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1+1",
    "\x00=1",
    '=HYPERLINK("https://example.jp")',
]


def make_book(kind: sheets.Kind, path: Path, rows: list[list[sheets.Cell]]) -> sheets.Book:
    with sheets.writer(kind, path) as book:
        sheet = book.sheet("回答", columns=COLUMNS)
        for row in rows:
            sheet.row(row)
    return book


def csv_rows(path: Path, encoding: str = "utf-8-sig") -> list[list[str]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.reader(file))


def cells(path: Path, sheet: int = 0) -> list[list[Any]]:
    table = openpyxl.load_workbook(path).worksheets[sheet]
    return [[cell.value for cell in row] for row in table.iter_rows()]


def test_csv_opens_in_excel_as_utf8_with_its_leading_zeros(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"

    make_book("csv", path, [["K-1", "0764721111", '一行目\n二行目, "引用"']])

    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in path.read_bytes()
    assert csv_rows(path) == [COLUMNS, ["K-1", "0764721111", '一行目\n二行目, "引用"']]


def test_csv_writes_what_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    at = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

    make_book("csv", path, [[-5, Decimal("1.50"), None], [date(2026, 11, 22), at, time(9, 30)]])

    assert csv_rows(path)[1:] == [["-5", "1.50", ""], ["2026-11-22", "2026-11-22 18:00", "09:30"]]


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_formula_in_a_csv_is_made_harmless(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.csv"

    make_book("csv", path, [[text, -5, "-5"]])

    first, number, negative = csv_rows(path)[1]
    assert first.startswith("'")
    assert (number, negative) == ("-5", "-5")


def test_cp932_replaces_what_does_not_fit_and_says_where(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"

    book = make_book(
        "cp932", path, [["髙﨑①", "〜−—", "ok"], ["𠮷野", "葛\U000e0100", "👨‍👩‍👧です"]]
    )

    assert csv_rows(path, "cp932")[1:] == [["髙﨑①", "～－―", "ok"], ["〓野", "葛", "〓です"]]
    assert book.unfit == [
        sheets.Unfit("回答", 3, 1, "𠮷"),
        sheets.Unfit("回答", 3, 2, "葛\U000e0100"),
        sheets.Unfit("回答", 3, 3, "👨‍👩‍👧"),
    ]


def test_keeps_a_short_list_of_what_does_not_fit_but_counts_all(tmp_path: Path) -> None:
    book = make_book("cp932", tmp_path / "a.csv", [["𠮷" * 3]] * 500)

    assert (len(book.unfit), book.unfit_count) == (1000, 1500)


def test_excel_cells_have_their_types(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    at = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

    make_book(
        "xlsx",
        path,
        [
            ["0764721111", 1200, Decimal("1.5")],
            [date(2026, 11, 22), at, time(9, 30)],
            [True, None, "一\n二"],
        ],
    )

    assert cells(path) == [
        COLUMNS,
        ["0764721111", 1200, 1.5],
        [datetime(2026, 11, 22), datetime(2026, 11, 22, 18), time(9, 30)],
        [True, None, "一\n二"],
    ]


def test_excel_keeps_as_text_what_it_would_spoil(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"

    make_book("xlsx", path, [[1234567890123456789, float("nan"), date(1868, 1, 25)]])

    assert cells(path)[1] == ["1234567890123456789", "nan", "1868-01-25"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_formula_in_excel_stays_text(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.xlsx"

    make_book("xlsx", path, [[text, -5, ""]])

    cell = openpyxl.load_workbook(path).worksheets[0]["A2"]
    assert cell.data_type == "s"
    assert cell.quotePrefix
    assert cells(path)[1][1] == -5


def test_sheets_of_one_book_may_be_filled_in_turns(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"

    with sheets.writer("xlsx", path) as book:
        answers, children = (
            book.sheet("回答", columns=["番号"]),
            book.sheet("お子さん", columns=["番号", "名前"]),
        )
        for number in range(3):
            answers.row([number])
            children.row([number, f"子{number}"])

    assert cells(path, 0) == [["番号"], [0], [1], [2]]
    assert cells(path, 1) == [["番号", "名前"], [0, "子0"], [1, "子1"], [2, "子2"]]


def test_a_second_table_of_a_csv_is_a_second_file(tmp_path: Path) -> None:
    with sheets.writer("csv", tmp_path / "a.csv") as book:
        book.sheet("回答", columns=["番号"]).row([1])
        book.sheet("お子さん/家族", columns=["名前"]).row(["子"])

    assert [path.name for path in book.paths] == ["a.csv", "a-お子さん_家族.csv"]
    assert csv_rows(book.paths[1]) == [["名前"], ["子"]]


def test_titles_that_excel_refuses_are_mended(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"

    with sheets.writer("xlsx", path) as book:
        for title in ["", "a/b:c", "あ" * 40, "あ" * 40, "A・B・C", "History", "'x'"]:
            book.sheet(title, columns=["番号"])

    names = openpyxl.load_workbook(path).sheetnames
    assert names[:2] == ["表", "a・b・c"]
    assert all(1 <= len(name) <= 31 for name in names)
    assert len({name.lower() for name in names}) == 7


def test_a_table_longer_than_excel_goes_on_in_the_next_sheet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "_EXCEL_ROWS", 3)
    path = tmp_path / "a.xlsx"

    make_book("xlsx", path, [[number, "", ""] for number in range(5)])

    assert openpyxl.load_workbook(path).sheetnames == ["回答", "回答 (2)", "回答 (3)"]
    assert [row[0] for sheet in range(3) for row in cells(path, sheet)[1:]] == [0, 1, 2, 3, 4]


def test_a_cell_longer_than_excel_holds_is_cut_and_said(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"

    book = make_book("xlsx", path, [["あ" * 40_000, "", ""]])

    assert len(cells(path)[1][0]) == 32_767
    assert book.unfit == [sheets.Unfit("回答", 2, 1, "…")]


def test_excel_shows_an_answer_that_looks_like_its_own_escape(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"

    make_book("xlsx", path, [["a\x01b\ud83d", "x", "<&>"]])

    assert cells(path)[1] == ["ab", "x", "<&>"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_leaves_nothing_behind_when_the_writing_fails(tmp_path: Path, kind: sheets.Kind) -> None:
    def fail() -> None:
        with sheets.writer(kind, tmp_path / "a.out") as book:
            book.sheet("回答", columns=COLUMNS).row(["1"])
            raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        fail()

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["csv", "cp932", "xlsx"])
def test_memory_does_not_grow_with_the_rows(tmp_path: Path, kind: sheets.Kind) -> None:
    def peak(rows: int) -> int:
        tracemalloc.start()
        with sheets.writer(kind, tmp_path / "a.out") as book:
            sheet = book.sheet("回答", columns=COLUMNS)
            for number in range(rows):
                sheet.row([f"K-{number}", "0764721111", f"回答その{number}𠮷"])
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    peak(100)  # whatever is loaded at first use
    small, large = peak(2_000), peak(8_000)

    assert large < small + 500_000
