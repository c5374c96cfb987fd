"""What others may plug into the wire."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings

from yakuba.kit.plugging import Hook, Pluggable, Registry
from yakuba.line.models import Lane
from yakuba.line.rules import Event
from yakuba.townhall.models import StaffMember


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever the event came from. `is_silent`: nothing will be said to them now, whatever is tried."""

    user_id: str
    is_silent: bool = False


Handler = Callable[[Event, Person], bool]


@dataclass(frozen=True, slots=True)
class _Place:
    order: int
    handler: Handler
    while_silent: bool


event_arrived: Hook[[Event]] = Hook(
    "An event is about to be handled, in the transaction that handles it; also one of nobody's."
)
event_handlers: list[_Place] = []
_postbacks: dict[str, _Place] = {}


def event_handler(*, order: int, while_silent: bool = False) -> Callable[[Handler], Handler]:
    """Put a handler into the chain: the first that returns True has taken the event.

    It runs in the transaction that marks the event as done, and may write or defer, nothing else.
    While the bot keeps silent for the person, only handlers with `while_silent` are called: for facts
    such as "is no friend any more", not for answers.
    """

    def plug(handler: Handler) -> Handler:
        event_handlers.append(_Place(order, handler, while_silent))
        event_handlers.sort(key=lambda place: place.order)
        return handler

    return plug


def postbacks(package: str, *, while_silent: bool = False) -> Callable[[Handler], Handler]:
    """Take every postback whose data begin with `package` and a colon; the chain does not see them."""

    def plug(handler: Handler) -> Handler:
        if package in _postbacks:
            raise TypeError(f"the postbacks of {package!r} are already taken")
        _postbacks[package] = _Place(0, handler, while_silent)
        return handler

    return plug


def unplug(handler: Handler) -> None:
    """Take a handler out again; for tests that plug in one of their own."""
    event_handlers[:] = [place for place in event_handlers if place.handler is not handler]
    for package in [key for key, place in _postbacks.items() if place.handler is handler]:
        del _postbacks[package]


def offer(event: Event, person: Person) -> bool:
    """Offer the event to whoever is plugged in, and tell whether somebody took it."""
    places: Sequence[_Place] = list(event_handlers)
    if event.type == "postback" and event.postback_package in _postbacks:
        places = [_postbacks[event.postback_package]]
    for place in places:
        if person.is_silent and not place.while_silent:
            continue
        if place.handler(event, person):
            return True
    return False


Judge = Callable[[Collection[str]], set[str]]
_judges: list[Judge] = []


def tester_judge(judge: Judge) -> Judge:
    """Plug in a function that keeps, of some user ids, those of listed testers."""
    _judges.append(judge)
    return judge


def unplug_judge(judge: Judge) -> None:
    """Take a judge out again; for tests."""
    _judges.remove(judge)


def may_receive(user_ids: Collection[str]) -> set[str]:
    """Keep those who may be written to in this environment: in a trial, listed testers only."""
    if settings.ENVIRONMENT != "trial":
        return set(user_ids)
    return set().union(*(judge(user_ids) for judge in _judges))


Attending = Callable[[StaffMember, Collection[str]], set[str]]
_attending: list[Attending] = []


def attending(judge: Attending) -> Attending:
    """Plug in a function that keeps, of some user ids, those of people whose matter is in the hands of `staff`."""
    _attending.append(judge)
    return judge


def attended_by(staff: StaffMember, user_ids: Collection[str]) -> set[str]:
    """Keep those whose talk is a matter of `staff`; nobody's as long as no package says so."""
    return set().union(*(judge(staff, user_ids) for judge in _attending))


class Parcel(Protocol):
    """One request to LINE that is already claimed: whoever else looks for work does not find it."""

    @property
    def endpoint(self) -> str:
        """Whose rate it counts against: reply, push, multicast, menu."""

    def deliver(self) -> None:
        """Ask LINE, outside of transactions, and write down what came of it. May be killed anywhere."""


class Source(Pluggable):
    """Work for the one sender: rows of yours, claimed with a lease that is committed before the request."""

    def due_lanes(self) -> set[Lane]:
        """Return the lanes in which something can be claimed now; one cheap query."""
        raise NotImplementedError

    def claim(self, lane: Lane, *, limit: int) -> Sequence[Parcel]:
        """Claim up to `limit` parcels of `lane`, oldest first, expired leases included."""
        raise NotImplementedError

    def renew(self, parcels: Sequence[Parcel]) -> None:
        """Lengthen the leases of those of `parcels` that are yours; called each second while they are under way.

        Only a source with short leases needs it.
        """


sources: Registry[Source] = Registry(Source)
