"""Who is in a segment, and how many."""

from dataclasses import dataclass

from django.db import connection, transaction
from psycopg.sql import SQL, Composed

from yakuba.conditions import tree
from yakuba.conditions.checking import read
from yakuba.conditions.compiling import ROOM_TO_HASH, compile_sql
from yakuba.conditions.facts import Parameters
from yakuba.kit import clock
from yakuba.segments import sockets

_TABLE = SQL("residents_resident")


@dataclass(frozen=True, slots=True)
class Count:
    """How many are meant, and how many of them can be written to now."""

    meant: int
    reachable: int


def selection(condition: object) -> tuple[Composed, Parameters]:
    """Return the boolean expression over the row `subject` of residents, and its parameters.

    Raises:
        conditions.checking.BrokenCondition: the condition does not fit what is known of residents.
    """
    return compile_sql(
        read(condition),
        sockets.facts(),
        today=clock.today(),
        now=clock.now(),
        three_valued=False,
    )


def count(condition: object) -> Count:
    """Count who is meant by `condition`, live."""
    where, parameters = selection(condition)
    statement = SQL(
        "SELECT count(*), count(*) FILTER (WHERE subject.reachable) FROM {} subject WHERE {}"
    ).format(_TABLE, where)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ROOM_TO_HASH)
        cursor.execute(statement, parameters)
        row = cursor.fetchone()
    return Count(meant=row[0], reachable=row[1]) if row else Count(0, 0)


def residents_in(condition: object) -> list[int]:
    """Return the ids of everybody meant by `condition` who can be written to, in order."""
    where, parameters = selection(condition)
    statement = SQL(
        "SELECT subject.id FROM {} subject WHERE subject.reachable AND {} ORDER BY subject.id"
    ).format(_TABLE, where)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ROOM_TO_HASH)
        cursor.execute(statement, parameters)
        return [row[0] for row in cursor.fetchall()]


def everybody() -> dict[str, object]:
    """Return the condition that means everybody."""
    return tree.document_of(tree.AllOf(all_of=[]))
