"""LINE's object of a tab: its areas and what each does. The same tab, the same object."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from yakuba.richmenus import definition
from yakuba.richmenus.definition import Cell, Menu, Tab
from yakuba.richmenus.rules.areas import areas

PACKAGE = "richmenus"
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the menu will stand: its number, and what our pages begin with."""

    menu: int
    page_base: str  # https://miniapp.line.me/<liff id>


def alias(menu: int, tab: str) -> str:
    """Return LINE's name for a tab: lower-case letters, digits, `_` and `-`, at most 32."""
    return f"m{menu}-{tab}"


def mark(menu: int, tab: Tab) -> str:
    """Return what the postbacks of a tab carry, so that a press on an old menu is understood."""
    return definition.sha256_of([menu, tab.model_dump(mode="json")])[:12]


def menu_object(menu: Menu, tab: Tab, place: Place) -> Json:
    """Return what LINE is given, but for the name. Areas without an action are left out."""
    width, height = tab.size
    return {
        "size": {"width": width, "height": height},
        "selected": menu.opens_by_itself,
        "chatBarText": menu.chat_bar or "メニュー",
        "areas": [
            {"bounds": area.bounds._asdict(), "action": action}
            for area in areas(menu, tab)
            if (action := _action(area.cell, tab, area.number, place)) is not None
        ],
    }


def _action(cell: Cell, tab: Tab, number: int | None, place: Place) -> Json | None:
    spoken = cell.label or cell.title[:20]
    label: Json = {"label": spoken} if spoken else {}
    data = f"{PACKAGE}:tap:{mark(place.menu, tab)}:{number if number is not None else '-'}"
    match cell.action:
        case definition.StartProcedure() | definition.SayText():
            shown = {"displayText": cell.title or spoken} if cell.title or spoken else {}
            return {"type": "postback", "data": data, **label, **shown}
        case definition.OpenLink(url=url) if url:
            return {"type": "uri", "uri": url, **label}
        case definition.Telephone(number=telephone) if telephone:
            return {"type": "uri", "uri": f"tel:{dialled(telephone)}", **label}
        case definition.OpenPage(path=path):
            return {"type": "uri", "uri": page(place.page_base, path), **label}
        case definition.SwitchTab(key=key) if key:
            switch = f"{PACKAGE}:tab:{mark(place.menu, tab)}:{key}"
            name = alias(place.menu, key)
            return {"type": "richmenuswitch", "richMenuAliasId": name, "data": switch, **label}
        case definition.PickDate(mode=mode, earliest=earliest, latest=latest):
            limits = {"min": earliest} if earliest else {}
            limits |= {"max": latest} if latest else {}
            return {"type": "datetimepicker", "data": data, "mode": mode, **limits, **label}
    return None


def dialled(number: str) -> str:
    """Return the digits that a telephone dials."""
    return "".join(letter for letter in number if letter in "0123456789+*#")


def page(base: str, path: str) -> str:
    """Return the address of a page of ours inside LINE."""
    return f"{base}/{quote(path.lstrip('/'), safe='/?=&#%-_.~')}"


def uses(menu: Menu) -> set[str]:
    """Return the slugs of the procedures that the menu starts."""
    found = set()
    for _tab, _place, cell in menu.cells():
        match cell.action:
            case definition.StartProcedure(slug=slug):
                found.add(slug)
            case definition.PickDate(procedure=slug):
                found.add(slug)
    return found - {""}


def links(menu: Menu) -> list[str]:
    """Return the addresses of the menu's links, each once."""
    found = [
        cell.action.url
        for _tab, _place, cell in menu.cells()
        if isinstance(cell.action, definition.OpenLink) and cell.action.url
    ]
    return list(dict.fromkeys(found))
