"""Writing to many: `drafting`, `sending` (confirm, agree, take back), `starting` (its time, the fuse), `planning`, `running`."""

from yakuba.broadcasts.operations.drafting import (
    ChangedMeanwhile,
    NotADraft,
    change,
    draft,
    drop,
)
from yakuba.broadcasts.operations.planning import (
    NobodyMeant,
    NoQuota,
)
from yakuba.broadcasts.operations.running import (
    NotHalted,
    NotUncertain,
    decide,
    finish_forgotten,
    finish_if_done,
    go_on,
    halt,
    stop,
)
from yakuba.broadcasts.operations.sending import (
    Forbidden,
    InThePast,
    NeedsAReason,
    NotAsked,
    NotThatMany,
    OwnWords,
    TooLate,
    agree,
    call_off,
    give_back,
    submit,
    withdraw,
)
from yakuba.broadcasts.operations.starting import NotHeld, attend, begin, reasons_now, release

__all__ = [
    "ChangedMeanwhile",
    "Forbidden",
    "InThePast",
    "NeedsAReason",
    "NoQuota",
    "NobodyMeant",
    "NotADraft",
    "NotAsked",
    "NotHalted",
    "NotHeld",
    "NotThatMany",
    "NotUncertain",
    "OwnWords",
    "TooLate",
    "agree",
    "attend",
    "begin",
    "call_off",
    "change",
    "decide",
    "draft",
    "drop",
    "finish_forgotten",
    "finish_if_done",
    "give_back",
    "go_on",
    "halt",
    "reasons_now",
    "release",
    "stop",
    "submit",
    "withdraw",
]
