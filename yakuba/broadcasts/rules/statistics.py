"""When LINE is asked how a delivery was read, and what its answers mean together.

LINE counts for 14 days after sending, publishes late, and says nothing (null) of fewer than twenty people;
so null is never zero (Messaging API, statistics by unit).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

FOLLOWED = timedelta(days=14)
FEWEST = 20  # below, LINE does not say how many
UNITS_A_MONTH = 1000  # names; beyond it LINE silently counts nothing
_FIRST_LOOKS = (timedelta(hours=1), timedelta(hours=6))
_DAILY = timedelta(days=1)


def is_due(*, sent_at: datetime, asked_at: datetime | None, now: datetime) -> bool:
    """Say whether LINE should be asked now: after 1 hour, after 6 hours, then each day until day 14."""
    age = now - sent_at
    if age < _FIRST_LOOKS[0] or (asked_at is not None and asked_at - sent_at > FOLLOWED):
        return False
    if asked_at is None:
        return True
    looked = asked_at - sent_at
    if looked < _FIRST_LOOKS[1]:
        return age >= _FIRST_LOOKS[1]
    return age - looked >= _DAILY or (age > FOLLOWED and looked <= FOLLOWED)


@dataclass(frozen=True, slots=True)
class Count:
    """A number of people as LINE gives it: exact, or at least `known`, because parts were hidden."""

    known: int
    hidden: int = 0  # wordings of which LINE does not speak

    @property
    def is_exact(self) -> bool:
        return not self.hidden

    @property
    def is_hidden(self) -> bool:
        """Say whether nothing at all is known."""
        return bool(self.hidden) and not self.known


def together(counts: Iterable[int | None]) -> Count:
    """Add up what LINE said of several wordings."""
    listed = list(counts)
    return Count(
        known=sum(one for one in listed if one is not None),
        hidden=sum(1 for one in listed if one is None),
    )


def percent(part: int, whole: int) -> str:
    """Return a rate with one decimal; an empty whole has none."""
    return f"{100 * part / whole:.1f}%" if whole else "—"
