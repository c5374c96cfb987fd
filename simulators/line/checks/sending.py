"""Whole requests to send: who, what, how; and rich menus."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from simulators.line.checks import actions
from simulators.line.checks.base import (
    Problems,
    Rule,
    anything,
    boolean,
    graphemes,
    listing,
    matching,
    shape,
    text,
    whole,
)
from simulators.line.checks.messages import MESSAGE

MESSAGES = listing(MESSAGE, least=1, most=5)
SILENT: Mapping[str, Rule] = {"notificationDisabled": boolean}
UNITS: Mapping[str, Rule] = {
    "customAggregationUnits": listing(matching(r"[a-zA-Z0-9_]{1,30}"), most=1)
}


@dataclass(frozen=True, slots=True)
class Request:
    """The fields of one kind of request besides its messages."""

    required: Mapping[str, Rule] = field(default_factory=dict)
    optional: Mapping[str, Rule] = field(default_factory=dict)


REPLY = Request({"replyToken": text(1000)}, SILENT)
PUSH = Request({"to": text(1000)}, {**SILENT, **UNITS})
MULTICAST = Request({"to": listing(text(1000), least=1, most=500)}, {**SILENT, **UNITS})
BROADCAST = Request({}, SILENT)
NARROWCAST = Request({}, {**SILENT, "recipient": anything, "filter": anything, "limit": anything})
VALIDATE = Request()


def problems(body: object, request: Request) -> Problems:
    """Look at a request to send, and return everything that LINE would say against it."""
    found = Problems()
    shape({"messages": MESSAGES, **request.required}, request.optional)(found, body, "")
    return found


RICH_MENU = shape(
    {
        "size": shape({"width": whole(800, 2500), "height": whole(250)}),
        "selected": boolean,
        "name": text(300, count=graphemes),
        "chatBarText": text(14, count=graphemes),
        "areas": listing(
            shape(
                {
                    "bounds": shape(
                        {"x": whole(0), "y": whole(0), "width": whole(1), "height": whole(1)}
                    ),
                    "action": actions.IN_RICH_MENU,
                }
            ),
            most=20,
        ),
    }
)


def rich_menu_problems(body: object) -> Problems:
    """Look at a rich menu: its areas lie within it; it is at least 1.45 times wider than high."""
    found = Problems()
    RICH_MENU(found, body, "")
    if found or not isinstance(body, dict):
        return found
    width, height = body["size"]["width"], body["size"]["height"]
    if width / height < 1.45:
        found.say("the aspect ratio (width / height) must be at least 1.45", "size")
    for index, area in enumerate(body["areas"]):
        bounds = area["bounds"]
        over_x = bounds["x"] + bounds["width"] > width
        over_y = bounds["y"] + bounds["height"] > height
        if over_x or over_y:
            found.say("must be inside the menu", f"areas[{index}].bounds")
    return found
