"""What the editor's island has to know: icons, colours, ready boards, procedures, the limits of LINE."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from yakuba.procedures.models import Procedure
from yakuba.richmenus.drawing.icons import ICONS, svg_paths
from yakuba.richmenus.drawing.themes import THEMES
from yakuba.richmenus.rules import grids

# In the order in which a clerk looks for them.
ACTIONS = {
    "procedure": _("手続を始める"),
    "page": _("町のページを開く"),
    "link": _("ホームページを開く"),
    "telephone": _("電話をかける"),
    "text": _("トークに文章を出す"),
    "tab": _("ほかのタブへ移る"),
    "date": _("日にちを選んでもらう"),
}
MODES = {"date": _("日にち"), "time": _("時刻"), "datetime": _("日にちと時刻")}


def vocabulary() -> dict[str, Any]:
    """Return it ready for JSON."""
    return {
        "icons": [
            {"key": key, "label": str(icon.label), **dict(zip(("lines", "fills"), svg_paths(icon), strict=True))}
            for key, icon in ICONS.items()
        ],
        "themes": [
            {"key": key, **one._asdict(), "label": str(one.label)} for key, one in THEMES.items()
        ],
        "boards": {
            height: [{"areas": count, "grid": board.grid, "cells": board.cells} for count, board in ready.items()]
            for height, ready in grids.READY.items()
        },
        "actions": [{"key": key, "label": str(label)} for key, label in ACTIONS.items()],
        "modes": [{"key": key, "label": str(label)} for key, label in MODES.items()],
        "procedures": procedures(),
        "limits": {
            "areas": grids.MOST_AREAS,
            "columns": grids.MOST_COLUMNS,
            "strip": grids.STRIP,
            "heights": grids.HEIGHTS,
            "width": grids.WIDTH,
            "finger": grids.FINGER,
            "phone": grids.PHONE_WIDTH,
        },
    }  # fmt: skip


def procedures() -> list[dict[str, str]]:
    """Return the procedures that an area may begin, those that are open first."""
    living = Procedure.objects.exclude(status=Procedure.Status.ARCHIVED).order_by("order", "title")
    found = [
        {
            "slug": one.slug,
            "title": one.title,
            "status": one.status,
            "said": "" if one.status == Procedure.Status.OPEN else str(one.get_status_display()),
        }
        for one in living
    ]
    return sorted(found, key=lambda one: one["status"] != Procedure.Status.OPEN)
