"""Floor of a turn: a loop over psycopg that says the recorded statements and posts the recorded reply.

`turn FILE PART PARTS THREADS LINE_PORT`: repeats the people of its part, says "ready", begins at a
line of input, says "done". Nothing is decided here and nothing is drawn; rows are fetched and
forgotten, but ids that the database gives anew are put where the recorded ones were.
"""

import http.client
import json
import os
import re
import sys
import threading
from pathlib import Path

import psycopg

_ID = re.compile(r"\b4\d{18}\b")

Step = tuple[str, list[str], str]


def main(path: Path, part: int, parts: int, threads: int, line_port: int) -> None:
    talks = [
        [(step[0], _pieces(step), step[2]) for turn in turns for step in turn]
        for turns in json.loads(path.read_text())[part::parts]
    ]
    workers = [
        threading.Thread(target=_repeat, args=(talks[number::threads], _connect(), line_port))
        for number in range(threads)
    ]
    print("ready", flush=True)
    sys.stdin.readline()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print("done", flush=True)


def _connect() -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)


def _pieces(step: list[str]) -> list[str]:
    """Split a statement at its ids: text, id, text, id, … text."""
    if step[0] == "http":
        return [step[1]]
    pieces, place = [], 0
    for found in _ID.finditer(step[1]):
        pieces += [step[1][place : found.start()], found[0]]
        place = found.end()
    return [*pieces, step[1][place:]]


def _repeat(
    talks: list[list[Step]],
    connection: "psycopg.Connection[tuple[object, ...]]",
    line_port: int,
) -> None:
    line = http.client.HTTPConnection("127.0.0.1", line_port)
    headers = {"Authorization": "Bearer bench", "Content-Type": "application/json"}
    with connection, psycopg.ClientCursor(connection) as cursor:
        for talk in talks:
            given: dict[str, str] = {}  # recorded id → the one drawn now
            for kind, pieces, found in talk:
                if kind == "http":
                    line.request("POST", pieces[0], found, headers)
                    line.getresponse().read()
                    continue
                if len(pieces) > 1:
                    said = "".join(
                        given.get(piece, piece) if place % 2 else piece
                        for place, piece in enumerate(pieces)
                    )
                else:
                    said = pieces[0]
                cursor.execute(said)
                if cursor.description is not None:
                    row = cursor.fetchone()
                    if row is not None and len(found) == 19 and _ID.fullmatch(found):
                        given[found] = str(row[0])


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:6]))
