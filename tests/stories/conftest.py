"""A whole town for a story: LINE simulated over its real wire, intake in a process of its own, worker and sender running."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings as DjangoSettings

from simulators.line.driver import Phone, Resident
from simulators.line.server import Running, running
from simulators.line.settings import Settings
from tests.cast import make_town
from yakuba.config import town_files
from yakuba.line import client, inbox, sender
from yakuba.portal import tokens

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "kamiichi"
CHANNEL_ID, CHANNEL_SECRET = "1650000001", "00000000000000000000000000000001"
LOGIN_ID, LOGIN_SECRET = "1650000002", "00000000000000000000000000000002"
LIFF_ID = "1650000002-tests001"


@dataclass
class Town:
    """What a story needs at hand."""

    phone: Phone
    line: Running
    url: str

    def resident(self, name: str) -> Resident:
        return self.phone.person(name)


def wait_until(seen: Callable[[], object], seconds: float = 10.0) -> None:
    """Look again and again until `seen` is satisfied."""
    until = time.monotonic() + seconds
    while not seen():
        if time.monotonic() > until:
            raise AssertionError(f"did not happen in {seconds} seconds")
        time.sleep(0.05)


@pytest.fixture(scope="session")
def intake_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def line(intake_port: int) -> Iterator[Running]:
    chosen = Settings(
        channel_id=CHANNEL_ID,
        channel_secret=CHANNEL_SECRET,
        login_channel_id=LOGIN_ID,
        login_channel_secret=LOGIN_SECRET,
        liff_id=LIFF_ID,
        webhook=f"http://127.0.0.1:{intake_port}/line/webhook",
    )
    with running(chosen) as simulator:
        yield simulator


@pytest.fixture
def town(
    transactional_db: None,
    settings: DjangoSettings,
    line: Running,
    intake_port: int,
    live_server: Any,
) -> Iterator[Town]:
    """The town of Kamiichi, up and running, with nobody in it yet."""
    settings.LINE_API_BASE = settings.LINE_DATA_BASE = settings.LINE_ACCESS_BASE = line.base
    settings.LIFF_BASE = f"{line.base}/liff"
    settings.LIFF_SDK_URL = f"{line.base}/liff/sdk.js"
    settings.LINE_LIFF_ID = LIFF_ID
    client.start_afresh()
    tokens.start_afresh()  # each LINE of a story signs with a key of its own
    make_town()
    for _line in town_files.load(SAMPLES):
        pass
    with _intake(intake_port), _working():
        yield Town(Phone(line.base), line, live_server.url)


@contextmanager
def _intake(port: int) -> Iterator[None]:
    """Run the real intake on the database of the tests."""
    kept = connection.settings_dict
    url = f"postgresql://{kept['USER']}:{kept['PASSWORD']}@{kept['HOST']}:{kept['PORT']}/{kept['NAME']}"
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "INTAKE_PORT": str(port),
        "LISTEN": "127.0.0.1",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "yakuba.config.cli", "serve", "intake"], env=environment
    )
    try:
        until = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if time.monotonic() > until or process.poll() is not None:
                    raise
                time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def _working() -> Iterator[None]:
    """Run the worker and the sender in threads, as their processes do."""
    stop = threading.Event()
    threads = [
        threading.Thread(target=inbox.run, args=(stop,)),
        threading.Thread(target=sender.run, args=(stop,)),
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(10)
