"""Writing to many: `drafting`, `sending` (deciding that it goes), `planning` (batches), `running` (stop, go on, the end)."""

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
    NotThatMany,
    send,
)

__all__ = [
    "ChangedMeanwhile",
    "Forbidden",
    "NoQuota",
    "NobodyMeant",
    "NotADraft",
    "NotHalted",
    "NotThatMany",
    "NotUncertain",
    "change",
    "decide",
    "draft",
    "drop",
    "finish_forgotten",
    "finish_if_done",
    "go_on",
    "halt",
    "send",
    "stop",
]
