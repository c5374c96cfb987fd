"""Files as Japanese towns publish them, brought in whole: nothing of a line is lost, whatever the file is like.

The files are not part of this repository. Put some (CSV, xlsx) into `.local/opendata`, or name their folder in
YAKUBA_OPEN_DATA; without one these tests are skipped, and say so.
"""

import os
from pathlib import Path
from typing import Any

import pytest

from tests.environment import ROOT
from tests.registers import importing
from tests.registers.importing import check, commit
from tests.registers.making import make_register
from yakuba.registers import operations
from yakuba.registers.models import Import, Register, Row
from yakuba.registers.operations import Plan
from yakuba.registers.rules import files
from yakuba.registers.rules.reading import written

pytestmark = pytest.mark.django_db

FOLDER = Path(os.environ.get("YAKUBA_OPEN_DATA", ROOT / ".local" / "opendata"))
FILES = sorted(path for path in FOLDER.rglob("*") if path.suffix in (".csv", ".xlsx"))


@pytest.fixture(autouse=True)
def _storage(settings: Any, tmp_path: Path) -> None:
    importing.storage(settings, tmp_path)


@pytest.mark.skipif(bool(FILES), reason="there are files")
def test_there_are_real_files() -> None:
    pytest.skip(f"NO OPEN DATA in {FOLDER.name}: no real file was read. See {Path(__file__).name}.")


def columns_of(content: bytes) -> tuple[files.Reading, list[str], list[files.Numbered]]:
    """How the file is read by itself: its way, the names of its columns, its lines."""
    reading = files.look(content)
    found = list(files.lines(content, reading))
    header = files.header(found[: files.LOOKED_AT])
    names = files.names(found[: files.LOOKED_AT], header)
    return reading, names, [line for line in found if line.number > header]


def register_for(names: list[str], kinds: dict[str, str]) -> Register:
    plans = [
        Plan(name[:60], kinds.get(name, "text"))
        for name in dict.fromkeys(name for name in names if name)
    ]
    return make_register(plans[: operations.MOST_COLUMNS])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_real_file_comes_in_with_every_line_and_every_cell(path: Path) -> None:
    content = path.read_bytes()
    _reading, names, lines = columns_of(content)
    assert len([name for name in names if name]) >= 2
    register = register_for(names, {})

    run = check(operations.take_in(register, content=content, name=path.name, staff=importing.clerk_of(register)), mode="append")  # fmt: skip
    assert run.found["faulty"] == 0, run.problems[:5]
    commit(run)

    assert run.state == Import.State.DONE, run.trouble
    rows = Row.objects.filter(register=register).live()
    assert rows.count() == run.found["lines"] == len(lines)
    filled = sum(
        bool(written(cell).strip())
        for line in lines
        for place, cell in enumerate(line.cells)
        if place in _mapped(run)
    )
    assert sum(len(row.values) for row in rows) == filled
    assert not any("\ufffd" in str(value) for row in rows for value in row.values.values())


def _mapped(run: Import) -> set[int]:
    return {int(place) for place, key in run.mapping.items() if key}
