"""People who talk with the town: they send webhooks, and wait for what LINE is asked to say to them."""

import asyncio
import itertools
import secrets
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench import fake_line, load
from bench.load import Measured

# A survey of the sample town: it begins, and two of its questions are answered.
WORDS = ("アンケート", "毎月読む", "特集")
_PATIENCE = 20.0  # seconds until a reply is counted as missing
_WEBHOOK_CONNECTIONS = 16


@dataclass(slots=True)
class Town:
    """The town's two ends: where webhooks go, and the LINE to which it replies."""

    intake_port: int
    line_port: int
    secret: str
    replies: dict[str, "asyncio.Future[float]"] = field(default_factory=dict)
    pushes: int = 0
    heard: int = 0
    _idle: deque[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = field(default_factory=deque)
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _run: str = field(default_factory=lambda: secrets.token_hex(4))
    _server: asyncio.AbstractServer | None = None

    async def open(self) -> None:
        self._server = await fake_line.serve(self.line_port, self._hear)
        for _number in range(_WEBHOOK_CONNECTIONS if self.intake_port else 0):
            self._idle.append(await asyncio.open_connection("127.0.0.1", self.intake_port))

    async def close(self) -> None:
        for _reader, writer in self._idle:
            writer.close()
        if self._server is not None:
            self._server.close()

    def people(self, count: int) -> list[str]:
        return [f"U{self._run}{next(self._numbers):024x}" for _number in range(count)]

    async def turn(self, person: str, words: str, *, due: float, measured: Measured) -> None:
        """Deliver one message and wait for the reply to it; the time counts from `due`."""
        token = f"{self._run}{next(self._numbers):024x}"
        replied = asyncio.get_running_loop().create_future()
        self.replies[token] = replied
        request = load.delivery(
            event_id=f"01{token}", user_id=person, words=words, reply_token=token,
            at_ms=int(time.time() * 1000), port=self.intake_port, secret=self.secret,
        )  # fmt: skip
        await self._deliver(request)
        try:
            at = await asyncio.wait_for(replied, _PATIENCE)
            measured.waits_ms.append((at - due) * 1000)
        except TimeoutError:
            measured.failed += 1

    async def _deliver(self, request: bytes) -> None:
        while not self._idle:
            await asyncio.sleep(0.001)
        reader, writer = self._idle.popleft()
        try:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):  # it was idle for too long
            writer.close()
            reader, writer = await asyncio.open_connection("127.0.0.1", self.intake_port)
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
        self._idle.append((reader, writer))
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"the intake answered {head[:60]!r}")

    def _hear(self, endpoint: str, reply_token: str) -> None:
        self.heard += endpoint == "reply"
        self.pushes += endpoint == "push"
        replied = self.replies.pop(reply_token, None)
        if replied is not None and not replied.done():
            replied.set_result(time.perf_counter())


async def busily(town: Town, *, people: int, at_once: int) -> Measured:
    """Let `people` say all their words, `at_once` of them at any time, each as soon as answered."""
    measured = Measured()
    waiting = iter(town.people(people))

    async def one_after_the_other() -> None:
        for person in waiting:
            for words in WORDS:
                await town.turn(person, words, due=time.perf_counter(), measured=measured)

    began = time.perf_counter()
    await asyncio.gather(*(one_after_the_other() for _number in range(at_once)))
    measured.seconds = time.perf_counter() - began
    return measured


async def steadily(town: Town, *, rate: float, seconds: float, group: int = 50) -> Measured:
    """Let words fall due `rate` times a second; a group says its first words, then its second."""
    measured = Measured()
    said = [
        (person, words)
        for _group in range(max(1, round(rate * seconds / group / len(WORDS))))
        for words_of_group in [town.people(group)]
        for words in WORDS
        for person in words_of_group
    ]
    began = time.perf_counter()
    under_way = []
    for number, (person, words) in enumerate(said):
        due = began + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        under_way.append(asyncio.create_task(town.turn(person, words, due=due, measured=measured)))
    await asyncio.gather(*under_way)
    measured.seconds = time.perf_counter() - began
    return measured
