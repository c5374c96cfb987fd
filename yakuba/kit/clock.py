"""Business time: the only clock for deadlines, ages, reminders and whatever people read.

Machine time (leases, back-off, tokens, sessions) is taken from `time` and is never turned. In the
demonstration the business clock can be turned; the offset is one row that all processes read.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from yakuba.kit.models import ClockOffset

JAPAN = ZoneInfo("Asia/Tokyo")
_READ_AGAIN_AFTER = 0.5  # seconds of machine time; a turn of the clock is seen by all within this

_fixed: list[datetime] = []
_seen: tuple[float, timedelta] = (float("-inf"), timedelta())


class ClockIsReal(RuntimeError):
    """The business clock can be turned in the demonstration only."""


def now() -> datetime:
    """Return the present moment of business time, aware, in Japan time."""
    if _fixed:
        return _fixed[-1].astimezone(JAPAN)
    moment = datetime.now(UTC).astimezone(JAPAN)
    return moment + offset() if settings.CLOCK_MAY_BE_TURNED else moment


def today() -> date:
    return now().date()


def offset() -> timedelta:
    """Return how far the business clock is ahead of the machine's."""
    global _seen
    read_at, value = _seen
    if time.monotonic() - read_at > _READ_AGAIN_AFTER:
        row = ClockOffset.objects.filter(pk=1).first()
        value = timedelta(seconds=row.seconds if row else 0)
        _seen = (time.monotonic(), value)
    return value


def turn(*, seconds: int) -> None:
    """Set the offset of the business clock for all processes.

    Raises:
        ClockIsReal: outside the demonstration.
    """
    global _seen
    if not settings.CLOCK_MAY_BE_TURNED:
        raise ClockIsReal("The business clock can only be turned in the demonstration.")
    ClockOffset.objects.update_or_create(pk=1, defaults={"seconds": seconds})
    _seen = (float("-inf"), timedelta())


@contextmanager
def stopped_at(moment: datetime) -> Iterator[None]:
    """Let business time stand still at `moment` (aware), for a test."""
    _fixed.append(moment)
    try:
        yield
    finally:
        _fixed.pop()
