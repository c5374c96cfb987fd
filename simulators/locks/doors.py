"""A lock at a door: it knows what it was told at its last heartbeat, and goes on with that when the network is gone."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from simulators.line.clock import JAPAN

SYNC_KEYS = "411"  # typed at the keypad: ask the cloud now
_ALWAYS = datetime(1, 1, 1, tzinfo=JAPAN)
_OPEN_FOR = timedelta(seconds=5)


@dataclass
class Access:
    """A person and a door. `state` is "" while the door does not know it as it is now."""

    id: str
    person: str
    door: str
    state: str = ""

    @property
    def is_settled(self) -> bool:
        return self.state == "synced"

    def settle(self, state: str) -> None:
        self.state = state


@dataclass(frozen=True)
class Known:
    """One code in the lock's own memory."""

    pin: str
    starts: datetime
    ends: datetime
    name: str = ""


@dataclass
class Door:
    id: str
    name: str
    heartbeat: timedelta
    serial: int = 1
    next_beat: datetime = _ALWAYS
    seen_at: datetime | None = None
    is_beating: bool = True
    is_online: bool = True
    clock_skew: float = 0.0
    battery: int = 90
    wants_open: bool = False  # what the cloud was asked for
    is_held_open: bool = False  # what the door does
    opened_at: datetime | None = None
    known: dict[str, Known] = field(default_factory=dict)
    log: list[tuple[datetime, str]] = field(default_factory=list)

    def local(self, now: datetime) -> datetime:
        """The time on the lock's own clock, without zone."""
        return (now + timedelta(seconds=self.clock_skew)).replace(tzinfo=None)

    def opens_to(self, pin: str, now: datetime) -> bool:
        here = self.local(now)
        return any(one.pin == pin and one.starts <= here < one.ends for one in self.known.values())

    def is_open(self, now: datetime) -> bool:
        return self.is_held_open or (
            self.opened_at is not None and timedelta() <= now - self.opened_at < _OPEN_FOR
        )

    def tried(self, words: str, now: datetime) -> None:
        self.log = [(now, words), *self.log][:20]

    def replaced(self) -> None:
        self.serial += 1
        self.known.clear()
        self.battery, self.clock_skew = 100, 0.0
