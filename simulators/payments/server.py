"""The application put together, and the two ways to run it: for the demo and inside a test."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from starlette.applications import Starlette

from simulators.line.serving import free_port, served
from simulators.payments import control
from simulators.payments.bank import Bank
from simulators.payments.courier import Courier
from simulators.payments.paypay import api as paypay_api
from simulators.payments.paypay.books import Books as PayPay
from simulators.payments.paypay.cashier import Cashier
from simulators.payments.sbps import api as sbps_api
from simulators.payments.sbps.books import Books as Sbps
from simulators.payments.sbps.link import Link
from simulators.payments.settings import Settings
from simulators.payments.store import Store
from simulators.payments.stripe import api as stripe_api
from simulators.payments.stripe.checkout import Checkout
from simulators.payments.stripe.objects import Books as Stripe
from simulators.payments.world import World


def application(settings: Settings) -> Starlette:
    """Build the three providers over one world."""
    world = World(settings)
    courier = Courier(world)
    stripe, paypay, sbps = Stripe(world), PayPay(world), Sbps(world)
    bank = Bank(world, courier, stripe, paypay, sbps)
    store = Store(Path(settings.data), world, stripe, paypay, sbps) if settings.data else None
    if store:
        store.load()

    @asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        keeping = asyncio.create_task(store.keep()) if store else None
        yield
        await courier.rest()
        if store and keeping:
            keeping.cancel()
            store.save()

    app = Starlette(
        routes=[
            *stripe_api.Api(stripe, courier).routes(),
            *Checkout(stripe, courier).routes(),
            *paypay_api.Api(paypay).routes(),
            *Cashier(paypay, courier).routes(),
            *Link(sbps, courier).routes(),
            *sbps_api.Api(sbps).routes(),
            *control.routes(world, courier, bank),
            *bank.routes(),
        ],
        lifespan=life,
    )
    app.state.world = world
    return app


@dataclass(frozen=True, slots=True)
class Running:
    """Providers that answer at `base`; `world` may be read, and changed only over the wire."""

    base: str
    settings: Settings
    world: World


@contextmanager
def running(settings: Settings | None = None) -> Iterator[Running]:
    """Run the providers on a free port, in a thread with a loop of its own, until the block ends."""
    port = free_port()
    settings = replace(settings or Settings(), port=port, public=f"http://127.0.0.1:{port}")
    app = application(settings)
    with served(app, port=port, name="simulators.payments"):
        yield Running(settings.public, settings, app.state.world)
