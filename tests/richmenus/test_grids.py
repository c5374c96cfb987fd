"""Whatever is joined and split, the cells cover the board exactly, in units and in pixels."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yakuba.richmenus.rules import grids
from yakuba.richmenus.rules.grids import At, Board, Grid


@st.composite
def boards(draw: st.DrawFn) -> Board:
    """A ready board after any number of joins and splits."""
    height = draw(st.sampled_from(["full", "half"]))
    board = draw(st.sampled_from([*grids.READY[height].values()]))
    for _step in range(draw(st.integers(0, 12))):
        act = draw(st.sampled_from(["across", "down", "join", "simplest"]))
        cell = draw(st.sampled_from(board.cells))
        other = draw(st.sampled_from(board.cells))
        changed: Board | None
        if act == "join":
            whole = _around(cell, other)
            changed = grids.join(board, [one for one in board.cells if _within(one, whole)])
        elif act == "simplest":
            changed = grids.simplest(board)
        else:
            changed = grids.split(board, cell, across=act == "across")
        board = changed or board
    return board


def _around(one: At, other: At) -> At:
    left, top = min(one.column, other.column), min(one.row, other.row)
    right = max(one.column + one.width, other.column + other.width)
    bottom = max(one.row + one.height, other.row + other.height)
    return At(left, top, right - left, bottom - top)


def _within(cell: At, whole: At) -> bool:
    return (
        whole.column <= cell.column
        and whole.row <= cell.row
        and cell.column + cell.width <= whole.column + whole.width
        and cell.row + cell.height <= whole.row + whole.height
    )


@given(boards())
def test_any_joins_and_splits_cover_the_board_exactly(board: Board) -> None:
    assert grids.faults(board.grid, board.cells) == []
    assert list(board.cells) == sorted(board.cells, key=lambda cell: (cell.row, cell.column))


@given(boards(), st.sampled_from(["full", "half"]), st.sampled_from([0, grids.STRIP]))
def test_the_pixels_have_neither_gap_nor_overlap(board: Board, size: str, top: int) -> None:
    height = grids.HEIGHTS[size]
    places = [grids.bounds(cell, board.grid, height=height, top=top) for cell in board.cells]

    assert sum(place.width * place.height for place in places) == grids.WIDTH * (height - top)
    assert all(min(place.width, place.height) > 0 for place in places)
    assert not any(
        one.x < two.x + two.width
        and two.x < one.x + one.width
        and one.y < two.y + two.height
        and two.y < one.y + one.height
        for number, one in enumerate(places)
        for two in places[:number]
    )


@given(boards(), st.sampled_from(["full", "half"]))
def test_the_simplest_grid_says_nearly_the_same_pixels(board: Board, size: str) -> None:
    simple = grids.simplest(board)
    height = grids.HEIGHTS[size]

    for before, after in zip(board.cells, simple.cells, strict=True):
        assert grids.bounds(before, board.grid, height=height) == grids.bounds(
            after, simple.grid, height=height
        )


@pytest.mark.parametrize("size", ["full", "half"])
@pytest.mark.parametrize("count", [1, 2, 3, 4, 6, 8, 9, 12, 20])
def test_a_ready_board_has_as_many_areas_as_it_says(size: str, count: int) -> None:
    board = grids.READY[size][count]

    assert len(board.cells) == count
    assert grids.faults(board.grid, board.cells) == []


def test_a_remainder_is_spread_over_the_board() -> None:
    thirds = [grids.bounds(At(n, 0, 1, 1), Grid(3, 1), height=843).width for n in range(3)]

    assert thirds == [833, 834, 833]


def test_only_a_rectangle_can_be_joined() -> None:
    board = grids.even(3, 3)

    corner = grids.join(board, [At(0, 0, 1, 1), At(1, 0, 1, 1), At(0, 1, 1, 1)])
    apart = grids.join(board, [At(0, 0, 1, 1), At(2, 0, 1, 1)])
    row = grids.join(board, [At(0, 0, 1, 1), At(1, 0, 1, 1)])

    assert corner is None
    assert apart is None
    assert row is not None
    assert row.cells[0] == At(0, 0, 2, 1)
    assert len(row.cells) == 8


def test_a_cell_one_unit_wide_is_split_on_a_finer_grid() -> None:
    board = grids.split(grids.even(1, 1), At(0, 0, 1, 1), across=True)

    assert board == Board(Grid(2, 1), (At(0, 0, 1, 1), At(1, 0, 1, 1)))


def test_there_are_never_more_than_twenty_areas() -> None:
    assert grids.split(grids.even(5, 4), At(0, 0, 1, 1), across=True) is None


def test_a_grid_does_not_become_finer_than_a_hand_can_hit() -> None:
    assert grids.split(grids.even(8, 2), At(0, 0, 1, 1), across=True) is None


@pytest.mark.parametrize(
    ("cells", "kinds"),
    [
        ([At(0, 0, 1, 2)], ["gap"]),
        ([At(0, 0, 2, 2), At(1, 1, 1, 1)], ["overlap"]),
        ([At(0, 0, 2, 2), At(1, 1, 2, 1)], ["outside"]),
        ([At(0, 0, 2, 2), At(0, 0, 0, 1)], ["outside"]),
        ([At(-1, 0, 3, 2)], ["outside", "gap"]),
    ],
)
def test_a_bad_board_says_what_is_wrong(cells: list[At], kinds: list[str]) -> None:
    assert [fault.kind for fault in grids.faults(Grid(2, 2), cells)] == kinds


def test_tabs_lie_side_by_side_above_the_board() -> None:
    strip = grids.strip(3)

    assert [place.x for place in strip] == [0, 833, 1667]
    assert {place.height for place in strip} == {grids.STRIP}
    assert grids.top_of_board(tabs=3, is_drawn=True) == grids.STRIP
    assert grids.top_of_board(tabs=3, is_drawn=False) == 0
    assert grids.top_of_board(tabs=1, is_drawn=True) == 0


def test_an_area_that_a_finger_misses_is_called_small() -> None:
    wide = grids.bounds(At(0, 0, 1, 1), Grid(3, 3), height=843)
    narrow = grids.bounds(At(0, 0, 1, 1), Grid(10, 2), height=843)

    assert not grids.is_small(wide)  # 130 × 44 on the telephone
    assert grids.is_small(narrow)
    assert not any(grids.is_small(place) for place in grids.strip(5))
