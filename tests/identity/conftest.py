"""An operator who verifies cards of people who do not exist, over the real wire."""

from collections.abc import Iterator

import pytest

from simulators.cards.driver import Cards
from simulators.cards.server import Running, running
from simulators.cards.settings import Settings
from tests.cast import make_town
from tests.identity.making import CLIENT_KEYS, Desk, make_desk


@pytest.fixture(scope="session")
def simulator() -> Iterator[Running]:
    with running(Settings(client_jwks=CLIENT_KEYS.public)) as one:
        yield one


@pytest.fixture
def cards(simulator: Running) -> Iterator[Cards]:
    held = Cards(simulator.base)
    yield held
    held.faults(reset=True)
    for card in ("hanako", "taro", "renewed", "phone", "kawari", "foreign"):
        held.restore(card)
    held.unlock("hanako")


@pytest.fixture
def desk(db: None, simulator: Running, cards: Cards) -> Desk:
    """A resident in a procedure that asks who they are, and an operator that is connected."""
    make_town()
    return make_desk(simulator, cards)
