"""Questions about registers: which there are, which rows words mean, what a cell shows, who is on one."""

from yakuba.registers.queries.changing import KindChange, kind_change, reread, spec_with
from yakuba.registers.queries.finding import Asked, Finding, columns_of, find, register_of
from yakuba.registers.queries.letters import (
    MOST_PRINTED,
    Outlook,
    Posted,
    Wish,
    chosen_rows,
    codes_of,
    outlook,
    posted,
    wish_of,
)
from yakuba.registers.queries.looking import (
    Cell,
    cells,
    departments_of_makers,
    rows_of,
    rows_with,
    specs_of,
)
from yakuba.registers.queries.steering import (
    choices_of,
    column_keys,
    may_steer,
    reading_procedures,
    registers_for,
)
from yakuba.registers.queries.trying import tries_by_day

__all__ = [
    "MOST_PRINTED",
    "Asked",
    "Cell",
    "Finding",
    "KindChange",
    "Outlook",
    "Posted",
    "Wish",
    "cells",
    "choices_of",
    "chosen_rows",
    "codes_of",
    "column_keys",
    "columns_of",
    "departments_of_makers",
    "find",
    "kind_change",
    "may_steer",
    "outlook",
    "posted",
    "reading_procedures",
    "register_of",
    "registers_for",
    "reread",
    "rows_of",
    "rows_with",
    "spec_with",
    "specs_of",
    "tries_by_day",
    "wish_of",
]
