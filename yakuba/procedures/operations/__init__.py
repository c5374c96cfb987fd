"""Everything about procedures that writes: `turns` (residents going through them) and `publishing` (staff making them)."""

from yakuba.procedures.operations.freezing import erase_frozen, freeze
from yakuba.procedures.operations.ordering import move, put_back
from yakuba.procedures.operations.publishing import (
    archive,
    copy,
    import_document,
    keyword,
    make,
    pause,
    publish,
    reopen,
    restore,
    save_draft,
    start_on_joining,
    undo,
)
from yakuba.procedures.operations.taking_back import TakenBack, take_back
from yakuba.procedures.operations.turns import (
    AlreadyAnswered,
    Full,
    NotOpen,
    Turn,
    begin,
    begin_correction,
    go_on,
    present_talk,
    take,
)
from yakuba.procedures.operations.upkeep import expire, hand_over, remind, rewrite_marks

__all__ = [
    "AlreadyAnswered",
    "Full",
    "NotOpen",
    "TakenBack",
    "Turn",
    "archive",
    "begin",
    "begin_correction",
    "copy",
    "erase_frozen",
    "expire",
    "freeze",
    "go_on",
    "hand_over",
    "import_document",
    "keyword",
    "make",
    "move",
    "pause",
    "present_talk",
    "publish",
    "put_back",
    "remind",
    "reopen",
    "restore",
    "rewrite_marks",
    "save_draft",
    "start_on_joining",
    "take",
    "take_back",
    "undo",
]
