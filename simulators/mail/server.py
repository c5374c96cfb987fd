"""Both sides together, for a process of their own and for a test."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from aiosmtpd.smtp import SMTP

from simulators.line.serving import Serving, beside
from simulators.mail.mailbox import application
from simulators.mail.post import Clerk, Fault, Letter, Office


class Server:
    """The mail server, in the running loop; a port of 0 is replaced by the one that was free."""

    def __init__(self, *, host: str, smtp_port: int, port: int) -> None:
        self.office = Office()
        self.host, self.smtp_port = host, smtp_port
        self._web = Serving(application(self.office), host=host, port=port)
        self._smtp: asyncio.Server | None = None

    @property
    def port(self) -> int:
        return self._web.port

    async def start(self) -> None:
        def welcome() -> SMTP:
            return SMTP(Clerk(self.office), enable_SMTPUTF8=True, decode_data=False, timeout=60)

        loop = asyncio.get_running_loop()
        self._smtp = await loop.create_server(welcome, self.host, self.smtp_port)
        self.smtp_port = self._smtp.sockets[0].getsockname()[1]
        await self._web.start()

    async def stop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
        await self._web.stop()


@dataclass(frozen=True)
class Running:
    """A mail server in this process, and how to look into it and disturb it."""

    smtp_url: str
    url: str
    office: Office

    @property
    def letters(self) -> list[Letter]:
        return self.office.letters

    def disturb(
        self, kind: str, *, count: int = 1, seconds: float = 0.0, address: str = ""
    ) -> None:
        self.office.faults.append(Fault(kind, count, seconds, address))


@contextmanager
def running() -> Iterator[Running]:
    """Run a mail server on free ports, in a thread with a loop of its own, until the block ends."""
    server = Server(host="127.0.0.1", smtp_port=0, port=0)
    with beside("simulators.mail") as loop:
        asyncio.run_coroutine_threadsafe(server.start(), loop).result(10)
        try:
            yield Running(
                f"smtp://127.0.0.1:{server.smtp_port}",
                f"http://127.0.0.1:{server.port}",
                server.office,
            )
        finally:
            asyncio.run_coroutine_threadsafe(server.stop(), loop).result(10)
