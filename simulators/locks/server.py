"""The application put together, and the two ways to run it: for the demo and inside a test."""

import asyncio
import json
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import httpx
from starlette.applications import Starlette

from simulators.line.serving import Serving
from simulators.locks import control
from simulators.locks.api import Api
from simulators.locks.keypad import Keypad
from simulators.locks.settings import Settings
from simulators.locks.store import Store
from simulators.locks.telling import Teller
from simulators.locks.world import World

_PULSE = 0.5  # seconds of machine time


def application(settings: Settings) -> Starlette:
    """Build the cloud and the doors over one world."""
    world = World(settings)
    teller = Teller(world)
    store = Store(Path(settings.data), world) if settings.data else None
    if store:
        store.load()

    @asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        beating = asyncio.create_task(_beat(world, teller, store))
        yield
        beating.cancel()
        await teller.rest()
        if store:
            store.save()

    app = Starlette(
        routes=[
            *Api(world, teller).routes(),
            *Keypad(world, teller).routes(),
            *control.routes(world, teller),
        ],
        lifespan=life,
    )
    app.state.world = world
    return app


async def _beat(world: World, teller: Teller, store: Store | None) -> None:
    """Follow the town's clock, let the doors have their heartbeats, and write down what is known."""
    async with httpx.AsyncClient(trust_env=False, timeout=2) as client:
        while True:
            if world.settings.clock_url:
                await _follow(world, client)
            world.catch_up()
            await teller.tell_all()
            if store:
                store.save()
            await asyncio.sleep(_PULSE)


async def _follow(world: World, client: httpx.AsyncClient) -> None:
    try:
        answer = await client.get(world.settings.clock_url)
        world.offset = timedelta(seconds=answer.json()["clock"]["offsetSeconds"])
    except (httpx.HTTPError, json.JSONDecodeError, KeyError):
        return  # the phone is not there (yet); the doors' clocks go on


@dataclass(frozen=True, slots=True)
class Running:
    """Doors that answer at `base`; `world` may be read, and changed only over the wire."""

    base: str
    settings: Settings
    world: World


@contextmanager
def running(settings: Settings | None = None) -> Iterator[Running]:
    """Run the doors on a free port, in a thread with a loop of its own, until the block ends."""
    port = _free_port()
    settings = replace(settings or Settings(), port=port, public=f"http://127.0.0.1:{port}")
    app = application(settings)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True, name="simulators.locks")
    thread.start()
    serving = Serving(app, host="127.0.0.1", port=port)
    asyncio.run_coroutine_threadsafe(serving.start(), loop).result(10)
    try:
        yield Running(settings.public, settings, app.state.world)
    finally:
        asyncio.run_coroutine_threadsafe(serving.stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
