"""The product's part of `bench.segments`: one process that counts what it is told, over a pipe."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import django

NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
SURVEY = {
    "schema": 1,
    "kind": "survey",
    "title": {"ja": "大きな町のアンケート"},
    "retention": {"months": 12},
    "sections": [
        {
            "id": "main",
            "questions": [
                {
                    "id": f"q{number}",
                    "kind": "rating" if number in (4, 5) else "choice",
                    "label": {"ja": f"問{number}"},
                    "options": {}
                    if number in (4, 5)
                    else {"choices": [{"id": one, "label": {"ja": one}} for one in "abc"]},
                }
                for number in range(1, 9)
            ],
        }
    ],
}


def prepare() -> None:
    """Make what the product has to know before people move in: the survey."""
    from yakuba.procedures import operations as procedures
    from yakuba.townhall.models import Department

    department = Department.objects.first()
    assert department is not None
    made = procedures.make(department=department, slug="bench", document=SURVEY, staff=None)
    procedures.publish(made, staff=None)


def serve() -> None:
    """Answer each line, a condition and what to do with it, with how long that took and what came of it."""
    from yakuba.conditions.facts import Fact
    from yakuba.kit import clock
    from yakuba.residents.models import Resident
    from yakuba.segments import queries
    from yakuba.segments.sockets import Group, Names, criteria_under, facts_of_happening

    @criteria_under("bench.")
    def taps(names: Names | None) -> Iterator[Fact[Resident]]:
        for key in sorted({":".join(name.split(":")[:2]) for name in names or ()}):
            yield from facts_of_happening(key, label=key, group=Group.DELIVERIES)

    deeds: dict[str, Callable[[object], object]] = {
        "count": lambda condition: queries.count(condition).reachable,
        "estimate": _estimated,
        "list": lambda condition: len(queries.residents_in(condition)),
        "funnel": lambda condition: len(queries.funnel(condition)),
    }
    with clock.stopped_at(NOW):
        for line in sys.stdin:
            asked = json.loads(line)
            began = time.perf_counter()
            came = deeds[asked["do"]](asked["condition"])
            ms = 1000 * (time.perf_counter() - began)
            print(json.dumps({"ms": ms, "came": came}), flush=True)


def _estimated(condition: object) -> list[object]:
    from yakuba.segments import queries

    counted = queries.estimate(condition)
    return [counted.reachable, counted.is_sampled] if counted else [None, True]


if __name__ == "__main__":
    django.setup()
    if sys.argv[1:] == ["prepare"]:
        prepare()
    else:
        serve()
