"""Doors that are played, at noon of a Saturday."""

from collections.abc import Iterator

import pytest

from simulators.locks.server import Running, running
from simulators.locks.settings import Settings
from tests.cast import make_town
from tests.locks.making import BEAT, DEVICES, NOON, Gym, make_gym
from yakuba.kit import clock
from yakuba.locks.kinds import remotelock


@pytest.fixture
def sim() -> Iterator[Running]:
    doors = ",".join(f"{one}={one}" for one in DEVICES)
    with running(Settings(doors=doors, heartbeat=BEAT, retry_waits=(0.05,))) as here:
        yield here


@pytest.fixture
def gym(sim: Running, db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gym]:
    make_town()
    # A test that cuts a line does not wait as long as a town does; and asks as often as it likes.
    monkeypatch.setattr(remotelock, "_PATIENCE", 1.0)
    monkeypatch.setattr("yakuba.locks.operations.driving._wait_in_line", lambda *given: None)
    with clock.stopped_at(NOON):
        found = make_gym(sim)
        found.turn(NOON)
        found.desk.beat(*DEVICES)
        yield found
