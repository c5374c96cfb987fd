"""Floors of the export: the same rows, streamed into a file with psycopg and nothing else.

`export cursor FILE`: a server-side cursor; every answer is opened and read, because it may not be
stored in clear, and written by `csv`. `export copy FILE`: PostgreSQL's COPY of the sealed rows.
"""

import csv
import json
import os
import sys
import time
from pathlib import Path

import psycopg
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bench.machine import peak_mib

_ROWS = """
SELECT receipt_no, submitted_at, status, changed_at, newest.version_id, wrapped, newest.answers
FROM submissions_submission AS submission JOIN kit_datakey ON owner = submission.id CROSS JOIN LATERAL (
  SELECT version_id, answers FROM submissions_revision
  WHERE submission_id = submission.id ORDER BY number DESC LIMIT 1) AS newest
ORDER BY submitted_at, submission.id
"""
_QUESTIONS = ("reads", "pages_liked", "satisfaction", "by_line", "free")


def main(kind: str, path: Path) -> None:
    began = time.perf_counter()
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        rows = _by_copy(connection, path) if kind == "copy" else _by_cursor(connection, path)
    seconds = time.perf_counter() - began
    peak = peak_mib()
    print(json.dumps({"rows": rows, "seconds": seconds, "peak_mib": peak}))


def _by_cursor(connection: "psycopg.Connection[tuple[object, ...]]", path: Path) -> int:
    unseal = Fernet(os.environ["DATA_KEY"]).decrypt
    count = 0
    with path.open("w", newline="") as file, connection.cursor("rows") as cursor:
        write = csv.writer(file).writerow
        cursor.itersize = 1000
        cursor.execute(_ROWS)
        for *fixed, wrapped, sealed in cursor:
            assert isinstance(sealed, bytes)
            assert isinstance(wrapped, bytes)
            opened = AESGCM(unseal(wrapped)).decrypt(sealed[17:29], sealed[29:], sealed[:17])
            answers = json.loads(opened)["answers"]
            write([*fixed, *(answers.get(question) for question in _QUESTIONS)])
            count += 1
    return count


def _by_copy(connection: "psycopg.Connection[tuple[object, ...]]", path: Path) -> int:
    with path.open("wb") as file, connection.cursor() as cursor:
        with cursor.copy(f"COPY ({_ROWS}) TO STDOUT (FORMAT csv)") as copy:
            for part in copy:
                file.write(part)
        return cursor.rowcount


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
