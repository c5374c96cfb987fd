"""A LINE with a hard wall of so many multicasts in any second, that keeps retry keys and counts whom it reached.

`python -m bench.line_wall PORT [--rate 200] [--lose 0.02]`: `--lose` is the share of requests that are accepted
and answered with 500. `GET /stats` says what came; nothing is ever delivered to anybody.
"""

import argparse
import asyncio
import json
import random
import re
import time
from collections import Counter, deque
from collections.abc import Callable

import uvloop

_IDS = re.compile(rb"U[0-9a-f]{32}")
_TOKEN = b'{"token_type":"Bearer","access_token":"bench","expires_in":900}'


class Wall:
    """What LINE knows: keys it has accepted, people it has reached, and when it was asked."""

    def __init__(self, rate: int, lose: float) -> None:
        self.rate, self.lose = rate, lose
        self.asked: deque[float] = deque()
        self.bodies: dict[bytes, int] = {}
        self.reached: Counter[bytes] = Counter()
        self.answers: Counter[int] = Counter()
        self.changed = 0  # repeats with another body: never allowed
        self.first_at = self.last_at = 0.0

    def multicast(self, key: bytes, body: bytes) -> tuple[int, bytes]:
        now = time.monotonic()
        while self.asked and now - self.asked[0] >= 1.0:
            self.asked.popleft()
        if len(self.asked) >= self.rate:
            return 429, b'{"message":"The API rate limit has been exceeded. Try again later."}'
        self.asked.append(now)
        if key in self.bodies:
            self.changed += self.bodies[key] != hash(body)
            return 409, b'{"message":"The retry key is already accepted"}'
        self.bodies[key] = hash(body)
        self.reached.update(_IDS.findall(body))
        self.first_at, self.last_at = self.first_at or now, now
        return (500, b"{}") if random.random() < self.lose else (200, b"{}")

    def stats(self) -> bytes:
        return json.dumps(
            {
                "reached": len(self.reached),
                "twice": sum(1 for times in self.reached.values() if times > 1),
                "answers": {str(status): times for status, times in self.answers.items()},
                "changed": self.changed,
                "seconds": self.last_at - self.first_at,
            }
        ).encode()


class Door(asyncio.Protocol):
    """One connection of HTTP/1.1, kept alive."""

    def __init__(self, wall: Wall) -> None:
        self.wall = wall
        self.waiting = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are of no class that asyncio knows.
        self.write: Callable[[bytes], None] = getattr(transport, "write")  # noqa: B009

    def data_received(self, data: bytes) -> None:
        self.waiting += data
        while (end := self.waiting.find(b"\r\n\r\n")) >= 0:
            lines = bytes(self.waiting[:end]).split(b"\r\n")
            names = dict(line.lower().split(b": ", 1) for line in lines[1:])
            whole = end + 4 + int(names.get(b"content-length", b"0"))
            if len(self.waiting) < whole:
                return
            body = bytes(self.waiting[end + 4 : whole])
            del self.waiting[:whole]
            self._answer(lines[0].split(b" ")[1], names.get(b"x-line-retry-key", b""), body)

    def _answer(self, path: bytes, key: bytes, body: bytes) -> None:
        status, answer = 200, _TOKEN
        if path == b"/stats":
            answer = self.wall.stats()
        elif path.endswith(b"/multicast"):
            status, answer = self.wall.multicast(key, body)
            self.wall.answers[status] += 1
        elif not path.startswith(b"/oauth2/"):
            answer = b"{}"
        head = b"HTTP/1.1 %d -\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        self.write(head % (status, len(answer)) + answer)


async def serve(port: int, wall: Wall) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Door(wall), "127.0.0.1", port, backlog=256)
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("--rate", type=int, default=200)
    parser.add_argument("--lose", type=float, default=0.0)
    given = parser.parse_args()
    uvloop.run(serve(given.port, Wall(given.rate, given.lose)))
