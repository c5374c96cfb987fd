"""Asking LINE how deliveries were read, politely: its statistics may be asked for sixty times an hour by everybody."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db import connection, transaction
from django.db.models.functions import Now

from yakuba.broadcasts import rules
from yakuba.broadcasts.models import Arm, Delivery, Reading
from yakuba.broadcasts.rules import statistics
from yakuba.kit import clock
from yakuba.kit.errors import OutsideFailure
from yakuba.line import client, quota

_ASK_AN_HOUR = 20  # of LINE's 60, which other pages and the menus share
_AT_ONCE = 5
_SPARE_NAMES = 50  # two deliveries planned at once must not meet the limit
_PATH = "/v2/bot/insight/message/event/aggregation"

# One row per statistical name: the wordings of a series' month share one.
_FOLLOWED = """
SELECT unit, min(sent_at), max(asked_at) FROM (
  SELECT arm.unit, delivery.sent_at,
    (SELECT max(reading.asked_at) FROM broadcasts_reading reading WHERE reading.arm_id = arm.id) AS asked_at
  FROM broadcasts_delivery_arm arm JOIN broadcasts_delivery delivery ON delivery.id = arm.delivery_id
  WHERE arm.unit <> '' AND delivery.sent_at > %(since)s
) named GROUP BY unit ORDER BY max(asked_at) NULLS FIRST, unit
"""


@dataclass(frozen=True, slots=True)
class _Followed:
    unit: str
    sent_at: datetime
    asked_at: datetime | None


def follow() -> None:
    """Ask LINE about the deliveries that are due for it, a few at once; a chore.

    When it is asked is business time, so a turned clock follows along; how often, is machine time.
    """
    now = clock.now()
    due = [
        one
        for one in _followed(now)
        if statistics.is_due(sent_at=one.sent_at, asked_at=one.asked_at, now=now)
    ]
    for one in due[: min(_AT_ONCE, _left_this_hour())]:
        try:
            said = client.get(_address(one.sent_at, now, one.unit))
        except OutsideFailure:
            break  # next time; LINE may be tired of us
        _keep(one.unit, said or {}, now)


def _followed(now: datetime) -> list[_Followed]:
    # A day longer than LINE counts, for the last look.
    since = now - statistics.FOLLOWED - timedelta(days=2)
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOWED, {"since": since})
        return [_Followed(*row) for row in cursor.fetchall()]


def _left_this_hour() -> int:
    """Machine time: a turned clock must not make us ask more often."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT arm.unit) FROM broadcasts_reading reading"
            " JOIN broadcasts_delivery_arm arm ON arm.id = reading.arm_id"
            " WHERE reading.written_at > clock_timestamp() - interval '1 hour'"
        )
        return max(0, _ASK_AN_HOUR - int(cursor.fetchone()[0]))


def _address(sent_at: datetime, now: datetime, unit: str) -> str:
    first = _day(sent_at)
    last = min(_day(now), first + timedelta(days=29))  # LINE adds up thirty days at most
    asked = {
        "customAggregationUnit": unit,
        "from": f"{first:%Y%m%d}",
        "to": f"{last:%Y%m%d}",
    }
    return f"{_PATH}?{urlencode(asked)}"


def _day(at: datetime) -> date:
    return at.astimezone(clock.JAPAN).date()


@transaction.atomic
def _keep(unit: str, said: dict[str, Any], now: datetime) -> None:
    """Keep the newest answer of each day, for every wording that has this name."""
    overview = said.get("overview") or {}
    figures = {
        "asked_at": now,
        "written_at": Now(),
        "impressions": overview.get("uniqueImpression"),
        "clicks": overview.get("uniqueClick"),
        "played": overview.get("uniqueMediaPlayed"),
        "raw": said,
    }
    for arm in Arm.objects.filter(unit=unit):
        Reading.objects.update_or_create(arm=arm, read_on=_day(now), defaults=figures)


def unit_for(delivery: Delivery, number: int) -> str:
    """Return the name under which LINE shall count a wording; none when this month's thousand are used up.

    LINE would silently count nothing under one more name, and nobody could tell that from "nobody read it".
    """
    month = quota.month()
    used = Arm.objects.filter(delivery__quota_month=month).exclude(unit="")
    if used.values("unit").distinct().count() >= statistics.UNITS_A_MONTH - _SPARE_NAMES:
        return ""
    if delivery.series_id:
        return rules.unit_name_of_series(delivery.series_id, number, month=month)
    return rules.unit_name(delivery.pk, number)
