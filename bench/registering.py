"""Bring files into a register as a clerk does, and look people up in it; say how long each step takes.

A program of its own, so that nothing is warm that would be cold in a worker.
"""

import csv
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django

if TYPE_CHECKING:
    from yakuba.registers.models import Register
    from yakuba.townhall.models import StaffMember

_LOOKED_UP = 300
_BIG = ("registers_row", "registers_rowhash")


def main(first: str, next_year: str) -> None:
    django.setup()
    register, clerk = _register()
    found: dict[str, float] = {}
    for name, path in (("first", first), ("update", next_year)):
        found |= {f"{name} {step}": value for step, value in _bring(register, clerk, path).items()}
    with open(first, encoding="cp932", newline="") as file:
        people = list(csv.DictReader(file))[:: max(1, int(found["first rows"]) // _LOOKED_UP)]
    found |= _finding(register, people)
    print(json.dumps(found))


def _register() -> "tuple[Register, StaffMember]":
    from yakuba.registers import operations
    from yakuba.registers.operations import Plan
    from yakuba.townhall.models import StaffMember

    clerk = StaffMember.objects.get(email="admin@kamiichi.example")
    plans = [
        Plan("宛名番号", "code", key="number", is_identifying=True, options={"length": 8}),
        Plan("氏名", "name", key="name", is_required=True, is_personal=True),
        Plan("ふりがな", "kana", key="kana", is_personal=True),
        Plan("生年月日", "day", key="born", is_personal=True),
        Plan("住所", "address", key="address", is_personal=True),
        Plan("電話番号", "phone", key="phone", is_personal=True),
        Plan("支給額", "money", key="amount"),
        Plan("支援措置", "yes_no", key="hidden", options={"protects": True}),
    ]
    department = clerk.departments.all()[0]
    made = operations.make(department=department, name="敬老祝い金対象者", staff=clerk, plans=plans)
    return made, clerk


def _bring(register: "Register", clerk: "StaffMember", path: str) -> dict[str, float]:
    from yakuba.registers import operations
    from yakuba.registers.models import Import

    content = Path(path).read_bytes()
    began = time.perf_counter()
    run = operations.take_in(register, content=content, name="対象者.csv", staff=clerk)
    operations.ask_check(run, mapping=run.mapping, mode="replace", staff=clerk)
    taken = time.perf_counter()
    operations.check_import(import_id=str(run.pk))
    checked = time.perf_counter()
    run.refresh_from_db()
    operations.ask_commit(run, staff=clerk)
    operations.commit_import(import_id=str(run.pk))
    done = time.perf_counter()
    run.refresh_from_db()
    if run.state != Import.State.DONE or run.edition is None:
        raise RuntimeError(f"{run.state}: {run.trouble} {run.problems[:3]}")
    return {
        "rows": run.edition.counts["rows"],
        "changed": run.edition.counts["changed"],
        "seconds": done - began,
        "taken in": taken - began,
        "checked": checked - taken,
        "taken over": done - checked,
    }


@dataclass
class _Watch:
    """Times of one question, in milliseconds, and the statements that it said."""

    times: list[float] = field(default_factory=list)
    said: dict[str, Any] = field(default_factory=dict)

    @contextmanager
    def one(self) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.times.append((time.perf_counter() - began) * 1000)

    def note(self, execute: Callable[..., Any], sql: str, params: Any, *rest: Any) -> Any:
        self.said[sql] = params
        return execute(sql, params, *rest)


def _finding(register: "Register", people: list[dict[str, str]]) -> dict[str, float]:
    """Look everybody up as a procedure does, once rightly and once on a wrong day, and as a clerk does."""
    from yakuba.registers import queries
    from yakuba.registers.models import Attempt
    from yakuba.registers.queries import Asked

    columns, specs = queries.columns_of(register), queries.specs_of(register)
    today = register.changed_at.date()
    watches = {name: _Watch() for name in ("found", "not found", "searched")}

    def find(person: dict[str, str], day: str) -> str:
        asked = [Asked(columns["name"], person["氏名"]), Asked(columns["born"], day)]
        return queries.find(register, asked, today=today).answer

    def search(person: dict[str, str]) -> bool:
        family = person["氏名"].split("　")[0]
        rows = queries.rows_with(register, specs, family)
        return bool(rows.count() and rows[:50])

    for person in people:
        with watches["found"].one():
            answer = find(person, person["生年月日"])
        if answer == Attempt.Answer.NOT_FOUND:
            raise RuntimeError(f"{person['宛名番号']} was not found")
        with watches["not found"].one():
            find(person, "明治40年1月1日")
        with watches["searched"].one():
            is_there = search(person)
        if not is_there:
            raise RuntimeError(f"{person['宛名番号']} was not found by the family name")
    _refuse_scans(lambda: (find(people[0], "昭和1年12月25日"), search(people[0])))
    return {
        f"{name} {what}": value
        for name, watch in watches.items()
        for what, value in (
            ("median", sorted(watch.times)[len(watch.times) // 2]),
            ("p95", sorted(watch.times)[len(watch.times) * 95 // 100]),
        )
    }


def _refuse_scans(ask: Callable[[], object]) -> None:
    """Let nothing go through all rows or all hashes to answer.

    Raises:
        RuntimeError: with the plan that does.
    """
    from django.db import connection

    watch = _Watch()
    with connection.execute_wrapper(watch.note):
        ask()
    for sql, params in watch.said.items():
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {sql}", params)
            plan = "\n".join(line for (line,) in cursor.fetchall())
        if any(f"Seq Scan on {table}" in plan for table in _BIG):
            raise RuntimeError(f"a table is gone through:\n{plan}")


if __name__ == "__main__":
    main(*sys.argv[1:])
