"""What the operator tells by itself, and what is still known after a restart."""

import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from typing import NamedTuple

import httpx
import pytest

from simulators.cards.driver import Cards
from simulators.cards.server import Running, running
from simulators.cards.settings import Settings
from tests.simulators.cards.conftest import Town, _town


class Letter(NamedTuple):
    timestamp: str
    mark: str
    body: bytes


class Ear(NamedTuple):
    """The town's webhook; answers with the given statuses, then 200."""

    url: str
    heard: "Queue[Letter]"
    statuses: list[int]


@pytest.fixture
def ear() -> Iterator[Ear]:
    heard: Queue[Letter] = Queue()
    statuses: list[int] = []

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            heard.put(
                Letter(
                    self.headers["x-operator-timestamp"],
                    self.headers["x-operator-signature"],
                    body,
                )
            )
            self.send_response(statuses.pop(0) if statuses else 200)
            self.end_headers()

        def log_message(self, *said: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Ear(f"http://127.0.0.1:{server.server_port}/", heard, statuses)
    server.shutdown()
    server.server_close()


@pytest.fixture
def sim(ear: Ear) -> Iterator[Running]:
    with running(Settings(webhook=ear.url, redelivery_waits=(0.05, 0.05))) as here:
        yield here


def verified(town: Town, cards: Cards) -> str:
    begun = town.begin()
    cards.hold(begun["handoff_url"], "hanako")
    return str(town.result(begun)["verification_id"])


def test_a_revocation_is_told_and_signed(town: Town, cards: Cards, ear: Ear, sim: Running) -> None:
    number = verified(town, cards)
    assert json.loads(ear.heard.get(timeout=10).body)["type"] == "verification.finished"

    cards.revoke("hanako", "affiliation_changed")
    letter = ear.heard.get(timeout=10)

    told = json.loads(letter.body)
    secret = sim.settings.webhook_secret.encode()
    mark = hmac.new(secret, f"{letter.timestamp}.".encode() + letter.body, hashlib.sha256)
    assert letter.mark == f"v1={mark.hexdigest()}"
    assert (told["type"], told["reason"]) == ("certificate.revoked", "affiliation_changed")
    assert told["verification_id"] == number


def test_a_notice_that_nobody_took_comes_again_under_its_number(
    town: Town, cards: Cards, ear: Ear
) -> None:
    ear.statuses.extend([500, 503])

    verified(town, cards)
    letters = [ear.heard.get(timeout=10) for _ in range(3)]

    assert len({json.loads(letter.body)["event_id"] for letter in letters}) == 1


def test_notices_come_twice_and_badly_signed_when_told(
    town: Town, cards: Cards, ear: Ear, sim: Running
) -> None:
    cards.faults(duplicate_webhook=1, endpoint="webhook", count=1)
    cards.faults(bad_webhook_signature=True, endpoint="webhook", count=1)

    verified(town, cards)
    letters = [ear.heard.get(timeout=10) for _ in range(2)]

    secret = sim.settings.webhook_secret.encode()
    marks = {
        f"v1={hmac.new(secret, f'{one.timestamp}.'.encode() + one.body, hashlib.sha256).hexdigest()}"
        for one in letters
    }
    assert letters[0].body == letters[1].body
    assert len([one for one in letters if one.mark in marks]) == 1


def test_a_lost_notice_is_lost(town: Town, cards: Cards, ear: Ear) -> None:
    cards.faults(drop_webhook=True, endpoint="webhook", count=1)

    verified(town, cards)
    cards.revoke("hanako")

    assert json.loads(ear.heard.get(timeout=10).body)["type"] == "certificate.revoked"


def test_a_restart_forgets_nothing(tmp_path: Path) -> None:
    settings = Settings(data=str(tmp_path))

    def visit(do: Callable[[Town, Cards], dict[str, str]]) -> dict[str, str]:
        with running(settings) as here:
            return next(do(town, Cards(here.base)) for town in _town(here, settings.api_key))

    def first(town: Town, cards: Cards) -> dict[str, str]:
        begun = town.begin()
        cards.hold(begun["handoff_url"], "hanako")
        result = town.result(begun)
        cards.revoke("hanako", "key_compromise")
        return {"verification_id": begun["verification_id"], "person": result["person_id"]}

    def later(town: Town, cards: Cards) -> dict[str, str]:
        status: dict[str, str] = town.status(before).json()
        return status

    before = visit(first)
    after = visit(later)

    assert (after["state"], after["reason"]) == ("revoked", "key_compromise")
    assert after["person_id"] == before["person"]


def test_the_clock_can_be_wrong(town: Town, cards: Cards, ear: Ear) -> None:
    cards.faults(clock_skew=-3600)
    verified(town, cards)
    late = ear.heard.get(timeout=10)
    cards.faults(reset=True)
    verified(town, cards)
    right = ear.heard.get(timeout=10)

    assert int(right.timestamp) - int(late.timestamp) > 3000


def test_the_authority_can_be_asked_over_the_wire(sim: Running) -> None:
    roots = httpx.get(f"{sim.base}/ca/roots.pem", trust_env=False)
    listed = httpx.get(f"{sim.base}/ca/crl/sign-2.crl", trust_env=False)

    assert roots.text.count("BEGIN CERTIFICATE") == 4
    assert listed.headers["content-type"] == "application/pkix-crl"
