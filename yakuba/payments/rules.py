"""What is owed, what was paid, and when to ask again. No database, no clock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal, Protocol

Standing = Literal["none", "due", "partly_paid", "paid", "overpaid", "refund_due"]

# What an entry of the ledger does to the money that the town has, and to what it may ask for.
RECEIVED = ("capture", "counter")
GIVEN_BACK = ("refund", "chargeback")
REGAINED = (
    "regained",
)  # a chargeback that was decided for the town later: it takes back what went back
YEN = "JPY"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a charge: so many at so many yen. A reduction has a negative amount."""

    label: str
    unit: int
    quantity: int
    amount: int

    def as_json(self) -> dict[str, object]:
        return {
            "label": self.label,
            "unit": self.unit,
            "quantity": self.quantity,
            "amount": self.amount,
        }


def line(label: str, unit: int, quantity: int = 1) -> Line:
    return Line(label, unit, quantity, unit * quantity)


def total(lines: Iterable[Line]) -> int:
    """Return what the lines come to; never less than nothing, however large the reductions are."""
    return max(0, sum(one.amount for one in lines))


class Posted(Protocol):
    """An entry of the ledger, as far as sums go."""

    @property
    def kind(self) -> str: ...
    @property
    def amount(self) -> int: ...
    @property
    def currency(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Sums:
    """What the ledger says of one charge, in yen. Other currencies are in no sum: a person looks at them."""

    received: int = 0
    given_back: int = 0
    remitted: int = 0  # what the town waived or gave up afterwards
    planned_back: int = 0  # refunds that are asked for and not done yet

    @property
    def net(self) -> int:
        return self.received - self.given_back


def sums(entries: Iterable[Posted], *, planned_back: int = 0) -> Sums:
    received = given_back = remitted = 0
    for one in entries:
        if one.currency != YEN:
            continue
        if one.kind in RECEIVED:
            received += one.amount
        elif one.kind in GIVEN_BACK:
            given_back += one.amount
        elif one.kind in REGAINED:
            given_back -= one.amount
        else:
            remitted += one.amount
    return Sums(received, given_back, remitted, planned_back)


def owed(amount: int, found: Sums, *, is_voided: bool) -> int:
    """Return what the town may keep of a charge: nothing once it is void."""
    return 0 if is_voided else max(0, amount - found.remitted)


def standing(amount: int, found: Sums, *, is_voided: bool) -> Standing:
    """Say how a charge stands, from the ledger alone (procedures.md 6.6).

    `none`: nothing is owed and nothing is held. `refund_due`: nothing is owed, but the town holds money.
    """
    asked = owed(amount, found, is_voided=is_voided)
    if asked == 0:
        return "refund_due" if found.net > 0 else "none"
    if found.net > asked:
        return "overpaid"
    if found.net == asked:
        return "paid"
    return "partly_paid" if found.net > 0 else "due"


def still_to_pay(amount: int, found: Sums, *, is_voided: bool) -> int:
    """Return what is asked for now; never more than is owed, even if more was called back than paid."""
    return max(0, owed(amount, found, is_voided=is_voided) - max(0, found.net))


def surplus(amount: int, found: Sums, *, is_voided: bool) -> int:
    """Return what the town holds too much and nobody has asked to give back yet."""
    return max(0, found.net - owed(amount, found, is_voided=is_voided) - found.planned_back)


def refundable(found: Sums) -> int:
    """Return the most that may still be asked back: never more than was paid (E27)."""
    return max(0, found.net - found.planned_back)


def is_overdue(due_on: date | None, *, today: date, how: Standing) -> bool:
    """Say whether the last day is over and something is still open. The last day itself is in time."""
    return due_on is not None and today > due_on and how in ("due", "partly_paid")


_MINUTES = (1, 2, 5, 15, 60)


def ask_after(asked: int) -> timedelta:
    """Return how long to wait before a provider is asked once more: 1, 2, 5, 15, 60 minutes, then daily."""
    return timedelta(minutes=_MINUTES[asked]) if asked < len(_MINUTES) else timedelta(days=1)


STOP_ASKING = timedelta(days=14)


def ask_again_at(
    asked: int, *, now: datetime, closed_at: datetime | None, is_settled: bool
) -> datetime | None:
    """Return when a provider is to be asked about an attempt again; None when it need not be.

    Money may come late (konbini, a page left open), so what we closed is asked about for two weeks
    more; after that the settlement file finds it.
    """
    if is_settled:
        return None
    wanted = now + ask_after(asked)
    if closed_at is not None and wanted > closed_at + STOP_ASKING:
        return None
    return wanted


class Captured(Protocol):
    """Money received in one piece, of which some may have gone back."""

    @property
    def pk(self) -> int: ...
    @property
    def amount(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Piece:
    """So much to give back of one capture."""

    entry: int
    amount: int


@dataclass(frozen=True, slots=True)
class Pieces:
    pieces: tuple[Piece, ...] = ()
    rest: int = field(default=0)  # for which no capture is left


def split(amount: int, captures: Sequence[tuple[int, int]]) -> Pieces:
    """Say of which captures `amount` goes back: of the newest first, as few as possible.

    `captures` are ids with what is left of each, the oldest first.
    """
    exact = next((pk for pk, left in reversed(captures) if left == amount), None)
    if exact is not None:
        return Pieces((Piece(exact, amount),))
    found: list[Piece] = []
    for pk, left in reversed(captures):
        part = min(left, amount)
        if part > 0:
            found.append(Piece(pk, part))
            amount -= part
    return Pieces(tuple(found), amount)
