"""Every test of payments has a bank."""

from collections.abc import Iterator

import pytest

from tests.payments.bank import Bank, open_bank
from tests.payments.making import make_connection
from yakuba.payments import sockets
from yakuba.payments.models import Charge, Connection


@pytest.fixture
def bank() -> Iterator[Bank]:
    with open_bank() as one:
        yield one


@pytest.fixture
def card(bank: Bank, db: None) -> Connection:
    return make_connection()


@pytest.fixture
def news() -> Iterator[list[str]]:
    """What was announced, in order."""
    heard: list[str] = []

    def settled(charge: Charge) -> None:
        heard.append("settled")

    def reopened(charge: Charge) -> None:
        heard.append("reopened")

    def refunded(charge: Charge, amount: int) -> None:
        heard.append(f"refunded {amount}")

    def overdue(charge: Charge) -> None:
        heard.append("overdue")

    sockets.settled.connect(settled)
    sockets.reopened.connect(reopened)
    sockets.refunded.connect(refunded)
    sockets.overdue.connect(overdue)
    yield heard
    sockets.settled.disconnect(settled)
    sockets.reopened.disconnect(reopened)
    sockets.refunded.disconnect(refunded)
    sockets.overdue.disconnect(overdue)
