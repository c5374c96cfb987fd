"""Everything that registers write."""

from yakuba.registers.operations.designing import (
    ChoicesMissing,
    ColumnInUse,
    KindInUse,
    LabelTaken,
    NoMyNumber,
    Plan,
    TooManyColumns,
    add_column,
    change_column,
    describe,
    make,
    move_column,
    remove_column,
)
from yakuba.registers.operations.editions import (
    ChangedByProcedure,
    ChangedSince,
    HistoryGone,
    NothingToUndo,
    undo,
)
from yakuba.registers.operations.erasing import Erased, erase
from yakuba.registers.operations.rows import (
    AlreadyThere,
    Gone,
    Incomplete,
    NotUnique,
    add_row,
    change_row,
    remove_row,
)

__all__ = [
    "AlreadyThere",
    "ChangedByProcedure",
    "ChangedSince",
    "ChoicesMissing",
    "ColumnInUse",
    "Erased",
    "Gone",
    "HistoryGone",
    "Incomplete",
    "KindInUse",
    "LabelTaken",
    "NoMyNumber",
    "NotUnique",
    "NothingToUndo",
    "Plan",
    "TooManyColumns",
    "add_column",
    "add_row",
    "change_column",
    "change_row",
    "describe",
    "erase",
    "make",
    "move_column",
    "remove_column",
    "remove_row",
    "undo",
]
