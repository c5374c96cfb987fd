"""The editor without script: every tab and area as fields of one form."""

import copy
from collections.abc import Mapping
from typing import Any

from yakuba.kit import numbers
from yakuba.richmenus.rules import grids

Document = dict[str, Any]

# Where the one field "とび先・内容" of the form goes, by what is done.
CONTENT = {
    "procedure": "slug",
    "page": "path",
    "link": "url",
    "telephone": "number",
    "text": "text",
    "tab": "key",
    "date": "mode",
}


def fields(document: Document) -> list[dict[str, Any]]:
    """Return the tabs as the form shows them, each area with what it does in one field."""
    return [
        {
            **tab,
            "theme": tab["picture"].get("drawn", {}).get("theme", ""),
            "areas": [_area(f"t{at}-c{number}", cell) for number, cell in enumerate(tab["cells"])],
            "prefix": f"t{at}",
            "many": len(tab["cells"]),
            "boards": sorted({*grids.READY[tab["height"]], len(tab["cells"])}),
        }
        for at, tab in enumerate(document["tabs"])
    ]


def _area(prefix: str, cell: Document) -> dict[str, Any]:
    action = cell["action"] or {}
    do = action.get("do", "")
    return {**cell, "prefix": prefix, "do": do, "content": action.get(CONTENT.get(do, ""), "")}


def posted(document: Document, form: Mapping[str, str]) -> Document:
    """Return the document with what was typed; what the form does not ask stays."""
    after = copy.deepcopy(document)
    after["chat_bar"] = form.get("chat_bar", after["chat_bar"]).strip()
    for at, tab in enumerate(after["tabs"]):
        prefix = f"t{at}"
        tab["name"] = form.get(f"{prefix}-name", tab["name"]).strip()
        if form.get(f"{prefix}-theme"):
            tab["picture"] = {"drawn": {"theme": form[f"{prefix}-theme"]}}
        for number, cell in enumerate(tab["cells"]):
            _put(cell, f"{prefix}-c{number}", form)
        _board(tab, numbers.counted(form.get(f"{prefix}-areas", "")))
    return after


def _put(cell: Document, prefix: str, form: Mapping[str, str]) -> None:
    for name in ("title", "note", "icon", "label"):
        cell[name] = form.get(f"{prefix}-{name}", cell[name]).strip()
    if f"{prefix}-do" not in form:
        return
    do, content = form[f"{prefix}-do"], form.get(f"{prefix}-content", "").strip()
    before = cell["action"] or {}
    if do not in CONTENT:
        cell["action"] = None
    else:
        kept = before if before.get("do") == do else {"do": do}
        if do == "date" and content not in ("date", "time", "datetime"):
            content = "date"
        cell["action"] = {**kept, CONTENT[do]: content}


def _board(tab: Document, wanted: int) -> None:
    """Lay the areas out on another ready board, if another number was chosen."""
    if wanted == len(tab["cells"]) or wanted not in grids.READY[tab["height"]]:
        return
    board = grids.READY[tab["height"]][wanted]
    cells = tab["cells"][:wanted]
    empty: Document = {"title": "", "note": "", "icon": "", "label": "", "action": None}
    cells += [dict(empty) for _number in range(wanted - len(cells))]
    tab["grid"] = [*board.grid]
    tab["cells"] = [{**cell, "at": [*at]} for cell, at in zip(cells, board.cells, strict=True)]
