"""What others may plug into bookings: who may book, and moments in a booking's life."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from yakuba.bookings.models import Booking, Offer
from yakuba.kit.plugging import Hook
from yakuba.residents.models import Resident

Objection = Callable[[Resident, Offer, datetime, datetime], str]

confirmed: Hook[[Booking]] = Hook("The resident will come: nothing is open any more.")
changed: Hook[[Booking]] = Hook(
    "A standing booking has other times or another room now; its items that are not live are the old ones."
)
cancelled: Hook[[Booking]] = Hook("A booking is given up, or its time to pay ran out.")

_objections: list[Objection] = []


@dataclass(frozen=True, slots=True)
class Link:
    """Something else that belongs to a booking: the code of its door."""

    label: str
    href: str


Linker = Callable[[Booking, str], Link | None]
_linkers: list[Linker] = []


def link(linker: Linker) -> Linker:
    """Plug in a link for the page of a resident's booking, in their language; None where there is nothing."""
    _linkers.append(linker)
    return linker


def links(booking: Booking, language: str) -> list[Link]:
    found = (linker(booking, language) for linker in _linkers)
    return [one for one in found if one is not None]


def may_book(objection: Objection) -> Objection:
    """Plug in who may not book what: a sentence for the resident, or "" when nothing is to be said."""
    _objections.append(objection)
    return objection


def objections(resident: Resident, offer: Offer, starts: datetime, ends: datetime) -> list[str]:
    said = (objection(resident, offer, starts, ends) for objection in _objections)
    return [sentence for sentence in said if sentence]
