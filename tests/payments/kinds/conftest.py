"""The three providers on free ports, somebody who pays, and their control."""

from collections.abc import Iterator

import pytest

from simulators.payments.driver import Desk, Payer
from simulators.payments.server import Running, running
from tests.payments.kinds.providers import Ear, listening, merchant_at


@pytest.fixture
def ear() -> Iterator[Ear]:
    with listening() as found:
        yield found


@pytest.fixture
def sim(ear: Ear) -> Iterator[Running]:
    with running(merchant_at(ear)) as here:
        yield here


@pytest.fixture
def payer(sim: Running) -> Payer:
    return Payer(sim.base)


@pytest.fixture
def desk(sim: Running) -> Desk:
    return Desk(sim.base)
