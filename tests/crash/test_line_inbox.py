"""Kill what can be killed while events pour in: none is lost, none is handled twice."""

import base64
import hashlib
import hmac
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.environment import ROOT, VALUES
from tools import postgres

EVENTS = 20_000
IN_ONE_REQUEST = 10
PEOPLE = 400
SECRET = VALUES["LINE_CHANNEL_SECRET"].encode()


class Town:
    """One installation of its own: database, intake and workers, each of which can be killed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = postgres.start(folder)
        self.port = _free_port()
        self.alive: dict[str, subprocess.Popen[bytes]] = {}
        with psycopg.connect(self.server.url, autocommit=True) as connection:
            connection.execute("CREATE DATABASE town")
        self.url = self.server.database("town")
        environment = {**os.environ, "DATABASE_URL": self.url, "PYTHONPATH": str(ROOT)}
        self.environment = environment
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True
        )
        with psycopg.connect(self.url) as connection:
            connection.execute(
                "CREATE TABLE crash_handled (seq bigserial, event_id text, user_id text, at_ms bigint)"
            )

    def start(self, name: str) -> None:
        command = {
            "intake": ["-m", "granian", "--interface", "asgi", "--host", "127.0.0.1", "--no-ws",
                       "--port", str(self.port), "--log-level", "critical",
                       "yakuba.line.intake:application"],
        }.get(name, ["-m", "tests.crash.line_worker", "2"])  # fmt: skip
        log = open(self.folder / f"{name}.log", "ab")  # noqa: SIM115  (the process keeps it)
        self.alive[name] = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=self.environment, start_new_session=True,
            stdout=log, stderr=log,
        )  # fmt: skip
        log.close()

    def kill(self, name: str) -> None:
        process = self.alive.pop(name)
        os.killpg(process.pid, signal.SIGKILL)  # granian's children too
        process.wait()

    def cut_power_of_database(self) -> None:
        postgres.stop(self.server, how="immediate")
        self.server = postgres.start(self.folder)

    def one(self, sql: str) -> int:
        with psycopg.connect(self.url) as connection:
            row = connection.execute(sql).fetchone()
        assert row is not None
        return int(row[0])

    def close(self) -> None:
        for name in list(self.alive):
            self.kill(name)
        postgres.stop(self.server)
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def town(folder: Path) -> Iterator[Town]:
    here = Town(folder)
    try:
        yield here
    finally:
        here.close()


@pytest.mark.crash
def test_kills_lose_nothing_and_repeat_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    # The server comes back where it was, although the cut connections still linger on its port.
    monkeypatch.setattr(postgres, "_port", lambda wished: wished or _free_port())
    # pytest's folder is closed to other users, and PostgreSQL does not run as root.
    with town(Path("/var/tmp") / f"yakuba-crash-{os.getpid()}") as here:
        for name in ("intake", "worker 1", "worker 2"):
            here.start(name)
        bodies = make_bodies()
        line = Line(here.port, bodies)
        line.start()
        hurt(here, line)
        line.wait()
        finish(here, seconds=180)

        assert line.redelivered > 0
        assert here.one("SELECT count(*) FROM line_webhookevent") == EVENTS
        assert here.one("SELECT count(*) FROM line_webhookevent WHERE state = 2") == EVENTS
        assert here.one("SELECT count(*) FROM crash_handled") == EVENTS
        assert here.one("SELECT count(DISTINCT event_id) FROM crash_handled") == EVENTS


def make_bodies() -> list[bytes]:
    """Make the requests of LINE: ten events each, and a tenth of the requests a second time."""
    dice = random.Random(20261123)
    events = [
        {
            "type": "message",
            "webhookEventId": f"01CRASH{number:019d}",
            "timestamp": 1_795_000_000_000 + number,
            "source": {"type": "user", "userId": f"U{dice.randrange(PEOPLE):032x}"},
            "mode": "active",
            "replyToken": f"{number:032x}",
            "deliveryContext": {"isRedelivery": False},
            "message": {"type": "text", "id": str(number), "text": f"言葉 {number}"},
        }
        for number in range(EVENTS)
    ]
    bodies = [
        json.dumps({"destination": "U", "events": events[place : place + IN_ONE_REQUEST]}).encode()
        for place in range(0, EVENTS, IN_ONE_REQUEST)
    ]
    again = dice.sample(range(len(bodies)), len(bodies) // 10)
    for place in again:
        bodies.insert(min(len(bodies), place + dice.randrange(1, 40)), bodies[place])
    return bodies


class Line(threading.Thread):
    """LINE: brings each body until it is answered with 200, sixteen at a time, over a minute at most."""

    def __init__(self, port: int, bodies: list[bytes]) -> None:
        super().__init__(daemon=True)
        self.url = f"http://127.0.0.1:{port}/line/webhook"
        self.bodies = iter(bodies)
        self.guard = threading.Lock()
        self.accepted = 0
        self.redelivered = 0
        self.couriers = [threading.Thread(target=self.courier, daemon=True) for _number in range(8)]

    def run(self) -> None:
        for courier in self.couriers:
            courier.start()

    def wait(self) -> None:
        for courier in self.couriers:
            courier.join(70)
            assert not courier.is_alive(), "the intake never took everything"

    def courier(self) -> None:
        with httpx.Client(trust_env=False, timeout=5) as client:
            while True:
                with self.guard:
                    body = next(self.bodies, None)
                if body is None:
                    return
                while not self.brings(client, body):
                    with self.guard:
                        self.redelivered += 1
                    time.sleep(0.1)
                with self.guard:
                    self.accepted += 1

    def brings(self, client: httpx.Client, body: bytes) -> bool:
        signature = base64.b64encode(hmac.digest(SECRET, body, hashlib.sha256)).decode()
        try:
            answer = client.post(self.url, content=body, headers={"x-line-signature": signature})
        except httpx.HTTPError:
            return False
        assert answer.status_code in (200, 500), answer.status_code
        return answer.status_code == 200


def hurt(here: Town, line: Line) -> None:
    """Kill one after the other, each when a further part of the requests has been accepted."""
    everything = EVENTS // IN_ONE_REQUEST
    blows = ("intake", "worker 1", "database", "worker 2", "intake", "database", "worker 1")
    for number, blow in enumerate(blows):
        deadline = time.monotonic() + 20
        while line.accepted < everything * (number + 1) // (len(blows) + 1):
            assert time.monotonic() < deadline, f"stood still before {blow}"
            time.sleep(0.02)
        if blow == "database":
            here.cut_power_of_database()
        else:
            here.kill(blow)
            here.start(blow)


def finish(here: Town, *, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while here.one("SELECT count(*) FROM line_webhookevent WHERE state = 0"):
        if time.monotonic() > deadline:
            waiting = here.one("SELECT count(*) FROM line_webhookevent WHERE state = 0")
            pytest.fail(f"{waiting} events are still waiting")
        time.sleep(0.3)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
