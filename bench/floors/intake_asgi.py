"""Floor of the intake: a bare ASGI application with group commit, and nothing a town would miss.

Checks the signature, reads the JSON, stores the same row, answers 200 after COMMIT. It knows no
odd events, no masking, no redelivery of half-stored bodies, and wakes nobody.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import psycopg
from cryptography.fernet import Fernet

from bench.floors.statement import STORE_MANY

Message = MutableMapping[str, Any]
Row = tuple[str, str, int, bytes]

_SECRET = os.environ["LINE_CHANNEL_SECRET"].encode()
_seal = (
    Fernet(os.environ["DATA_KEY"]).encrypt if os.environ.get("FLOOR_SEALS", "1") == "1" else bytes
)
_AT_ONCE = 500
_COMMITTERS = int(os.environ.get("FLOOR_COMMITTERS", "1"))  # two were not faster

_waiting: list[tuple[list[Row], "asyncio.Future[None]"]] = []
_committing: set["asyncio.Task[None]"] = set()
_connections: list[psycopg.AsyncConnection[Any]] = []


async def application(
    scope: MutableMapping[str, Any],
    receive: Callable[[], Awaitable[Message]],
    send: Callable[[Message], Awaitable[None]],
) -> None:
    if scope["type"] != "http":
        return
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    given = next(value for name, value in scope["headers"] if name == b"x-line-signature")
    wanted = base64.b64encode(hmac.digest(_SECRET, body, hashlib.sha256))
    if not hmac.compare_digest(wanted, given):
        await _answer(send, 401)
        return
    stored = asyncio.get_running_loop().create_future()
    _waiting.append(([_row(event) for event in json.loads(body)["events"]], stored))
    if len(_committing) < _COMMITTERS:
        committer = asyncio.create_task(_commit())
        _committing.add(committer)
        committer.add_done_callback(_committing.discard)
    await stored
    await _answer(send, 200)


def _row(event: dict[str, Any]) -> Row:
    words = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
    return event["webhookEventId"], event["source"]["userId"], event["timestamp"], _seal(words)


async def _commit() -> None:
    if _connections:
        connection = _connections.pop()
    else:
        address = os.environ["DATABASE_URL"]
        connection = await psycopg.AsyncConnection.connect(address, autocommit=True)
    while _waiting:
        batch = _waiting[:_AT_ONCE]
        del _waiting[:_AT_ONCE]
        rows = [row for given, _stored in batch for row in given]
        columns = [list(column) for column in zip(*rows, strict=True)]
        await connection.execute(STORE_MANY, columns, prepare=True)
        for _given, stored in batch:
            stored.set_result(None)
    _connections.append(connection)


async def _answer(send: Callable[[Message], Awaitable[None]], status: int) -> None:
    headers = [(b"content-length", b"0")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
