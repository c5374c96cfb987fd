"""What a check of a file found, as a clerk reads it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yakuba.registers.models import Edition, Import, Row, StagedRow
from yakuba.registers.queries.looking import Cell, cells, specs_of
from yakuba.registers.rules import columns, files
from yakuba.registers.rules.columns import MASK, Spec
from yakuba.registers.rules.files import Numbered, Reading

SAMPLES = 10
Deed = StagedRow.Deed

_NOTES = {
    "own_letters": "外字（画面や電話に出せない文字）が{count}行にあります。「〓」と表示します。元の文字は残します。",
    "zeros": "先頭の0が消えていた{count}行に、0を補いました。",
    "serial": "Excelの通し番号になっていた{count}行を、日付に読みかえました。",
    "ditto": "「〃」の{count}行に、上の行の内容を入れました。",
}


@dataclass(frozen=True, slots=True)
class FileColumn:
    """A column of the file on the page where it is mapped."""

    place: int
    letter: str
    name: str
    examples: list[str]
    key: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A sample of one changed line: what was and what will be, column by column."""

    line: int
    fields: list[tuple[str, str, str]]


def file_columns(run: Import) -> list[FileColumn]:
    """Return the columns of the file with some of what stands in them."""
    first = [Numbered(number, cells) for number, cells in run.head]
    header = run.reading["header"]
    found = []
    for place, name in enumerate(files.names(first, header)):
        below = [line.cells[place] for line in first if line.number > header and place < len(line.cells)]  # fmt: skip
        examples = [str(cell) for cell in below if str(cell).strip()][:3]
        found.append(
            FileColumn(
                place,
                files.letter(place),
                name,
                [columns.without_own_letters(one)[:30] for one in examples],
                run.mapping.get(str(place), ""),
            )
        )
    return found


def reading_of(run: Import) -> list[tuple[str, str]]:
    """Say how the file was read."""
    reading = Reading(**run.reading)
    said = [("行", f"{run.found['lines']:,}行"), ("列の名前", f"{reading.header}行目")]
    if reading.is_excel:
        return [("シート", reading.sheet), *said]
    letters = files.ENCODINGS.get(reading.encoding, "UTF-16")
    return [("文字コード", letters), ("区切り", files.DELIMITERS[reading.delimiter]), *said]


def notes(found: Mapping[str, Any]) -> list[str]:
    """Say what was done to read the file, column by column."""
    return [
        f"{label}：" + _NOTES[note].format(count=f"{count:,}")
        for label, of_column in found.get("notes", {}).items()
        for note, count in of_column.items()
    ]


def left_out(run: Import) -> list[str]:
    """Name the columns of the register that the file does not have."""
    mapped = set(run.mapping.values())
    return [one.label for one in run.register.columns.standing() if one.key not in mapped]


def same_file_before(run: Import) -> Edition | None:
    """Return the edition that was made of exactly this file."""
    editions = run.register.editions.filter(sha256=run.sha256).order_by("-number")
    return next((one for one in editions if one.pk != run.edition_id), None)


def added(run: Import) -> list[tuple[int, list[Cell]]]:
    """Return the first lines that will be added, personal columns masked."""
    specs = specs_of(run.register)
    staged = run.staged.filter(deed=Deed.ADD).order_by("pk")[:SAMPLES]
    return [(one.line, cells(Row(values=one.values), specs)) for one in staged]


def removed(run: Import) -> list[list[Cell]]:
    """Return the first rows that will go, personal columns masked."""
    specs = specs_of(run.register)
    staged = run.staged.filter(deed=Deed.REMOVE).order_by("pk")[:SAMPLES]
    olds = [one.old for one in staged if one.old]
    return [cells(row, specs) for row in Row.objects.filter(pk__in=olds).order_by("place", "pk")]


def changed(run: Import) -> list[Changed]:
    """Return the first lines that will change, and in what; personal values masked."""
    specs = specs_of(run.register)
    staged = list(run.staged.filter(deed=Deed.CHANGE).order_by("pk")[:SAMPLES])
    olds = Row.objects.in_bulk([one.old for one in staged if one.old])
    return [
        Changed(one.line, _fields(specs, olds[one.old].values, one.values))
        for one in staged
        if one.old in olds
    ]


def _fields(
    specs: Sequence[Spec], before: columns.Values, after: columns.Values
) -> list[tuple[str, str, str]]:
    def words(one: Spec, values: columns.Values) -> str:
        shown = columns.shown(one.kind, values.get(one.key))
        return MASK if shown and one.is_personal else shown or "（空欄）"

    return [
        (one.label, words(one, before), words(one, after))
        for one in specs
        if before.get(one.key) != after.get(one.key)
    ]
