"""A town with three contracts over the real wire, for the tests of payments, stories and browsers."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from simulators.payments.driver import Desk, Payer, Return
from simulators.payments.server import Running, running
from simulators.payments.settings import Settings
from tests.payments.kinds.providers import paypay_contract, sbps_contract, stripe_contract
from yakuba.payments import operations, queries
from yakuba.payments.models import Attempt, Charge, Connection, ProviderMessage
from yakuba.payments.sockets import Contract, FormPost

KINDS = ("stripe", "paypay", "sbps")
METHODS = {"stripe": "card", "paypay": "paypay", "sbps": "card"}
PRESSED = {"stripe": "card", "paypay": "", "sbps": "credit"}
IDS = {kind: f"0c3f8a52-6d1e-4b7a-9a55-00000000000{place}" for place, kind in enumerate(KINDS)}


@dataclass
class Services:
    """The services that the town has contracts with, and what happens outside it."""

    sim: Running
    desk: Desk
    connections: dict[str, Connection]

    def begin(self, charge: Charge, kind: str, method: str = "") -> Attempt:
        """Press the button that leads to the provider."""
        operations.begin_attempt(
            charge,
            connection=self.connections[kind],
            resident=None,
            method=method or METHODS[kind],
        )
        return charge.attempts.filter(kind=kind).latest("opened_at")

    def on_page(self, attempt: Attempt) -> Payer:
        """A payer who has followed the product's lead to the provider's page."""
        start = queries.start_of(attempt)
        assert start is not None
        payer = Payer(self.sim.base)
        if isinstance(start, FormPost):
            return payer.posts(start.url, start.fields, start.charset)
        return payer.opens(start.url)

    def pay(self, attempt: Attempt) -> Return | None:
        return self.on_page(attempt).pays(PRESSED[attempt.kind])

    def understand(self, messages: int) -> None:
        """Wait until so many messages are stored, and do what the worker does with them."""
        wait_until(lambda: ProviderMessage.objects.count() >= messages)
        for message in ProviderMessage.objects.filter(processed_at=None).order_by("pk"):
            operations.process_message(message_id=message.pk)

    def ask(self, attempt: Attempt) -> None:
        """Do what the reconciler does when the time of the next question has come."""
        operations.ask_attempt(attempt_id=str(attempt.pk))


def wait_until(seen: Callable[[], object], seconds: float = 15.0) -> None:
    until = time.monotonic() + seconds
    while not seen():
        assert time.monotonic() < until, f"did not happen in {seconds} seconds"
        time.sleep(0.05)


@contextmanager
def contracted(url: str) -> Iterator[Services]:
    """Run the three services, which report to the town at `url`, and connect the town to them."""
    given = Settings(
        stripe_webhook=f"{url}/pay/messages/{IDS['stripe']}/",
        paypay_webhook=f"{url}/pay/messages/{IDS['paypay']}/",
        retry_waits=(0.05, 0.1),
    )
    with running(given) as sim:
        contracts: dict[str, Contract] = {
            "stripe": stripe_contract(sim),
            "paypay": paypay_contract(sim),
            "sbps": sbps_contract(sim),
        }
        made = {kind: connect(kind, contract) for kind, contract in contracts.items()}
        yield Services(sim, Desk(sim.base), made)


def connect(kind: str, contract: Contract) -> Connection:
    """Offer a contract to residents."""
    return Connection.objects.create(
        public_id=IDS[kind],
        key=kind,
        kind=kind,
        name=kind,
        settings=settings_of(contract),
        order=KINDS.index(kind),
        is_on=True,
    )


def settings_of(contract: Contract) -> dict[str, object]:
    """Return the contract as the console would store it."""
    return {
        name: value.get_secret_value() if hasattr(value, "get_secret_value") else value
        for name, value in contract
    }
