"""A small HTTP server for one ASGI application, which starts and stops inside a test at once.

Granian's embedded mode would do, but it is experimental, and its threads outlive it: about one test
run in ten was aborted while Python was shutting down. h11, which httpx brings along, does the talking.
"""

import asyncio
import socket
import sys
import threading
import traceback
from collections.abc import Iterator, MutableMapping
from contextlib import AsyncExitStack, contextmanager
from typing import Any
from urllib.parse import unquote

import h11
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect

PIECE = 65_536
LARGEST_HEAD = 256 * 1024
# What ASGI passes to and fro.
Message = MutableMapping[str, Any]


class Serving:
    """Answers on a port from `start` to `stop`, in the running loop."""

    def __init__(self, app: Starlette, *, host: str, port: int) -> None:
        self.app = app
        self.host = host
        self.port = port
        self.life = AsyncExitStack()
        self.visits: set[asyncio.Task[None]] = set()
        self.server: asyncio.Server | None = None

    async def start(self) -> None:
        await self.life.enter_async_context(self.app.router.lifespan_context(self.app))
        self.server = await asyncio.start_server(self._welcome, self.host, self.port, backlog=1024)
        self.port = self.server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Take nobody in any more, break off who is being served, let the application finish."""
        if self.server:
            self.server.close()
        for visit in list(self.visits):
            visit.cancel()
        await asyncio.gather(*self.visits, return_exceptions=True)
        await self.life.aclose()

    async def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visit = asyncio.current_task()
        assert visit is not None
        self.visits.add(visit)
        try:
            await Visit(self, reader, writer).serve()
        except (OSError, asyncio.CancelledError, h11.RemoteProtocolError):
            pass  # the other side has gone, or we are going
        finally:
            self.visits.discard(visit)
            writer.close()


class Visit:
    """One connection: requests one after the other, until somebody closes."""

    def __init__(
        self, serving: Serving, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.serving = serving
        self.reader = reader
        self.writer = writer
        self.line = h11.Connection(h11.SERVER, max_incomplete_event_size=LARGEST_HEAD)
        self.has_body = True

    async def serve(self) -> None:
        while True:
            event = await self._next()
            if not isinstance(event, h11.Request):
                return
            self.has_body = event.method != b"HEAD"
            try:
                await self.serving.app(self._scope(event), self._receive, self._send)
            except ClientDisconnect:
                return
            except Exception:
                traceback.print_exc(file=sys.stderr)
            if self.line.our_state is h11.IDLE or self.line.our_state is h11.SEND_RESPONSE:
                await self._apologise()
                return
            while self.line.their_state is h11.SEND_BODY:
                await self._next()
            if self.line.our_state is not h11.DONE or self.line.their_state is not h11.DONE:
                return
            self.line.start_next_cycle()

    async def _next(self) -> object:
        while True:
            event = self.line.next_event()
            if event is not h11.NEED_DATA:
                return event
            if self.line.they_are_waiting_for_100_continue:
                await self._say(h11.InformationalResponse(status_code=100, headers=[]))
            self.line.receive_data(await self.reader.read(PIECE))

    def _scope(self, request: h11.Request) -> Message:
        path, _, query = request.target.partition(b"?")
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": request.http_version.decode(),
            "method": request.method.decode(),
            "scheme": "http",
            "path": unquote(path.decode("ascii")),
            "raw_path": path,
            "query_string": query,
            "root_path": "",
            "headers": list(request.headers),
            "client": self.writer.get_extra_info("peername"),
            "server": (self.serving.host, self.serving.port),
        }

    async def _receive(self) -> Message:
        if self.line.their_state is not h11.SEND_BODY:
            return {"type": "http.disconnect"}
        event = await self._next()
        if isinstance(event, h11.Data):
            return {"type": "http.request", "body": bytes(event.data), "more_body": True}
        return {"type": "http.request", "body": b"", "more_body": False}

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [(bytes(name), bytes(value)) for name, value in message["headers"]]
            await self._say(h11.Response(status_code=message["status"], headers=headers))
            return
        if message.get("body") and self.has_body:
            await self._say(h11.Data(data=message["body"]))
        if not message.get("more_body"):
            await self._say(h11.EndOfMessage())

    async def _apologise(self) -> None:
        if self.line.our_state is h11.SEND_RESPONSE:
            answer = b"Internal Server Error"
            head = [(b"content-length", str(len(answer)).encode()), (b"connection", b"close")]
            await self._say(h11.Response(status_code=500, headers=head))
            await self._say(h11.Data(data=answer))
            await self._say(h11.EndOfMessage())

    async def _say(self, event: h11.Event) -> None:
        self.writer.write(self.line.send(event) or b"")
        await self.writer.drain()
        if self.writer.is_closing():
            raise ConnectionResetError("the other side has gone")


@contextmanager
def beside(name: str) -> Iterator[asyncio.AbstractEventLoop]:
    """Run a loop in a thread of its own, until the block ends."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True, name=name)
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


@contextmanager
def served(app: Starlette, *, port: int, name: str) -> Iterator[None]:
    """Serve `app` on `port`, in a thread with a loop of its own, until the block ends."""
    serving = Serving(app, host="127.0.0.1", port=port)
    with beside(name) as loop:
        asyncio.run_coroutine_threadsafe(serving.start(), loop).result(10)
        try:
            yield
        finally:
            asyncio.run_coroutine_threadsafe(serving.stop(), loop).result(10)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
