"""How an area is filled: first the words, as large as they can be, then the icon in what is left."""

from collections.abc import Sequence
from typing import NamedTuple

from yakuba.kit.text import ELLIPSIS
from yakuba.richmenus.definition import Cell
from yakuba.richmenus.drawing import letters
from yakuba.richmenus.drawing.icons import ICONS, Icon
from yakuba.richmenus.drawing.letters import Setting
from yakuba.richmenus.rules.grids import Bounds

GAP = 14  # between the areas, on each side
NEAR = 16  # between an icon and its words

# Pixels of a picture 2500 wide: 6.4 are one pixel of a telephone 390 wide.
_LARGEST_TITLE = 240
_GOOD_TITLE = 112  # 17.5 on the telephone: for letters of this size an icon becomes smaller
_WORTH_OF_ICONS = 40  # the letters that are given up for having icons at all
_SMALLEST_TITLE = 80  # 12.5
_LARGEST_NOTE = 110
_SMALLEST_NOTE = 72  # 11
_LARGEST_ICON = 440
_WIDE = 2.1  # an area so many times wider than high has its icon at the left
_SHARES = (0.46, 0.38, 0.31, 0.26, 0)  # of the area's height, for the icon


class Tile(NamedTuple):
    """The icon's square (its side is 0 without one), the box of the words, and the words."""

    icon: Icon | None
    square: Bounds
    words: Bounds
    title: Setting
    note: Setting | None
    is_wide: bool
    is_cut: bool  # the title is not whole
    lacks_note: bool  # there was no room for it


_NO_WORDS = Setting((), 0)


def tiles(cells: Sequence[tuple[Cell, Bounds]]) -> list[Tile]:
    """Lay out the cells of a board. Areas of one shape look alike: the same share for the icon, one size of letters."""
    shapes: dict[tuple[int, int], list[int]] = {}
    for number, (_cell, place) in enumerate(cells):
        # The lines of the grid are rounded: 833 and 834 pixels are one shape.
        shapes.setdefault((place.width // 8, place.height // 8), []).append(number)
    found: dict[int, Tile] = {}
    for numbers in shapes.values():
        group = [cells[number] for number in numbers]
        ways = [[_tile(cell, place, share) for cell, place in group] for share in _SHARES]
        best = _calm(group, max(ways, key=_goodness))
        found |= zip(numbers, best, strict=True)
    return [found[number] for number in range(len(cells))]


def _tile(cell: Cell, place: Bounds, share: float) -> Tile:
    padding = GAP + max(10, min(28, min(place.width, place.height) // 14))
    inner = Bounds(
        place.x + padding,
        place.y + padding,
        place.width - 2 * padding,
        place.height - 2 * padding,
    )
    icon = ICONS.get(cell.icon)
    if icon is not None and not (cell.title or cell.note):
        side = min(inner.width, inner.height, _LARGEST_ICON)
        return Tile(icon, _middle(inner, side), inner, _NO_WORDS, None, False, False, False)
    return _with_words(cell, inner, icon if share else None, share)


def _goodness(way: Sequence[Tile]) -> tuple[int, int, int, int]:
    """Whole words come first, then large words, then the notes, and last a large icon."""
    sizes = sorted(min(one.title.size, _GOOD_TITLE) for one in way if one.title.lines)
    usual = sizes[len(sizes) // 3] if sizes else 0
    has_icons = any(one.icon for one in way)
    return (
        -sum(one.is_cut for one in way),
        (usual if has_icons else usual - _WORTH_OF_ICONS) // 16,
        sum(one.note is not None for one in way),
        sum(one.square.width for one in way),
    )


def _calm(group: Sequence[tuple[Cell, Bounds]], way: Sequence[Tile]) -> list[Tile]:
    """Give all titles the size of the smallest; but one long title does not make the others small."""
    sizes = sorted(one.title.size for one in way if one.title.lines)
    size = max(sizes[0], sizes[len(sizes) // 2] * 4 // 5) if sizes else 0
    return [
        one._replace(title=letters.at_size(cell.title, width=one.words.width, size=size))
        if one.title.size > size
        else one
        for (cell, _place), one in zip(group, way, strict=True)
    ]


def _with_words(cell: Cell, inner: Bounds, icon: Icon | None, share: float = 0) -> Tile:
    is_wide = icon is not None and inner.width > _WIDE * inner.height
    side = 0
    room = inner
    if icon is not None and is_wide:
        side = int(min(inner.height * min(1, share * 2.1), inner.width / 3, _LARGEST_ICON))
        beside = side + 3 * NEAR
        room = Bounds(inner.x + beside, inner.y, inner.width - beside, inner.height)
    elif icon is not None:
        side = int(min(inner.height * share, inner.width, _LARGEST_ICON))
        below = side + NEAR
        room = Bounds(inner.x, inner.y + below, inner.width, inner.height - below)
    square = Bounds(inner.x + (0 if is_wide else (inner.width - side) // 2), inner.y, side, side)
    title, note = _words(cell, room)
    is_cut = any(line.endswith(ELLIPSIS) for line in title.lines)
    return Tile(icon, square, room, title, note, is_wide, is_cut, bool(cell.note) and note is None)


def _words(cell: Cell, room: Bounds) -> tuple[Setting, Setting | None]:
    """Set the title, and the note only where it fits whole: half a note says nothing."""
    note_room = room.height * 2 // 5 if cell.title else room.height
    note = None
    if cell.note:
        note = letters.fitted(
            cell.note,
            width=room.width,
            height=note_room,
            largest=_LARGEST_NOTE,
            smallest=_SMALLEST_NOTE,
            most_lines=2,
        )
        if not note.lines or note.lines[-1].endswith(ELLIPSIS):
            note = None
    if not cell.title:
        return _NO_WORDS, note
    title = letters.fitted(
        cell.title,
        width=room.width,
        height=room.height - (note.height if note else 0),
        largest=_LARGEST_TITLE,
        smallest=_SMALLEST_TITLE,
    )
    if note and note.size > title.size * 3 // 4:
        smaller = max(title.size * 3 // 4, _SMALLEST_NOTE)
        note = letters.at_size(cell.note, width=room.width, size=smaller, most_lines=2)
    return title, note


def _middle(inner: Bounds, side: int) -> Bounds:
    return Bounds(
        inner.x + (inner.width - side) // 2, inner.y + (inner.height - side) // 2, side, side
    )
