"""The areas of a tab as LINE gets them: the strip of tabs, if we draw one, and then the cells."""

from typing import NamedTuple

from yakuba.kit.text import cut_graphemes
from yakuba.richmenus.definition import Cell, Menu, SwitchTab, Tab
from yakuba.richmenus.rules import grids
from yakuba.richmenus.rules.grids import At, Bounds, Grid


class Area(NamedTuple):
    """A place on the picture, and what is done there: a cell of the tab, or the way to another tab."""

    bounds: Bounds
    cell: Cell
    number: int | None  # of the cell in its tab; None for the strip


def areas(menu: Menu, tab: Tab) -> list[Area]:
    """Return every area of `tab`. The open tab's own place in the strip does nothing and is left out.

    The strip stands on top of every drawn picture as soon as there are two tabs (decision 0058).
    """
    found = []
    top = top_of(menu, tab)
    if top:
        for other, place in zip(menu.tabs, grids.strip(len(menu.tabs)), strict=True):
            if other.key != tab.key:
                found.append(Area(place, _way_to(other), None))
    height = grids.HEIGHTS[tab.height]
    for number, cell in enumerate(tab.cells):
        place = grids.bounds(At(*cell.at), Grid(*tab.grid), height=height, top=top)
        found.append(Area(place, cell, number))
    return found


def top_of(menu: Menu, tab: Tab) -> int:
    """Return where the board of `tab` begins, in pixels."""
    return grids.top_of_board(tabs=len(menu.tabs), is_drawn=tab.picture.drawn is not None)


def most_cells(menu: Menu, tab: Tab) -> int:
    """Return how many cells the tab may have: LINE takes twenty areas, and the strip's count."""
    return grids.MOST_AREAS - (len(menu.tabs) - 1 if top_of(menu, tab) else 0)


def _way_to(tab: Tab) -> Cell:
    name = tab.name or tab.key
    return Cell(
        at=(0, 0, 1, 1),
        title=name,
        label=cut_graphemes(name, 20),
        action=SwitchTab(do="tab", key=tab.key),
    )
