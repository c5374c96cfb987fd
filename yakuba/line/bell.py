"""Waking a loop when PostgreSQL says there is work; once a second it wakes by itself."""

import logging
import threading
import time
from types import TracebackType
from typing import Self

import psycopg

from yakuba.line import postgres

logger = logging.getLogger(__name__)


class Bell:
    """Listens on `channel` in a thread of its own, on a connection outside any pool."""

    def __init__(self, channel: str) -> None:
        self.channel = channel
        self._rings = 0
        self._news = threading.Condition()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._listen, name=f"bell {channel}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closed.set()
        self.ring()

    @property
    def rings(self) -> int:
        """How often it has rung; read it before looking for work, and give it to `wait`."""
        return self._rings

    def ring(self) -> None:
        with self._news:
            self._rings += 1
            self._news.notify_all()

    def wait(self, since: int, *, seconds: float = 1.0) -> None:
        """Wait until it has rung after `since` was read, at most `seconds`.

        A ring that came while the caller was looking for work is not lost: it returns at once.
        """
        with self._news:
            self._news.wait_for(lambda: self._rings != since, timeout=seconds)

    def _listen(self) -> None:
        while not self._closed.is_set():
            try:
                with psycopg.connect(postgres.conninfo(), autocommit=True) as connection:
                    connection.execute(f"LISTEN {self.channel}")
                    self.ring()  # for whatever came before we listened
                    self._follow(connection)
            except psycopg.Error as error:
                logger.warning("not listening on %s: %s", self.channel, type(error).__name__)
                time.sleep(1)

    def _follow(self, connection: psycopg.Connection[tuple[object, ...]]) -> None:
        while not self._closed.is_set():
            for _notice in connection.notifies(timeout=1.0, stop_after=1):
                self.ring()
