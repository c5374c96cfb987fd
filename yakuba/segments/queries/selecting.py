"""Who is meant by a condition, and how it is said."""

from collections.abc import Mapping

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from psycopg.sql import SQL, Composed

from yakuba.conditions import tree, wording
from yakuba.conditions.checking import BrokenCondition, Problem, read, require
from yakuba.conditions.compiling import ROOM_TO_HASH, compile_sql
from yakuba.conditions.facts import Fact, Parameters
from yakuba.conditions.tree import Clause
from yakuba.kit import clock
from yakuba.residents.models import Resident
from yakuba.segments import sockets
from yakuba.segments.models import Segment
from yakuba.townhall.models import Capability, Department, Membership, Scope, StaffMember

_REACHABLE = SQL("subject.reachable")
# It does not say which: the name of a colleague's procedure is told to nobody who only guessed its key.
_FOREIGN = _(
    "ほかの課の手続や配信についての条件が入っています。見る権限のある項目だけで条件を作ってください。"
)
FLOOR = 10  # smaller numbers of a sensitive attribute are not shown


def facts_of(document: Clause) -> Mapping[str, Fact[Resident]]:
    """Return the facts that may be known of a condition: of those that are many, only what it names."""
    return sockets.facts(tree.facts_named(document))


def selection(condition: object) -> tuple[Composed, Parameters]:
    """Return the boolean expression over the row `subject` of residents, and its parameters.

    Raises:
        conditions.checking.BrokenCondition: the condition does not fit what is known of residents.
    """
    document = read(condition)
    return expression(document, facts_of(document))


def expression(
    document: Clause, facts: Mapping[str, Fact[Resident]], *, prefix: str = "c"
) -> tuple[Composed, Parameters]:
    """Return the same for a condition that is read already, with parameters named `prefix` and a number."""
    return compile_sql(
        document, facts, today=clock.today(), now=clock.now(), prefix=prefix, three_valued=False
    )


def check(condition: object, *, by: StaffMember | None = None, kept: object = None) -> None:
    """Pass only a condition that can be asked of all residents.

    Where it is `by` somebody, what it names must also be theirs to see, or stand in `kept`, the condition that a
    colleague has built and they only change.

    Raises:
        conditions.checking.BrokenCondition: with every problem in a sentence.
    """
    document = read(condition)
    facts = facts_of(document)
    require(document, facts, of_everybody=True)
    if by is None:
        return
    there = set(tree.facts_named(read(kept))) if kept is not None else set()
    asked = [facts[key] for key in tree.facts_named(document) if key not in there]
    scopes = {fact.scope_id for fact in asked if fact.scope_id is not None}
    if not scopes:
        return
    theirs = Scope.objects.visible_to(by, Capability.VIEW).filter(pk__in=scopes)
    allowed = {None, *theirs.values_list("pk", flat=True)}
    foreign = [fact for fact in asked if fact.scope_id not in allowed]
    if foreign:
        raise BrokenCondition([Problem("", fact.key, str(_FOREIGN)) for fact in foreign[:1]])


def sentences(condition: object) -> list[str]:
    """Return the condition in Japanese, as lines that must all hold; it may have become broken since."""
    try:
        document = read(condition)
        facts = facts_of(document)
        require(document, facts, of_everybody=True)
    except BrokenCondition as broken:
        return [problem.sentence for problem in broken.problems]
    return wording.sentences(document, facts) or ["友だち全員"]


def residents_in(condition: object) -> list[int]:
    """Return the ids of everybody meant by `condition` who can be written to, in order."""
    return _ids(condition, SQL("ORDER BY subject.id"))


def residents_meant(condition: object) -> list[int]:
    """Return the same with those who cannot be written to: a tag stays with them until they can."""
    return _ids(condition, SQL("ORDER BY subject.id"), among=SQL("TRUE"))


def examples(condition: object, *, most: int = 5) -> list[Resident]:
    """Return a few of those meant who can be written to, for a clerk who doubts the condition.

    Nobody for a condition that names something sensitive: its answer would be told of a person.
    """
    if is_delicate(condition):
        return []
    found = _ids(condition, SQL(f"LIMIT {int(most)}"))
    return list(Resident.objects.filter(pk__in=found).order_by("pk"))


def _ids(condition: object, rest: SQL, *, among: SQL = _REACHABLE) -> list[int]:
    where, parameters = selection(condition)
    statement = SQL("SELECT subject.id FROM residents_resident subject WHERE {} AND {} {}").format(
        among, where, rest
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ROOM_TO_HASH)
        cursor.execute(statement, parameters)
        return [row[0] for row in cursor.fetchall()]


def is_delicate(condition: object) -> bool:
    """Say whether the condition names a fact whose small counts could give somebody away.

    One that is not known any more may have been such a fact.
    """
    document = read(condition)
    known = facts_of(document)
    return any(key not in known or known[key].is_sensitive for key in tree.facts_named(document))


def is_veiled(condition: object, people: int) -> bool:
    """Say whether `people` is a number that must not be shown for this condition.

    Nobody is such a number too: beside "fewer than ten" it would tell whether one chosen person is in it.
    """
    return people < FLOOR and is_delicate(condition)


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
