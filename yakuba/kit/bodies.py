"""How long the one port waits for what a caller said it would send.

Whoever opens connections and never sends the body would otherwise hold as many as there are.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]


class TooSlow(Exception):
    """The rest of the body did not come in time."""


def patient(receive: Receive, *, between: float, altogether: float) -> Receive:
    """Return a `receive` that waits `between` seconds for the next part, and `altogether` seconds for all of them.

    Machine time. Only for the body: after its last part `receive` waits for the caller to hang up, as long as it takes.

    Raises:
        TooSlow
    """
    until = asyncio.get_running_loop().time() + altogether

    async def in_time() -> Message:
        left = until - asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(min(between, max(left, 0))):
                return await receive()
        except TimeoutError:
            raise TooSlow from None

    return in_time
