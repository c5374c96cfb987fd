"""The intake beside the fastest bare servers that store the same events as durably."""

import random
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

import psycopg

from bench import load
from bench.options import Options
from bench.results import Goal, Result
from bench.rig import Rig, free_port, settle, wait_for

_CONNECTIONS = 64
_MOST_PER_SECOND = 16_000  # requests made beforehand; a server that is faster ends its phase early
_NAMES = {
    "intake": "product: `yakuba serve intake`",
    "front": "product: through the one port",
    "asgi": "floor: bare ASGI, group commit",
    "wsgi": "floor: bare WSGI, pool of 4, one insert each",
    "asgi-clear": "bare ASGI without encryption",
}
_FLOORS = ("asgi", "wsgi")


@dataclass(frozen=True, slots=True)
class _Server:
    name: str
    port: int


def run(rig: Rig, options: Options) -> Result:
    url = rig.database("bench_intake")
    secret = rig.environment["LINE_CHANNEL_SECRET"]
    servers = _start(rig, url)
    result = Result(
        "intake",
        "Intake: signed delivery in, 200 after COMMIT",
        ["server", "requests/s", "p50 ms", "p99 ms", "p50 at half load", "p99 at half load"],
    )
    for server in servers:  # warm: imports, connections, prepared statements
        _phase(url, secret, server, seconds=1.0, rate=0.0)
    for number in range(options.rounds):
        for server in _mixed(servers, number):
            measured = _phase(url, secret, server, seconds=options.seconds, rate=0.0)
            result.keep(f"{server.name} per second", measured.per_second)
            result.keep(f"{server.name} p50", measured.percentile(0.50))
            result.keep(f"{server.name} p99", measured.percentile(0.99))
            result.keep(f"{server.name} failed", measured.failed)
    # The same rate for everybody: half of what the product can do.
    rate = result.median("intake per second") / 2
    for number in range(options.rounds):
        for server in _mixed(servers, number):
            measured = _phase(url, secret, server, seconds=options.seconds, rate=rate)
            result.keep(f"{server.name} half p50", measured.percentile(0.50))
            result.keep(f"{server.name} half p99", measured.percentile(0.99))
            result.keep(f"{server.name} failed", measured.failed)
    rig.stop()
    _conclude(result, servers, rate)
    return result


def _start(rig: Rig, url: str) -> list[_Server]:
    ports = {name: free_port() for name in _NAMES}
    started = {
        "intake": rig.product("intake", DATABASE_URL=url, INTAKE_PORT=ports["intake"]),
        "front": rig.product("front", DATABASE_URL=url, PORT=ports["front"]),
        "asgi": _floor(rig, "asgi", ports["asgi"], url, seals="1"),
        "wsgi": _floor(rig, "wsgi", ports["wsgi"], url, seals="1"),
        "asgi-clear": _floor(rig, "asgi", ports["asgi-clear"], url, seals="0"),
    }
    for name, process in started.items():
        wait_for(ports[name], process)
    return [_Server(name, ports[name]) for name in _NAMES]


def _floor(rig: Rig, kind: str, port: int, url: str, *, seals: str) -> "subprocess.Popen[bytes]":
    arguments = ["bench.floors.serve", kind, str(port)]
    return rig.start(*arguments, log=f"floor-{kind}", DATABASE_URL=url, FLOOR_SEALS=seals)


def _mixed(servers: Sequence[_Server], number: int) -> list[_Server]:
    """Let everybody follow another neighbour in each round: whoever comes next pays for what was left behind."""
    return random.Random(number).sample(servers, len(servers))


def _phase(url: str, secret: str, server: _Server, *, seconds: float, rate: float) -> load.Measured:
    """Measure one server on an empty table, and see that all it has answered for is stored."""
    count = int((rate or _MOST_PER_SECOND) * seconds) + _CONNECTIONS
    requests = load.deliveries(count, port=server.port, secret=secret)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("TRUNCATE line_webhookevent")
    settle(url)
    if rate:
        measured = load.steady(
            server.port, requests, connections=_CONNECTIONS, rate=rate, seconds=seconds
        )
    else:
        measured = load.closed(server.port, requests, connections=_CONNECTIONS, seconds=seconds)
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM line_webhookevent").fetchone()
    stored = row[0] if row else 0
    # More rows than answers are deliveries whose answer was lost on the way; LINE would come again.
    if not len(measured.waits_ms) <= stored <= len(measured.waits_ms) + measured.failed:
        answered = f"{len(measured.waits_ms)} with 200, {measured.failed} otherwise"
        raise RuntimeError(f"{server.name} stored {stored} and answered {answered}")
    return measured


def _conclude(result: Result, servers: Sequence[_Server], rate: float) -> None:
    for server in servers:
        name = server.name
        columns = ("per second", "p50", "p99", "half p50", "half p99")
        figures = [result.median(f"{name} {column}") for column in columns]
        result.rows.append([_NAMES[name], *figures])
    fastest = max(_FLOORS, key=lambda name: result.median(f"{name} per second"))
    for name in ("intake", "front"):
        ratio = result.ratio(f"{name} per second", f"{fastest} per second")
        result.goals.append(
            Goal(
                f"{name} against {fastest}, the faster floor",
                "≥ 0.80",
                f"{ratio:.2f}",
                ratio >= 0.8,
            )
        )
        for when, words in (
            ("p99", f"with {_CONNECTIONS} always waiting"),
            ("half p99", "at half load"),
        ):
            wait = result.median(f"{name} {when}")
            result.goals.append(
                Goal(f"{name} p99 {words}", "≤ 100 ms", f"{wait:.1f} ms", wait <= 100)
            )
    failed = sum(sum(result.raw[f"{server.name} failed"]) for server in servers)
    result.notes += [
        f"Half load is {rate:,.0f} requests/s for every server; a late answer counts from its due time.",
        f"{_CONNECTIONS} connections, one text message in each delivery, no event twice; after every"
        f" phase the rows in the table are counted. Not answered with 200: {failed:.0f}.",
        "The load generator and PostgreSQL share the cores with the server under test.",
        "The floors seal the body with the same key as the product; the last row shows what that costs.",
    ]
