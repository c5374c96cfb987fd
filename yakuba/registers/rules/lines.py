"""The lines of a file below its header, read into the columns of a register."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from yakuba.registers.rules import files
from yakuba.registers.rules.columns import Spec, Value
from yakuba.registers.rules.reading import DITTO, Raw, read_line

# "As above"; 々 is no such sign, it stands in names.
_AS_ABOVE = frozenset({"〃", "″", "同上", "仝", "〃 "})


@dataclass(frozen=True, slots=True)
class FileLine:
    """One line: its number, what it says, what cannot be read, and what was done to read it."""

    number: int
    values: dict[str, Value]
    problems: dict[str, str]
    notes: list[tuple[str, str]]


class Lines:
    """Goes through a file; `mapping` says which column of the register each place is."""

    def __init__(
        self,
        content: bytes,
        reading: files.Reading,
        mapping: Mapping[str, str],
        columns: Sequence[Spec],
    ) -> None:
        self._content = content
        self._reading = reading
        self._columns = columns
        by_key = {one.key: one for one in columns}
        self._places = [
            (int(place), by_key[key]) for place, key in mapping.items() if key in by_key
        ]
        self._above: dict[str, Raw] = {}

    def __iter__(self) -> Iterator[FileLine]:
        for line in files.lines(self._content, self._reading):
            if line.number <= self._reading.header:
                continue
            cells, dittos = self._cells(line.cells)
            if not cells:
                continue  # something stands in columns that nobody wants
            read = read_line(self._columns, cells)
            notes = [*read.notes, *((key, DITTO) for key in dittos)]
            yield FileLine(line.number, read.values, read.problems, notes)

    def _cells(self, raw: Sequence[Raw]) -> tuple[dict[str, Raw], list[str]]:
        cells: dict[str, Raw] = {}
        dittos: list[str] = []
        for place, column in self._places:
            cell = raw[place] if place < len(raw) else None
            if cell is None or cell == "":
                self._above[column.key] = None
                continue
            if isinstance(cell, str) and cell.strip() in _AS_ABOVE and not column.is_identifying:
                cell = self._above.get(column.key)
                dittos.append(column.key)
            self._above[column.key] = cell
            cells[column.key] = cell
        return cells, dittos
