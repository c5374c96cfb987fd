"""Everything about money that writes.

`charging` (asked for, void), `posting` (the ledger, and what follows).
"""

from yakuba.payments.operations.charging import (
    NothingToPay,
    TooLate,
    announce_overdue,
    request_charge,
    void,
)

__all__ = [
    "NothingToPay",
    "TooLate",
    "announce_overdue",
    "request_charge",
    "void",
]
