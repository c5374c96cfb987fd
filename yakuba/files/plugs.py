"""What files plugs into others."""

from datetime import timedelta

from yakuba.files import operations
from yakuba.kit import upkeep


@upkeep.every(timedelta(hours=1))
def erase_due() -> None:
    operations.erase_due()


@upkeep.every(timedelta(days=1))
def sweep() -> None:
    operations.sweep()


upkeep.encrypted.append(
    upkeep.EncryptedColumn(name="files.content", rewrite=operations.rewrite_content)
)
