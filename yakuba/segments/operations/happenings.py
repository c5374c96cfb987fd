"""What happened to people, one by one and summed up."""

from datetime import datetime

from django.db import connection, transaction

from yakuba.kit import clock
from yakuba.residents.models import Resident
from yakuba.segments.models import Happening, HappeningKind, HappeningLast

# A row that somebody else is just writing was in nobody's sum yet, so its figures are added.
_ADD_UP = """
    ON CONFLICT (kind_id, resident_id) DO UPDATE SET
        times = segments_happeninglast.times + excluded.times,
        first_at = least(segments_happeninglast.first_at, excluded.first_at),
        last_at = greatest(segments_happeninglast.last_at, excluded.last_at)
"""


@transaction.atomic
def happened(*, resident: Resident, key: str, label: str, at: datetime | None = None) -> None:
    """Remember that something happened to a resident, so that groups may ask about it.

    `key` begins with the package that reports it (`broadcasts.delivery:<id>:tapped`), `label` is its latest
    name for clerks. Each call counts: what may be repeated, such as a webhook, is told apart by the caller,
    in whose transaction this runs.
    """
    moment = at or clock.now()
    kind = _kind_of(key, label)
    Happening.objects.create(kind=kind, resident=resident, at=moment)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO segments_happeninglast (kind_id, resident_id, times, first_at, last_at)"
            " VALUES (%s, %s, 1, %s, %s)" + _ADD_UP,
            [kind.pk, resident.pk, moment, moment],
        )


def _kind_of(key: str, label: str) -> HappeningKind:
    """Return the kind, known or new; two who report the first of it at once get the same."""
    kind = HappeningKind.objects.filter(key=key).first()
    if kind is None:
        fresh = HappeningKind(key=key, label=label)
        HappeningKind.objects.bulk_create([fresh], ignore_conflicts=True)
        return HappeningKind.objects.get(key=key)
    if kind.label != label:
        HappeningKind.objects.filter(pk=kind.pk).update(label=label)
    return kind


@transaction.atomic
def hand_over(*, before: Resident, after: Resident) -> None:
    """Count what happened to `before` for `after`, whose LINE account it is now."""
    Happening.objects.filter(resident=before).update(resident=after)
    sum_up(before, after)


@transaction.atomic
def sum_up(*residents: Resident) -> None:
    """Reckon the sums of these residents anew from what happened to them."""
    keys = [resident.pk for resident in residents]
    HappeningLast.objects.filter(resident__in=keys).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO segments_happeninglast (kind_id, resident_id, times, first_at, last_at)"
            " SELECT kind_id, resident_id, count(*), min(at), max(at) FROM segments_happening"
            " WHERE resident_id = ANY(%s) GROUP BY kind_id, resident_id" + _ADD_UP,
            [keys],
        )
