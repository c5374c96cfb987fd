"""Drawing a tab: the strip, the areas, in each an icon, a title and a note."""

import io
from typing import NamedTuple

from PIL import Image, ImageColor, ImageDraw

from yakuba.richmenus.definition import Menu, Tab
from yakuba.richmenus.drawing import letters, strokes, tiles
from yakuba.richmenus.drawing.letters import Setting
from yakuba.richmenus.drawing.themes import Theme, theme
from yakuba.richmenus.drawing.tiles import Tile
from yakuba.richmenus.rules import areas, grids
from yakuba.richmenus.rules.grids import Bounds

MOST_BYTES = 1_000_000  # LINE: 1 MB; taken as the smaller of its two meanings

# Pixels of a picture 2500 wide: 6.4 are one pixel of a telephone 390 wide.
_ROUND = 44
_PADDING = 40
_TAB_TITLE = 128
_SMALLEST_TAB_TITLE = 72
_LEGIBLE = 84  # 13 on the telephone: below that a clerk is told


class Drawing(NamedTuple):
    """A picture as LINE takes it."""

    content: bytes
    content_type: str


def drawn(menu: Menu, tab: Tab) -> Drawing:
    """Draw `tab` of `menu`, 2500 pixels wide and at most 1 MB. Raises letters.NoLetters."""
    return encoded(picture(menu, tab))


def picture(menu: Menu, tab: Tab) -> Image.Image:
    """Return the picture before it is written as a file."""
    height = grids.HEIGHTS[tab.height]
    colours = theme(tab.picture.drawn.theme if tab.picture.drawn else "")
    canvas = Image.new("RGB", (grids.WIDTH, height), colours.ground)
    pen = ImageDraw.Draw(canvas)
    if areas.top_of(menu, tab):
        _strip(pen, menu, tab, colours)
    for tile, place in _tiles(menu, tab):
        _draw(canvas, pen, place, tile, colours)
    return canvas


def cramped(menu: Menu, tab: Tab) -> list[int]:
    """Return the numbers of the cells whose words are small, cut off or left out on the picture."""
    return [
        number
        for number, (tile, _place) in enumerate(_tiles(menu, tab))
        if tile.is_cut or tile.lacks_note or 0 < tile.title.size < _LEGIBLE
    ]


def encoded(canvas: Image.Image) -> Drawing:
    """Write a drawn picture: few colours make a small and sharp PNG."""
    for colours in (128, 48):
        flat = canvas.quantize(colours, dither=Image.Dither.NONE)
        written = io.BytesIO()
        flat.save(written, "PNG", optimize=False, compress_level=9)
        if written.tell() <= MOST_BYTES:
            return Drawing(written.getvalue(), "image/png")
    for quality in (88, 75, 60, 45, 30, 15, 5):  # even noise is small enough at 5
        written = io.BytesIO()
        canvas.save(written, "JPEG", quality=quality)
        if written.tell() <= MOST_BYTES:
            break
    return Drawing(written.getvalue(), "image/jpeg")


def _strip(pen: ImageDraw.ImageDraw, menu: Menu, tab: Tab, colours: Theme) -> None:
    """The open tab has the colour of the areas and stands on the board; the others lie behind it."""
    places = grids.strip(len(menu.tabs))
    size = min(
        letters.fitted(
            one.name, width=place.width - 2 * _PADDING, height=place.height - 60,
            largest=_TAB_TITLE, smallest=_SMALLEST_TAB_TITLE, most_lines=2,
        ).size
        for one, place in zip(menu.tabs, places, strict=True)
    )  # fmt: skip
    for one, place in zip(menu.tabs, places, strict=True):
        is_open = one.key == tab.key
        box = (
            place.x + tiles.GAP,
            tiles.GAP if is_open else tiles.GAP * 2,
            place.x + place.width - tiles.GAP,
            place.height + (tiles.GAP if is_open else -tiles.GAP),
        )
        words = Bounds(
            place.x + _PADDING, tiles.GAP, place.width - 2 * _PADDING, place.height - tiles.GAP
        )
        setting = letters.fitted(
            one.name, width=words.width, height=words.height, largest=size,
            smallest=_SMALLEST_TAB_TITLE, most_lines=2,
        )  # fmt: skip
        if is_open:
            pen.rounded_rectangle(
                box, _ROUND, fill=colours.paper, corners=(True, True, False, False)
            )
        else:
            pen.rounded_rectangle(box, _ROUND, outline=colours.on_ground, width=6)
        ink = colours.ink if is_open else colours.on_ground
        _write(pen, words, setting, ink, top=words.y + (words.height - setting.height) // 2)


def _tiles(menu: Menu, tab: Tab) -> list[tuple[Tile, Bounds]]:
    places = [area.bounds for area in areas.areas(menu, tab) if area.number is not None]
    filled = tiles.tiles([*zip(tab.cells, places, strict=True)])
    return [*zip(filled, places, strict=True)]


def _draw(
    canvas: Image.Image, pen: ImageDraw.ImageDraw, place: Bounds, tile: Tile, colours: Theme
) -> None:
    """Fill an area: the icon and the words are one block in its middle."""
    gap = tiles.GAP
    right, bottom = place.x + place.width - gap, place.y + place.height - gap
    pen.rounded_rectangle((place.x + gap, place.y + gap, right, bottom), _ROUND, fill=colours.paper)
    words = tile.title.height + (tile.note.height if tile.note else 0)
    square, room = tile.square, tile.words
    if tile.icon is not None and words and not tile.is_wide:
        block = square.height + tiles.NEAR + words
        square = square._replace(y=place.y + (place.height - block) // 2)
        room = room._replace(y=square.y + square.height + tiles.NEAR, height=words)
    elif tile.is_wide:
        square = square._replace(y=place.y + (place.height - square.height) // 2)
    if tile.icon is not None:
        shape = strokes.mask(tile.icon, square.width)
        canvas.paste(ImageColor.getrgb(colours.icon), (square.x, square.y), shape)
    top = room.y + max(0, (room.height - words) // 2)
    _write(pen, room, tile.title, colours.ink, top=top, at_left=tile.is_wide)
    if tile.note is not None:
        top += tile.title.height
        _write(pen, room, tile.note, colours.note, top=top, at_left=tile.is_wide)


def _write(
    pen: ImageDraw.ImageDraw,
    room: Bounds,
    setting: Setting,
    colour: str,
    *,
    top: int,
    at_left: bool = False,
) -> None:
    for number, line in enumerate(setting.lines):
        middle = top + round((number + 0.5) * setting.size * letters.LINE)
        x = room.x if at_left else room.x + room.width // 2
        pen.text((x, middle), line, colour, letters.font(setting.size), "lm" if at_left else "mm")
