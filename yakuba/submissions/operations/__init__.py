"""Everything about submissions that writes: `receiving` (from residents) and `handling` (by clerks)."""

from yakuba.submissions.operations.receiving import (
    NoLongerCorrectable,
    correct,
    hand_over,
    receive,
)
from yakuba.submissions.operations.telling import tell_department

__all__ = ["NoLongerCorrectable", "correct", "hand_over", "receive", "tell_department"]
