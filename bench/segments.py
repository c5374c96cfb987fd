"""Twenty rules over a million residents, counted by the product and by hand-written SQL in the same minute."""

import json
import statistics
import subprocess
import sys
import time

import psycopg

from bench import large_town
from bench.floors import segments as floor
from bench.options import Options
from bench.results import Goal, Result
from bench.rig import HOME, ROOT, Rig

_WORK_MEM = "SET work_mem = '64MB'"  # as the product has it
_PATIENCE_MS = 400
_SAMPLE_MS = 200
_DATABASE = "bench_segments"


def run(rig: Rig, options: Options) -> Result:
    result = Result(
        "segments",
        "Twenty rules over 1,000,000 residents, 6,000,000 answers and 8,000,000 happenings",
        ["rule", "people", "by hand ms", "product ms", "ratio", "first answer ms", "sampled"],
    )
    url = rig.database(_DATABASE)
    rig.run("bench.counting", "prepare", DATABASE_URL=url, DJANGO_SETTINGS_MODULE=_SETTINGS)
    began = time.monotonic()
    known = large_town.make(url)
    result.notes.append(f"The town was made in {time.monotonic() - began:.0f} s.")
    product = _Product(rig, url)
    rules = floor.rules(known)
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(_WORK_MEM)
            _warm(connection, product, rules)
            for number in range(options.rounds):
                for rule in rules:
                    _measure(result, connection, product, rule, product_first=bool(number % 2))
            _plan(result, product, options.rounds)
    finally:
        product.end()
    _conclude(result, rules)
    return result


_SETTINGS = "yakuba.config.settings"


class _Product:
    """The product in one process, asked over a pipe."""

    def __init__(self, rig: Rig, url: str) -> None:
        with open(HOME / "counting.log", "ab") as words:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bench.counting"], cwd=ROOT,
                env={**rig.environment, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": _SETTINGS},
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=words, text=True,
            )  # fmt: skip

    def ask(self, do: str, condition: object) -> tuple[float, object]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": do, "condition": condition}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the product ended; see .local/bench/counting.log")
        said = json.loads(line)
        return float(said["ms"]), said["came"]

    def end(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(20)


def _by_hand(
    connection: "psycopg.Connection[tuple[object, ...]]", rule: floor.Rule
) -> tuple[float, object]:
    began = time.perf_counter()
    row = connection.execute(
        "SELECT count(*), count(*) FILTER (WHERE p.reachable) FROM residents_resident p"
        f" WHERE {rule.where}"
    ).fetchone()
    ms = 1000 * (time.perf_counter() - began)
    return ms, row[1] if row else None


def _warm(
    connection: "psycopg.Connection[tuple[object, ...]]", product: _Product, rules: list[floor.Rule]
) -> None:
    """Everybody once, and both must mean the same number of people: else the figures say nothing."""
    for rule in rules:
        _ms, theirs = _by_hand(connection, rule)
        _ms, ours = product.ask("count", rule.condition)
        if ours != theirs:
            raise RuntimeError(f"{rule.words}: the product counts {ours}, by hand it is {theirs}")
        product.ask("estimate", rule.condition)


def _measure(
    result: Result,
    connection: "psycopg.Connection[tuple[object, ...]]",
    product: _Product,
    rule: floor.Rule,
    *,
    product_first: bool,
) -> None:
    if product_first:
        ours, people = product.ask("count", rule.condition)
        theirs, _people = _by_hand(connection, rule)
    else:
        theirs, people = _by_hand(connection, rule)
        ours, _people = product.ask("count", rule.condition)
    first, came = product.ask("estimate", rule.condition)
    assert isinstance(came, list)
    result.keep(f"{rule.words}: people", float(str(people)))
    result.keep(f"{rule.words}: by hand", theirs)
    result.keep(f"{rule.words}: product", ours)
    result.keep(f"{rule.words}: first answer", first)
    result.keep(f"{rule.words}: sampled", float(bool(came[1])))


def _plan(result: Result, product: _Product, rounds: int) -> None:
    for _number in range(rounds):
        ms, _people = product.ask("list", {"all_of": []})
        result.keep("everybody listed", ms)


def _conclude(result: Result, rules: list[floor.Rule]) -> None:
    ratios, ours, waits = [], [], []
    for rule in rules:
        ratio = result.ratio(f"{rule.words}: product", f"{rule.words}: by hand")
        sampled = result.median(f"{rule.words}: sampled")
        first = result.median(f"{rule.words}: first answer")
        ratios.append(ratio)
        ours.append(result.median(f"{rule.words}: product"))
        waits.append((first, sampled))
        result.rows.append([
            rule.words,
            int(result.median(f"{rule.words}: people")),
            result.median(f"{rule.words}: by hand"),
            ours[-1],
            ratio,
            first,
            "yes" if sampled >= 0.5 else "no",
        ])  # fmt: skip
    p95 = sorted(ours)[-2]  # of twenty, the nineteenth
    late = [
        first
        for first, sampled in waits
        if first > (_SAMPLE_MS if sampled >= 0.5 else _PATIENCE_MS)
    ]
    middle = statistics.median(ratios)
    listed = result.median("everybody listed")
    result.goals += [
        Goal("product beside hand-written SQL, median of the rules", "≤ 1.5×", f"{middle:.2f}×", middle <= 1.5),
        Goal("the worst rule beside hand-written SQL", "≤ 2×", f"{max(ratios):.2f}×", max(ratios) <= 2),
        Goal("exact count, p95 of the rules", f"≤ {_PATIENCE_MS} ms", f"{p95:.0f} ms", p95 <= _PATIENCE_MS),
        Goal(
            "first answer: exact in 400 ms or a sample in 200 ms", "every rule",
            f"{len(waits) - len(late)} of {len(waits)}", not late,
        ),
        Goal("everybody listed for sending", "≤ 700 ms", f"{listed:.0f} ms", listed <= 700),
    ]  # fmt: skip
