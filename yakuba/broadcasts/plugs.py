"""What broadcasts plug into others."""

from datetime import timedelta

from yakuba.broadcasts import console, operations  # noqa: F401
from yakuba.broadcasts.kinds import batches  # noqa: F401
from yakuba.kit import upkeep

upkeep.every(timedelta(minutes=1))(operations.finish_forgotten)
upkeep.every(timedelta(seconds=5))(operations.attend)
