"""Everything about proofs that writes: `beginning` and `ending` of a check, `looking` later, `providing`, `upkeep`."""

from yakuba.identity.operations.beginning import (
    AlreadyProven,
    NobodyAnswers,
    NotOffered,
    NotReady,
    RunEnded,
    Wish,
    begin,
)
from yakuba.identity.operations.ending import ask, come_back, settle
from yakuba.identity.operations.looking import ask_open, ask_status, follow_notices, hear_notice
from yakuba.identity.operations.providing import (
    NEXT,
    StillFaulty,
    StillInUse,
    change,
    connect,
    look_at,
    remove,
    switch,
    take_next_keys,
)
from yakuba.identity.operations.upkeep import (
    empty_old_words,
    erase,
    erase_unused,
    forget,
    hand_over,
    rewrite_hashes,
)
from yakuba.identity.operations.verifying import Verdict, evidence_to_verify, verify_again

__all__ = [
    "NEXT",
    "AlreadyProven",
    "NobodyAnswers",
    "NotOffered",
    "NotReady",
    "RunEnded",
    "StillFaulty",
    "StillInUse",
    "Verdict",
    "Wish",
    "ask",
    "ask_open",
    "ask_status",
    "begin",
    "change",
    "come_back",
    "connect",
    "empty_old_words",
    "erase",
    "erase_unused",
    "evidence_to_verify",
    "follow_notices",
    "forget",
    "hand_over",
    "hear_notice",
    "look_at",
    "remove",
    "rewrite_hashes",
    "settle",
    "switch",
    "take_next_keys",
    "verify_again",
]
