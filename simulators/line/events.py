"""Server-Sent Events: what happens, told to every open phone as it happens."""

import asyncio
import json
from collections.abc import AsyncIterator

from simulators.line.world import World

HEARTBEAT = 10.0  # seconds; a comment that shows a broken connection to both sides


async def stream(world: World, *, after: int) -> AsyncIterator[str]:
    """Yield everything announced after sequence number `after`, for as long as somebody reads."""
    stirred = asyncio.Event()
    world.listeners.add(stirred.set)
    try:
        yield f": {world.seq}\n\n"
        while True:
            stirred.clear()
            for seq, kind, facts in [one for one in world.news if one[0] > after]:
                after = seq
                data = json.dumps(facts, ensure_ascii=False)
                yield f"id: {seq}\nevent: {kind}\ndata: {data}\n\n"
            try:
                async with asyncio.timeout(HEARTBEAT):
                    await stirred.wait()
            except TimeoutError:
                yield ": still here\n\n"
    finally:
        world.listeners.discard(stirred.set)
