"""Where rows stand in the order of the 五十音, so that a page of a long list is read without opening the rest.

A place is a number between those of its neighbours. Only the live rows have to be in order: an edition that is
undone brings back the rows that were in order before it.
"""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import groupby

from django.db import transaction

from yakuba.kit import kana
from yakuba.kit.db import lock
from yakuba.registers.models import Register, Row
from yakuba.registers.rules import columns
from yakuba.registers.rules.columns import Spec

_STEP = float(2**20)
_MANY = 200  # from here on it is quicker to open all rows than some for each


class Order:
    """The live rows of a register in their order; what a row says is opened only when it is asked."""

    def __init__(self, register: Register, specs: Sequence[Spec]) -> None:
        self._specs = specs
        rows = Row.objects.filter(register=register).live()
        self._rows = rows
        placed = list(rows.order_by("place", "pk").values_list("place", "pk"))
        self._places = [place for place, _pk in placed]
        self._keys = [pk for _place, pk in placed]
        self._opened: dict[int, kana.SortKey] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def __getitem__(self, index: int) -> kana.SortKey:
        pk = self._keys[index]
        if pk not in self._opened:
            self._opened[pk] = self._key(Row.objects.values_list("values", flat=True).get(pk=pk))
        return self._opened[pk]

    def places(self, words: Sequence[str]) -> list[float]:
        """Return a place for each of the new rows, which are to be sorted by these words."""
        if len(words) > _MANY:
            for pk, values in self._rows.values_list("pk", "values").iterator(chunk_size=2000):
                self._opened[pk] = self._key(values)
        keys = [kana.sort_key(one) for one in words]
        found = sorted((bisect_right(self, key), key, n) for n, key in enumerate(keys))
        places = [0.0] * len(words)
        for index, group in groupby(found, key=lambda one: one[0]):
            new = [n for _index, _key, n in group]
            for n, place in zip(new, self._between(index, len(new)), strict=True):
                places[n] = place
        return places

    def _between(self, index: int, count: int) -> list[float]:
        """Return `count` places, in order, before the row that is at `index` now."""
        before = self._places[index - 1] if index else None
        after = self._places[index] if index < len(self._places) else None
        if before is None and after is None:
            before = 0.0
        if before is None:
            assert after is not None
            return [after - _STEP * n for n in range(count, 0, -1)]
        if after is None:
            return [before + _STEP * n for n in range(1, count + 1)]
        gap = (after - before) / (count + 1)
        return [before + gap * n for n in range(1, count + 1)]

    def _key(self, values: columns.Values) -> kana.SortKey:
        return kana.sort_key(columns.order_words(self._specs, values))


@transaction.atomic
def place_anew(register: Register, specs: Sequence[Spec]) -> None:
    """Put every live row into its place, after the register began to be sorted by another column."""
    lock(register)  # an edition that is being made would put its rows between those of before
    rows = Row.objects.filter(register=register).live()
    keyed = [
        (kana.sort_key(columns.order_words(specs, values)), pk)
        for pk, values in rows.values_list("pk", "values").iterator(chunk_size=2000)
    ]
    keyed.sort()
    for start in range(0, len(keyed), 2000):
        some = [
            Row(pk=pk, place=_STEP * n)
            for n, (_key, pk) in enumerate(keyed[start : start + 2000], start=start + 1)
        ]
        Row.objects.bulk_update(some, ["place"])
