"""The one port: webhooks are taken in, everything else reaches the web part as it was sent."""

import asyncio
import json
import threading
from collections.abc import Iterator, MutableMapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from pytest_django import Settings

from yakuba.config import front


class Echo(BaseHTTPRequestHandler):
    """A web part that tells what it was asked."""

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self._chunks() if "Transfer-Encoding" in self.headers else self.rfile.read(length)
        told = {
            "path": self.path,
            "method": self.command,
            "body": body.decode(),
            "headers": {name.lower(): value for name, value in self.headers.items()},
        }
        answer = json.dumps(told).encode()
        self.send_response(201)
        self.send_header("Content-Length", str(len(answer)))
        self.send_header("Set-Cookie", "a=1")
        self.send_header("Set-Cookie", "b=2")
        self.end_headers()
        self.wfile.write(answer)

    def _chunks(self) -> bytes:
        parts = []
        while size := int(self.rfile.readline(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    do_GET = do_POST = _answer

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


@pytest.fixture
def web(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.WEB_PORT = server.server_port
    monkeypatch.setattr(front, "_transport", None)
    yield
    server.shutdown()


async def one(method: str, path: str, **more: object) -> httpx.Response:
    """Ask as somebody who has never been here: no cookies."""
    transport = httpx.ASGITransport(app=front.application, client=("203.0.113.9", 4000))
    async with httpx.AsyncClient(transport=transport, base_url="http://town") as client:
        return await client.request(method, path, **more)  # type: ignore[arg-type]


def ask(method: str, path: str, **more: object) -> httpx.Response:
    return asyncio.run(one(method, path, **more))


def heard(path: bytes, *headers: tuple[bytes, bytes], body: bytes = b"") -> httpx.Response:
    """Ask with bytes that no honest program sends."""

    async def go() -> httpx.Response:
        scope = {
            "type": "http",
            "method": "POST",
            "path": path.decode(),
            "raw_path": path,
            "query_string": b"",
            "headers": [(b"host", b"town"), *headers],
            "client": ("203.0.113.9", 4000),
        }
        said: list[MutableMapping[str, Any]] = []

        async def receive() -> MutableMapping[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: MutableMapping[str, Any]) -> None:
            said.append(message)

        await front.application(scope, receive, send)
        return httpx.Response(
            said[0]["status"], content=b"".join(part.get("body", b"") for part in said[1:])
        )

    return asyncio.run(go())


@pytest.mark.parametrize(
    "path", ["/", "/console/", "/p/x/iken/?liff.state=%2Fa&b=%E4%B8%8A", "/a%2Fb", "/%00"]
)
def test_the_address_arrives_as_it_was_sent(web: None, path: str) -> None:
    assert ask("GET", path).json()["path"] == path


def test_body_status_and_every_cookie_pass(web: None) -> None:
    answer = ask("POST", "/console/x", content=b"name=%E8%8A%B1")

    assert answer.status_code == 201
    assert answer.json()["body"] == "name=%E8%8A%B1"
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]


def test_the_caller_is_added_and_cannot_say_that_it_came_by_https(web: None) -> None:
    told = ask(
        "GET", "/", headers={"X-Forwarded-For": "1.2.3.4", "X-Forwarded-Proto": "https"}
    ).json()

    assert told["headers"]["x-forwarded-for"] == "1.2.3.4, 203.0.113.9"
    assert told["headers"]["x-forwarded-proto"] == "http"


def test_the_cookies_of_one_person_never_travel_with_the_next(web: None) -> None:
    async def two() -> httpx.Response:
        await one("GET", "/")
        return await one("GET", "/p/")

    told = asyncio.run(two()).json()

    assert "cookie" not in told["headers"]


def test_nothing_is_said_that_the_caller_did_not_say(web: None) -> None:
    told = heard(b"/").json()

    assert {"user-agent", "accept-encoding", "cookie"}.isdisjoint(told["headers"])


def test_a_header_with_an_underscore_does_not_pass_for_ours(web: None) -> None:
    told = ask("GET", "/", headers={"X_Forwarded_For": "10.0.0.1"}).json()

    assert "x_forwarded_for" not in told["headers"]


def test_dots_in_an_address_are_not_resolved_on_the_way(web: None) -> None:
    assert heard(b"/p/../console/").json()["path"] == "/p/../console/"


def test_chunks_win_over_a_length_that_disagrees(web: None) -> None:
    answer = heard(
        b"/", (b"content-length", b"4"), (b"transfer-encoding", b"chunked"), body=b"GET /x"
    )

    assert "content-length" not in answer.json()["headers"]
    assert answer.json()["body"] == "GET /x"


@pytest.mark.parametrize("wrong", [(b"host", b"other"), (b"content-length", b"400")])
def test_a_request_that_contradicts_itself_is_refused(
    web: None, wrong: tuple[bytes, bytes]
) -> None:
    answer = heard(b"/", wrong, body=b"short")

    assert answer.status_code == 400


def test_a_body_larger_than_any_file_is_refused_before_it_comes(web: None) -> None:
    answer = heard(b"/p/session", (b"content-length", b"99999999999"))

    assert answer.status_code == 413


def test_a_web_part_that_is_not_there_is_a_kind_sentence(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WEB_PORT = 9
    monkeypatch.setattr(front, "_transport", None)

    answer = ask("GET", "/")

    assert answer.status_code == 503
    assert "準備中" in answer.text


def test_a_webhook_is_not_forwarded(web: None) -> None:
    answer = ask("POST", "/line/webhook", content=b"{}", headers={"X-Line-Signature": "forged"})

    assert answer.status_code == 401
