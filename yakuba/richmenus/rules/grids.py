"""The board of a tab: cells on a grid, joined and split, and where they lie on the picture.

A **cell** is (column, row, width, height) in units of the grid. The cells of a board cover it exactly:
no gap, no overlap. Pixels come last, from the shared edges of the grid, so they have neither.
"""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

WIDTH = 2500  # of every picture of ours, in pixels (LINE takes 800 to 2500)
HEIGHTS = {"full": 1686, "half": 843}
MOST_AREAS = 20  # POST /v2/bot/richmenu
MOST_COLUMNS = MOST_ROWS = 12  # of a grid: more lines than a hand can hit
STRIP = 288  # pixels of height: 45 on a telephone 390 wide, where a finger hits from 44 on
FINGER = 44
PHONE_WIDTH = 390


class At(NamedTuple):
    """A cell, in units of the grid."""

    column: int
    row: int
    width: int
    height: int


class Grid(NamedTuple):
    columns: int
    rows: int


class Bounds(NamedTuple):
    """A rectangle on the picture, in pixels, as LINE names it."""

    x: int
    y: int
    width: int
    height: int


class Board(NamedTuple):
    """A grid and the cells that cover it, in the order in which they are read."""

    grid: Grid
    cells: tuple[At, ...]


def even(columns: int, rows: int) -> Board:
    """Return a board of equal cells."""
    cells = (At(column, row, 1, 1) for row in range(rows) for column in range(columns))
    return Board(Grid(columns, rows), tuple(cells))


# By number of areas. Three and two are what clerks draw by hand: one wide on top, two below.
READY: dict[str, dict[int, Board]] = {
    "full": {
        1: even(1, 1),
        2: even(1, 2),
        3: Board(Grid(2, 2), (At(0, 0, 2, 1), At(0, 1, 1, 1), At(1, 1, 1, 1))),
        4: even(2, 2),
        6: even(3, 2),
        8: even(4, 2),
        9: even(3, 3),
        12: even(4, 3),
        20: even(5, 4),
    },
    "half": {
        1: even(1, 1),
        2: even(2, 1),
        3: even(3, 1),
        4: even(4, 1),
        6: even(3, 2),
        8: even(4, 2),
        9: even(3, 3),
        12: even(6, 2),
        20: even(10, 2),
    },
}


def in_order(cells: Iterable[At]) -> tuple[At, ...]:
    """Sort as one reads: from the top, and from the left."""
    return tuple(sorted(cells, key=lambda cell: (cell.row, cell.column)))


class Fault(NamedTuple):
    """What is wrong with a board: `kind` is outside, overlap, gap or many; `cell` is a number, or -1."""

    kind: str
    cell: int


def faults(grid: Grid, cells: Sequence[At]) -> list[Fault]:
    """Say how `cells` fail to cover the board exactly; an empty list is a good board."""
    if not (1 <= grid.columns <= MOST_COLUMNS and 1 <= grid.rows <= MOST_ROWS):
        return [Fault("outside", -1)]
    found: list[Fault] = []
    taken: set[tuple[int, int]] = set()
    for number, cell in enumerate(cells):
        is_inside = (
            min(cell.column, cell.row) >= 0
            and min(cell.width, cell.height) >= 1
            and cell.column + cell.width <= grid.columns
            and cell.row + cell.height <= grid.rows
        )
        if not is_inside:
            found.append(Fault("outside", number))
            continue
        squares = {*_squares(cell)}
        if squares & taken:
            found.append(Fault("overlap", number))
        taken |= squares
    if len(taken) < grid.columns * grid.rows:
        found.append(Fault("gap", -1))
    if len(cells) > MOST_AREAS:
        found.append(Fault("many", -1))
    return found


def _squares(cell: At) -> Iterable[tuple[int, int]]:
    for row in range(cell.row, cell.row + cell.height):
        for column in range(cell.column, cell.column + cell.width):
            yield column, row


def joined(cells: Sequence[At]) -> At | None:
    """Return the one cell that covers the same ground; None where that is no rectangle."""
    if not cells:
        return None
    left, top = min(cell.column for cell in cells), min(cell.row for cell in cells)
    right = max(cell.column + cell.width for cell in cells)
    bottom = max(cell.row + cell.height for cell in cells)
    whole = At(left, top, right - left, bottom - top)
    ground = sum(cell.width * cell.height for cell in cells)
    return whole if ground == whole.width * whole.height else None


def join(board: Board, chosen: Iterable[At]) -> Board | None:
    """Make one cell of `chosen`; None where they are no rectangle, or only one."""
    parts = {*chosen} & {*board.cells}
    whole = joined([*parts])
    if whole is None or len(parts) < 2:
        return None
    rest = (cell for cell in board.cells if cell not in parts)
    return Board(board.grid, in_order([*rest, whole]))


def split(board: Board, cell: At, *, across: bool) -> Board | None:
    """Cut `cell` into two: side by side with `across`, else one above the other.

    A cell one unit wide gets a finer grid. None where the board has no room for another cell.
    """
    if cell not in board.cells or len(board.cells) >= MOST_AREAS:
        return None
    if (cell.width if across else cell.height) < 2:
        factor = (2, 1) if across else (1, 2)
        board, cell = _finer(board, *factor), _times(cell, *factor)
        if board.grid.columns > MOST_COLUMNS or board.grid.rows > MOST_ROWS:
            return None
    first = (cell.width if across else cell.height) // 2
    if across:
        parts = [
            cell._replace(width=first),
            cell._replace(column=cell.column + first, width=cell.width - first),
        ]
    else:
        parts = [
            cell._replace(height=first),
            cell._replace(row=cell.row + first, height=cell.height - first),
        ]
    rest = (other for other in board.cells if other != cell)
    return Board(board.grid, in_order([*rest, *parts]))


def _times(cell: At, columns: int, rows: int) -> At:
    return At(cell.column * columns, cell.row * rows, cell.width * columns, cell.height * rows)


def _finer(board: Board, columns: int, rows: int) -> Board:
    grid = Grid(board.grid.columns * columns, board.grid.rows * rows)
    return Board(grid, tuple(_times(cell, columns, rows) for cell in board.cells))


def simplest(board: Board) -> Board:
    """Return the same board on the coarsest grid that can say it."""
    grid = board.grid
    across = math.gcd(grid.columns, *(n for cell in board.cells for n in (cell.column, cell.width)))
    down = math.gcd(grid.rows, *(n for cell in board.cells for n in (cell.row, cell.height)))
    cells = (
        At(cell.column // across, cell.row // down, cell.width // across, cell.height // down)
        for cell in board.cells
    )
    return Board(Grid(grid.columns // across, grid.rows // down), tuple(cells))


def bounds(at: At, grid: Grid, *, height: int, top: int = 0) -> Bounds:
    """Return the pixels of a cell on a picture `height` high, whose board begins at `top`.

    Each line of the grid is rounded once, and cells meet on it: whatever does not divide evenly is
    spread over the board.
    """
    left, right = (_line(n, grid.columns, WIDTH) for n in (at.column, at.column + at.width))
    upper, lower = (_line(n, grid.rows, height - top) for n in (at.row, at.row + at.height))
    return Bounds(left, top + upper, right - left, lower - upper)


def _line(number: int, of: int, length: int) -> int:
    return (2 * number * length + of) // (2 * of)  # rounded, halves upwards, without floats


def strip(count: int) -> list[Bounds]:
    """Return the places of `count` tabs in the strip on top of a drawn picture."""
    return [bounds(At(n, 0, 1, 1), Grid(count, 1), height=STRIP) for n in range(count)]


def top_of_board(*, tabs: int, is_drawn: bool) -> int:
    """Return where the board begins: below the strip, which a drawn picture has when there are tabs.

    On a picture that somebody uploaded nothing is drawn; its tabs are cells like any other.
    """
    return STRIP if is_drawn and tabs > 1 else 0


def is_small(place: Bounds) -> bool:
    """Tell whether a finger may miss the area on a telephone, measured in its whole pixels."""
    return round(min(place.width, place.height) * PHONE_WIDTH / WIDTH) < FINGER
