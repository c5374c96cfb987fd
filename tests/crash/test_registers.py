"""Kill an import and the making of letters anywhere: the old edition or the new one stands, never half of one."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.environment import ROOT
from tests.registers import importing
from tests.registers.importing import HANAKO, HEADER, JIRO, TARO, bring, clerk_of, csv_of, take_in
from tests.registers.making import make_register
from yakuba.files.models import StoredFile
from yakuba.kit import clock
from yakuba.registers import operations
from yakuba.registers.models import (
    Edition,
    Import,
    LetterBatch,
    LetterCode,
    Register,
    Row,
    RowHash,
    StagedRow,
)
from yakuba.registers.queries import Wish

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]

CHANGED = [*HANAKO[:6], "7000", ""]
NEW = [[str(900 + number), f"新人 {number}", "シンジン", "", "", "", "", ""] for number in range(6)]


@pytest.fixture
def files(settings: Any, tmp_path: Path) -> Path:
    importing.storage(settings, tmp_path)
    return tmp_path


@pytest.fixture
def register(files: Path) -> Register:
    """Hanako and Taro; the file on its way changes Hanako, removes Taro and adds seven."""
    register = make_register()
    bring(register, HANAKO, TARO)
    return register


@pytest.fixture
def run(register: Register) -> Import:
    found = take_in(register, csv_of([HEADER, CHANGED, JIRO, *NEW]))
    operations.ask_check(found, mapping=found.mapping, mode="replace", staff=found.staff)
    return found


def killed(files: Path, place: str, what: str, key: object) -> None:
    """Take one step in a process of its own, which is killed at `place`."""
    settings = connection.settings_dict
    url = f"postgresql://{settings['USER']}:{settings['PASSWORD']}@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"
    ended = subprocess.run(
        [sys.executable, "-m", "tests.crash.register_worker", place, what, str(key)],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url, "PYTHONPATH": str(ROOT), "FILES_URL": str(files)},
        check=False,
        timeout=120,
    )
    assert ended.returncode == -signal.SIGKILL


def standing(register: Register) -> tuple[int, list[tuple[str, object]]]:
    """The number of the edition that stands, and its rows; each with what it is found by, and nothing else is."""
    register.refresh_from_db()
    assert register.current is not None
    live = Row.objects.filter(register=register).live()
    assert register.current.counts["rows"] == live.count()
    assert not RowHash.objects.exclude(row__in=Row.objects.all()).exists()
    assert all(row.hashes.exists() for row in live)
    assert Edition.objects.filter(register=register).count() == register.current.number
    return register.current.number, sorted(
        (str(row.values["number"]), row.values.get("amount")) for row in live
    )


OLD = (1, [("00000123", 5000), ("00000124", 10000)])
FRESH = (2, [("00000123", 7000), ("00000125", 10000), *((f"{900 + n:08}", None) for n in range(6))])


@pytest.mark.parametrize(
    "place",
    [
        "after some lines",
        "before the rest is removed",
        "after it is put in order",
        "before the check is kept",
    ],
)
def test_a_check_that_was_killed_is_begun_anew(files: Path, run: Import, place: str) -> None:
    killed(files, place, "check", run.pk)
    assert standing(run.register) == OLD

    operations.check_import(import_id=str(run.pk))
    run.refresh_from_db()

    assert run.state == "checked", run.trouble
    assert (run.found["added"], run.found["changed"], run.found["removed"]) == (7, 1, 1)
    assert StagedRow.objects.filter(run=run).count() == 9
    operations.ask_commit(run, staff=run.staff)
    operations.commit_import(import_id=str(run.pk))
    assert standing(run.register) == FRESH


@pytest.mark.parametrize(
    ("place", "then"),
    [
        ("after the edition is begun", OLD),
        ("after the rows are written", OLD),
        ("before the commit", OLD),
        ("after the commit", FRESH),
    ],
)
def test_taking_over_is_whole_or_not_at_all_and_goes_on(
    files: Path, run: Import, place: str, then: object
) -> None:
    operations.check_import(import_id=str(run.pk))
    run.refresh_from_db()
    operations.ask_commit(run, staff=run.staff)

    killed(files, place, "commit", run.pk)
    assert standing(run.register) == then

    operations.commit_import(import_id=str(run.pk))
    run.refresh_from_db()
    assert run.state == "done"
    assert standing(run.register) == FRESH
    assert not StagedRow.objects.exists()
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("place", ["after the file is kept", "while the codes are kept"])
def test_letters_that_were_killed_leave_no_code_and_are_made_again(
    files: Path, register: Register, place: str
) -> None:
    wish = Wish("csv", "お知らせ", "文", clock.today() + timedelta(days=30))
    batch = operations.ask_letters(register, wish, staff=clerk_of(register))

    killed(files, place, "letters", batch.pk)
    assert not LetterCode.objects.exists()

    operations.make_letters(batch_id=str(batch.pk))
    batch = LetterBatch.objects.get()
    assert batch.state == "ready"
    assert LetterCode.objects.count() == 2
