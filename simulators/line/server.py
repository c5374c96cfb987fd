"""The application put together, and the two ways to run it: for the demo and inside a test."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from simulators.line import (
    audience,
    channel,
    content,
    control,
    friends,
    gate,
    insight,
    login,
    menu_links,
    menus,
    messaging,
    narrowcast,
    numbers,
    sim,
    tokens,
)
from simulators.line.liff import Liff
from simulators.line.notifier import Notifier
from simulators.line.serving import free_port, served
from simulators.line.settings import Settings
from simulators.line.store import Store
from simulators.line.webhooks import Courier
from simulators.line.wire import Wiretap
from simulators.line.world import World

PHONE = Path(__file__).parent / "phone" / "static"
PEOPLE = ("山田 花子", "佐藤 太郎", "田中 一郎（町外の人）")
AREAS = (
    messaging,
    narrowcast,
    audience,
    content,
    menus,
    menu_links,
    friends,
    channel,
    numbers,
    insight,
)
DOORS = [door for area in AREAS for door in area.DOORS]


def application(settings: Settings) -> Starlette:
    """Build LINE: one world and every endpoint over it."""
    world = World(settings)
    courier = Courier(world)
    channel_tokens = tokens.Tokens(settings)
    doorman = login.Login(world, channel_tokens)
    liff = Liff(world, doorman)
    store = Store(world, Path(settings.data)) if settings.data else None
    if not (store and store.load()):
        for name in PEOPLE:
            world.add_person(name, seed=f"{settings.channel_id}:{name}")

    @asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        if store:
            store.start()
        yield
        await courier.rest()
        if store:
            await store.stop()

    routes: list[BaseRoute] = [
        *(
            gate.route(door, world=world, courier=courier, tokens=channel_tokens)
            for door in [*DOORS, *Notifier(doorman).doors()]
        ),
        *tokens.routes(channel_tokens),
        *login.routes(doorman),
        friends.account_link_page(world, courier),
        *liff.routes(),
        *sim.routes(world, courier, liff),
        *control.routes(world, courier, channel_tokens),
        Route("/", lambda request: RedirectResponse("/phone/")),
        Mount("/phone", StaticFiles(directory=PHONE, html=True, check_dir=False)),
    ]
    app = Starlette(
        routes=routes,
        lifespan=life,
        middleware=[
            # The page inside LINE is of another origin and asks as LINE's own script would.
            Middleware(
                CORSMiddleware, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"]
            ),
            Middleware(Wiretap, world=world),
        ],
    )
    app.state.world = world
    app.state.courier = courier
    return app


@dataclass(frozen=True, slots=True)
class Running:
    """A simulator that answers at `base`; `world` may be read, and changed only over the wire."""

    base: str
    settings: Settings
    world: World


@contextmanager
def running(settings: Settings | None = None) -> Iterator[Running]:
    """Run a simulator on a free port, in a thread with a loop of its own, until the block ends."""
    port = free_port()
    settings = replace(settings or Settings(), port=port, public=f"http://127.0.0.1:{port}")
    app = application(settings)
    with served(app, port=port, name="simulators.line"):
        yield Running(settings.public, settings, app.state.world)
