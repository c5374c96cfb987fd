"""The one world: what the cloud was told, what each door knows, what time it is."""

import secrets
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from simulators.line.clock import JAPAN
from simulators.locks.doors import Access, Door, Known
from simulators.locks.faults import Faults
from simulators.locks.settings import Settings

Json = dict[str, Any]


@dataclass
class Person:
    """Somebody who may come in from `starts` until `ends`, with a PIN; in the lock's own time, without zone."""

    id: str
    name: str
    pin: str
    starts: datetime
    ends: datetime
    booking: str = ""  # the id of whoever made it through /bookings
    is_deactivated: bool = False

    def status(self, now: datetime) -> str:
        if self.is_deactivated:
            return "deactivated"
        local = now.replace(tzinfo=None)
        if local >= self.ends:
            return "expired"
        return "upcoming" if local < self.starts else "current"


@dataclass
class World:
    """Everything, in memory. Business time is the machine's and an offset."""

    settings: Settings
    faults: Faults = field(default_factory=Faults)
    offset: timedelta = timedelta()
    doors: dict[str, Door] = field(default_factory=dict)
    persons: dict[str, Person] = field(default_factory=dict)
    accesses: dict[str, Access] = field(default_factory=dict)
    subscribers: dict[str, Json] = field(default_factory=dict)
    subscriptions: list[Json] = field(default_factory=list)
    tokens: dict[str, float] = field(default_factory=dict)  # access token: until, machine time
    refresh: set[str] = field(default_factory=set)
    calls: list[tuple[str, int]] = field(default_factory=list)
    news: list[Json] = field(default_factory=list)  # events not yet told

    def __post_init__(self) -> None:
        for one in self.settings.doors.split(","):
            key, _, name = one.partition("=")
            self.doors[key] = Door(key, name or key, timedelta(seconds=self.settings.heartbeat))
        for door in self.doors.values():
            door.next_beat = self.now() + door.heartbeat

    def now(self) -> datetime:
        return datetime.now(JAPAN) + self.offset

    def new_id(self) -> str:
        return str(uuid.uuid4())

    def catch_up(self) -> None:
        """Let every door do the heartbeats that are due. Of several that were missed the last one counts."""
        now = self.now()
        for door in self.doors.values():
            if door.is_beating and now >= door.next_beat:
                door.next_beat = now + door.heartbeat
                self.sync(door)

    def sync(self, door: Door) -> bool:
        """Let the door learn what the cloud wants of it; say whether it could."""
        if not door.is_online:
            return False
        door.seen_at = self.now()
        door.is_held_open = door.wants_open
        if self.faults.peek("never_sync", door.id):
            return True
        for access in self.accesses.values():
            if access.door == door.id and not access.is_settled:
                self._learn(door, access)
        return True

    def _learn(self, door: Door, access: Access) -> None:
        person = self.persons.get(access.person)
        if person is None or person.is_deactivated:
            door.known.pop(access.id, None)
            access.settle("synced")
            return
        if self.faults.take("sync_fails", door.id):
            access.settle("failed")
            self.tell("access_person_sync_failed", door, person)
            return
        door.known[access.id] = Known(person.pin, person.starts, person.ends, person.name)
        access.settle("synced")
        self.tell("access_person_synced", door, person)

    def unsettle(self, person: Person) -> None:
        """What changed about a person is not on any door yet."""
        for access in self.accesses.values():
            if access.person == person.id:
                access.settle("")

    def replace(self, door: Door) -> None:
        """Hang another lock at the same place: it knows no code until it has synced."""
        door.replaced()
        for access in self.accesses.values():
            if access.door == door.id:
                access.settle("")

    def is_taken(self, pin: str, besides: str = "") -> bool:
        now = self.now()
        return any(
            one.pin == pin and one.id != besides and one.status(now) in ("upcoming", "current")
            for one in self.persons.values()
        )

    def new_pin(self) -> str:
        while True:
            pin = f"{secrets.randbelow(10**6):06d}"
            if not self.is_taken(pin):
                return pin

    def tell(self, event: str, door: Door, person: Person | None = None, **more: object) -> None:
        """Note something that subscribers want to hear; the server sends it."""
        self.news.append(
            {
                "type": event,
                "attributes": {
                    "occurred_at": self.now().isoformat(timespec="seconds"),
                    "publisher_type": "lock",
                    "publisher_id": door.id,
                    "associated_resource_type": "access_guest" if person else None,
                    "associated_resource_id": person.id if person else None,
                    **more,
                },
            }
        )

    def counts(self, access: Access) -> Json:
        state = access.state
        return {
            "devices_count": 1,
            "devices_synced_count": int(state == "synced"),
            "devices_failed_sync_count": int(state == "failed"),
            "devices_pending_sync_count": int(state == ""),
        }
