"""Floor of an import: the same lines read with `csv`, sealed, hashed as often, and stored by COPY, in one transaction.

It understands nothing: no kinds, no variants of kanji, no errors, no difference to what was there.
"""

import csv
import hmac
import json
import os
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
from cryptography.fernet import Fernet

Hashed = tuple[int, int, bytes]

_ROWS = """
    COPY registers_row (id, register_id, lineage, "values", identity, digest, place, is_protected, added_in_id)
    FROM STDIN
"""
_HASHES = "COPY registers_rowhash (row_id, column_id, hash) FROM STDIN"
_FIRST_ID = 1_000_000  # beyond the rows of the sample town
_HASHED = 10  # of a row, besides identity and digest, as many as the product makes of these columns


def main(path: Path) -> None:
    began = time.perf_counter()
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        rows = _store(connection, path)
    print(json.dumps({"rows": rows, "seconds": time.perf_counter() - began}))


def _store(connection: "psycopg.Connection[tuple[object, ...]]", path: Path) -> int:
    register, edition = _begin(connection)
    hashes: list[Hashed] = []
    count = 0
    with connection.cursor() as cursor, cursor.copy(_ROWS) as copy:
        for count, (sealed, identity, digest, found) in enumerate(_lines(path), 1):
            key = _FIRST_ID + count
            copy.write_row(
                (key, register, uuid.uuid4(), sealed, identity, digest, count, False, edition)
            )
            hashes += [(key, column, hashed) for column, hashed in enumerate(found)]
    hashes.sort(key=lambda one: one[1:])
    with connection.cursor() as cursor, cursor.copy(_HASHES) as copy:
        for one in hashes:
            copy.write_row(one)
    return count


def _lines(path: Path) -> Iterator[tuple[bytes, bytes, bytes, list[bytes]]]:
    key, seal = os.urandom(32), Fernet(os.environ["DATA_KEY"]).encrypt
    with path.open(encoding="cp932", newline="") as file:
        lines = csv.reader(file)
        next(lines)
        for cells in lines:
            words = json.dumps(cells, ensure_ascii=False).encode()
            found = [
                hmac.digest(key, f"{place}{cells[place % len(cells)]}".encode(), "sha256")[:16]
                for place in range(_HASHED)
            ]
            identity = hmac.digest(key, cells[0].encode(), "sha256")[:16]
            yield seal(words), identity, hmac.digest(key, words, "sha256")[:16], found


def _begin(connection: "psycopg.Connection[tuple[object, ...]]") -> tuple[int, int]:
    """Make a register and an edition of it, with what the tables want to have."""
    scope = connection.execute(
        "INSERT INTO townhall_scope (kind, name, department_id)"
        " SELECT 'registers', 'floor', min(id) FROM townhall_department RETURNING id"
    ).fetchone()
    assert scope is not None
    register = connection.execute(
        "INSERT INTO registers_register (public_id, scope_id, name, purpose, reading, changed_at)"
        " VALUES (gen_random_uuid(), %s, 'floor', '', '{}', now()) RETURNING id",
        scope,
    ).fetchone()
    assert register is not None
    edition = connection.execute(
        "INSERT INTO registers_edition (register_id, number, mode, sha256, counts, committed_at)"
        " VALUES (%s, 1, 'replace', '', '{}', now()) RETURNING id",
        register,
    ).fetchone()
    assert edition is not None
    return int(str(register[0])), int(str(edition[0]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
