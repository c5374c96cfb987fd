"""What others may plug into locks: makers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from yakuba.kit.errors import OutsideFailure
from yakuba.kit.plugging import Pluggable, Registry

DeviceState = Literal["pending", "synced", "failed", "removed"]


@dataclass(frozen=True, slots=True)
class Wish:
    """One code as a maker is asked for it. `name` is ours, given once and never again; no person is named."""

    name: UUID
    devices: tuple[str, ...]  # in the order in which they are passed
    opens: datetime
    closes: datetime
    code: str
    external: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Issued:
    """What the maker made of a wish: perhaps another code than was asked for."""

    code: str
    external: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a code stands at the maker: whether it is in force there, and what each device knows."""

    is_in_force: bool
    devices: Mapping[str, DeviceState]


@dataclass(frozen=True, slots=True)
class Device:
    """A lock as the maker knows it."""

    id: str
    name: str
    heartbeat: timedelta | None = None
    connected: bool | None = None
    seen_at: datetime | None = None
    battery: int | None = None  # percent
    serial: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that would keep a resident out. `field` is a setting's name, or empty."""

    words: str
    field: str = ""


class Refused(OutsideFailure):
    """The maker understood and said no; asking again the same way cannot help. The words are for a clerk."""

    def __init__(self, words: str, *, status: int | None = None, body: str = "") -> None:
        super().__init__(words, permanent=True, status=status, body=body)


class Forged(Exception):
    """A message that is not from this maker. It is not kept."""


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a maker can do, said before a door is set up."""

    per_person: bool = True
    can_revoke: bool = True  # before the code's time is over
    can_change_hours: bool = True
    works_offline: bool = True  # a code that the door knows opens it without network
    can_open_remotely: bool = False
    by_hand: bool = False  # a clerk types codes into the lock
    lead: timedelta = timedelta(hours=24)  # how long before its time a code is made
    per_minute: int = 60  # calls
    digits: int = 6
    sync_words: str = ""  # what somebody at the door can do so that it learns the code now
    key_words: str = ""  # how a code is typed
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class Memory:
    """What a contract has to remember between two questions: tokens. `keep` writes it down at once."""

    values: dict[str, object]
    keep: Callable[[dict[str, object]], None] = lambda values: None


class Contract(BaseModel):
    """What the town agreed with a maker. A kind subclasses this: fields are the settings, methods speak the protocol.

    Methods that talk to the outside are never called in a transaction. They raise OutsideFailure when nobody
    knows what happened, `Refused` when the maker said no.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    abilities: ClassVar[Abilities] = Abilities()

    def check(self, memory: Memory) -> list[Fault]:
        """Try the keys, and say what would keep a resident out."""
        raise NotImplementedError

    def devices(self, memory: Memory) -> list[Device]:
        """The locks that hang on this contract."""
        raise NotImplementedError

    def issue(self, wish: Wish, memory: Memory) -> Issued:
        """Make all devices open to one code. Called again with the same name it makes nothing twice."""
        raise NotImplementedError

    def find(self, wish: Wish, memory: Memory) -> Issued | None:
        """What the maker has under our name, if anything: asked when an answer was lost."""
        raise NotImplementedError

    def change(self, wish: Wish, memory: Memory) -> Issued:
        """Give the code other hours."""
        raise NotImplementedError

    def revoke(self, wish: Wish, memory: Memory) -> None:
        """Take the code out of force. Twice is the same as once; one that is not there is fine."""
        raise NotImplementedError

    def fetch(self, wish: Wish, memory: Memory) -> Standing:
        """How the code stands at the maker and at each device."""
        raise NotImplementedError

    def hold_open(self, device: str, memory: Memory, *, is_open: bool) -> None:
        """Hold a door open for everybody, or no longer."""
        raise NotImplementedError

    def listen(self, url: str, memory: Memory) -> None:
        """Have the maker report to `url`. Twice is the same as once."""

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        """Say whether a message is from the maker; names of headers are in lower case. Raises Forged."""
        raise Forged

    def about(self, body: bytes) -> tuple[str, str]:
        """What a message is about: the maker's name of a code, and of a device; either may be empty."""
        return "", ""


class LockMaker(Pluggable):
    """A make of locks that a town may connect. One file in `kinds/`."""

    contract: ClassVar[type[Contract]]
    words: ClassVar[str] = ""  # for the administrator: what has to be agreed with whom beforehand


lock_makers: Registry[LockMaker] = Registry(LockMaker)
