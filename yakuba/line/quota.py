"""The month's messages: a counter row that is corrected by what LINE says, never a count."""

import time
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import F, Q

from yakuba.kit.clock import JAPAN
from yakuba.line import client, operations
from yakuba.line.models import Lane, Outgoing, Quota

_READ_AGAIN_AFTER = 5.0  # seconds
_seen: dict[date, tuple[float, Quota | None]] = {}


def month() -> date:
    """Return the first day of the month by which LINE counts: real time, in Japan."""
    return datetime.fromtimestamp(time.time(), JAPAN).date().replace(day=1)


def has_room(lane: Lane, *, messages: int = 1) -> bool:
    """Tell whether so many more can be sent this month; the reserve is for disasters alone."""
    row = _row()
    if row is None or row.allowed is None:
        return True
    kept = 0 if lane == Lane.DISASTER else row.kept_for_disaster
    return row.used + row.reserved + messages <= row.allowed - kept


def count(messages: int) -> None:
    """Add what LINE has just accepted; nothing is counted where there is no limit."""
    row = _row()
    if row is not None and row.allowed is not None:
        Quota.objects.filter(pk=row.pk).update(used=F("used") + messages)


def exhausted() -> None:
    """Believe LINE when it says that the month's messages are used up, whatever we have counted."""
    row, _made = Quota.objects.get_or_create(pk=month(), defaults={"allowed": 0})
    allowed = row.allowed or 0
    Quota.objects.filter(pk=row.pk).update(allowed=allowed, used=max(row.used, allowed))
    _seen.clear()


@transaction.atomic
def reserve(messages: int, *, lane: Lane) -> bool:
    """Set messages aside for a delivery that begins, or say that there are not enough.

    Give them back by `settle`, whatever came of the delivery.
    """
    Quota.objects.get_or_create(pk=month())
    kept = 0 if lane == Lane.DISASTER else F("kept_for_disaster")
    room = Q(allowed=None) | Q(allowed__gte=F("used") + F("reserved") + messages + kept)
    rows = Quota.objects.filter(room, pk=month()).update(reserved=F("reserved") + messages)
    return bool(rows)


@transaction.atomic
def keep_for_disaster(messages: int) -> Quota:
    """Leave the last `messages` of this month to disasters alone, and return the month's row."""
    Quota.objects.get_or_create(pk=month())
    Quota.objects.filter(pk=month()).update(kept_for_disaster=messages)
    _seen.clear()
    return Quota.objects.get(pk=month())


@transaction.atomic
def settle(*, reserved: int, sent: int, of: date | None = None) -> None:
    """Turn what was set aside into what LINE has accepted; `of` is the month of the reservation."""
    Quota.objects.filter(pk=of or month(), reserved__gte=reserved).update(
        reserved=F("reserved") - reserved, used=F("used") + sent
    )


def refresh() -> None:
    """Ask LINE for the allowance and the use, and let what was held go on if there is room again.

    Raises:
        OutsideFailure: LINE did not answer.
    """
    allowed, used = client.quota()
    _keep(allowed, used)


@transaction.atomic
def _keep(allowed: int | None, used: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO line_quota AS quota (month, allowed, used, reserved, kept_for_disaster, checked_at)"
            " VALUES (%s, %s, %s, 0, 0, clock_timestamp()) ON CONFLICT (month) DO UPDATE"
            " SET allowed = excluded.allowed, used = excluded.used, checked_at = clock_timestamp()",
            [month(), allowed, used],
        )
    _seen.clear()
    held = (
        Outgoing.objects.filter(state=Outgoing.State.HELD).order_by("id").values_list("id", "lane")
    )
    row = Quota.objects.get(pk=month())
    free = [
        number
        for place, (number, lane) in enumerate(held[:1000])
        if has_room(Lane(lane), messages=place + 1)
    ]
    if row.allowed is None or free:
        Outgoing.objects.filter(pk__in=free).update(state=Outgoing.State.PENDING)
        operations.ring("line_outgoing")


def start_afresh() -> None:
    """Forget what this process has read; for tests that change the row behind its back."""
    _seen.clear()


def _row() -> Quota | None:
    this = month()
    read_at, row = _seen.get(this, (float("-inf"), None))
    if time.monotonic() - read_at > _READ_AGAIN_AFTER:
        row = Quota.objects.filter(pk=this).first()
        _seen.clear()
        _seen[this] = (time.monotonic(), row)
    return row
