"""Everything that segments write: the groups (`groups`) and what happened to people (`happenings`)."""

from yakuba.segments.operations.groups import ChangedMeanwhile, change, drop, make
from yakuba.segments.operations.happenings import hand_over, happened, sum_up

__all__ = ["ChangedMeanwhile", "change", "drop", "hand_over", "happened", "make", "sum_up"]
