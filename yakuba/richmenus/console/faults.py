"""What is wrong with a draft, with what only the drawn picture can tell."""

from typing import Any

from yakuba.richmenus import definition, drawing, queries
from yakuba.richmenus.definition import Menu
from yakuba.richmenus.models import RichMenu
from yakuba.richmenus.rules import areas, grids
from yakuba.richmenus.rules.checking import YELLOW, Finding


def faults(menu: RichMenu, read: Menu) -> list[Finding]:
    """Return everything to mend or to look at, the worst first."""
    return [*queries.findings(menu, read), *_seen(read)]


def _seen(read: Menu) -> list[Finding]:
    found = []
    for tab in read.tabs:
        small = [
            area.number
            for area in areas.areas(read, tab)
            if area.number is not None and grids.is_small(area.bounds)
        ]
        found += [
            Finding(YELLOW, f"「{_called(tab, number)}」：指で押すには小さい場所です。区画をまとめるか、高さを変えてください。", tab.key, number)
            for number in small
        ]  # fmt: skip
        if tab.picture.drawn is None:
            continue
        found += [
            Finding(YELLOW, f"「{_called(tab, number)}」：文字が入りきらないか、小さくなります。短くするか、区画をまとめてください。", tab.key, number)
            for number in drawing.cramped(read, tab)
            if number not in small
        ]  # fmt: skip
    return found


def _called(tab: definition.Tab, number: int) -> str:
    cell = tab.cells[number]
    return cell.title or cell.label or f"{number + 1}番目の場所"


def as_json(found: list[Finding]) -> list[dict[str, Any]]:
    return [
        {
            "is_red": one.severity != YELLOW,
            "sentence": one.sentence,
            "tab": one.tab,
            "cell": one.cell,
        }
        for one in found
    ]
