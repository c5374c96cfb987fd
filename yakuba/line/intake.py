"""Where LINE delivers: a bare ASGI application that answers 200 only for what is safely stored.

Deliveries that arrive while a commit is under way share the next one (group commit), so the price
of a commit is paid once for many. No models are loaded here: the process stays small, and a slow
page can never keep LINE waiting. The channel's webhook needs redelivery switched on, because an
answer of 500 asks LINE to bring the same events again.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import logging
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import psycopg
from django.conf import settings

from yakuba.kit import numbers, secrets
from yakuba.kit.bodies import TooSlow, patient
from yakuba.line import postgres, rules

LARGEST_BODY = 2 * 1024 * 1024
_AT_ONCE = 500  # events in one commit
_COMMITTERS = 2  # one commits while the other gathers
_MOST_WAITING = 20_000  # events in memory; beyond, LINE is asked to come again
_BODY_WITHIN = 10.0  # seconds; LINE sends at once and gives up after two
_PATIENCE = 1.5  # seconds to get a connection; LINE itself waits for two

_STORE = """
WITH stored AS (
  INSERT INTO line_webhookevent (event_id, user_id, "timestamp", body)
  SELECT * FROM unnest(%b::text[], %b::text[], %b::bigint[], %b::bytea[])
  ON CONFLICT (event_id) DO NOTHING RETURNING 1
)
SELECT pg_notify('line_inbox', '') FROM (SELECT count(*) AS n FROM stored) AS counted WHERE n > 0
"""
_REJECT = "INSERT INTO line_rejectedbody (body, reason) VALUES (%b, %s)"

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

logger = logging.getLogger(__name__)


class Row(NamedTuple):
    """One event, sealed, as it goes into the table."""

    event_id: str
    user_id: str
    timestamp: int
    body: bytes


@dataclass(slots=True)
class Delivery:
    """What one request brought, and the promise that it is stored."""

    rows: list[Row]
    rejected: list[tuple[bytes, str]]
    stored: "asyncio.Future[None]"


class TooLarge(Exception):
    """The body is larger than LINE ever sends."""


class Intake:
    """The application; one per event loop."""

    def __init__(self) -> None:
        self._idle: list[psycopg.AsyncConnection[Any]] = []
        self._waiting: deque[Delivery] = deque()
        self._waiting_rows = 0
        self._committers: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            status, words = await self._answer(scope, receive)
            await _respond(send, status, words)

    async def close(self) -> None:
        while self._idle:
            await self._idle.pop().close()

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await self.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[int, str]:
        if scope["method"] == "GET" and scope["path"].endswith("/health"):
            return 200, "ok"
        if scope["method"] != "POST":
            return 405, "LINE delivers events here by POST."
        try:
            body = await _read(
                scope, patient(receive, between=_BODY_WITHIN, altogether=_BODY_WITHIN)
            )
        except TooLarge:
            return 413, "The body is too large."
        except TooSlow:
            return 408, "The body did not come."
        if not is_signed(body, _header(scope, b"x-line-signature")):
            return 401, "The signature does not fit the channel secret."
        try:
            await self._keep(body)
        except (psycopg.Error, TimeoutError, OSError) as error:
            logger.error("deliveries cannot be stored: %s", type(error).__name__)
            return 500, "The events could not be stored. Please deliver them again."
        return 200, ""

    async def _keep(self, body: bytes) -> None:
        rows, rejected = understand(body)
        if not rows and not rejected:
            return
        if self._waiting_rows > _MOST_WAITING:
            raise TimeoutError("too many events are waiting for the database")
        delivery = Delivery(rows, rejected, asyncio.get_running_loop().create_future())
        self._waiting.append(delivery)
        self._waiting_rows += len(rows)
        if len(self._committers) < _COMMITTERS:
            committer = asyncio.create_task(self._commit_waiting())
            self._committers.add(committer)
            committer.add_done_callback(self._committers.discard)
        await delivery.stored

    async def _commit_waiting(self) -> None:
        while self._waiting:
            batch: list[Delivery] = []
            size = 0
            while self._waiting and (not batch or size + len(self._waiting[0].rows) <= _AT_ONCE):
                batch.append(self._waiting.popleft())
                size += len(batch[-1].rows)
            self._waiting_rows -= size
            try:
                await self._commit(batch)
            except Exception as error:
                for delivery in batch:
                    if not delivery.stored.done():
                        delivery.stored.set_exception(error)
                        delivery.stored.exception()  # whoever hung up does not come to read it
            else:
                for delivery in batch:
                    if not delivery.stored.done():
                        delivery.stored.set_result(None)

    async def _commit(self, batch: list[Delivery]) -> None:
        try:
            await self._commit_once(batch)
        except psycopg.OperationalError:
            # The connection may have died while it was idle; the events are stored once either way.
            await self._commit_once(batch)

    async def _commit_once(self, batch: list[Delivery]) -> None:
        rows = [row for delivery in batch for row in delivery.rows]
        rejected = [kept for delivery in batch for kept in delivery.rejected]
        connection = self._idle.pop() if self._idle else await _connect()
        try:
            try:
                await _store(connection, rows)
            except psycopg.OperationalError:
                raise
            except psycopg.Error:
                # One bad event must not sink the others.
                rejected += await _store_one_by_one(connection, rows)
            for sealed, reason in rejected:
                await connection.execute(_REJECT, [sealed, reason])
        except BaseException:
            await connection.close()
            raise
        self._idle.append(connection)


async def _connect() -> psycopg.AsyncConnection[Any]:
    # No pool: there are as many connections as committers, and a pool waits longer and longer
    # before it looks whether the database is back.
    opening = psycopg.AsyncConnection.connect(
        postgres.conninfo(), autocommit=True, options="-c statement_timeout=8s"
    )
    return await asyncio.wait_for(opening, _PATIENCE)


def is_signed(body: bytes, signature: bytes) -> bool:
    """Tell whether LINE signed these bytes with our channel secret."""
    wanted = hmac.digest(settings.LINE_CHANNEL_SECRET.encode(), body, hashlib.sha256)
    return hmac.compare_digest(base64.b64encode(wanted), signature)


def understand(body: bytes) -> tuple[list[Row], list[tuple[bytes, str]]]:
    """Return the events of a body as sealed rows, and sealed bodies that a person should look at."""
    try:
        events, strange = rules.split(body)
        rows = [seal(event) for event in events]
    except rules.Unreadable as no:
        return [], [(_seal_text(body), str(no))]
    except RecursionError:
        return [], [(_seal_text(body), "the body is nested too deeply")]
    return rows, [(_seal_text(body), f"{strange} entries are no events")] if strange else []


def seal(event: dict[str, Any]) -> Row:
    """Return the row of one event; My Numbers and card numbers typed in the talk are blotted out."""
    key = rules.event_id(event)
    message = event.get("message")
    if isinstance(message, dict) and isinstance(message.get("text"), str):
        masked, found = numbers.mask_numbers(message["text"])
        if found:
            event = {**event, "message": {**message, "text": masked}, "yakuba.masked": True}
    words = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    return Row(
        event_id=key,
        user_id=rules.user_id(event),
        timestamp=rules.timestamp(event),
        body=secrets.encrypt(words.encode("utf-8", "replace")),
    )


def _seal_text(body: bytes) -> bytes:
    return secrets.encrypt(body.decode("utf-8", "backslashreplace").encode())


async def _store(connection: psycopg.AsyncConnection[Any], rows: list[Row]) -> None:
    if not rows:
        return
    # In one order everywhere: two intakes that store the same redelivered events would deadlock.
    rows = sorted(rows, key=lambda row: row.event_id)
    columns = (
        [row.event_id for row in rows],
        [row.user_id for row in rows],
        [row.timestamp for row in rows],
        [row.body for row in rows],
    )
    await connection.execute(_STORE, columns, prepare=True)


async def _store_one_by_one(
    connection: psycopg.AsyncConnection[Any], rows: list[Row]
) -> list[tuple[bytes, str]]:
    """Store what can be stored, and return the rest as rejected bodies."""
    rejected = []
    for row in rows:
        try:
            await _store(connection, [row])
        except psycopg.OperationalError:
            raise
        except psycopg.Error as error:
            logger.error("an event cannot be stored: %s", type(error).__name__)
            rejected.append((row.body, f"cannot be stored: {type(error).__name__}"))
    return rejected


async def _read(scope: Scope, receive: Receive) -> bytes:
    length = _header(scope, b"content-length")
    if length.isdigit() and (len(length) > 9 or int(length) > LARGEST_BODY):
        raise TooLarge
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] != "http.request":  # hung up; the signature will not fit
            return b""
        part = message.get("body", b"")
        size += len(part)
        if size > LARGEST_BODY:
            raise TooLarge
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)


def _header(scope: Scope, name: bytes) -> bytes:
    for key, value in scope["headers"]:
        if key.lower() == name:
            return bytes(value)
    return b""


async def _respond(send: Send, status: int, words: str) -> None:
    body = words.encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


application = Intake()
