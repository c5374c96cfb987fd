"""The application put together, and the two ways to run it: for the demo and inside a test."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from simulators.cards import ca_doors, control, desk
from simulators.cards.api import Api
from simulators.cards.book import Book
from simulators.cards.clients import Client
from simulators.cards.hosted import Hosted
from simulators.cards.notices import Notices
from simulators.cards.oidc import Provider
from simulators.cards.oidc_doors import Doors
from simulators.cards.settings import Settings
from simulators.cards.signing import Signing
from simulators.cards.verifications import Verifications
from simulators.cards.world import World
from simulators.line.serving import free_port, served


def application(settings: Settings) -> Starlette:
    """Build it all: one world and every endpoint over it."""
    world = World(settings)
    book = Book(world)
    notices = Notices(world)
    counter = Verifications(world, book, notices)
    provider = Provider(world, Client(world), Signing(world))

    @asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        yield
        await notices.rest()

    async def front(request: Request) -> Response:
        return RedirectResponse("/cards/")

    app = Starlette(
        routes=[
            Route("/", front),
            *Api(world, counter).routes(),
            *Hosted(world).routes(),
            *Doors(provider).routes(),
            *ca_doors.routes(world),
            *control.routes(world, book, counter, notices),
            *desk.routes(world, book, counter),
        ],
        lifespan=life,
    )
    app.state.world = world
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
    with served(app, port=port, name="simulators.cards"):
        yield Running(settings.public, settings, app.state.world)
