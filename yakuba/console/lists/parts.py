"""What a list is made of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet

from yakuba.console.sockets import SIGNED_IN, Staff, Words

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)  # slots and Generic do not go together in 3.11
class Column(Generic[Row]):
    """One column. `sort` is the field to order by; `shown` says whether it is there before anybody chooses."""

    key: str
    title: Words
    cell: Callable[[Row], object]
    sort: str = ""
    shown: bool = True
    at_end: bool = False  # numbers stand at the right


@dataclass(frozen=True)  # slots and Generic do not go together in 3.11
class Filter(Generic[Row]):
    """One question about the rows with a few answers; the address carries it as `key=value`."""

    key: str
    title: Words
    choices: Callable[[Staff], Sequence[tuple[str, Words]]]
    keep: Callable[[QuerySet[Row], str], QuerySet[Row]]


@dataclass(frozen=True, slots=True)
class Done:
    """What a bulk action did, in a sentence; `undo` is the payload for the undoer of that kind."""

    sentence: str
    undo_kind: str = ""
    undo: Mapping[str, object] | None = None


@dataclass(frozen=True)  # slots and Generic do not go together in 3.11
class Bulk(Generic[Row]):
    """Something to do to many rows at once.

    `warning` says before what will happen to how many; `act` is one operation, called with the rows.
    """

    key: str
    title: Words
    warning: Callable[[int], str]
    act: Callable[[Staff, QuerySet[Row]], Done]
    needs: str = SIGNED_IN
    is_dangerous: bool = False


@dataclass(frozen=True, slots=True)
class Empty:
    """What to say when there is nothing at all, and what to do first."""

    title: Words
    words: Words = ""
    href: str = ""
    label: Words = ""


@dataclass(frozen=True)  # slots and Generic do not go together in 3.11
class Listing(Generic[Row]):
    """A list, described once. The first column names the row and leads to `href`."""

    key: str
    title: Words
    columns: Sequence[Column[Row]]
    order: str  # the field to order by before anybody chooses, "-…" for the newest first
    empty: Empty
    href: Callable[[Row], str] | None = None
    filters: Sequence[Filter[Row]] = ()
    search: Callable[[QuerySet[Row], str], QuerySet[Row]] | None = None
    search_hint: Words = ""
    bulk: Sequence[Bulk[Row]] = ()
    export: Callable[[], str] | None = None  # the address that takes the same query
