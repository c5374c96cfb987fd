"""What a package promises the upkeep of the house; run by `ops` and by `yakuba upkeep`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Chore:
    """Work to be done every `every` of machine time by the worker; safe to run twice."""

    name: str
    every: timedelta
    work: Callable[[], None]


@dataclass(frozen=True, slots=True)
class EncryptedColumn:
    """A table whose encrypted columns and keyed hashes `yakuba keys rotate` writes anew.

    `rewrite` takes the smallest primary key to begin after and returns the last one done, or None
    when everything is under the first key.
    """

    name: str
    rewrite: Callable[[object | None], object | None]


chores: list[Chore] = []
encrypted: list[EncryptedColumn] = []


def every(interval: timedelta) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Have the worker call the function again and again."""

    def register(work: Callable[[], None]) -> Callable[[], None]:
        name = f"{work.__module__.split('.')[1]}.{work.__name__}"
        chores.append(Chore(name=name, every=interval, work=work))
        return work

    return register
