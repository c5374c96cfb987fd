"""Everything about submissions that writes.

`receiving` (from residents), `handling` and `answering` (by clerks), `telling` (departments), `exporting`,
`upkeep` (erasing, forgetting, keys).
"""

from yakuba.submissions.operations.answering import TEMPLATES, answer, said
from yakuba.submissions.operations.exporting import (
    KEPT_DAYS,
    ask_for,
    erase_old_exports,
    fetch,
    make_export,
    rewrite_parts,
)
from yakuba.submissions.operations.handling import (
    assign,
    assign_all,
    set_status,
    set_status_of,
    subject_of,
    take_back_assigning,
    take_back_status,
    withdraw,
    write_note,
)
from yakuba.submissions.operations.receiving import (
    NoLongerCorrectable,
    correct,
    hand_over,
    receive,
    settle_latest,
)
from yakuba.submissions.operations.telling import tell_again, tell_department
from yakuba.submissions.operations.unsent import note_unsent
from yakuba.submissions.operations.upkeep import (
    erase_due,
    forget,
    rewrite_hashes,
)

__all__ = [
    "KEPT_DAYS",
    "TEMPLATES",
    "NoLongerCorrectable",
    "answer",
    "ask_for",
    "assign",
    "assign_all",
    "correct",
    "erase_due",
    "erase_old_exports",
    "fetch",
    "forget",
    "hand_over",
    "make_export",
    "note_unsent",
    "receive",
    "rewrite_hashes",
    "rewrite_parts",
    "said",
    "set_status",
    "set_status_of",
    "settle_latest",
    "subject_of",
    "take_back_assigning",
    "take_back_status",
    "tell_again",
    "tell_department",
    "withdraw",
    "write_note",
]
