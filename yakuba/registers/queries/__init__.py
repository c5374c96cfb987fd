"""Questions about registers: which there are, which rows words mean, what a cell shows."""

from yakuba.registers.queries.looking import (
    Cell,
    cells,
    departments_of_makers,
    rows_of,
    rows_with,
    specs_of,
)

__all__ = ["Cell", "cells", "departments_of_makers", "rows_of", "rows_with", "specs_of"]
