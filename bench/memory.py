"""How much memory the whole product takes when it has worked for a while."""

import re
from pathlib import Path

import uvloop

from bench import load, talk
from bench.front import PAGE
from bench.options import Options
from bench.results import Goal, Result
from bench.rig import Rig, free_port, wait_for

_PEOPLE = 60
_PAGES = 400
_MOST_MIB = 600


def run(rig: Rig, options: Options) -> Result:
    url = rig.database("bench_memory")
    port, web = free_port(), free_port()
    town = talk.Town(port, free_port(), rig.environment["LINE_CHANNEL_SECRET"])
    product = rig.product(
        "", DATABASE_URL=url, PORT=port, WEB_PORT=web,
        LINE_API_BASE=f"http://127.0.0.1:{town.line_port}", PUBLIC_URL=f"http://localhost:{port}",
    )  # fmt: skip
    wait_for(port, product)
    wait_for(web, product)
    result = Result("memory", "Memory of the whole product", ["process", "PSS MiB", "RSS MiB"])
    uvloop.run(_warm(town, port, result))
    processes = _tree(product.pid)
    for pid in processes:
        pss, rss = _memory(pid)
        result.keep("pss", pss)
        result.keep("rss", rss)
        result.rows.append([_name(pid), pss, rss])
    rig.stop(product)
    total, resident = sum(result.raw["pss"]), sum(result.raw["rss"])
    result.rows.append(["together", total, resident])
    result.goals.append(
        Goal("PSS of all processes", f"≤ {_MOST_MIB} MiB", f"{total:.0f} MiB", total <= _MOST_MIB)
    )
    result.notes += [
        f"After {_PEOPLE} people have each had {len(talk.WORDS)} turns and {_PAGES} pages were shown;"
        " without PostgreSQL and without the bench itself.",
        "PSS counts what several processes share once in all; RSS counts it for each of them.",
    ]
    return result


async def _warm(town: talk.Town, port: int, result: Result) -> None:
    await town.open()
    measured = await talk.busily(town, people=_PEOPLE, at_once=8)
    await town.close()
    pages = load.closed(port, [load.page(PAGE, port=port)] * _PAGES, connections=8, seconds=30)
    result.keep("unanswered", measured.failed + pages.failed)


def _tree(pid: int) -> list[int]:
    """Return the process and whatever descends from it."""
    children = [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return [pid, *(below for child in children for below in _tree(child))]


def _memory(pid: int) -> tuple[float, float]:
    words = Path(f"/proc/{pid}/smaps_rollup").read_text()
    found = {
        name: int(kb) / 1024 for name, kb in re.findall(r"^(Pss|Rss):\s+(\d+) kB", words, re.M)
    }
    return found["Pss"], found["Rss"]


def _name(pid: int) -> str:
    command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    part = command[command.index(b"serve") + 1 :] if b"serve" in command else []
    parent = re.search(r"^PPid:\s+(\d+)", Path(f"/proc/{pid}/status").read_text(), re.M)
    if part and part[0]:
        return part[0].decode()
    if b"serve" in command:
        return "serve"
    return f"child of {_name(int(parent[1]))}" if parent and int(parent[1]) > 1 else "child"
