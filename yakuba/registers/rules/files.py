"""Reading the lines of a file as it comes from somebody's desk: CSV in any of four encodings, or Excel.

`look` guesses how a file is to be read; `lines` reads it so; `header` finds the names of its columns. Lines are numbered as Excel numbers them.
"""

import csv
import io
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from yakuba.kit.errors import Refusal
from yakuba.registers.rules.reading import Raw, written

MOST_LINES = 200_000
MOST_UNPACKED = 600 * 1024 * 1024
_CELL = 131_072
ENCODINGS = {
    "utf-8-sig": "UTF-8",
    "cp932": "Shift_JIS（cp932）",
    "utf-16": "UTF-16",
    "euc_jp": "EUC-JP",
}
DELIMITERS = {",": "コンマ（,）", "\t": "タブ", ";": "セミコロン（;）"}
_EXCEL = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
LOOKED_AT = 30  # lines


class NotATable(Refusal):
    """A file that nothing can be read from; the sentence says what to do."""


class EmptyTable(NotATable):
    sentence = "ファイルに何も書かれていません。"


class UnknownLetters(NotATable):
    sentence = "文字コードを読み取れません。Excelで開き、「CSV UTF-8」か「Excelブック（xlsx）」で保存し直してください。"


class OtherKind(NotATable):
    sentence = "{kind}は取り込めません。Excelで開き、「Excelブック（xlsx）」か「CSV UTF-8」で保存し直してください。"


class HasPassword(NotATable):
    sentence = "パスワードのかかったExcelです。パスワードを外してから、もう一度選んでください。"


class BrokenExcel(NotATable):
    sentence = "Excelのファイルとして開けません。壊れているかもしれません。保存し直して、もう一度選んでください。"


class OpenQuote(NotATable):
    sentence = '{line}行目から先が読めません。引用符（"）が閉じていないようです。'


class TooManyLines(NotATable):
    sentence = "行が多すぎます。{limit:,}行までにしてください。"


class NoSuchSheet(NotATable):
    sentence = "「{sheet}」というシートがありません。"


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is read. `header` is the number of the line with the names of the columns."""

    encoding: str = ""  # of a CSV file; empty: Excel
    delimiter: str = ","
    sheet: str = ""
    sheets: list[str] = field(default_factory=list)
    header: int = 1

    @property
    def is_excel(self) -> bool:
        return not self.encoding

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Numbered:
    """A line of a file: its number, and its cells."""

    number: int
    cells: list[Raw]


def look(content: bytes, *, sheet: str = "") -> Reading:
    """Guess how a file is to be read; the line with the names of the columns is found by `header`.

    Raises:
        NotATable: in a sentence.
    """
    if not content.strip(b"\x00\r\n\t ,"):
        raise EmptyTable
    if content.startswith(_EXCEL):
        names = _sheets(content)
        return Reading(sheet=sheet if sheet in names else names[0], sheets=names)
    encoding = _encoding(content)
    return Reading(encoding=encoding, delimiter=_delimiter(content, encoding))


def header(first: Sequence[Numbered], *, known: Iterable[str] = ()) -> int:
    """Return the number of the line with the names of the columns; titles may stand above it.

    It is the one with most names that are known, or the first in which most of the columns have a name.
    """
    filled = [sum(bool(written(cell).strip()) for cell in line.cells) for line in first]
    if wanted := {folded(one) for one in known}:
        hits = [sum(folded(written(cell)) in wanted for cell in line.cells) for line in first]
        if max(hits) >= 2 or (max(hits) == 1 and max(filled) == 1):
            return first[hits.index(max(hits))].number
    usual = sorted(filled)[len(filled) // 2]
    for line, count in zip(first, filled, strict=True):
        if count >= max(1, usual * 0.6) and all(_is_name(cell) for cell in line.cells):
            return line.number
    return first[0].number


def lines(content: bytes, reading: Reading) -> Iterator[Numbered]:
    """Go through the lines that have anything in them, those above the header too.

    Raises:
        NotATable: also in the middle, where the file stops being one.
    """
    source = _excel(content, reading.sheet) if reading.is_excel else _csv(content, reading)
    count = 0
    for number, cells in enumerate(source, 1):
        if all(cell is None or cell == "" or (isinstance(cell, str) and not cell.strip()) for cell in cells):  # fmt: skip
            continue
        count += 1
        if count > MOST_LINES:
            raise TooManyLines(limit=MOST_LINES)
        yield Numbered(number, cells)


def names(first: Sequence[Numbered], header: int) -> list[str]:
    """Return the names of the columns; without one a column is called by its letter if it has anything in it.

    Columns at the end that have neither name nor content (trailing commas) are left out.
    """
    above = next((line.cells for line in first if line.number == header), [])
    below = [line.cells for line in first if line.number > header]
    width = max((len(cells) for cells in (above, *below)), default=0)
    found: list[str] = []
    for place in range(width):
        name = " ".join(written(above[place]).split()) if place < len(above) else ""
        has_content = any(place < len(cells) and written(cells[place]).strip() for cells in below)
        found.append(name or (f"（{letter(place)}列）" if has_content else ""))
    while found and not found[-1]:
        found.pop()
    return found


def letter(place: int) -> str:
    """Return what Excel calls the column at `place`: A, B … Z, AA."""
    name = ""
    number = place + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def folded(name: str) -> str:
    """Return the one form of a column's name: width, spaces, kinds of dashes and brackets make no difference."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join("-" if sign in "‐‑‒–—―−ー" else sign for sign in plain if not sign.isspace())


# --- CSV ---


def _encoding(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if content.startswith(b"%PDF"):
        raise OtherKind(kind="PDF")
    if content[:512].lstrip().lower().startswith((b"<html", b"<!doctype", b"<?xml", b"<table")):
        raise OtherKind(kind="Webページの形のファイル")
    for encoding in ("utf-8-sig", "cp932", "euc_jp"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text[:4096]:
            break
        return encoding
    # UTF-16 without its mark: every other byte of Latin letters and commas is zero.
    if content[1:200:2].count(0) > 20:
        return "utf-16-le"
    raise UnknownLetters


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        raise UnknownLetters from None


def _delimiter(content: bytes, encoding: str) -> str:
    """Return the sign that parts the cells of most lines alike."""
    first = _decoded(content, encoding).splitlines()[:LOOKED_AT]
    best, most = ",", 0
    for sign in DELIMITERS:
        counts = sorted(line.count(sign) for line in first)
        if counts and counts[len(counts) // 2] > most:
            best, most = sign, counts[len(counts) // 2]
    return best


def _csv(content: bytes, reading: Reading) -> Iterator[list[Raw]]:
    csv.field_size_limit(_CELL)
    source = csv.reader(
        io.StringIO(_decoded(content, reading.encoding), newline=""), delimiter=reading.delimiter
    )
    number = 0
    try:
        for cells in source:
            number += 1
            yield list(cells)
    except csv.Error:
        raise OpenQuote(line=number + 1) from None


# --- Excel ---


def _open(content: bytes) -> CalamineWorkbook:
    if content.startswith(b"PK"):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                unpacked = sum(part.file_size for part in packed.infolist())
        except zipfile.BadZipFile:
            raise BrokenExcel from None
        if unpacked > MOST_UNPACKED:
            raise TooManyLines(limit=MOST_LINES)
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(content))
    except PasswordError:
        raise HasPassword from None
    except CalamineError:
        # A workbook with a password is no workbook of old, but wrapped like one.
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise HasPassword from None
        raise BrokenExcel from None


def _sheets(content: bytes) -> list[str]:
    """Return the sheets that somebody sees and that have anything in them."""
    with _open(content) as book:
        seen = [
            one.name
            for one in book.sheets_metadata
            if one.visible == SheetVisibleEnum.Visible and one.typ == SheetTypeEnum.WorkSheet
        ]
        filled = [name for name in seen if book.get_sheet_by_name(name).height]
    if not filled:
        raise EmptyTable
    return filled


def _excel(content: bytes, sheet: str) -> Iterator[list[Raw]]:
    with _open(content) as book:
        if sheet not in book.sheet_names:
            raise NoSuchSheet(sheet=sheet)
        try:
            page = book.get_sheet_by_name(sheet)
            rows: list[list[Raw]] = [list(cells) for cells in page.to_python(skip_empty_area=False)]
            merged = page.merged_cell_ranges or []
        except CalamineError:
            raise BrokenExcel from None
    for (top, left), (bottom, right) in merged:
        _spread(rows, top, left, bottom, right)
    yield from rows


def _spread(rows: list[list[Raw]], top: int, left: int, bottom: int, right: int) -> None:
    """Write what stands in a merged cell into all the cells below it; sideways it is the title of its first column."""
    if top >= len(rows) or left >= len(rows[top]):
        return
    value = rows[top][left]
    for row in rows[top + 1 : bottom + 1]:
        if left < len(row) and row[left] in ("", None):
            row[left] = value


def _is_name(cell: Raw) -> bool:
    """Say whether a cell may be the name of a column: no number and no date."""
    if cell is None or cell == "":
        return True
    return isinstance(cell, str) and not cell.strip().replace(",", "").replace(".", "").isdecimal()
