"""What groups of residents may be asked about procedures: how far somebody came, and when they handed in."""

from collections.abc import Collection, Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from psycopg.sql import SQL, Composable

from yakuba.conditions.facts import Asking, Expression, Fact, Kind, Reading, Rows
from yakuba.procedures.models import Procedure, Run, Version
from yakuba.residents.models import Resident
from yakuba.segments.sockets import Group, Names, criteria_under

PREFIX = "procedure."
# Whoever finished it once has finished it, whatever they began since; what goes on hides what was left.
_STATES = {
    "done": "提出ずみ",
    "active": "入力の途中",
    "left": "途中でやめた",
    "never": "まだ始めていない",
}
_STATUSES: dict[str, tuple[str, ...]] = {
    "done": (Run.Status.DONE,),
    "active": (Run.Status.ACTIVE,),
    "left": (Run.Status.STOPPED, Run.Status.EXPIRED),
}


def named_procedures(prefix: str, names: Names | None) -> QuerySet[Procedure]:
    """Return the published procedures that keys such as `<prefix><public id>.…` name; of None, all.

    Without those that are anonymous or were: nobody may be chosen by what they said there.
    """
    anonymous = Version.objects.filter(procedure=OuterRef("pk"), document__anonymous=True)
    known = Procedure.objects.filter(~Exists(anonymous), current__isnull=False)
    if names is not None:
        known = known.filter(public_id__in=_ids_in(prefix, names))
    return known.order_by("order", "title", "pk")


def _ids_in(prefix: str, names: Names) -> Collection[UUID]:
    found = []
    for name in names:
        try:
            found.append(UUID(hex=name.removeprefix(prefix).partition(".")[0]))
        except ValueError:
            continue
    return found


@criteria_under(PREFIX)
def of_procedures(names: Names | None) -> Iterator[Fact[Resident]]:
    """How far each resident came with a procedure, and when they last finished it."""
    for procedure in named_procedures(PREFIX, names):
        yield _state(procedure)
        yield _finished(procedure)


def _state(procedure: Procedure) -> Fact[Resident]:
    def value(resident: Resident) -> str:
        runs = _runs(procedure).filter(resident=resident)
        seen = set(runs.values_list("status", flat=True))
        return next(
            (state for state, own in _STATUSES.items() if not seen.isdisjoint(own)), "never"
        )

    def sql(ask: Asking) -> Reading:
        cases = [
            SQL("WHEN {} IN ({}) THEN {}").format(
                ask.column("id"), _select(ask, procedure, own), ask.bind(state)
            )
            for state, own in _STATUSES.items()
        ]
        return Expression(SQL("(CASE {} ELSE 'never' END)").format(SQL(" ").join(cases)))

    return Fact(
        key=f"{PREFIX}{procedure.public_id.hex}.state",
        label=f"「{procedure.title}」の状態",
        kind=Kind.CHOICE,
        choices=_STATES,
        group=Group.STATES,
        scope_id=procedure.scope_id,
        value=value,
        sql=sql,
    )


def _finished(procedure: Procedure) -> Fact[Resident]:
    def value(resident: Resident) -> datetime | None:
        runs = _runs(procedure).filter(resident=resident, status=Run.Status.DONE)
        return max((run.finished_at for run in runs if run.finished_at), default=None)

    def sql(ask: Asking) -> Reading:
        source = SQL(
            "(SELECT resident_id, max(finished_at) AS at FROM procedures_run WHERE {}"
            " GROUP BY resident_id) r"
        ).format(_where(ask, procedure, _STATUSES["done"]))
        return Rows(
            subject=ask.column("id"), source=source, key=SQL("r.resident_id"), value=SQL("r.at")
        )

    return Fact(
        key=f"{PREFIX}{procedure.public_id.hex}.finished_at",
        label=f"「{procedure.title}」を提出した日時",
        kind=Kind.INSTANT,
        group=Group.STATES,
        scope_id=procedure.scope_id,
        value=value,
        sql=sql,
    )


def _runs(procedure: Procedure) -> QuerySet[Run]:
    """Return the runs of residents; those in which a clerk tries a draft have no version."""
    return Run.objects.filter(procedure=procedure, version__isnull=False)


def _select(ask: Asking, procedure: Procedure, statuses: tuple[str, ...]) -> Composable:
    return SQL("SELECT resident_id FROM procedures_run WHERE {}").format(
        _where(ask, procedure, statuses)
    )


def _where(ask: Asking, procedure: Procedure, statuses: tuple[str, ...]) -> Composable:
    return SQL(
        "procedure_id = {} AND status = ANY({}::text[]) AND version_id IS NOT NULL"
        " AND resident_id IS NOT NULL"
    ).format(ask.bind(procedure.pk), ask.bind([str(status) for status in statuses]))
