"""How many: exactly, or from a sample where a clerk who types would have to wait."""

import time
from dataclasses import dataclass, replace

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled
from psycopg.sql import SQL, Composable

from yakuba.conditions.compiling import ROOM_TO_HASH
from yakuba.conditions.facts import Parameters
from yakuba.segments.queries.selecting import selection

PATIENCE_MS = 400  # how long a count may take while somebody types
_SAMPLED = 2  # percent of the pages; the lists that a rule asks for are then looked up, not read
_COUNT = SQL(
    "SELECT count(*), count(*) FILTER (WHERE subject.reachable)"
    " FROM residents_resident subject {} WHERE {}"
)


@dataclass(frozen=True, slots=True)
class Count:
    """How many are meant, and how many of them can be written to now. `is_sampled`: only about so many."""

    meant: int
    reachable: int
    is_sampled: bool = False

    @property
    def beyond_reach(self) -> int:
        return self.meant - self.reachable


def coarse(counted: Count) -> Count:
    """Return the count in whole tens: two exact ones of groups that overlap would tell of a few by their difference."""
    return replace(counted, meant=counted.meant // 10 * 10, reachable=counted.reachable // 10 * 10)


class _Pace:
    """What PostgreSQL's own estimate of a count has meant in time, lately, in this process.

    Its unit is a page read in order; what that takes is the machine's affair, so it is learnt from each count.
    """

    def __init__(self) -> None:
        self.ms_per_cost = 0.004

    def learn(self, cost: float, ms: float) -> None:
        self.ms_per_cost = 0.7 * self.ms_per_cost + 0.3 * ms / max(cost, 1.0)

    def expects(self, cost: float) -> float:
        return cost * self.ms_per_cost


_pace = _Pace()


def count(condition: object) -> Count:
    """Count who is meant by `condition`, live and exactly."""
    where, parameters = selection(condition)
    meant, reachable = _one_row(_COUNT.format(SQL(""), where), parameters)
    return Count(meant=meant, reachable=reachable)


def estimate(condition: object, *, patience_ms: int = PATIENCE_MS) -> Count | None:
    """Count while somebody types: exactly if that will be quick, else from a sample, else None.

    Whether it will be is asked of the planner first: to find out by trying would cost the patience twice.
    """
    where, parameters = selection(condition)
    cost = _cost(where, parameters)
    if _pace.expects(cost) <= patience_ms:
        began = time.monotonic()
        counted = _within(patience_ms, where, parameters, sampled=False)
        ms = 1000 * (time.monotonic() - began)
        _pace.learn(cost, ms if counted else 2 * ms)  # how long it would have been, nobody knows
        if counted is not None:
            return counted
    counted = _within(patience_ms, where, parameters, sampled=True)
    # Nobody in a sample is not nobody at all.
    return counted if counted is not None and counted.meant else None


def _within(
    patience_ms: int, where: Composable, parameters: Parameters, *, sampled: bool
) -> Count | None:
    statement = _COUNT.format(SQL(f"TABLESAMPLE SYSTEM ({_SAMPLED})" if sampled else ""), where)
    row = ask(statement, parameters, patience_ms=patience_ms)
    if row is None:
        return None
    times = 100 // _SAMPLED if sampled else 1
    return Count(meant=row[0] * times, reachable=row[1] * times, is_sampled=sampled)


def ask(
    statement: Composable, parameters: Parameters, *, patience_ms: int
) -> tuple[int, ...] | None:
    """Return the one row of numbers that `statement` gives, or None if it takes longer than that."""
    try:
        return _one_row(statement, parameters, patience_ms=patience_ms)
    except OperationalError as late:
        if not isinstance(late.__cause__, QueryCanceled):
            raise
        return None


def _one_row(
    statement: Composable, parameters: Parameters, *, patience_ms: int = 0
) -> tuple[int, ...]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ROOM_TO_HASH)
        if patience_ms:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(patience_ms)])
        cursor.execute(statement, parameters)
        row: tuple[int, ...] = cursor.fetchone()
        if patience_ms:  # the setting would last as long as a transaction around us
            cursor.execute("SELECT set_config('statement_timeout', '0', true)")
    return row


def _cost(where: Composable, parameters: Parameters) -> float:
    """Return what the planner expects the exact count to cost; nothing is run."""
    statement = SQL("EXPLAIN (FORMAT JSON) {}").format(_COUNT.format(SQL(""), where))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ROOM_TO_HASH)
        cursor.execute(statement, parameters)
        plan = cursor.fetchone()[0]
    return float(plan[0]["Plan"]["Total Cost"])
