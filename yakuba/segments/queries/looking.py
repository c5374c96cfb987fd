"""What a clerk wants to know beside the number: clause by clause, who is beyond reach, what changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from psycopg.sql import SQL, Composed

from yakuba.conditions import wording
from yakuba.conditions.checking import read
from yakuba.conditions.facts import Parameters
from yakuba.conditions.tree import AllOf, Clause
from yakuba.segments import sockets
from yakuba.segments.models import Segment
from yakuba.segments.queries.counting import ask
from yakuba.segments.queries.selecting import expression, facts_of, selection

LONGEST_MS = 10_000  # the number is there already; what explains it may take longer, or stay away


@dataclass(frozen=True, slots=True)
class Step:
    """One sentence of a condition: how many fit it alone, and how many fit it and all before it."""

    sentence: str
    alone: int
    so_far: int


@dataclass(frozen=True, slots=True)
class Beyond:
    """Some of those meant who will not get it, and why."""

    reason: str
    people: int


@dataclass(frozen=True, slots=True)
class Change:
    """Who came and who went since the group was used last, person by person."""

    since: datetime
    came: int
    went: int


def funnel(condition: object) -> list[Step]:
    """Return how each sentence of the condition narrows those who can be written to; in one reading of all.

    A condition of one sentence has none: it would only repeat the count.
    """
    document = read(condition)
    clauses: Sequence[Clause] = document.all_of if isinstance(document, AllOf) else [document]
    if len(clauses) < 2:
        return []
    facts = facts_of(document)
    parameters: Parameters = {}
    columns: list[Composed] = []
    before: list[Composed] = []
    for number, clause in enumerate(clauses):
        where, bound = expression(clause, facts, prefix=f"f{number}_")
        parameters |= bound
        before.append(where)
        columns += [_counted([where]), _counted(before)]
    numbers = ask(
        SQL("SELECT {} FROM residents_resident subject WHERE subject.reachable").format(
            SQL(", ").join(columns)
        ),
        parameters,
        patience_ms=LONGEST_MS,
    )
    if numbers is None:
        return []
    return [
        Step(wording.sentence(clause, facts), numbers[2 * place], numbers[2 * place + 1])
        for place, clause in enumerate(clauses)
    ]


def _counted(conditions: Sequence[Composed]) -> Composed:
    return SQL("count(*) FILTER (WHERE {})").format(SQL(" AND ").join(conditions))


_NO_TESTER = _("試用環境で送ってよい人に登録されていない")
_ATTACHED = "SELECT 1 FROM residents_lineaccount a WHERE a.resident_id = subject.id AND a.detached_at IS NULL"
_BEYOND = (
    (_("町のLINEをブロックしている"), f"EXISTS ({_ATTACHED} AND a.friend_since IS NOT NULL)"),
    (_("町のLINEを友だちに追加していない"), f"EXISTS ({_ATTACHED} AND a.friend_since IS NULL)"),
    (_("LINEのアカウントがつながっていない"), "TRUE"),
)


def beyond_reach(condition: object) -> list[Beyond]:
    """Return how many of those meant nothing will reach, by reason; each person under the first that holds.

    In a trial environment, also those who are no testers: the sender leaves them out.
    """
    where, parameters = selection(condition)
    cases = SQL(" ").join(
        SQL(f"WHEN {holds} THEN {number}") for number, (_reason, holds) in enumerate(_BEYOND)
    )
    columns = SQL(", ").join(
        SQL(f"count(*) FILTER (WHERE why = {number})") for number in range(len(_BEYOND))
    )
    gone = ask(
        SQL(
            "SELECT {} FROM (SELECT CASE {} END AS why FROM residents_resident subject"
            " WHERE NOT subject.reachable AND {}) beyond"
        ).format(columns, cases, where),
        parameters,
        patience_ms=LONGEST_MS,
    )
    found = [
        Beyond(str(reason), people)
        for (reason, _holds), people in zip(_BEYOND, gone or (), strict=gone is not None)
    ]
    if settings.ENVIRONMENT == "trial":
        others = ask(
            SQL(
                "SELECT count(*) FROM residents_resident subject"
                " WHERE subject.reachable AND NOT subject.is_tester AND {}"
            ).format(where),
            parameters,
            patience_ms=LONGEST_MS,
        )
        found += [Beyond(str(_NO_TESTER), others[0])] if others else []
    return [one for one in found if one.people]


def changes(segment: Segment, condition: object) -> Change | None:
    """Say who came and who went since `segment` was used last; None if it never was."""
    use = sockets.last_use(segment)
    if use is None:
        return None
    where, parameters = selection(condition)
    moved = ask(
        SQL(
            "SELECT count(*) FILTER (WHERE earlier.id IS NULL), count(*) FILTER (WHERE present.id IS NULL)"
            " FROM (SELECT subject.id FROM residents_resident subject"
            " WHERE subject.reachable AND {}) present"
            " FULL JOIN ({}) earlier(id) ON earlier.id = present.id"
        ).format(where, use.ids),
        {**parameters, **use.parameters},
        patience_ms=LONGEST_MS,
    )
    return Change(since=use.at, came=moved[0], went=moved[1]) if moved else None
