"""A million answers into a file: how much memory the exporting process takes, and how fast it is."""

import json
import os
import random
import subprocess
import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bench.options import Options
from bench.results import Goal, Result
from bench.rig import HOME, ROOT, Rig, settle

_ANSWERS = int(os.environ.get("BENCH_ANSWERS", "1000000"))
_MOST_MIB = 200
_SIDES = {
    "product": "product: the export of the list, as CSV",
    "cursor": "floor: server-side cursor, opened, csv",
    "copy": "COPY of the sealed rows",
}


def run(rig: Rig, options: Options) -> Result:
    url = rig.database("bench_export")
    _hand_in(url, rig.environment["DATA_KEY"])
    result = Result(
        "export",
        f"An export of {_ANSWERS:,} answers",
        ["who", "rows/s", "seconds", "peak RSS MiB"],
    )
    for side in _SIDES:
        settle(url)
        found = _one(rig, side, url)
        if found["rows"] != _ANSWERS:
            raise RuntimeError(f"{side} wrote {found['rows']:.0f} rows of {_ANSWERS}")
        result.keep(f"{side} per second", found["rows"] / found["seconds"])
        result.keep(f"{side} peak", found["peak_mib"])
        per_second = found["rows"] / found["seconds"]
        result.rows.append([_SIDES[side], per_second, found["seconds"], found["peak_mib"]])
    rig.drop("bench_export")
    peak = result.median("product peak")
    result.goals.append(
        Goal(
            "peak memory of the exporting process",
            f"≤ {_MOST_MIB} MiB",
            f"{peak:.0f} MiB",
            peak <= _MOST_MIB,
        )
    )
    ratio = result.ratio("product per second", "cursor per second")
    result.notes += [
        f"Rows a second against the cursor: {ratio:.2f}; there is no goal for it, because the export is"
        " a job and the clerk goes on working. Each side ran once.",
        "The product also writes dates, choices and headings in words, a column for each choice that can be"
        " ticked, seals the file in pieces, and shows how far it is.",
    ]
    return result


def _one(rig: Rig, side: str, url: str) -> dict[str, float]:
    """Run one side in a process of its own, and return what it says it did."""
    command = ["bench.exporting"]
    path = HOME / "export.csv"
    if side != "product":
        command = ["bench.floors.export", side, str(path)]
    with open(HOME / "export.log", "ab") as words:
        done = subprocess.run(
            [sys.executable, "-m", *command], cwd=ROOT, stdout=subprocess.PIPE, stderr=words,
            env={**rig.environment, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "yakuba.config.settings"},
        )  # fmt: skip
    path.unlink(missing_ok=True)
    for part in Path(rig.environment["FILES_URL"]).rglob("*-export-*"):
        part.unlink()
    if done.returncode:
        raise RuntimeError(f"{side} failed; see .local/bench/export.log")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _hand_in(url: str, key: str) -> None:
    """Store the answers as they lie there when people have handed them in, by COPY."""
    began = datetime.now(UTC) - timedelta(seconds=_ANSWERS)
    ids = [uuid.uuid4() for _number in range(_ANSWERS)]
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT id, current_id FROM procedures_procedure WHERE title = '町の広報についての意見募集'"
        ).fetchone()
        assert row is not None
        procedure, version = row
        submissions = (
            (one, f"B{number:09d}", procedure, "new", began + timedelta(seconds=number),
             began + timedelta(seconds=number), 0, "none", "none", "new")
            for number, one in enumerate(ids)
        )  # fmt: skip
        columns = "id, receipt_no, procedure_id, status, submitted_at, changed_at, rev, owed, proof, display"
        _copy(connection, f"submissions_submission ({columns})", submissions)
        keys = [AESGCM.generate_key(bit_length=256) for _one in ids]
        wrap = Fernet(key).encrypt
        _copy(
            connection,
            "kit_datakey (owner, wrapped)",
            ((one, wrap(own)) for one, own in zip(ids, keys, strict=True)),
        )
        sealed = _answers(ids, keys)
        revisions = (
            (one, 1, version, next(sealed), uuid.uuid4(), began + timedelta(seconds=number))
            for number, one in enumerate(ids)
        )
        columns = "submission_id, number, version_id, answers, run_id, handed_in_at"
        _copy(connection, f"submissions_revision ({columns})", revisions)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "VACUUM ANALYZE submissions_submission, submissions_revision, kit_datakey"
        )


def _copy(
    connection: "psycopg.Connection[tuple[object, ...]]",
    into: str,
    rows: Iterator[tuple[object, ...]],
) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _answers(ids: list[uuid.UUID], keys: list[bytes]) -> Iterator[bytes]:
    """Yield answers to the survey of the sample town, each under the data key of its submission."""
    chance = random.Random(1)
    pages = ["feature", "calendar", "health", "people"]
    for one, own in zip(ids, keys, strict=True):
        answers: dict[str, Any] = {
            "reads": chance.choice(["always", "sometimes"]),
            "pages_liked": sorted(chance.sample(pages, 2)),
            "satisfaction": chance.randint(1, 5),
            "by_line": chance.choice(["yes", "no"]),
            "free": "字が大きくなって読みやすくなりました。" * chance.randint(1, 3),
        }
        words = json.dumps({"answers": answers, "items": {}}, ensure_ascii=False)
        head, nonce = b"\x01" + one.bytes, os.urandom(12)  # as `kit.datakeys` seals
        yield head + nonce + AESGCM(own).encrypt(nonce, words.encode(), head)
