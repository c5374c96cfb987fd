"""A LINE that answers at once: for benches, where the simulator would cost more than the product."""

import asyncio
import re
from collections.abc import Callable

_TOKEN = b'{"token_type":"Bearer","access_token":"bench","expires_in":900}'
_SAID = b'{"sentMessages":[{"id":"1","quoteToken":"q"}]}'
_REPLY_TOKEN = re.compile(rb'"replyToken": ?"([^"]+)"')

Heard = Callable[[str, str], None]  # the endpoint (reply, push …) and the reply token, if any


class FakeLine(asyncio.Protocol):
    """One connection of HTTP/1.1, kept alive."""

    def __init__(self, heard: Heard) -> None:
        self.heard = heard
        self.waiting = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are of no class that asyncio knows.
        self.write: Callable[[bytes], None] = getattr(transport, "write")  # noqa: B009

    def data_received(self, data: bytes) -> None:
        self.waiting += data
        while b"\r\n\r\n" in self.waiting:
            head, _gap, rest = self.waiting.partition(b"\r\n\r\n")
            length = 0
            for line in head.split(b"\r\n")[1:]:
                name, _colon, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            if len(rest) < length:
                return
            self.waiting = rest[length:]
            self._answer(head.split(b" ", 2)[1].decode(), rest[:length])

    def _answer(self, path: str, body: bytes) -> None:
        answer = _TOKEN if path.startswith("/oauth2/") else _SAID
        self.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nx-line-request-id: bench\r\n"
            b"Content-Length: %d\r\n\r\n%b" % (len(answer), answer)
        )
        if path.startswith("/v2/bot/message/"):
            found = _REPLY_TOKEN.search(body)
            self.heard(path.rpartition("/")[2], found[1].decode() if found else "")


async def serve(port: int, heard: Heard) -> asyncio.AbstractServer:
    loop = asyncio.get_running_loop()
    return await loop.create_server(lambda: FakeLine(heard), "127.0.0.1", port, backlog=256)
