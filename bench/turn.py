"""A turn of a talk, webhook in to reply out, beside a loop that says the same statements and no more."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import psycopg
import uvloop

from bench import talk
from bench.load import Measured
from bench.options import Options
from bench.results import Goal, Result
from bench.rig import HOME, ROOT, Rig, free_port, settle, wait_for

_PEOPLE = 120  # in one phase of each side
_AT_ONCE = 24
# Processes, and loops (threads) in each. One loop is the simplest; more of them use both cores.
_FLOORS = {"one loop": (1, 1), "eight loops": (2, 4)}
_BEFORE, _DURING = "bench_turn_before", "bench_turn_floor"


def run(rig: Rig, options: Options) -> Result:
    result = Result(
        "turn",
        "A turn of a talk: webhook in, reply out",
        ["who", "turns/s", "transactions per turn", "p50 ms", "p95 ms", "p99 ms"],
    )
    recorded = _record(rig)
    url = rig.database("bench_turn")
    town = talk.Town(free_port(), free_port(), rig.environment["LINE_CHANNEL_SECRET"])
    line = f"http://127.0.0.1:{town.line_port}"
    settings: dict[str, str | int] = {"DATABASE_URL": url, "LINE_API_BASE": line}
    intake = rig.product("intake", INTAKE_PORT=town.intake_port, **settings)
    rig.product("worker", **settings)
    rig.product("sender", **settings)
    wait_for(town.intake_port, intake)
    uvloop.run(_measure(rig, options, result, town, url))
    rig.stop()
    _conclude(result, town, recorded)
    return result


async def _measure(rig: Rig, options: Options, result: Result, town: talk.Town, url: str) -> None:
    await town.open()
    await talk.busily(town, people=10, at_once=4)  # warm
    for number in range(options.rounds):
        sides = ("product", *_FLOORS)
        for side in sides if number % 2 else reversed(sides):
            if side == "product":
                settle(url)
                before = _transactions(url)
                measured = await talk.busily(town, people=_PEOPLE, at_once=_AT_ONCE)
                await asyncio.sleep(1.2)  # PostgreSQL counts a second late
                spent = (_transactions(url) - before) / max(1, len(measured.waits_ms))
                result.keep("product per second", measured.per_second)
                result.keep("product transactions", spent)
                _keep_waits(result, "busy", measured)
            else:
                result.keep(f"{side} per second", await _repeat(rig, town, *_FLOORS[side]))
    rate = result.median("product per second") / 2
    for _number in range(options.rounds):
        settle(url)
        measured = await talk.steadily(town, rate=rate, seconds=options.seconds * 2)
        _keep_waits(result, "half", measured)
    await town.close()


def _keep_waits(result: Result, when: str, measured: Measured) -> None:
    for share in (50, 95, 99):
        result.keep(f"{when} p{share}", measured.percentile(share / 100))
    result.keep("unanswered", measured.failed)


def _record(rig: Rig) -> Path:
    """Record the statements of the product, and keep the database as it was before them."""
    url = rig.database("bench_turn_recorded")
    path = HOME / "turns.json"
    with open(HOME / "recording.log", "ab") as words:
        process = subprocess.Popen(
            [sys.executable, "-m", "bench.recording", str(path), str(_PEOPLE)], cwd=ROOT,
            env={**rig.environment, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "yakuba.config.settings"},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=words, text=True,
        )  # fmt: skip
    rig.alive.append(process)  # type: ignore[arg-type]
    assert process.stdout is not None
    if process.stdout.readline() != "warm\n":
        raise RuntimeError("the recording did not begin; see .local/bench/recording.log")
    rig.copy(_BEFORE, of="bench_turn_recorded")
    process.communicate("\n")
    if process.returncode:
        raise RuntimeError("the recording failed; see .local/bench/recording.log")
    rig.alive.remove(process)  # type: ignore[arg-type]
    return path


async def _repeat(rig: Rig, town: talk.Town, parts: int, threads: int) -> float:
    """Let the floor repeat all turns on a fresh copy of the database; return turns a second."""
    url = rig.copy(_DURING, of=_BEFORE)
    settle(url)
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bench.floors.turn", str(HOME / "turns.json"), str(part), str(parts),
            str(threads), str(town.line_port), cwd=ROOT, env={**rig.environment, "DATABASE_URL": url},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        for part in range(parts)
    ]  # fmt: skip
    for process in processes:
        assert process.stdout is not None
        await process.stdout.readline()
    heard = town.heard
    loop = asyncio.get_running_loop()
    began = loop.time()
    for process in processes:
        assert process.stdin is not None
        process.stdin.write(b"\n")
    for process in processes:
        assert process.stdout is not None
        if await process.stdout.readline() != b"done\n":
            raise RuntimeError("the floor of the turn failed")
    seconds = loop.time() - began
    for process in processes:
        await process.wait()
    if town.heard - heard != _PEOPLE * len(talk.WORDS):
        raise RuntimeError("the floor did not say everything")
    return _PEOPLE * len(talk.WORDS) / seconds


def _transactions(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()"
        ).fetchone()
    return int(row[0]) if row else 0


def _conclude(result: Result, town: talk.Town, recorded: Path) -> None:
    turns = [turn for person in json.loads(recorded.read_text()) for turn in person]
    statements = sum(len(turn) - 1 for turn in turns) / len(turns)
    commits = sum(step[1] == "COMMIT" for turn in turns for step in turn) / len(turns)
    waits = [result.median(f"busy p{share}") for share in (50, 95, 99)]
    half = [result.median(f"half p{share}") for share in (50, 95, 99)]
    ours = result.median("product per second")
    spent = result.median("product transactions")
    result.rows = [
        [f"product, {_AT_ONCE} people at once", ours, spent, *waits],
        ["product at half load", ours / 2, "", *half],
    ]
    for name in _FLOORS:
        result.rows.append([f"floor: {name}", result.median(f"{name} per second"), "", "", "", ""])
    ratios = {name: result.ratio("product per second", f"{name} per second") for name in _FLOORS}
    result.goals = [
        *(
            Goal(f"turns a second against {name}", "≥ 0.67", f"{ratio:.2f}", ratio >= 1 / 1.5)
            for name, ratio in ratios.items()
        ),
        Goal("p95 at half load", "≤ 300 ms", f"{half[1]:.0f} ms", half[1] <= 300),
    ]
    result.notes += [
        f"A turn is a message of somebody in a survey ({'、'.join(talk.WORDS)}): it is delivered, stored,"
        " understood, answered. The clock stops when LINE is asked to reply.",
        f"Each floor says the {statements:.0f} statements that the product said for each turn when it did one"
        f" after the other ({commits:.1f} of them COMMIT), and posts the same reply; it takes no webhook over"
        " HTTP, understands nothing and draws nothing.",
        "Under load the product saves some of these: one look or claim serves several people.",
        f"{_PEOPLE} people for each figure. Unanswered: {sum(result.raw['unanswered']):.0f};"
        f" pushed instead of replied: {town.pushes}.",
    ]
