"""How a list is looked at: read from the address, and written back into it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Generic
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import QueryDict

from yakuba.console.lists.parts import Column, Listing, Row

SIZES = (25, 50, 100)


@dataclass(frozen=True)  # slots and Generic do not go together in 3.11
class State(Generic[Row]):
    """What is asked of the list. Whatever the address says wrongly is as if it had not said it."""

    listing: Listing[Row]
    words: str
    chosen: Mapping[str, str]  # filter → value
    sort: str  # a column's key, "-key" for downwards, "" as the list comes
    columns: tuple[str, ...]
    size: int
    page: int

    @property
    def shown(self) -> list[Column[Row]]:
        first, *others = self.listing.columns
        return [first, *(column for column in others if column.key in self.columns)]

    @property
    def is_narrowed(self) -> bool:
        return bool(self.words or self.chosen)

    def query(self) -> str:
        """Return the address's query for this state, without the page."""
        pairs: list[tuple[str, str]] = [("q", self.words)] if self.words else []
        pairs += sorted(self.chosen.items())
        if self.sort:
            pairs.append(("sort", self.sort))
        if self.columns != _usual(self.listing):
            pairs += [("cols", key) for key in self.columns] or [("cols", "none")]
        if self.size != SIZES[0]:
            pairs.append(("size", str(self.size)))
        return urlencode(pairs)

    def sorted_by(self, column: Column[Row]) -> "State[Row]":
        """Return the state after pressing on the column's head: up, down, and as the list comes."""
        following = {"": column.key, column.key: f"-{column.key}", f"-{column.key}": ""}
        return replace(self, sort=following.get(self.sort, column.key))

    def apply(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        """Keep what is asked for, in the order that is asked for."""
        for one in self.listing.filters:
            if one.key in self.chosen:
                rows = one.keep(rows, self.chosen[one.key])
        if self.words and self.listing.search:
            rows = self.listing.search(rows, self.words)
        fields = {column.key: column.sort for column in self.listing.columns if column.sort}
        field = fields.get(self.sort.removeprefix("-"), "")
        down = "-" if self.sort.startswith("-") else ""
        # The key at the end keeps pages apart when many rows are equal.
        return rows.order_by(f"{down}{field}" if field else self.listing.order, "pk")


def read(listing: Listing[Row], asked: QueryDict) -> State[Row]:
    keys = {column.key for column in listing.columns}
    columns = tuple(key for key in asked.getlist("cols") if key in keys)
    sort, page = asked.get("sort", ""), asked.get("page", "")
    return State(
        listing=listing,
        words=asked.get("q", "").strip()[:100] if listing.search else "",
        chosen={one.key: value for one in listing.filters if (value := asked.get(one.key, ""))},
        sort=sort if sort.removeprefix("-") in keys else "",
        columns=columns if "cols" in asked else _usual(listing),
        size=next((size for size in SIZES if str(size) == asked.get("size")), SIZES[0]),
        page=int(page) if page.isdecimal() and len(page) < 10 else 1,
    )


def _usual(listing: Listing[Row]) -> tuple[str, ...]:
    return tuple(column.key for column in listing.columns[1:] if column.shown)
