"""Tables for people who open them in Excel, written row by row in flat memory.

    with sheets.writer("xlsx", path) as book:
        sheet = book.sheet("回答", columns=["受付番号", "お名前"])
        sheet.row(["K-000123", "上市 花子"])
    book.unfit   # characters that cp932 does not have, with their place

Sheets of a book may be filled in turns. A CSV book has one file per sheet (`book.paths`). A cell that Excel
would take for a formula is made harmless; numbers stay numbers, and text keeps its leading zeros.
"""

import csv
import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal, Protocol, TypeAlias
from zoneinfo import ZoneInfo

from yakuba.kit.text import clean, cut_utf16, graphemes

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

Kind: TypeAlias = Literal["csv", "cp932", "xlsx"]
Cell: TypeAlias = str | int | float | Decimal | bool | date | datetime | time | None

_JAPAN = ZoneInfo("Asia/Tokyo")  # not that of kit.clock, which needs the database's models
_GETA = "〓"
_UNFIT_KEPT = 1_000  # a million rows of emoji must not be kept in memory
# Full-width signs too: Excel in Japanese takes ＝ for =.
_FORMULA = re.compile(r"[=+\-@＝＋－＠\t\r\n]")
_NEGATIVE_NUMBER = re.compile(r"-\d+(?:\.\d+)?")
# Characters that cp932 has under another code point and that look the same.
_CP932_TWINS = str.maketrans("〜−—‖¢£¬¥", "～－―∥￠￡￢￥")
_EXCEL_ROWS = 1_048_576
_EXCEL_CELL = 32_767
_EXCEL_DIGITS = 15
_EXCEL_FIRST_DAY = date(1900, 3, 1)  # before it, Excel counts a day that never was
_EXCEL_TITLE = 31


@dataclass(frozen=True, slots=True)
class Unfit:
    """A character that the file cannot hold; row and column as a reader counts them, from 1."""

    sheet: str
    row: int
    column: int
    character: str


class Sheet(Protocol):
    """One table; its columns are its first row."""

    def row(self, cells: Sequence[Cell]) -> None: ...


class Book:
    """A file, or several, being written; `unfit` holds the first thousand of `unfit_count`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.paths: list[Path] = []
        self.unfit: list[Unfit] = []
        self.unfit_count = 0

    def sheet(self, title: str, *, columns: Sequence[str]) -> Sheet:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError

    def report(self, unfit: Unfit) -> None:
        self.unfit_count += 1
        if len(self.unfit) < _UNFIT_KEPT:
            self.unfit.append(unfit)


@contextmanager
def writer(kind: Kind, path: Path) -> Iterator[Book]:
    """Write a book at `path`; when the writing fails, nothing is left behind."""
    book = _ExcelBook(path) if kind == "xlsx" else _CsvBook(path, is_cp932=kind == "cp932")
    try:
        yield book
        book.close()
    except BaseException:
        book.abandon()
        raise


# --- CSV ---


class _CsvSheet:
    def __init__(self, book: "_CsvBook", title: str, file: IO[str]) -> None:
        self._book = book
        self._title = title
        self._lines = csv.writer(file)
        self._row = 0

    def row(self, cells: Sequence[Cell]) -> None:
        self._row += 1
        self._lines.writerow([self._written(cell, place) for place, cell in enumerate(cells, 1)])

    def _written(self, cell: Cell, column: int) -> str:
        if not isinstance(cell, str):
            return _plain(cell)
        text = "'" + clean(cell) if _is_formula(cell) else clean(cell)
        if not self._book.is_cp932:
            return text
        fitting, lost = _in_cp932(text)
        for character in lost:
            self._book.report(Unfit(self._title, self._row, column, character))
        return fitting


class _CsvBook(Book):
    def __init__(self, path: Path, *, is_cp932: bool) -> None:
        super().__init__(path)
        self.is_cp932 = is_cp932
        self._files: list[IO[str]] = []

    def sheet(self, title: str, *, columns: Sequence[str]) -> Sheet:
        """Begin a table; the second and later ones get a file beside the first, with their title in its name."""
        path = self.path
        if self.paths:
            name = re.sub(r'[\\/:*?"<>|\s]', "_", clean(title)) or str(len(self.paths) + 1)
            path = path.with_name(f"{path.stem}-{name}{path.suffix}")
            if path in self.paths:
                path = path.with_name(f"{path.stem}-{len(self.paths) + 1}{path.suffix}")
        encoding = "cp932" if self.is_cp932 else "utf-8-sig"
        file = path.open("w", encoding=encoding, newline="")
        self.paths.append(path)
        self._files.append(file)
        sheet = _CsvSheet(self, title, file)
        sheet.row(columns)
        return sheet

    def close(self) -> None:
        for file in self._files:
            file.close()

    def abandon(self) -> None:
        self.close()
        for path in self.paths:
            path.unlink(missing_ok=True)


# --- Excel ---


class _ExcelSheet:
    def __init__(self, book: "_ExcelBook", title: str, columns: Sequence[str]) -> None:
        self._book = book
        self._title = title
        self._columns = columns
        self._begin()

    def row(self, cells: Sequence[Cell]) -> None:
        if self._row == _EXCEL_ROWS:
            self._begin()
        for column, cell in enumerate(cells):
            self._write(column, cell)
        self._row += 1

    def _begin(self) -> None:
        """Begin a sheet of Excel; a table longer than one goes on in the next."""
        self._sheet = self._book.add(self._title)
        self._sheet.freeze_panes(1, 0)
        for column, name in enumerate(self._columns):
            self._sheet.write_string(0, column, _excel_text(name)[0], self._book.bold)
            self._sheet.set_column(column, column, min(40, max(10, 2 * len(name))))
        self._row = 1

    def _write(self, column: int, cell: Cell) -> None:
        place = (self._row, column)
        formats = self._book.formats
        if cell is None:
            return
        if isinstance(cell, bool):
            self._sheet.write_boolean(*place, cell)
        elif isinstance(cell, int | float | Decimal) and _fits_a_double(cell):
            self._sheet.write_number(*place, float(cell) if isinstance(cell, Decimal) else cell)
        elif isinstance(cell, datetime) and cell.date() >= _EXCEL_FIRST_DAY:
            self._sheet.write_datetime(*place, _local(cell), formats["moment"])
        elif isinstance(cell, date) and not isinstance(cell, datetime) and cell >= _EXCEL_FIRST_DAY:
            self._sheet.write_datetime(*place, datetime.combine(cell, time()), formats["day"])
        elif isinstance(cell, time):
            seconds = cell.hour * 3600 + cell.minute * 60 + cell.second
            self._sheet.write_number(*place, seconds / 86_400, formats["time"])
        else:
            written = cell if isinstance(cell, str) else _plain(cell)
            text, is_whole = _excel_text(written)
            # Excel's own mark for "this is text", kept when the cell is edited or saved as CSV.
            if _is_formula(written):
                self._sheet.write_string(*place, text, formats["quoted"])
            elif text[:1].isdecimal():  # stays text, zeros and all, when somebody edits it
                self._sheet.write_string(*place, text, formats["text"])
            else:
                self._sheet.write_string(*place, text)
            if not is_whole:
                self._book.report(Unfit(self._title, self._row + 1, column + 1, "…"))


class _ExcelBook(Book):
    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.paths.append(path)
        import xlsxwriter  # 3 MiB that a process which writes no books does not pay

        # With constant_memory each sheet has a temporary file of its own, so that sheets can be
        # filled in turns as long as each one is filled downwards.
        self._workbook = xlsxwriter.Workbook(str(path), {"constant_memory": True})
        self.bold: Format = self._workbook.add_format({"bold": True, "text_wrap": True})
        self.formats: dict[str, Format] = {
            "text": self._workbook.add_format({"num_format": "@"}),
            "quoted": self._workbook.add_format({"num_format": "@", "quote_prefix": True}),
            "day": self._workbook.add_format({"num_format": "yyyy/mm/dd"}),
            "moment": self._workbook.add_format({"num_format": "yyyy/mm/dd hh:mm"}),
            "time": self._workbook.add_format({"num_format": "hh:mm"}),
        }
        self._titles: set[str] = set()

    def sheet(self, title: str, *, columns: Sequence[str]) -> Sheet:
        return _ExcelSheet(self, title, columns)

    def add(self, title: str) -> "Worksheet":
        """Add a sheet of Excel under a title that Excel takes and that is not taken yet."""
        plain = re.sub(r"[\[\]:*?/\\]", "・", " ".join(clean(title).split())).strip("'")
        plain = plain if plain and plain.lower() != "history" else "表"
        name, number = cut_utf16(plain, _EXCEL_TITLE), 1
        while name.lower() in self._titles:
            number += 1
            name = f"{cut_utf16(plain, _EXCEL_TITLE - 6)} ({number})"
        self._titles.add(name.lower())
        return self._workbook.add_worksheet(name)

    def close(self) -> None:
        self._workbook.close()

    def abandon(self) -> None:
        for sheet in self._workbook.worksheets():
            # Its temporary file would stay open until the workbook is collected.
            if sheet.row_data_fh and not sheet.row_data_fh.closed:
                sheet.row_data_fh.close()
                Path(sheet.row_data_filename).unlink(missing_ok=True)
        self._workbook.fileclosed = True
        self.path.unlink(missing_ok=True)


# --- Cells ---


def _is_formula(text: str) -> bool:
    """Tell whether Excel might calculate `text`, as it is or after cleaning (which makes a space of a tab)."""
    if text[:1].isalnum() or _NEGATIVE_NUMBER.fullmatch(text):
        return False
    return bool(_FORMULA.match(text) or _FORMULA.match(clean(text)))


def _plain(cell: int | float | Decimal | date | datetime | time | None) -> str:
    """Write a cell that is no text: dates as 2026-11-22, moments in Japan time without their zone."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, datetime):
        return f"{_local(cell):%Y-%m-%d %H:%M}"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time):
        return f"{cell:%H:%M}"
    return f"{cell:f}" if isinstance(cell, Decimal) else str(cell)


def _local(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return at.astimezone(_JAPAN).replace(tzinfo=None)


def _fits_a_double(number: int | float | Decimal) -> bool:
    if isinstance(number, float):
        return number - number == 0  # neither infinite nor nan
    digits = Decimal(number).as_tuple()
    return isinstance(digits.exponent, int) and len(digits.digits) <= _EXCEL_DIGITS


def _excel_text(text: str) -> tuple[str, bool]:
    """Return what a cell of Excel holds of `text`, and whether that is all of it."""
    printable = clean(text)
    fitting = cut_utf16(printable, _EXCEL_CELL)
    return fitting, fitting == printable


def _in_cp932(text: str) -> tuple[str, list[str]]:
    """Return `text` with 〓 for each letter that cp932 does not have, and these letters."""
    fitting = unicodedata.normalize("NFC", text).translate(_CP932_TWINS)
    if _is_cp932(fitting):
        return fitting, []
    lost: list[str] = []
    kept: list[str] = []
    for letter in graphemes(fitting):
        if _is_cp932(letter):
            kept.append(letter)
            continue
        lost.append(letter)
        # A kanji with a variation selector is still readable without it.
        kept.append(letter[0] if _is_cp932(letter[0]) else _GETA)
    return "".join(kept), lost


def _is_cp932(text: str) -> bool:
    try:
        text.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True
