"""The bench's own town: a PostgreSQL with durable settings, and processes on ports nobody uses."""

import base64
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psycopg
from psycopg import sql

from tools import postgres

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".local" / "bench"
SAMPLE = ROOT / "samples" / "kamiichi"
_TEMPLATE = "bench_town"
_STARTS_WITHIN = 60.0  # seconds


class DidNotStart(RuntimeError):
    """A process of the bench ended or never listened; its words are in .local/bench."""


@dataclass(slots=True)
class Rig:
    """A server, the settings of a town, and whatever has been started."""

    server: postgres.Server
    environment: dict[str, str]
    alive: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def database(self, name: str) -> str:
        """Make the database `name` afresh, as the sample town, and return its address."""
        with psycopg.connect(self.server.url, autocommit=True) as connection:
            connection.execute(_drop(name))
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(_TEMPLATE)
                )
            )
        return self.server.database(name)

    def drop(self, name: str) -> None:
        with psycopg.connect(self.server.url, autocommit=True) as connection:
            connection.execute(_drop(name))

    def copy(self, name: str, *, of: str) -> str:
        """Make the database `name` as a copy of `of`, which nobody may be using."""
        self.drop(name)
        with psycopg.connect(self.server.url, autocommit=True) as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(of)
                )
            )
        return self.server.database(name)

    def start(self, *command: str, log: str, **settings: str | int) -> "subprocess.Popen[bytes]":
        """Start a Python module as a process of its own."""
        with open(HOME / f"{log}.log", "ab") as words:
            process = _popen(command, {**self.environment, **_texts(settings)}, words)
        self.alive.append(process)
        return process

    def product(self, part: str, **settings: str | int) -> "subprocess.Popen[bytes]":
        """Start a part of the product as `yakuba serve` runs it; empty for all of them."""
        command = ["yakuba.config.cli", "serve", *([part] if part else [])]
        return self.start(*command, log=f"product-{part or 'all'}", **settings)

    def run(self, *command: str, **settings: str | int) -> None:
        """Run a Python module to its end."""
        with open(HOME / "commands.log", "ab") as words:
            process = _popen(command, {**self.environment, **_texts(settings)}, words)
        if process.wait():
            raise DidNotStart(f"{' '.join(command)} failed; see .local/bench/commands.log")

    def stop(self, *processes: "subprocess.Popen[bytes]") -> None:
        for process in processes or list(self.alive):
            process.terminate()
        for process in processes or list(self.alive):
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            self.alive.remove(process)


@contextmanager
def running() -> Iterator[Rig]:
    """Start the server and make the sample town, from which every bench has a copy."""
    HOME.mkdir(parents=True, exist_ok=True)
    server = postgres.start(HOME / "postgres")
    rig = Rig(server, _settings())
    try:
        _make_template(rig)
        yield rig
    finally:
        rig.stop()
        postgres.stop(server)


def wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise DidNotStart(f"nobody listens on port {port}; see .local/bench")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def settle(url: str) -> None:
    """Have PostgreSQL write what it still has to write, so that it is not charged to whoever is next."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")


def _make_template(rig: Rig) -> None:
    rig.drop(_TEMPLATE)
    with psycopg.connect(rig.server.url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(_TEMPLATE)))
    url = rig.server.database(_TEMPLATE)
    rig.run("yakuba.config.cli", "migrate", DATABASE_URL=url)
    rig.run("yakuba.config.cli", "town", "import", str(SAMPLE), DATABASE_URL=url)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def _drop(name: str) -> sql.Composed:
    return sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))


def _settings() -> dict[str, str]:
    """Return the environment of a production town whose LINE is not there until a bench plays it."""
    nowhere = "http://127.0.0.1:9"
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "LISTEN": "127.0.0.1",
        "PUBLIC_URL": "http://localhost",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "DATA_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "LINE_CHANNEL_ID": "1650000001",
        "LINE_CHANNEL_SECRET": secrets.token_hex(16),
        "LINE_LOGIN_CHANNEL_ID": "1650000002",
        "LINE_LOGIN_CHANNEL_SECRET": secrets.token_hex(16),
        "LINE_LIFF_ID": "1650000002-bench001",
        "LINE_API_BASE": nowhere,
        "LINE_DATA_BASE": nowhere,
        "LINE_ACCESS_BASE": nowhere,
        "LIFF_SDK_URL": f"{nowhere}/sdk.js",
        "LIFF_BASE": nowhere,
        "FILES_URL": str(HOME / "files"),
        "ENVIRONMENT": "production",
    }


def _popen(
    command: tuple[str, ...], environment: Mapping[str, str], words: IO[bytes]
) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=ROOT, env=dict(environment), stdout=words, stderr=words, start_new_session=True,
    )  # fmt: skip


def _texts(settings: Mapping[str, str | int]) -> dict[str, str]:
    return {name: str(value) for name, value in settings.items()}
