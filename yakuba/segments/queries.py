"""Who is in a segment, and how many."""

from dataclasses import dataclass

from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet
from psycopg.errors import QueryCanceled
from psycopg.sql import SQL, Composed

from yakuba.conditions import tree, wording
from yakuba.conditions.checking import BrokenCondition, read, require
from yakuba.conditions.compiling import ROOM_TO_HASH, compile_sql
from yakuba.conditions.facts import Parameters
from yakuba.kit import clock
from yakuba.residents.models import Resident
from yakuba.segments import sockets
from yakuba.segments.models import Segment
from yakuba.townhall.models import Capability, Department, Membership, StaffMember

FLOOR = 10  # smaller numbers of a sensitive attribute are not shown
PATIENCE_MS = 1500  # how long a count may take while somebody types
_TABLE = SQL("residents_resident")
_SAMPLED = 10  # percent of the pages


@dataclass(frozen=True, slots=True)
class Count:
    """How many are meant, and how many of them can be written to now. `is_sampled`: only about so many."""

    meant: int
    reachable: int
    is_sampled: bool = False

    @property
    def beyond_reach(self) -> int:
        return self.meant - self.reachable


def selection(condition: object) -> tuple[Composed, Parameters]:
    """Return the boolean expression over the row `subject` of residents, and its parameters.

    Raises:
        conditions.checking.BrokenCondition: the condition does not fit what is known of residents.
    """
    document = read(condition)
    return compile_sql(
        document,
        sockets.facts(tree.facts_named(document)),
        today=clock.today(),
        now=clock.now(),
        three_valued=False,
    )


def check(condition: object) -> None:
    """Pass only a condition that can be asked of all residents.

    Raises:
        conditions.checking.BrokenCondition: with every problem in a sentence.
    """
    document = read(condition)
    require(document, sockets.facts(tree.facts_named(document)), of_everybody=True)


def sentences(condition: object) -> list[str]:
    """Return the condition in Japanese, as lines that must all hold; it may have become broken since."""
    try:
        document = read(condition)
        facts = sockets.facts(tree.facts_named(document))
        require(document, facts, of_everybody=True)
    except BrokenCondition as broken:
        return [problem.sentence for problem in broken.problems]
    return wording.sentences(document, facts) or ["友だち全員"]


def count(condition: object) -> Count:
    """Count who is meant by `condition`, live and exactly."""
    return _count(condition, sampled=False)


def estimate(condition: object, *, patience_ms: int = PATIENCE_MS) -> Count | None:
    """Count while somebody types: exactly if it is quick, else from a sample, else None."""
    for sampled in (False, True):
        try:
            counted = _count(condition, sampled=sampled, patience_ms=patience_ms)
        except OperationalError as late:
            if not isinstance(late.__cause__, QueryCanceled):
                raise
        else:
            # Nobody in a sample is not nobody at all.
            return None if sampled and not counted.meant else counted
    return None


def _count(condition: object, *, sampled: bool, patience_ms: int = 0) -> Count:
    where, parameters = selection(condition)
    statement = SQL(
        "SELECT count(*), count(*) FILTER (WHERE subject.reachable) FROM {} subject {} WHERE {}"
    ).format(_TABLE, SQL(f"TABLESAMPLE SYSTEM ({_SAMPLED})" if sampled else ""), where)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ROOM_TO_HASH)
        if patience_ms:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(patience_ms)])
        cursor.execute(statement, parameters)
        meant, reachable = cursor.fetchone()
        if patience_ms:  # the setting would last as long as a transaction around us
            cursor.execute("SELECT set_config('statement_timeout', '0', true)")
    times = 100 // _SAMPLED if sampled else 1
    return Count(meant=meant * times, reachable=reachable * times, is_sampled=sampled)


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


def examples(condition: object, *, most: int = 5) -> list[Resident]:
    """Return a few of those meant who can be written to, for a clerk who doubts the condition.

    Nobody for a condition that names something sensitive: its answer would be told of a person.
    """
    if is_delicate(condition):
        return []
    where, parameters = selection(condition)
    statement = SQL(
        "SELECT subject.id FROM {} subject WHERE subject.reachable AND {} LIMIT {}"
    ).format(_TABLE, where, SQL(str(int(most))))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ROOM_TO_HASH)
        cursor.execute(statement, parameters)
        found = [row[0] for row in cursor.fetchall()]
    return list(Resident.objects.filter(pk__in=found).order_by("pk"))


def is_delicate(condition: object) -> bool:
    """Say whether the condition names a fact whose small counts could give somebody away.

    One that is not known any more may have been such a fact.
    """
    named = tree.facts_named(read(condition))
    known = sockets.facts(named)
    return any(key not in known or known[key].is_sensitive for key in named)


def is_veiled(condition: object, people: int) -> bool:
    """Say whether `people` is a number that must not be shown for this condition."""
    return 0 < people < FLOOR and is_delicate(condition)


def everybody() -> dict[str, object]:
    """Return the condition that means everybody."""
    return tree.document_of(tree.AllOf(all_of=[]))


def segments_about(fact: str) -> list[Segment]:
    """The segments whose condition names `fact`; there are tens of them, so each is read."""
    return [
        segment
        for segment in Segment.objects.order_by("name")
        if fact in tree.facts_named(read(segment.condition))
    ]


def departments_of_makers(staff: StaffMember) -> QuerySet[Department]:
    """The departments for which `staff` may make something new: their role there lets them design.

    Nothing has a scope before it exists, so a right on a scope cannot be asked for.
    """
    roles = [role.value for role in Membership.Role if Capability.DESIGN in role.capabilities]
    here = StaffMember.objects.active_on(clock.today()).filter(pk=staff.pk)
    mine = Membership.objects.filter(staff__in=here, role__in=roles).values("department")
    return Department.objects.filter(pk__in=mine, closed_on=None).order_by("order", "pk")
