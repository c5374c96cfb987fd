"""How long the one port waits for what a caller said it would send.

Whoever opens connections and never sends the body would otherwise hold as many as there are. One timer looks after all
bodies that are on their way: a timer for each cost a webhook's answer more than its signature did.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]

_LOOKS = 0.25  # seconds between two looks; how much later than asked somebody may be told


class TooSlow(Exception):
    """The rest of the body did not come in time."""


class _Wait:
    """Somebody who waits for a part of a body, and until when."""

    __slots__ = ("is_over", "task", "until")

    def __init__(self, task: "asyncio.Task[Any]", until: float) -> None:
        self.task = task
        self.until = until
        self.is_over = False


class _Watch:
    """Everybody who waits on one event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.waits: set[_Wait] = set()
        self._is_on = False

    def add(self, wait: _Wait) -> None:
        self.waits.add(wait)
        if not self._is_on:
            self._is_on = True
            self.loop.call_later(_LOOKS, self._look)

    def _look(self) -> None:
        now = self.loop.time()
        for wait in self.waits:
            if wait.until <= now and not wait.is_over:
                wait.is_over = True
                wait.task.cancel()
        self._is_on = bool(self.waits)
        if self._is_on:
            self.loop.call_later(_LOOKS, self._look)


_watch: _Watch | None = None  # of the loop that this process runs


def _watching() -> _Watch:
    global _watch
    loop = asyncio.get_running_loop()
    if _watch is None or _watch.loop is not loop:
        _watch = _Watch(loop)
    return _watch


def patient(receive: Receive, *, between: float, altogether: float) -> Receive:
    """Return a `receive` that waits `between` seconds for the next part, and `altogether` seconds for all of them.

    Machine time. Only for the body: after its last part `receive` waits for the caller to hang up, as long as it takes.

    Raises:
        TooSlow
    """
    watch = _watching()
    until = watch.loop.time() + altogether

    async def in_time() -> Message:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a body is read in a task")
        wait = _Wait(task, min(until, watch.loop.time() + between))
        watch.add(wait)
        try:
            return await receive()
        except asyncio.CancelledError:
            # Cancelled by the watch alone, or by somebody else as well, who then is obeyed.
            if wait.is_over and task.uncancel() == 0:
                raise TooSlow from None
            raise
        finally:
            watch.waits.discard(wait)

    return in_time
