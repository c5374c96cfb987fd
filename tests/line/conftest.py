"""The simulated LINE, and the product pointed at it."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings as DjangoSettings

from simulators.line.driver import Phone, Resident
from simulators.line.server import Running, running
from simulators.line.settings import Settings


@pytest.fixture
def sim(settings: DjangoSettings) -> Iterator[Running]:
    """LINE, with the product's channel; it brings its events to nobody."""
    from yakuba.line import client, quota  # conftest is read before Django is set up

    told = Settings(
        channel_id=settings.LINE_CHANNEL_ID,
        channel_secret=settings.LINE_CHANNEL_SECRET,
        webhook="http://127.0.0.1:9/line/webhook",
    )
    with running(told) as here:
        settings.LINE_API_BASE = settings.LINE_DATA_BASE = here.base
        client.start_afresh()
        quota.start_afresh()
        yield here
        client.start_afresh()


@pytest.fixture
def phone(sim: Running) -> Phone:
    return Phone(sim.base)


@pytest.fixture
def hanako(phone: Phone) -> Resident:
    return phone.person("花子").follow()


@pytest.fixture
def taro(phone: Phone) -> Resident:
    return phone.person("太郎").follow()
