"""Moments in a resident's life with the town, and how others add to what we know and forget."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from yakuba.kit.plugging import Hook
from yakuba.line.rules import Event
from yakuba.residents.models import Resident
from yakuba.townhall.models import StaffMember

joined: Hook[[Resident, Event]] = Hook(
    "Somebody added the account as a friend, or unblocked it. Registration starts here."
)
left: Hook[[Resident]] = Hook("The resident blocked the account; nothing can be sent any more.")
moved: Hook[[Resident, Resident]] = Hook(
    "The first resident's LINE account now belongs to the second; rows that hold the first are handed over."
)
returned: Hook[[Resident, Resident]] = Hook(
    "The account and its rows went back from the first resident to the second; whoever keeps sums reckons anew."
)
forgotten: Hook[[Resident]] = Hook(
    "The resident is to be forgotten: whoever holds personal data of theirs removes it now."
)


@dataclass(frozen=True, slots=True)
class Row:
    """One thing of a resident on their page; only what `staff` may see, and nothing to be masked."""

    title: str
    href: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """What another package shows of a resident: a title, rows, the newest first, at most about ten."""

    title: str
    rows: Sequence[Row]


CardSource = Callable[[Resident, StaffMember], Card | None]
Finder = Callable[[StaffMember, str], Iterable[int]]
UserSource = Callable[[str], Iterable[str]]

_cards: list[CardSource] = []
finders: list[Finder] = []
_users: list[UserSource] = []


def card(source: CardSource) -> CardSource:
    """Plug in a card for the page of a resident; None where there is nothing to show."""
    _cards.append(source)
    return source


def cards(resident: Resident, staff: StaffMember) -> list[Card]:
    found = (source(resident, staff) for source in _cards)
    return [one for one in found if one is not None and one.rows]


def finder(source: Finder) -> Finder:
    """Plug in a way to find residents (their ids) by words, as far as `staff` may: receipt numbers."""
    finders.append(source)
    return source


def attribute_user(source: UserSource) -> UserSource:
    """Plug in a function that names, for the key of an attribute, what of yours depends on it."""
    _users.append(source)
    return source


def users_of(key: str) -> list[str]:
    """Return what depends on the attribute, in words, such as 手続き「登録」."""
    return [words for source in _users for words in source(key)]
