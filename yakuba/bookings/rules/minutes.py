"""Times as whole minutes since 1970 in UTC, so that intervals are compared and swept as plain numbers.

Japan has had one offset from UTC since 1951, and so have we; days are Japan's.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone

JAPAN = timezone(timedelta(hours=9))
DAY = 24 * 60
LONGEST = 36 * 60  # of one booking
_OFFSET = 9 * 60
_EPOCH = date(1970, 1, 1).toordinal()

Span = tuple[int, int]  # [from, to)


def of(moment: datetime) -> int:
    return int(moment.timestamp() // 60)


def moment(minute: int) -> datetime:
    return datetime.fromtimestamp(minute * 60, tz=UTC)


def midnight(day: date) -> int:
    """Return the minute at which `day` begins in Japan."""
    return (day.toordinal() - _EPOCH) * DAY - _OFFSET


def day_of(minute: int) -> date:
    return date.fromordinal((minute + _OFFSET) // DAY + _EPOCH)


def days(since: date, until: date) -> Iterator[date]:
    """Return the days from `since` to before `until`."""
    return (date.fromordinal(one) for one in range(since.toordinal(), until.toordinal()))


def union(spans: Iterable[Span]) -> list[Span]:
    """Return the spans in order, those that touch or overlap as one."""
    found: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def without(spans: list[Span], taken: list[Span]) -> list[Span]:
    """Return what is left of `spans` without `taken`; both in order. One sweep over both."""
    left: list[Span] = []
    place = 0
    for start, end in spans:
        while place < len(taken) and taken[place][1] <= start:
            place += 1
        at = place
        while at < len(taken) and taken[at][0] < end:
            if taken[at][0] > start:
                left.append((start, taken[at][0]))
            start = max(start, taken[at][1])
            at += 1
        if start < end:
            left.append((start, end))
    return left


def common(one: list[Span], other: list[Span]) -> list[Span]:
    """Return what is in both; both in order."""
    found: list[Span] = []
    at = to = 0
    while at < len(one) and to < len(other):
        start, end = max(one[at][0], other[to][0]), min(one[at][1], other[to][1])
        if start < end:
            found.append((start, end))
        if one[at][1] <= other[to][1]:
            at += 1
        else:
            to += 1
    return found


def covers(spans: list[Span], span: Span) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in spans)
