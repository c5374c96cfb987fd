"""Providers that run, a merchant that only listens, and a payer."""

import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from simulators.payments.driver import Desk, Payer
from simulators.payments.server import Running, running
from simulators.payments.settings import Settings


@dataclass
class Heard:
    """One request to the merchant."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        return dict(json.loads(self.body))


@dataclass
class Merchant:
    """A product's message address that keeps what it is sent and answers what it is told."""

    url: str = ""
    heard: list[Heard] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    answers: list[bytes] = field(default_factory=list)
    arrived: threading.Condition = field(default_factory=threading.Condition)

    def wait(self, number: int, seconds: float = 10) -> list[Heard]:
        with self.arrived:
            enough = self.arrived.wait_for(lambda: len(self.heard) >= number, seconds)
        assert enough, f"{len(self.heard)} messages, not {number}"
        return list(self.heard)

    def events(self, kind: str, number: int = 1, seconds: float = 10) -> list[dict[str, Any]]:
        """Wait for so many events of Stripe of this type."""

        def of_kind() -> list[dict[str, Any]]:
            return [one.json for one in self.heard if one.json.get("type") == kind]

        with self.arrived:
            self.arrived.wait_for(lambda: len(of_kind()) >= number, seconds)
        found = of_kind()
        assert len(found) >= number, [one.json.get("type") for one in self.heard]
        return found


@pytest.fixture
def merchant() -> Iterator[Merchant]:
    found = Merchant()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            with found.arrived:
                headers = {name.lower(): value for name, value in self.headers.items()}
                found.heard.append(Heard(self.path, headers, body))
                answer = found.answers.pop(0) if found.answers else b"OK,"
                status = found.statuses.pop(0) if found.statuses else 200
                found.arrived.notify_all()
            self.send_response(status)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """A provider that ends with its test hangs up."""

    server = Quiet(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture
def sim(merchant: Merchant) -> Iterator[Running]:
    settings = Settings(
        stripe_webhook=f"{merchant.url}/stripe",
        paypay_webhook=f"{merchant.url}/paypay",
        retry_waits=(0.05, 0.1),
    )
    with running(settings) as here:
        yield here


@pytest.fixture
def payer(sim: Running) -> Payer:
    return Payer(sim.base)


@pytest.fixture
def desk(sim: Running) -> Desk:
    return Desk(sim.base)
