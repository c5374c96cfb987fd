"""What line plugs into others."""

from datetime import timedelta

from yakuba.kit import upkeep
from yakuba.line import chat, console, operations, outgoing, quota  # noqa: F401  (some plug themselves in)


@upkeep.every(timedelta(minutes=10))
def read_quota() -> None:
    quota.refresh()


@upkeep.every(timedelta(hours=6))
def empty_old_bodies() -> None:
    operations.empty_old_bodies()
