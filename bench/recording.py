"""Write down what the product says to PostgreSQL and to LINE in each turn of a talk, for the floor to repeat.

A program of its own, because it is the product in one process: `recording FILE PEOPLE`. It says
"warm" when its caches are filled, and goes on at a line of input, so that the database can be copied.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

from bench import talk

# Every id drawn while recording can be told from any other number, and replaced when repeating.
_FIRST_ID = 4_000_000_000_000_000_000
_APART = 1_000_000_000_000

Step = list[Any]


class Recorder:
    """Gathers the steps of one turn, in order."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self._is_open = False  # a transaction

    def statement(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        cursor = context["cursor"].cursor
        if context["connection"].in_atomic_block and not self._is_open:
            self.steps.append(["sql", "BEGIN", ""])
            self._is_open = True
        texts = (
            [cursor.mogrify(sql, one) for one in params] if many else [cursor.mogrify(sql, params)]
        )
        done = execute(sql, params, many, context)
        found = (
            cursor.pgresult.get_value(0, 0) if cursor.pgresult and cursor.pgresult.ntuples else b""
        )
        self.steps += [
            ["sql", text, (found or b"").decode("utf-8", "replace")[:40]] for text in texts
        ]
        return done

    def end(self, how: str) -> None:
        if self._is_open:
            self.steps.append(["sql", how, ""])
            self._is_open = False


def main(path: Path, people: int) -> None:
    django.setup()
    from django.db import connection

    from yakuba.kit import http
    from yakuba.line import sender  # noqa: F401  (its sources are plugged in)

    recorder = Recorder()
    _listen_to_transactions(connection, recorder)
    original = http.call

    def post(method: str, url: str, **given: Any) -> http.Answer:
        if "/oauth2/" in url:
            return http.Answer(200, {}, b'{"access_token":"bench","expires_in":900}')
        recorder.steps.append(["http", "/" + url.split("/", 3)[3], json.dumps(given["json"])])
        return http.Answer(200, {"x-line-request-id": "bench"}, b"{}")

    http.call = post
    try:
        with connection.execute_wrapper(recorder.statement):
            for number in range(3):
                _talk(recorder, number)
            _separate_ids(connection)
            connection.close()
            connection.close_pool()  # type: ignore[attr-defined]  # only PostgreSQL's has one
            print("warm", flush=True)
            sys.stdin.readline()
            whole = [_talk(recorder, 1000 + number) for number in range(people)]
    finally:
        http.call = original
    path.write_text(json.dumps(whole))


def _talk(recorder: Recorder, number: int) -> list[list[Step]]:
    """Return the turns of one person."""
    from django.db import connection

    from yakuba.line import inbox, intake, sender

    turns = []
    for place, words in enumerate(talk.WORDS):
        recorder.steps = []
        event = {
            "type": "message",
            "message": {"type": "text", "id": str(number), "quoteToken": "q" * 40, "text": words},
            "webhookEventId": f"01RECORD{number:012d}{place}",
            "deliveryContext": {"isRedelivery": False},
            "timestamp": int(time.time() * 1000),
            "source": {"type": "user", "userId": f"U{number:032x}"},
            "replyToken": f"{number:031x}{place}",
            "mode": "active",
        }
        row = intake.seal(event)
        columns: list[Any] = [[row.event_id], [row.user_id], [row.timestamp], [row.body]]
        with connection.cursor() as cursor:
            cursor.execute(intake._STORE.replace("%b", "%s"), columns)
        if not inbox.work_off():
            raise RuntimeError("the event was not handled")
        for parcel, _wait in sender.claim(20):
            parcel.deliver()
        if [step[0] for step in recorder.steps].count("http") != 1:
            raise RuntimeError(f"a turn says something once: {words}")
        turns.append(recorder.steps)
    return turns


def _listen_to_transactions(connection: Any, recorder: Recorder) -> None:
    commit, rollback = connection._commit, connection._rollback

    def committing() -> None:
        commit()
        recorder.end("COMMIT")

    def rolling_back() -> None:
        rollback()
        recorder.end("ROLLBACK")

    connection._commit, connection._rollback = committing, rolling_back


def _separate_ids(connection: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('%I.%I', schemaname, sequencename) FROM pg_sequences"
            " WHERE schemaname = 'public' AND data_type = 'bigint'::regtype ORDER BY 1"
        )
        for place, (name,) in enumerate(cursor.fetchall()):
            cursor.execute(f"ALTER SEQUENCE {name} RESTART {_FIRST_ID + place * _APART}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
