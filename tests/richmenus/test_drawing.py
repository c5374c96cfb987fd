"""A drawn menu: readable on a telephone, small enough for LINE, and the same bytes every time."""

import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from yakuba.richmenus import definition, drawing
from yakuba.richmenus.definition import Menu
from yakuba.richmenus.drawing import icons, letters, strokes, themes
from yakuba.richmenus.rules import areas, grids

TITLES = ["受信設定", "ごみ・リサイクル", "子育て", "防災・避難所", "施設の予約", "申請・手続き"]


def make_menu(count: int = 6, *, tabs: int = 1, height: str = "full", **cell: Any) -> Menu:
    board = grids.READY[height][count]
    cells = [
        {"at": list(at), "title": TITLES[number % 6], "icon": "home", **cell}
        for number, at in enumerate(board.cells)
    ]
    tab = {"height": height, "grid": list(board.grid), "cells": cells}
    picture = {"drawn": {"theme": "town"}}
    return definition.read(
        {
            "schema": 1,
            "tabs": [
                {**tab, "key": key, "name": name, "picture": picture}
                for key, name in [("a", "くらし"), ("b", "防災"), ("c", "子育て")][:tabs]
            ],
        }
    )


def opened(menu: Menu, place: int = 0) -> Image.Image:
    drawn = drawing.drawn(menu, menu.tabs[place])
    return Image.open(io.BytesIO(drawn.content)).convert("RGB")


@pytest.mark.parametrize("height", ["full", "half"])
@pytest.mark.parametrize("count", [1, 9, 20])
def test_a_drawn_menu_is_what_line_takes(count: int, height: str) -> None:
    menu = make_menu(count, height=height, note="今日は燃えるごみ")

    drawn = drawing.drawn(menu, menu.tabs[0])

    assert len(drawn.content) <= 1_000_000
    assert drawn.content_type == "image/png"
    assert Image.open(io.BytesIO(drawn.content)).size == (2500, grids.HEIGHTS[height])


def test_the_same_menu_is_drawn_in_the_same_bytes() -> None:
    menu, again = make_menu(tabs=2), make_menu(tabs=2)

    assert drawing.drawn(menu, menu.tabs[0]) == drawing.drawn(again, again.tabs[0])
    assert drawing.drawn(menu, menu.tabs[0]) != drawing.drawn(menu, menu.tabs[1])


def test_a_picture_that_is_hard_to_press_is_still_at_most_one_megabyte() -> None:
    noise = Image.effect_noise((2500, 1686), 200).convert("RGB")

    drawn = drawing.board.encoded(noise)

    assert len(drawn.content) <= 1_000_000
    assert drawn.content_type == "image/jpeg"


@pytest.mark.parametrize("key", themes.THEMES)
def test_words_and_icons_stand_out_from_their_ground(key: str) -> None:
    colours = themes.THEMES[key]

    assert themes.contrast(colours.ink, colours.paper) >= 7
    assert themes.contrast(colours.note, colours.paper) >= 7
    assert themes.contrast(colours.on_ground, colours.ground) >= 7
    assert themes.contrast(colours.icon, colours.paper) >= 4.5


def test_contrast_is_measured_as_everybody_measures_it() -> None:
    assert themes.contrast("#ffffff", "#000000") == pytest.approx(21)
    assert themes.contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("key", icons.ICONS)
def test_every_icon_is_drawn_inside_its_square(key: str) -> None:
    icon = icons.ICONS[key]

    points = [
        point
        for path in (icon.lines, icon.fills)
        for line in strokes.polylines(path)
        for point in line
    ]
    box = strokes.mask(icon, 96).getbbox()

    assert all(0 <= number <= 24 for point in points for number in point)
    assert box is not None
    assert max(box[2] - box[0], box[3] - box[1]) > 60
    assert "O" not in "".join(icons.svg_paths(icon))


def test_an_arc_goes_round_the_side_that_svg_says() -> None:
    over, under = (
        [point for line in strokes.polylines(f"M4 12 A8 8 0 0 {sweep} 20 12") for point in line]
        for sweep in (1, 0)
    )

    assert min(y for _x, y in over) == pytest.approx(4)
    assert max(y for _x, y in over) == pytest.approx(12)
    assert max(y for _x, y in under) == pytest.approx(20)


def test_a_line_is_broken_where_a_reader_pauses() -> None:
    narrow = letters.fitted("ごみ・リサイクル", width=420, height=400, largest=200, smallest=40)
    word = letters.fitted("受信設定", width=420, height=400, largest=200, smallest=40)

    assert narrow.lines == ("ごみ・", "リサイクル")
    assert word.lines == ("受信設定",)


@settings(deadline=None, max_examples=60)
@given(
    st.text("ごみの日、。（）ー受信設定リサイクルabc123 ・ッゃ", min_size=1, max_size=24).filter(
        str.strip
    ),
    st.integers(150, 900),
    st.integers(120, 500),
)
def test_whatever_is_written_stays_inside_its_box(text: str, width: int, height: int) -> None:
    text = text.strip()

    setting = letters.fitted(text, width=width, height=height, largest=240, smallest=80)

    pen = letters.font(setting.size)
    assert all(pen.getlength(line) <= width for line in setting.lines)
    assert setting.height <= height + 1
    whole = "".join(setting.lines).replace(" ", "")
    assert whole == text.replace(" ", "") or whole.endswith("…")


@settings(deadline=None, max_examples=60)
@given(st.text("、。（）「」ー受信設定ッゃ・", min_size=2, max_size=16))
def test_no_line_begins_with_a_mark_nor_ends_with_a_bracket_that_opens(text: str) -> None:
    for lines in letters._broken(text, 3):
        inner = lines[1:]

        assert not any(line[:1] in letters._NOT_FIRST for line in inner)
        assert not any(line[-1:] in letters._NOT_LAST for line in lines[:-1])


def test_letters_of_a_title_are_at_least_thirteen_pixels_on_the_telephone_or_a_clerk_is_told() -> (
    None
):
    roomy, narrow = make_menu(9), make_menu(20, height="half")

    assert drawing.cramped(roomy, roomy.tabs[0]) == []
    assert len(drawing.cramped(narrow, narrow.tabs[0])) > 10


def test_a_note_without_room_is_left_out_whole_and_told() -> None:
    menu = make_menu(20, note="役場の窓口で受け取るときは本人確認書類が要ります")

    assert drawing.cramped(menu, menu.tabs[0]) == [*range(20)]


def test_two_tabs_have_a_strip_and_the_open_one_stands_out() -> None:
    menu = make_menu(tabs=2)
    paper, ground = themes.THEMES["town"].paper, themes.THEMES["town"].ground

    first, second = opened(menu, 0), opened(menu, 1)

    left, right = (100, grids.STRIP - 40), (2400, grids.STRIP - 40)
    assert [first.getpixel(left), first.getpixel(right)] == [_rgb(paper), _rgb(ground)]
    assert [second.getpixel(left), second.getpixel(right)] == [_rgb(ground), _rgb(paper)]


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


def test_one_tab_has_no_strip() -> None:
    menu = make_menu(tabs=1)

    places = areas.areas(menu, menu.tabs[0])

    assert len(places) == 6
    assert places[0].bounds.y == 0


def test_the_strip_leads_to_every_tab_but_the_open_one() -> None:
    menu = make_menu(tabs=3)

    places = areas.areas(menu, menu.tabs[1])

    ways = [place.cell for place in places if place.number is None]
    assert [(way.label, way.action and way.action.do) for way in ways] == [
        ("くらし", "tab"),
        ("子育て", "tab"),
    ]
    assert places[2].bounds == (0, grids.STRIP, 833, 699)
    assert areas.most_cells(menu, menu.tabs[1]) == 18


def test_a_picture_of_somebody_else_gets_no_strip() -> None:
    document: Any = definition.document_of(make_menu(tabs=2))
    document["tabs"][0]["picture"] = {"file": "6f1f1f7e-0000-4000-8000-000000000000"}
    menu = definition.read(document)

    assert all(place.number is not None for place in areas.areas(menu, menu.tabs[0]))
    assert areas.areas(menu, menu.tabs[1])[0].number is None


def test_a_theme_that_is_gone_is_replaced_by_the_usual_one() -> None:
    assert themes.theme("of another time") == themes.THEMES[themes.USUAL]


def test_a_machine_without_japanese_letters_says_so(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.FONTS = "/nowhere"
    monkeypatch.setattr(letters, "_ELSEWHERE", ())
    letters._file.cache_clear()

    with pytest.raises(letters.NoLetters, match="日本語の文字がない"):
        letters._file()

    letters._file.cache_clear()
