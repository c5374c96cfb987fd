"""The one port of `yakuba serve`: webhooks are taken in here, everything else goes to the web process.

Why not a proxy program: a town's server has its own in front (for TLS) anyway, and one less part must
be installed. The cost is measured in `bench/`; the reasons are in docs/decisions.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

import h11
import httpx
from django.conf import settings

from yakuba.kit.bodies import TooSlow, patient
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
# A photo of 10 MB over a slow line in the mountains takes some minutes, but something comes all the time.
_NEXT_PART_WITHIN = 20.0
_BODY_WITHIN = 600.0

# A transport, never a client: a client keeps the cookies of one person and sends them for the next.
_transport: httpx.AsyncHTTPTransport | None = None


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    is_webhook = scope["type"] == "http" and scope["path"] == "/line/webhook"
    if is_webhook or scope["type"] == "lifespan":
        await intake(scope, receive, send)
    elif scope["type"] == "http":
        await _forward(scope, receive, send)


def _to_web() -> httpx.AsyncHTTPTransport:
    global _transport
    if _transport is None:
        _transport = httpx.AsyncHTTPTransport(
            limits=httpx.Limits(max_connections=100, max_keepalive_connections=50),
            trust_env=False,
        )
    return _transport


async def _forward(scope: Scope, receive: Receive, send: Send) -> None:
    if _length(scope) > settings.LARGEST_BODY:
        # Said here, because the web part would hang up while the body is still coming.
        await _say(
            send, 413, "大きすぎて受け取れませんでした。小さくして、もう一度お送りください。"
        )
        return
    try:
        answer = await _to_web().handle_async_request(_request(scope, receive))
    except TooSlow:
        await _say(send, 408, "送信が途中で止まりました。通信を確かめて、もう一度お送りください。")
        return
    except (httpx.LocalProtocolError, h11.LocalProtocolError):
        # Two hosts, a body of another length than was said, or somebody who hung up half way.
        await _say(send, 400, "送られた内容を読み取れませんでした。")
        return
    except httpx.HTTPError:
        await _say(send, 503, "ただいま準備中です。少し待って、もう一度開いてください。")
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


def _length(scope: Scope) -> int:
    said = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    return int(said[:12]) if said.isdigit() else 0


def _request(scope: Scope, receive: Receive) -> httpx.Request:
    path = scope["raw_path"] if scope.get("raw_path") else scope["path"].encode()
    query = b"?" + scope["query_string"] if scope["query_string"] else b""
    has_body = any(
        name in (b"content-length", b"transfer-encoding") for name, _ in scope["headers"]
    )
    wait = {"connect": 5.0, "read": _ANSWERS_WITHIN, "write": _ANSWERS_WITHIN, "pool": 5.0}
    return httpx.Request(
        scope["method"],
        f"http://127.0.0.1:{settings.WEB_PORT}",
        headers=_headers(scope),
        content=_body(_in_time(receive)) if has_body else None,
        # The target goes as it came; as part of a URL its dots would be resolved on the way.
        extensions={"timeout": wait, "target": path + query},
    )


def _headers(scope: Scope) -> list[tuple[bytes, bytes]]:
    """Return what the caller said, without what is not for the web part, and with who the caller is."""
    # WSGI knows no difference between _ and -: X_Forwarded_For would pass for ours.
    said = [(name, value) for name, value in scope["headers"] if b"_" not in name]
    dropped = _HOP | _OURS
    if any(name == b"transfer-encoding" for name, _ in said):
        dropped = dropped | {b"content-length"}  # the chunks say how long it is (RFC 9112 6.3)
    peer = scope["client"][0] if scope.get("client") else ""
    earlier = [value for name, value in said if name == b"x-forwarded-for"]
    return [
        *((name, value) for name, value in said if name not in dropped),
        (b"x-forwarded-for", b", ".join([*earlier, peer.encode()])),
        (b"x-forwarded-proto", urlsplit(settings.PUBLIC_URL).scheme.encode()),
    ]


def _in_time(receive: Receive) -> Receive:
    return patient(receive, between=_NEXT_PART_WITHIN, altogether=_BODY_WITHIN)


async def _body(receive: Receive) -> AsyncIterator[bytes]:
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        yield message.get("body", b"")
        if not message.get("more_body"):
            return


async def _say(send: Send, status: int, words: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    if status == 408:
        headers.append((b"connection", b"close"))  # what still comes is no new request
    if status == 503:
        headers.append((b"retry-after", b"5"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": words.encode()})
