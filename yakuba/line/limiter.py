"""How fast LINE may be asked: one row per endpoint, shared by all processes (GCRA)."""

from collections import Counter
from collections.abc import Sequence

from django.db import connection

# LINE's own limits are 2,000 and 200 a second for the channel; a retry counts, and clocks differ.
PER_SECOND = {"reply": 1800.0, "push": 1800.0, "multicast": 190.0, "menu": 1800.0}

# The row's next_at is when the next request may go; taking n slots moves it by n intervals.
_RESERVE = """
INSERT INTO line_sendrate AS rate (name, per_second, next_at)
VALUES (%(name)s, %(rate)s, clock_timestamp() + make_interval(secs => %(n)s / %(rate)s))
ON CONFLICT (name) DO UPDATE SET next_at = greatest(rate.next_at, clock_timestamp())
  + make_interval(secs => %(n)s / rate.per_second)
RETURNING extract(epoch FROM next_at - clock_timestamp()), per_second
"""
_SLOW_DOWN = """
INSERT INTO line_sendrate AS rate (name, per_second, next_at)
VALUES (%(name)s, %(rate)s, clock_timestamp() + make_interval(secs => %(seconds)s))
ON CONFLICT (name) DO UPDATE
SET next_at = greatest(rate.next_at, clock_timestamp() + make_interval(secs => %(seconds)s))
"""


def reserve(endpoints: Sequence[str]) -> list[float]:
    """Take a slot for each request, and return how many seconds each has to wait."""
    waits: dict[str, list[float]] = {}
    for name, number in sorted(Counter(endpoints).items()):  # in one order: each is a row lock
        with connection.cursor() as cursor:
            cursor.execute(_RESERVE, {"name": name, "rate": PER_SECOND[name], "n": float(number)})
            until, per_second = cursor.fetchone()
        first = float(until) - number / per_second
        waits[name] = [max(0.0, first + place / per_second) for place in range(number)]
    return [waits[name].pop(0) for name in endpoints]


def slow_down(name: str, *, seconds: float = 1.0) -> None:
    """Let nobody ask for a while, because LINE said that we are too fast."""
    with connection.cursor() as cursor:
        cursor.execute(_SLOW_DOWN, {"name": name, "rate": PER_SECOND[name], "seconds": seconds})
