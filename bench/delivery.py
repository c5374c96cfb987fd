"""A message to everybody, from the plan to the last batch, against a LINE with a hard wall."""

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psycopg

from bench.options import Options
from bench.results import Goal, Result
from bench.rig import ROOT, Rig, free_port, settle, wait_for

MANY, TOWN = 1_000_000, 20_000
_WALL = 200  # multicasts a second (Messaging API)
_KILLS = 8
_WHOLE_EVERY = 4  # of the kills take whoever would start the sender again, too
_GIVE_UP = 120.0  # seconds

# One scan each; nothing here is measured.
_PEOPLE = """
INSERT INTO residents_resident (public_id, reachable, language, text_size, tags, joined_on, is_tester)
SELECT gen_random_uuid(), true, 'ja', 'm', '{{}}', DATE '2026-04-01', false FROM generate_series(1, {0});
INSERT INTO residents_lineaccount (line_user_id, resident_id, is_friend, changed_by, attached_at)
SELECT 'U' || md5(id::text), id, true, 0, clock_timestamp() FROM residents_resident;
"""
_STANDING = "SELECT count(*) FROM broadcasts_delivery_batch WHERE state IN (0, 1)"
_SPAN = """
SELECT extract(epoch FROM max(done_at) - min(first_sent_at))::float, count(*),
  count(*) FILTER (WHERE state = 2), coalesce(sum(reached), 0) FROM broadcasts_delivery_batch
"""


def run(rig: Rig, options: Options) -> Result:
    result = Result(
        "delivery",
        "A message to everybody: plan, batches of 500, LINE's wall of 200 requests a second",
        [
            "what",
            "people",
            "plan s",
            "sent in s",
            "requests/s",
            "429",
            "409",
            "lost",
            "twice",
            "PSS MiB",
        ],
    )
    rounds = max(1, options.rounds // 2)
    for people, kills in ((MANY, 0), (MANY, _KILLS), (TOWN, 0)):
        for number in range(rounds):
            _measure(rig, result, people=people, kills=kills, number=number)
        _row(result, people, kills)
    _conclude(result)
    return result


def _name(people: int, kills: int) -> str:
    return f"{people // 1000}k" + (f" {kills} kills" if kills else "")


def _measure(rig: Rig, result: Result, *, people: int, kills: int, number: int) -> None:
    url = _town(rig, people)
    port = free_port()
    wall = rig.start(
        "bench.line_wall", str(port), "--rate", str(_WALL), "--lose", "0.02" if kills else "0",
        log="line_wall",
    )  # fmt: skip
    wait_for(port, wall)
    line = {"DATABASE_URL": url, "LINE_API_BASE": f"http://127.0.0.1:{port}"}
    senders = [rig.product("sender", **line) for _ in range(2 if kills else 1)]
    time.sleep(4)  # a sender that is still starting would be charged to the delivery
    settle(url)
    name = _name(people, kills)
    began = time.monotonic()
    plan = float(_plan(rig, line))
    with psycopg.connect(url, autocommit=True) as watching:
        _watch(watching, rig, senders, line, kills=kills, began=began)
        row = watching.execute(_SPAN).fetchone()
    assert row is not None
    span, _batches, accepted, reached = row
    stats = json.load(urllib.request.urlopen(f"http://127.0.0.1:{port}/stats"))
    memory = max(_pss(sender.pid) for sender in senders)
    result.keep(f"{name}: plan", plan)
    result.keep(f"{name}: sent", float(span))
    result.keep(f"{name}: requests/s", accepted / float(span))
    result.keep(f"{name}: 429", stats["answers"].get("429", 0))
    result.keep(f"{name}: 409", stats["answers"].get("409", 0))
    result.keep(f"{name}: lost", people - stats["reached"])
    result.keep(f"{name}: twice", stats["twice"])
    result.keep(f"{name}: changed bodies", stats["changed"])
    result.keep(f"{name}: counted wrong", people - int(reached))
    result.keep(f"{name}: memory", memory)
    rig.stop()
    rig.drop("bench_delivery")


def _town(rig: Rig, people: int) -> str:
    """Make a town of so many friends; the first time as a template, then as its copy."""
    source = f"bench_people_{people}"
    with psycopg.connect(rig.server.url, autocommit=True) as asking:
        found = asking.execute("SELECT 1 FROM pg_database WHERE datname = %s", [source]).fetchone()
    if not found:
        url = rig.database(source)
        with psycopg.connect(url, autocommit=True) as filling:
            filling.execute(_PEOPLE.format(people).encode())
            filling.execute("VACUUM ANALYZE")
    return rig.copy("bench_delivery", of=source)


def _plan(rig: Rig, line: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "bench.delivering", "除雪"],
        cwd=ROOT, env={**rig.environment, **line, "DJANGO_SETTINGS_MODULE": "yakuba.config.settings"}, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return done.stdout


def _watch(
    watching: "psycopg.Connection[tuple[object, ...]]",
    rig: Rig,
    senders: list["subprocess.Popen[bytes]"],
    line: dict[str, str],
    *,
    kills: int,
    began: float,
) -> None:
    """Wait until the last batch is settled; kill a sender now and then, and start another."""
    chance = random.Random(7)
    while kills or watching.execute(_STANDING).fetchone() != (0,):
        if time.monotonic() - began > _GIVE_UP:
            raise TimeoutError("the senders stand still; see .local/bench/product-sender.log")
        time.sleep(0.05 if not kills else 0.9)
        if kills:
            kills -= 1
            place = chance.randrange(len(senders))
            if kills % _WHOLE_EVERY:
                _kill_who_sends(senders[place])
                continue
            os.killpg(senders[place].pid, signal.SIGKILL)
            senders[place].wait()
            rig.alive.remove(senders[place])
            senders[place] = rig.product("sender", **line)


def _kill_who_sends(sender: "subprocess.Popen[bytes]") -> None:
    """Kill the process that asks LINE; beside it stands one that has everything loaded and forks the next."""
    for child in _children(sender.pid):
        os.kill(child, signal.SIGKILL)


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _pss(pid: int) -> float:
    """Return what a sender takes, together with the one that stands beside it."""
    return sum(_pss_of(one) for one in (pid, *_children(pid)))


def _pss_of(pid: int) -> float:
    words = Path(f"/proc/{pid}/smaps_rollup").read_text()
    found = re.search(r"^Pss:\s+(\d+) kB", words, re.M)
    return int(found[1]) / 1024 if found else 0.0


def _row(result: Result, people: int, kills: int) -> None:
    name = _name(people, kills)
    figures = ("plan", "sent", "requests/s", "429", "409", "lost", "twice", "memory")
    medians = [result.median(f"{name}: {figure}") for figure in figures]
    result.rows.append(
        [name, people, *medians[:3], *(int(one) for one in medians[3:7]), medians[7]]
    )


def _conclude(result: Result) -> None:
    many, killed, town = _name(MANY, 0), _name(MANY, _KILLS), _name(TOWN, 0)

    def whole(name: str) -> float:
        return result.median(f"{name}: plan") + result.median(f"{name}: sent")

    def never(name: str, *figures: str) -> bool:
        return not any(sum(result.raw[f"{name}: {figure}"]) for figure in figures)

    exact = ("lost", "twice", "changed bodies", "counted wrong")
    result.goals += [
        _most("1,000,000 people, plan and sending", whole(many), 12.0),
        _most("plan of 1,000,000", result.median(f"{many}: plan"), 0.7),
        _most("with eight kills and 2 % lost answers", whole(killed), 15.0),
        _most("20,000 friends, plan and sending", whole(town), 1.0),
        Goal("429", "0", str(int(sum(result.raw[f"{many}: 429"]))), never(many, "429")),
        Goal(
            "lost, twice, changed bodies, counted wrong", "0",
            "0" if all(never(one, *exact) for one in (many, killed, town)) else "some",
            all(never(one, *exact) for one in (many, killed, town)),
        ),
    ]  # fmt: skip
    result.notes += [
        f"The floor is LINE's: {MANY // 500:,} requests at {_WALL} a second are {MANY / 500 / _WALL:.1f} s; ours asks 190.",
        "One sender as the product starts it; two where they are killed. PostgreSQL, the sender and LINE share the cores.",
        "Six of the eight kills hit the process that sends, two it and the one that would have started it again.",
        "PSS is of the larger sender with the process that stands beside it, after the last batch.",
    ]


def _most(what: str, seconds: float, most: float) -> Goal:
    return Goal(what, f"≤ {most} s", f"{seconds:.2f} s", seconds <= most)
