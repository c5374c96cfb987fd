"""The one port of `yakuba serve`: webhooks are taken in here, everything else goes to the web process.

Why not a proxy program: a town's server has its own in front (for TLS) anyway, and one less part must
be installed. The cost is measured in `bench/`; the reasons are in docs/decisions.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.conf import settings

from yakuba.line.intake import application as intake

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

# Hop-by-hop headers belong to one connection (RFC 9110 7.6.1).
_HOP = {
    b"connection",
    b"keep-alive",
    b"transfer-encoding",
    b"upgrade",
    b"te",
    b"trailer",
    b"proxy-connection",
}
_OURS = {b"x-forwarded-for", b"x-forwarded-proto"}  # said by us, whatever the other side says
_ANSWERS_WITHIN = 60.0  # seconds

_client: httpx.AsyncClient | None = None


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    is_webhook = scope["type"] == "http" and scope["path"] == "/line/webhook"
    if is_webhook or scope["type"] == "lifespan":
        await intake(scope, receive, send)
    elif scope["type"] == "http":
        await _forward(scope, receive, send)


def _to_web() -> httpx.AsyncClient:
    global _client
    if _client is None:
        _client = httpx.AsyncClient(
            timeout=httpx.Timeout(_ANSWERS_WITHIN, connect=5),
            limits=httpx.Limits(max_connections=100, max_keepalive_connections=50),
            follow_redirects=False,
            trust_env=False,
        )
    return _client


async def _forward(scope: Scope, receive: Receive, send: Send) -> None:
    headers = [(name, value) for name, value in scope["headers"] if name not in _HOP]
    peer = scope["client"][0] if scope.get("client") else ""
    earlier = [value for name, value in headers if name == b"x-forwarded-for"]
    headers = [pair for pair in headers if pair[0] not in _OURS]
    headers.append((b"x-forwarded-for", b", ".join([*earlier, peer.encode()])))
    headers.append((b"x-forwarded-proto", urlsplit(settings.PUBLIC_URL).scheme.encode()))
    path = scope["raw_path"] if scope.get("raw_path") else scope["path"].encode()
    query = b"?" + scope["query_string"] if scope["query_string"] else b""
    client = _to_web()
    has_body = any(
        name in (b"content-length", b"transfer-encoding") for name, _ in scope["headers"]
    )
    request = client.build_request(
        scope["method"],
        httpx.URL(f"http://127.0.0.1:{settings.WEB_PORT}" + (path + query).decode("latin-1")),
        headers=headers,
        content=_body(receive) if has_body else None,
    )
    try:
        answer = await client.send(request, stream=True)
    except httpx.HTTPError:
        await _unavailable(send)
        return
    try:
        kept = [
            (name.lower(), value) for name, value in answer.headers.raw if name.lower() not in _HOP
        ]
        await send({"type": "http.response.start", "status": answer.status_code, "headers": kept})
        async for part in answer.aiter_raw():
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        await answer.aclose()


async def _body(receive: Receive) -> AsyncIterator[bytes]:
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        yield message.get("body", b"")
        if not message.get("more_body"):
            return


async def _unavailable(send: Send) -> None:
    words = "ただいま準備中です。少し待って、もう一度開いてください。".encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"retry-after", b"5")]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": words})
