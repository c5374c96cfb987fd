"""A simulator that runs, a product that only listens, and people to talk as."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from simulators.line.driver import Phone, Resident
from simulators.line.server import Running, running
from simulators.line.settings import Settings


class Ear:
    """A product's webhook that keeps what it is sent and answers what it is told."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, bytes]] = []
        self.statuses: list[int] = []
        self.sleeps: list[float] = []
        self.arrived = threading.Condition()
        ear = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                if ear.sleeps:
                    threading.Event().wait(ear.sleeps.pop(0))
                with ear.arrived:
                    ear.requests.append((self.headers.get("x-line-signature", ""), body))
                    ear.arrived.notify_all()
                self.send_response(ear.statuses.pop(0) if ear.statuses else 200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/line/webhook"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def wait(self, requests: int, seconds: float = 5) -> list[list[dict[str, Any]]]:
        """Wait for so many requests, and return the events of each."""
        with self.arrived:
            enough = self.arrived.wait_for(lambda: len(self.requests) >= requests, seconds)
        assert enough, f"{len(self.requests)} requests, not {requests}"
        return [json.loads(body)["events"] for _, body in self.requests]

    def events(self, number: int, seconds: float = 5) -> list[dict[str, Any]]:
        """Wait for so many events, in any number of requests."""
        with self.arrived:
            self.arrived.wait_for(lambda: len(self._all()) >= number, seconds)
        found = self._all()
        assert len(found) >= number, f"{len(found)} events, not {number}"
        return found

    def _all(self) -> list[dict[str, Any]]:
        return [event for _, body in self.requests for event in json.loads(body)["events"]]


class Api:
    """The Messaging API as the product calls it."""

    def __init__(self, sim: Running) -> None:
        self.sim = sim
        self.http = httpx.Client(base_url=sim.base, trust_env=False, timeout=10)
        self.token = self.new_token()

    def new_token(self) -> str:
        form = {
            "grant_type": "client_credentials",
            "client_id": self.sim.settings.channel_id,
            "client_secret": self.sim.settings.channel_secret,
        }
        return str(self.http.post("/oauth2/v3/token", data=form).json()["access_token"])

    def __call__(
        self, method: str, path: str, body: object = None, **headers: str
    ) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named.setdefault("Authorization", f"Bearer {self.token}")
        return self.http.request(method, path, json=body, headers=named)

    def push(self, to: str, *messages: dict[str, Any], **headers: str) -> httpx.Response:
        return self("POST", "/v2/bot/message/push", {"to": to, "messages": messages}, **headers)

    def reply(self, token: str, *messages: dict[str, Any]) -> httpx.Response:
        body = {"replyToken": token, "messages": messages or [{"type": "text", "text": "はい"}]}
        return self("POST", "/v2/bot/message/reply", body)

    def validate(self, *messages: dict[str, Any]) -> httpx.Response:
        return self("POST", "/v2/bot/message/validate/push", {"messages": messages})


@pytest.fixture
def ear() -> Iterator[Ear]:
    ear = Ear()
    yield ear
    ear.server.shutdown()
    ear.server.server_close()


@pytest.fixture
def sim(ear: Ear) -> Iterator[Running]:
    with running(Settings(webhook=ear.url, redelivery_waits=(0.05, 0.1))) as here:
        yield here


@pytest.fixture
def api(sim: Running) -> Api:
    return Api(sim)


@pytest.fixture
def phone(sim: Running) -> Phone:
    return Phone(sim.base)


@pytest.fixture
def hanako(phone: Phone, ear: Ear) -> Resident:
    """A friend of the account, whose follow event has arrived."""
    hanako = phone.person("花子").follow()
    ear.wait(1)
    return hanako
