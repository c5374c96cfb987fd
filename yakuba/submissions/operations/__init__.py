"""Everything about submissions that writes.

`receiving` and `withdrawing` (by residents), `handling`, `many` and `answering` (by clerks), `stages` (the one way
through the table of transitions), `returning`, `deciding`, `letters`, `telling` (departments), `exporting`,
`upkeep` (erasing, forgetting, keys).
"""

from yakuba.submissions.operations.answering import TEMPLATES, answer, said
from yakuba.submissions.operations.changing import subject_of
from yakuba.submissions.operations.charging import (
    money_changed,
    paid,
    remind_of_payment,
    request_fee,
    request_more,
    void_charge,
)
from yakuba.submissions.operations.deciding import (
    approve,
    issue,
    look_after,
    look_again,
    look_at_proof,
    reject,
    reopen,
    tick,
)
from yakuba.submissions.operations.exporting import (
    KEPT_DAYS,
    ask_for,
    erase_old_exports,
    fetch,
    make_export,
)
from yakuba.submissions.operations.handling import assign, set_status, write_note
from yakuba.submissions.operations.letters import make_letter, note_reading
from yakuba.submissions.operations.many import (
    assign_all,
    do_all,
    set_status_of,
    take_back_assigning,
    take_back_status,
)
from yakuba.submissions.operations.receiving import (
    NoLongerCorrectable,
    correct,
    hand_over,
    next_receipt_no,
    receive,
)
from yakuba.submissions.operations.returning import (
    prolong,
    remind_and_lapse,
    return_for_correction,
)
from yakuba.submissions.operations.settling import settle_latest
from yakuba.submissions.operations.stages import apply, release, start
from yakuba.submissions.operations.telling import tell_again, tell_department
from yakuba.submissions.operations.unpaid import overdue
from yakuba.submissions.operations.unsent import note_unsent
from yakuba.submissions.operations.upkeep import (
    erase_due,
    forget,
    rewrite_hashes,
)
from yakuba.submissions.operations.withdrawing import (
    grant_withdrawal,
    may_withdraw,
    refuse_withdrawal,
    withdraw,
)

__all__ = [
    "KEPT_DAYS",
    "TEMPLATES",
    "NoLongerCorrectable",
    "answer",
    "apply",
    "approve",
    "ask_for",
    "assign",
    "assign_all",
    "correct",
    "do_all",
    "erase_due",
    "erase_old_exports",
    "fetch",
    "forget",
    "grant_withdrawal",
    "hand_over",
    "issue",
    "look_after",
    "look_again",
    "look_at_proof",
    "make_export",
    "make_letter",
    "may_withdraw",
    "money_changed",
    "next_receipt_no",
    "note_reading",
    "note_unsent",
    "overdue",
    "paid",
    "prolong",
    "receive",
    "refuse_withdrawal",
    "reject",
    "release",
    "remind_and_lapse",
    "remind_of_payment",
    "reopen",
    "request_fee",
    "request_more",
    "return_for_correction",
    "rewrite_hashes",
    "said",
    "set_status",
    "set_status_of",
    "settle_latest",
    "start",
    "subject_of",
    "take_back_assigning",
    "take_back_status",
    "tell_again",
    "tell_department",
    "tick",
    "void_charge",
    "withdraw",
    "write_note",
]
