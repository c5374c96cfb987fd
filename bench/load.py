"""LINE's side of the wire: distinct signed deliveries, and a load generator that costs little itself.

One thread, raw sockets, requests made beforehand. In the closed loop each connection sends its next
request when the last is answered: how much can it do. In the open loop requests are due at fixed
times and a late answer counts from when its request was due: how long does one wait.
"""

import base64
import hashlib
import hmac
import json
import secrets
import selectors
import socket
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

_PATIENCE = 10.0  # seconds for what is still under way at the end


@dataclass(slots=True)
class Measured:
    """What one phase brought: how many were answered with 200, in which time, after how many ms each."""

    seconds: float = 0.0
    failed: int = 0
    waits_ms: list[float] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return len(self.waits_ms) / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        ordered = sorted(self.waits_ms)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def deliveries(count: int, *, port: int, secret: str, path: str = "/line/webhook") -> list[bytes]:
    """Make webhook requests of one text message each, every one with ids of its own, and sign them."""
    run = secrets.token_hex(5).upper()
    return [
        delivery(
            event_id=f"01{run}{number:014d}",
            user_id=f"U{number % 5000:032x}",
            words="ごみの収集日を教えてください。燃えるごみと資源ごみの両方です。",
            reply_token=f"{number:032x}",
            at_ms=1_795_000_000_000 + number,
            port=port,
            secret=secret,
            path=path,
        )
        for number in range(count)
    ]


def delivery(
    *,
    event_id: str,
    user_id: str,
    words: str,
    reply_token: str,
    at_ms: int,
    port: int,
    secret: str,
    path: str = "/line/webhook",
) -> bytes:
    """Make one request with one text message, as LINE sends it."""
    event = {
        "type": "message",
        "message": {"type": "text", "id": str(at_ms), "quoteToken": "q" * 40, "text": words},
        "webhookEventId": event_id,
        "deliveryContext": {"isRedelivery": False},
        "timestamp": at_ms,
        "source": {"type": "user", "userId": user_id},
        "replyToken": reply_token,
        "mode": "active",
    }
    whole = {"destination": "U" + "0" * 32, "events": [event]}
    body = json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()
    signature = base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256))
    return b"".join(
        (
            b"POST %b HTTP/1.1\r\nHost: localhost:%d\r\n" % (path.encode(), port),
            b"Content-Type: application/json; charset=utf-8\r\nUser-Agent: LineBotWebhook/2.0\r\n",
            b"x-line-signature: %b\r\nContent-Length: %d\r\n\r\n" % (signature, len(body)),
            body,
        )
    )


def page(path: str, *, port: int, host: str = "localhost") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nAccept: */*\r\n\r\n".encode()


class _Connection:
    """One kept-alive connection with at most one request under way."""

    __slots__ = ("answer", "due", "socket")

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=5)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.answer = b""
        self.due = 0.0

    def send(self, request: bytes, due: float) -> None:
        self.due = due
        self.answer = b""
        self.socket.sendall(request)

    def receive(self) -> int | None:
        """Return the status when the answer is complete, else None; 0 if the server hung up."""
        part = self.socket.recv(262_144)
        if not part:
            return 0
        self.answer = self.answer + part if self.answer else part
        head, gap, rest = self.answer.partition(b"\r\n\r\n")
        if not gap:
            return None
        small = head.lower()
        if b"content-length:" in small:
            length = int(small.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
            is_whole = len(rest) >= length
        else:
            is_whole = self.answer.endswith(b"0\r\n\r\n")
        return int(head[9:12]) if is_whole else None


def closed(port: int, requests: Sequence[bytes], *, connections: int, seconds: float) -> Measured:
    """Keep `connections` requests under way, for `seconds` or until there are no more requests."""
    waiting = iter(requests)
    measured = Measured()
    with selectors.DefaultSelector() as selector:
        began = time.perf_counter()
        until = began + seconds
        under_way = 0
        for _number in range(connections):
            connection = _Connection(port)
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.send(next(waiting), time.perf_counter())
            under_way += 1
        while under_way and time.perf_counter() < until + _PATIENCE:
            for key, _mask in selector.select(1.0):
                connection = key.data
                status = connection.receive()
                if status is None:
                    continue
                now = time.perf_counter()
                _count(measured, status, (now - connection.due) * 1000)
                following = next(waiting, None) if now < until and status else None
                if following is None:
                    under_way -= 1
                    selector.unregister(connection.socket)
                    connection.socket.close()
                else:
                    connection.send(following, now)
        measured.failed += under_way
        measured.seconds = time.perf_counter() - began
    return measured


def steady(
    port: int, requests: Sequence[bytes], *, connections: int, rate: float, seconds: float
) -> Measured:
    """Send `rate` requests a second, whatever the server does; those that find no connection wait."""
    measured = Measured()
    free = deque(_Connection(port) for _number in range(connections))
    wanted = min(len(requests), int(rate * seconds))
    sent = under_way = 0
    with selectors.DefaultSelector() as selector:
        for connection in free:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
        began = time.perf_counter()
        while sent < wanted or under_way:
            now = time.perf_counter()
            while free and sent < wanted and (due := began + sent / rate) <= now:
                free[0].send(requests[sent], due)
                free.popleft()
                sent += 1
                under_way += 1
            is_next = free and sent < wanted
            wait = max(0.0, began + sent / rate - time.perf_counter()) if is_next else 1.0
            ready = selector.select(wait)
            for key, _mask in ready:
                connection = key.data
                status = connection.receive()
                if status is None:
                    continue
                _count(measured, status, (time.perf_counter() - connection.due) * 1000)
                under_way -= 1
                if status:
                    free.append(connection)
                else:
                    selector.unregister(connection.socket)
            if time.perf_counter() > began + seconds + _PATIENCE:
                break
        measured.failed += under_way + wanted - sent
        measured.seconds = time.perf_counter() - began
        for key in list(selector.get_map().values()):
            key.data.socket.close()
    return measured


def _count(measured: Measured, status: int, wait_ms: float) -> None:
    if status == 200:
        measured.waits_ms.append(wait_ms)
    else:
        measured.failed += 1
