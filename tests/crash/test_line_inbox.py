"""Kill what can be killed while 20,000 events pour in: none is lost, none is handled twice, none out of order."""

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
from typing import Any

import httpx
import psycopg
import pytest
from django.db import connection

from tests.environment import ROOT, VALUES
from tools import postgres

EVENTS = 20_000
IN_ONE_REQUEST = 10
PEOPLE = 400
COURIERS = 8  # LINE brings a person's events one after the other; each person has one courier
REDELIVERED = 10  # of a hundred requests
SECONDS = 120  # from the first event to the last, kills included, on two busy cores
SECRET = VALUES["LINE_CHANNEL_SECRET"].encode()

# No key forbids a second row: what was handled twice must be seen, not refused.
HANDLED = "CREATE TABLE crash_handled (seq bigserial, event_id text, user_id text, at_ms bigint)"
OUT_OF_ORDER = """
SELECT count(*) FROM (
  SELECT at_ms < lag(at_ms) OVER (PARTITION BY user_id ORDER BY seq) AS is_late FROM crash_handled
) AS handled WHERE is_late
"""


class Town:
    """One installation of its own: database, intake and workers, each of which can be killed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = postgres.start(folder)
        self.port = _free_port()
        self.alive: dict[str, subprocess.Popen[bytes]] = {}
        with psycopg.connect(self.server.url, autocommit=True) as server:
            server.execute("CREATE DATABASE town")
        self.url = self.server.database("town")
        environment = {**os.environ, "DATABASE_URL": self.url, "PYTHONPATH": str(ROOT)}
        self.environment = environment
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True
        )
        with psycopg.connect(self.url) as town:
            town.execute(HANDLED)

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
        with psycopg.connect(self.url) as town:
            row = town.execute(sql).fetchone()
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
        bags = make_bags()
        began = time.monotonic()
        line = Line(here.port, bags)
        line.start()
        hurt(here, line)
        line.wait()
        finish(here, seconds=began + SECONDS - time.monotonic())

        assert line.refused > 0, "no request met a killed process"
        assert line.accepted == sum(map(len, bags)) > EVENTS // IN_ONE_REQUEST * 1.09
        assert here.one("SELECT count(*) FROM line_webhookevent") == EVENTS
        assert here.one("SELECT count(*) FROM line_webhookevent WHERE state = 2") == EVENTS
        assert here.one("SELECT count(*) FROM crash_handled") == EVENTS
        assert here.one("SELECT count(DISTINCT event_id) FROM crash_handled") == EVENTS
        assert here.one(OUT_OF_ORDER) == 0


def test_a_wrong_order_would_be_seen(transactional_db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(HANDLED.replace("TABLE", "TEMPORARY TABLE"))
        cursor.execute(
            "INSERT INTO crash_handled (event_id, user_id, at_ms) VALUES ('a', 'U', 2), ('b', 'U', 1)"
        )
        cursor.execute(OUT_OF_ORDER)

        found = cursor.fetchone()

    assert found == (1,)


def make_bags() -> list[list[bytes]]:
    """Make the requests of LINE, a bag for each courier: ten events each, a tenth of them a second time."""
    dice = random.Random(20261123)
    return [make_bag(number, dice) for number in range(COURIERS)]


def make_bag(courier: int, dice: random.Random) -> list[bytes]:
    people = range(courier, PEOPLE, COURIERS)
    events = [
        make_event(number, dice.choice(people)) for number in range(courier, EVENTS, COURIERS)
    ]
    requests = [
        events[place : place + IN_ONE_REQUEST] for place in range(0, len(events), IN_ONE_REQUEST)
    ]
    bag = [make_body(request) for request in requests]
    again = dice.sample(range(len(bag)), len(bag) * REDELIVERED // 100)
    for place in sorted(again, reverse=True):
        later = min(len(bag), place + dice.randrange(1, 40))
        bag.insert(later, make_body(requests[place], is_redelivery=True))
    return bag


def make_event(number: int, person: int) -> dict[str, Any]:
    return {
        "type": "message",
        "webhookEventId": f"01CRASH{number:019d}",
        "timestamp": 1_795_000_000_000 + number,
        "source": {"type": "user", "userId": f"U{person:032x}"},
        "mode": "active",
        "replyToken": f"{number:032x}",
        "message": {"type": "text", "id": str(number), "text": f"言葉 {number}"},
    }


def make_body(events: list[dict[str, Any]], *, is_redelivery: bool = False) -> bytes:
    context = {"isRedelivery": is_redelivery}
    brought = [{**event, "deliveryContext": context} for event in events]
    return json.dumps({"destination": "U", "events": brought}).encode()


class Line(threading.Thread):
    """LINE: brings each body until it is answered with 200, over a minute at most."""

    def __init__(self, port: int, bags: list[list[bytes]]) -> None:
        super().__init__(daemon=True)
        self.url = f"http://127.0.0.1:{port}/line/webhook"
        self.guard = threading.Lock()
        self.accepted = 0
        self.refused = 0
        self.couriers = [
            threading.Thread(target=self.courier, args=(bag,), daemon=True) for bag in bags
        ]

    def run(self) -> None:
        for courier in self.couriers:
            courier.start()

    def wait(self) -> None:
        for courier in self.couriers:
            courier.join(SECONDS)
            assert not courier.is_alive(), "the intake never took everything"

    def courier(self, bag: list[bytes]) -> None:
        with httpx.Client(trust_env=False, timeout=5) as client:
            for body in bag:
                while not self.brings(client, body):
                    with self.guard:
                        self.refused += 1
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
    everything = EVENTS // IN_ONE_REQUEST  # redelivered ones are left over for after the last blow
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
