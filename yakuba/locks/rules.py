"""Who needs a code for which doors from when to when; when it is made, told, and when somebody must worry."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

LONGEST_WAIT = timedelta(minutes=30)
NEAR = timedelta(hours=2)
DAILY_SHOWN = timedelta(hours=2)  # before the start: a code that others have, too, is shown late
_QUIET_FROM, _QUIET_TO = 21, 8  # hours of Japan's day in which nobody is written to
_RUNS = "01234567890", "09876543210"


@dataclass(frozen=True, slots=True)
class Use:
    """One booked time of one person at some doors, in the order in which they are passed.

    `floor` and `ceiling` are where the neighbours' times end and begin: no leeway reaches beyond them.
    """

    booking: UUID
    who: str
    doors: tuple[int, ...]
    starts: datetime
    ends: datetime
    before: timedelta = timedelta()
    after: timedelta = timedelta()
    floor: datetime | None = None
    ceiling: datetime | None = None

    @property
    def opens(self) -> datetime:
        early = self.starts - self.before
        return early if self.floor is None else min(self.starts, max(early, self.floor))

    @property
    def closes(self) -> datetime:
        late = self.ends + self.after
        return late if self.ceiling is None else max(self.ends, min(late, self.ceiling))


@dataclass(frozen=True, slots=True)
class Plan:
    """One code: whose, for which doors and bookings, from when until when."""

    who: str
    doors: tuple[int, ...]
    bookings: tuple[UUID, ...]
    opens: datetime
    closes: datetime


def plans(uses: Iterable[Use]) -> list[Plan]:
    """Return the codes that are needed: neighbouring times of one person at the same doors are one code."""
    found: list[Plan] = []
    for use in sorted(uses, key=lambda one: (one.who, one.doors, one.opens)):
        last = found[-1] if found else None
        if (
            last is not None
            and (last.who, last.doors) == (use.who, use.doors)
            and use.opens <= last.closes
        ):
            bookings = tuple(dict.fromkeys((*last.bookings, use.booking)))
            closes = max(last.closes, use.closes)
            found[-1] = Plan(last.who, last.doors, bookings, last.opens, closes)
        else:
            found.append(Plan(use.who, use.doors, (use.booking,), use.opens, use.closes))
    return found


def issue_at(opens: datetime, *, heartbeat: timedelta, lead: timedelta) -> datetime:
    """Return when the code is made: late, so that most cancellations need none, and early enough for a sync."""
    return opens - max(lead, 2 * heartbeat)


def worry_at(starts: datetime, heartbeat: timedelta) -> datetime:
    """Return from when on a door that does not know the code is a matter for a person."""
    return starts - NEAR - heartbeat


def tell_at(now: datetime, starts: datetime) -> datetime:
    """Return when to write to the resident: not at night, unless it begins before the night is over.

    `now` and `starts` are in Japan's time.
    """
    if _QUIET_TO <= now.hour < _QUIET_FROM:
        return now
    morning = now.replace(hour=_QUIET_TO, minute=0, second=0, microsecond=0)
    if now.hour >= _QUIET_FROM:
        morning += timedelta(days=1)
    return morning if morning + timedelta(hours=1) <= starts else now


def wait(tries: int, chance: float) -> timedelta:
    """Return how long to leave the maker alone after so many failures; `chance` from 0 to 1 spreads them."""
    seconds = min(2.0 ** min(tries, 20), LONGEST_WAIT.total_seconds())
    return timedelta(seconds=seconds * (0.5 + chance / 2))


def is_weak(code: str, *, phone: str = "") -> bool:
    """Say whether somebody would try this code among the first."""
    digits = "".join(one for one in phone if one.isdigit())
    return (
        len(set(code)) < 3
        or any(code in run for run in _RUNS)
        or code == code[: len(code) // 2] * 2
        or (len(digits) >= 4 and digits[-4:] in code)
        or _is_birthday(code)
        or all(abs(int(a) - int(b)) <= 1 for a, b in pairwise(code))
    )


def _is_birthday(code: str) -> bool:
    """Say whether it reads as a day: 850317, 19850317, 0317."""
    month, day = code[-4:-2], code[-2:]
    return len(code) in (4, 8) and "01" <= month <= "12" and "01" <= day <= "31"


def choose(candidates: Iterable[str], taken: Sequence[str], *, phone: str = "") -> str:
    """Return the first candidate that is neither weak nor known at one of the doors."""
    used = set(taken)
    return next(one for one in candidates if one not in used and not is_weak(one, phone=phone))
