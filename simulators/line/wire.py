"""The wire, made readable: every request and webhook, with tokens and secrets masked."""

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

from starlette.responses import Response

from simulators.line.world import Json, World

# The shapes that ASGI prescribes.
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

SECRET = {
    "access_token",
    "refresh_token",
    "id_token",
    "client_secret",
    "client_assertion",
    "code",
    "code_verifier",
    "userAccessToken",
    "liffAccessToken",
    "linkToken",
    "replyToken",
    "quoteToken",
    "markAsReadToken",
    "sim_ticket",
}
TAPPED = ("/v2/", "/oauth2/", "/friendship/", "/user/", "/liff/", "/message/")
LONGEST = 20_000


def record(
    world: World,
    *,
    direction: str,
    method: str,
    path: str,
    status: int | None,
    request: bytes,
    response: bytes,
    note: str = "",
) -> None:
    """Keep one exchange and show it to the phones. A status of None means: no answer."""
    entry: Json = {
        "seq": world.next_seq(),
        "at": world.clock.now().isoformat(timespec="milliseconds"),
        "direction": direction,
        "method": method,
        "path": _masked_query(path),
        "status": status,
        "requestBody": readable(request),
        "responseBody": readable(response),
        "note": note,
    }
    world.wire.append(entry)
    world.announce("wire", entry)


def readable(body: bytes) -> object:
    """Return JSON as values and forms as text, both masked; anything else as its size."""
    if not body:
        return None
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return f"({len(body):,} bytes)"
    if len(text) > LONGEST:
        return f"({len(body):,} bytes) {text[:200]}…"
    try:
        return _masked(json.loads(text))
    except ValueError:
        return _masked_form(text) if "=" in text and "\n" not in text else text


def _masked(value: object) -> object:
    if isinstance(value, dict):
        return {
            key: f"{inner[:4]}…" if key in SECRET and isinstance(inner, str) else _masked(inner)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_masked(inner) for inner in value]
    return value


def _masked_form(text: str) -> str:
    pairs = parse_qsl(text, keep_blank_values=True)
    return "&".join(f"{key}={f'{to[:4]}…' if key in SECRET else to}" for key, to in pairs)


def _masked_query(path: str) -> str:
    before, mark, query = path.partition("?")
    return before + mark + _masked_form(query) if query else path


class Wiretap:
    """Record what goes through the part of the application that is LINE."""

    def __init__(self, app: App, world: World) -> None:
        self.app = app
        self.world = world

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(TAPPED):
            await self.app(scope, receive, send)
            return
        if not scope["path"].startswith("/v2/bot/") and await self._fails(scope["path"], send):
            return
        asked, answered = bytearray(), bytearray()
        status = 0
        kind = ""

        async def listen() -> Message:
            message = await receive()
            asked.extend(message.get("body", b""))
            return message

        async def speak(message: Message) -> None:
            nonlocal status, kind
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = {bytes(key).lower(): bytes(to) for key, to in message["headers"]}
                kind = headers.get(b"content-type", b"").decode()
            else:
                answered.extend(message.get("body", b""))
            await send(message)

        await self.app(scope, listen, speak)
        if scope["path"].startswith("/liff/sdk"):
            return
        query = scope["query_string"].decode()
        record(
            self.world,
            direction="in",
            method=scope["method"],
            path=scope["path"] + (f"?{query}" if query else ""),
            status=status,
            request=bytes(asked),
            response=b"" if "html" in kind else bytes(answered),
        )

    async def _fails(self, path: str, send: Send) -> bool:
        """Apply the faults of tokens, Login and LIFF, whose endpoints are named by their path."""
        if delay := int(self.world.faults.take("delay_ms", path)):
            await asyncio.sleep(delay / 1000)
        if not self.world.faults.take("http_500_before_accept", path):
            return False
        await Response("Internal Server Error", 500)({"type": "http"}, _nothing, send)
        return True


async def _nothing() -> Message:
    return {"type": "http.disconnect"}
