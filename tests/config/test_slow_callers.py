"""Whoever opens a connection and does not send what was announced is not waited for; raw sockets, real server."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.config.test_serve import free_port

pytestmark = pytest.mark.crash


class Web(BaseHTTPRequestHandler):
    """A web part that reads what it is sent."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(201)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The front of a town, with limits of two seconds, so that nobody waits as long as an attacker would have to."""
    folder = tmp_path_factory.mktemp("slow")
    (folder / "short_front.py").write_text(
        "from yakuba.config import front\nfrom yakuba.line import intake\n"
        "front._NEXT_PART_WITHIN, front._BODY_WITHIN, intake._BODY_WITHIN = 2.0, 4.0, 2.0\n"
        "application = front.application\n"
    )
    chosen = free_port()
    program = (
        "import django; from django.conf import settings; from yakuba.config.commands import serve;"
        f"serve._HEAD_WITHIN_MS = 1_000; serve._asgi('short_front:application', {chosen})"
    )
    web = ThreadingHTTPServer(("127.0.0.1", 0), Web)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    root = Path(__file__).parents[2]
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        env={
            **os.environ,
            "PYTHONPATH": f"{root}:{folder}",
            "LISTEN": "127.0.0.1",
            "WEB_PORT": str(web.server_port),
        },
    )
    try:
        _wait_for(chosen)
        yield chosen
    finally:
        process.terminate()
        process.wait(20)
        web.shutdown()


def _wait_for(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the front did not come up")


def said(port: int, *parts: bytes, pause: float = 0.0, patience: float = 30) -> tuple[bytes, float]:
    """Send the parts with a pause between, and return what came back until the other side hung up."""
    begun = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=patience) as line:
        answer = b""
        try:
            for part in parts:
                line.sendall(part)
                time.sleep(pause)
        except OSError:
            pass  # hung up while we were still sending
        try:
            while more := line.recv(65536):
                answer += more
        except ConnectionResetError:
            pass
    return answer, time.monotonic() - begun


def head(path: str, length: int) -> bytes:
    return f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n".encode()


@pytest.mark.parametrize("path", ["/line/webhook", "/p/somewhere/"])
def test_a_body_that_never_comes_is_answered_and_the_line_is_closed(port: int, path: str) -> None:
    answer, took = said(port, head(path, 500) + b"{")

    assert answer.startswith(b"HTTP/1.1 408")
    assert took < 10


@pytest.mark.parametrize("path", ["/line/webhook", "/p/somewhere/"])
def test_a_body_that_drips_is_not_waited_for_to_its_end(port: int, path: str) -> None:
    answer, took = said(port, head(path, 500), *([b"x"] * 30), pause=0.4)

    assert answer.startswith(b"HTTP/1.1 408")
    assert took < 20


def test_a_head_that_never_ends_is_hung_up_on(port: int) -> None:
    _answer, took = said(port, b"POST /line/webhook HTTP/1.1\r\nHost: x\r\nX-Slow: ")

    assert took < 10


def test_a_body_that_comes_in_time_is_read_to_its_end(port: int) -> None:
    request = head("/line/webhook", 6).replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")

    answer, _took = said(port, request, b"abc", b"def", pause=0.2)

    assert answer.startswith(b"HTTP/1.1 401")  # read, and not signed by LINE


def test_slow_callers_keep_nobody_out(port: int) -> None:
    slow = [socket.create_connection(("127.0.0.1", port)) for _caller in range(200)]
    for line in slow:
        line.sendall(head("/p/somewhere/", 500))

    answer, took = said(
        port, head("/line/webhook", 0).replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    )

    for line in slow:
        line.close()
    assert answer.startswith(b"HTTP/1.1 401")
    assert took < 10
