"""What line plugs into others."""

from datetime import timedelta

from yakuba.kit import upkeep
from yakuba.line import chat, operations, outgoing, quota  # noqa: F401  (chat and outgoing plug in themselves)


@upkeep.every(timedelta(minutes=10))
def read_quota() -> None:
    quota.refresh()


@upkeep.every(timedelta(hours=6))
def empty_old_bodies() -> None:
    operations.empty_old_bodies()
