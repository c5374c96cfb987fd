"""Who gets a delivery: one SELECT of residents, whatever chose them.

`selection` yields a statement of one column `id`, so that counting, planning and looking at a few are the same
people. Only those who can be written to now are in it.
"""

from datetime import timedelta

from django.db import connection, transaction
from psycopg.sql import SQL, Composable, Composed

from yakuba.broadcasts.models import Delivery, Safeguards
from yakuba.conditions.compiling import ROOM_TO_HASH
from yakuba.conditions.facts import Parameters
from yakuba.kit import clock
from yakuba.segments import queries as segments

_REACHABLE = SQL("SELECT subject.id FROM residents_resident subject WHERE subject.reachable AND {}")
# Whoever LINE was given the wrong message for, or may have been.
_OF_CORRECTED = SQL(
    "subject.id IN (SELECT unnest(batch.residents) FROM broadcasts_delivery_batch batch"
    " WHERE batch.delivery_id = %(corrects)s AND batch.state IN (0, 1, 2, 4) AND batch.attempts > 0)"
)
_FROZEN = SQL("subject.id = ANY(%(frozen)s::bigint[])")
_NOT_ENOUGH_YET = SQL(
    "subject.id NOT IN (SELECT person FROM broadcasts_delivery_batch batch"
    " JOIN broadcasts_delivery given ON given.id = batch.delivery_id, unnest(batch.residents) person"
    " WHERE given.kind IN ('normal', 'automatic') AND given.id <> %(this)s"
    " AND given.sent_at > %(cap_since)s AND batch.state IN (0, 1, 2, 4)"
    " GROUP BY person HAVING count(*) >= %(cap_most)s)"
)


def selection(delivery: Delivery, *, is_capped: bool = True) -> tuple[Composed, Parameters]:
    """Return the statement that selects the ids of the people of `delivery`, and its parameters.

    `is_capped` leaves out whoever got as many messages lately as the town allows; never for disasters
    and corrections.

    Raises:
        conditions.checking.BrokenCondition: the condition does not fit what is known of residents.
    """
    where, parameters = _chosen(delivery)
    limits = Safeguards.objects.first()
    if is_capped and limits and limits.most_per_person and _counts_for_cap(delivery):
        where = SQL("{} AND {}").format(where, _NOT_ENOUGH_YET)
        since = clock.now() - timedelta(days=limits.most_within_days)
        cap: Parameters = {
            "cap_most": limits.most_per_person,
            "cap_since": since,
            "this": delivery.pk or 0,
        }
        parameters |= cap
    return _REACHABLE.format(where), parameters


def count(delivery: Delivery, *, is_capped: bool = True) -> int:
    """Count exactly who would get it now."""
    statement, parameters = selection(delivery, is_capped=is_capped)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ROOM_TO_HASH)
        cursor.execute(SQL("SELECT count(*) FROM ({}) people").format(statement), parameters)
        return int(cursor.fetchone()[0])


def ids(delivery: Delivery) -> list[int]:
    """Return who would get it now, in order; for freezing."""
    statement, parameters = selection(delivery)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ROOM_TO_HASH)
        cursor.execute(SQL("{} ORDER BY subject.id").format(statement), parameters)
        return [row[0] for row in cursor.fetchall()]


def _chosen(delivery: Delivery) -> tuple[Composable, Parameters]:
    if delivery.corrects_id is not None:
        return _OF_CORRECTED, {"corrects": delivery.corrects_id}
    if delivery.audience == Delivery.Audience.FROZEN and delivery.frozen is not None:
        return _FROZEN, {"frozen": delivery.frozen}
    return segments.selection(delivery.condition)


def _counts_for_cap(delivery: Delivery) -> bool:
    return delivery.kind in (Delivery.Kind.NORMAL, Delivery.Kind.AUTOMATIC)
