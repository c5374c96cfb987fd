"""Everything about money that writes.

`charging` (asked for, void), `attempting` (paying), `receiving` (messages from providers), `reconciling` (asking
providers), `posting` (the ledger, and what follows), `refunding`, `counter`, `importing`, `entrusting` (the accounting
section), `upkeep`.
"""

from yakuba.payments.operations.attempting import (
    BeingLookedAt,
    NoAnswer,
    NothingOpen,
    NotThisWay,
    SaidNo,
    begin_attempt,
)
from yakuba.payments.operations.charging import (
    NothingToPay,
    TooLate,
    announce_overdue,
    request_charge,
    void,
)
from yakuba.payments.operations.connecting import (
    KeyTaken,
    NotInOrder,
    change,
    check,
    check_all,
    connect,
    switch,
)
from yakuba.payments.operations.counter import (
    AnotherAmount,
    NothingToReceive,
    ResolutionMissing,
    post_counter_payment,
    resolve_alarm,
)
from yakuba.payments.operations.entrusting import entrust_books
from yakuba.payments.operations.importing import (
    ImportedAlready,
    NotThisFile,
    import_settlement,
)
from yakuba.payments.operations.receiving import (
    LARGEST,
    empty_old_messages,
    process_message,
    process_waiting,
    take_message,
)
from yakuba.payments.operations.reconciling import ask, ask_attempt, ask_due
from yakuba.payments.operations.refunding import (
    MoreThanPaid,
    NeedsSecondPerson,
    NotTooMuchAnyMore,
    NotWaiting,
    ReasonMissing,
    StillTooMuch,
    approve_refund,
    ask_refund,
    drop_refund,
    give_back_by_hand,
    send_due,
    send_refund,
)
from yakuba.payments.operations.upkeep import forget, hand_over

__all__ = [
    "LARGEST",
    "AnotherAmount",
    "BeingLookedAt",
    "ImportedAlready",
    "KeyTaken",
    "MoreThanPaid",
    "NeedsSecondPerson",
    "NoAnswer",
    "NotInOrder",
    "NotThisFile",
    "NotThisWay",
    "NotTooMuchAnyMore",
    "NotWaiting",
    "NothingOpen",
    "NothingToPay",
    "NothingToReceive",
    "ReasonMissing",
    "ResolutionMissing",
    "SaidNo",
    "StillTooMuch",
    "TooLate",
    "announce_overdue",
    "approve_refund",
    "ask",
    "ask_attempt",
    "ask_due",
    "ask_refund",
    "begin_attempt",
    "change",
    "check",
    "check_all",
    "connect",
    "drop_refund",
    "empty_old_messages",
    "entrust_books",
    "forget",
    "give_back_by_hand",
    "hand_over",
    "import_settlement",
    "post_counter_payment",
    "process_message",
    "process_waiting",
    "request_charge",
    "resolve_alarm",
    "send_due",
    "send_refund",
    "switch",
    "take_message",
    "void",
]
