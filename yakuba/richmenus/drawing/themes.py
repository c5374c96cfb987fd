"""The colours of a drawn menu, from the design tokens (`@digital-go-jp/design-tokens`).

What is read has 7:1 against its ground, what is only seen 4.5:1: the menu is read outdoors, in snow.
"""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Theme(NamedTuple):
    """One set of colours: between the areas, of an area, of its words, its note and its icon."""

    label: str | Promise
    ground: str  # between the areas, and of the tabs that are not open
    on_ground: str  # the words of those tabs
    paper: str
    ink: str
    note: str
    icon: str


THEMES: dict[str, Theme] = {
    "town": Theme(
        _("青と白"),
        ground="#00118f",  # blue-1000
        on_ground="#ffffff",
        paper="#ffffff",
        ink="#1a1a1a",  # solid-gray-900
        note="#4d4d4d",  # solid-gray-700
        icon="#0017c1",  # blue-900
    ),
    "green": Theme(
        _("みどり"),
        ground="#0c472a",  # green-1000
        on_ground="#ffffff",
        paper="#e6f5ec",  # green-50
        ink="#032213",  # green-1200
        note="#08351f",  # green-1100
        icon="#115a36",  # green-900
    ),
    "night": Theme(
        _("紺に白い文字"),
        ground="#c5d7fb",  # blue-200
        on_ground="#000060",  # blue-1200
        paper="#000071",  # blue-1100
        ink="#ffffff",
        note="#e8f1fe",  # blue-50
        icon="#ffd43d",  # yellow-300
    ),
    "alarm": Theme(
        _("赤（緊急のとき）"),
        ground="#850000",  # red-1100
        on_ground="#ffffff",
        paper="#fdeeee",  # red-50
        ink="#1a1a1a",
        note="#620000",  # red-1200
        icon="#a90000",  # red-1000
    ),
}
USUAL = "town"


def theme(key: str) -> Theme:
    """Return the theme; one that is gone is replaced by the usual one, so that old menus stay menus."""
    return THEMES.get(key, THEMES[USUAL])


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2.2 defines it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
