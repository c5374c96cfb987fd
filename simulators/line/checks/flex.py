"""Flex messages: bubbles, carousels and everything that may stand in them.

LINE names places inside a flex message as /body/contents/0/text, from its container.
"""

import json
import re

from simulators.line.checks import actions
from simulators.line.checks.base import (
    Problems,
    Rule,
    also,
    anything,
    boolean,
    chosen,
    colour,
    listing,
    matching,
    one_of,
    picture_url,
    shape,
    text,
    whole,
)

# LINE says "30 KB" and "50 KB"; the smaller reading, so that nothing passes here and fails there.
LARGEST_BUBBLE = 30_000
LARGEST_CAROUSEL = 50_000
MOST_BUBBLES = 12
MOST_ANIMATED = 10
SIZES = ("nano", "micro", "deca", "hecto", "kilo", "mega", "giga")

PX = r"\d+(\.\d+)?px"
PERCENT = r"\d+(\.\d+)?%"
STEPS = "none|xs|sm|md|lg|xl|xxl"
TEXT_SIZE = matching(rf"xxs|xs|sm|md|lg|xl|xxl|[345]xl|{PX}")
IMAGE_SIZE = matching(rf"xxs|xs|sm|md|lg|xl|xxl|[345]xl|full|{PX}|{PERCENT}")
SPACE = matching(rf"{STEPS}|{PX}")
SPACE_OR_PART = matching(rf"{STEPS}|{PX}|{PERCENT}")
LENGTH = matching(rf"{PX}|{PERCENT}")
OFFSET = matching(rf"{STEPS}|-?{PX}|-?{PERCENT}")
ALIGN = one_of("start", "end", "center")
GRAVITY = one_of("top", "bottom", "center")
JUSTIFY = one_of(
    "center", "flex-start", "flex-end", "space-between", "space-around", "space-evenly"
)

PLACED: dict[str, Rule] = {
    "margin": SPACE,
    "position": one_of("relative", "absolute"),
    "offsetTop": OFFSET,
    "offsetBottom": OFFSET,
    "offsetStart": OFFSET,
    "offsetEnd": OFFSET,
}
FLEX: dict[str, Rule] = {"flex": whole(0)}
TAPPED: dict[str, Rule] = {"action": actions.IN_FLEX}
STYLED: dict[str, Rule] = {
    "color": colour,
    "size": TEXT_SIZE,
    "weight": one_of("regular", "bold"),
    "style": one_of("normal", "italic"),
    "decoration": one_of("none", "underline", "line-through"),
}


def _ratio(problems: Problems, value: object, place: str) -> None:
    """Width to height, each 1 to 100,000; not more than three times as high as wide."""
    found = re.fullmatch(r"(\d{1,6}(?:\.\d+)?):(\d{1,6}(?:\.\d+)?)", str(value))
    sides = [float(side) for side in found.groups()] if found else [0.0, 0.0]
    if not all(1 <= side <= 100_000 for side in sides) or sides[1] > 3 * sides[0]:
        problems.say("invalid property", place)


def _part(required: dict[str, Rule], *optional: dict[str, Rule]) -> Rule:
    allowed = {name: rule for fields in optional for name, rule in fields.items()}
    return shape({"type": anything, **required}, allowed, mark="/")


def _has_words(problems: Problems, value: object, place: str) -> None:
    """A text has `text` that is not empty, or spans in `contents`."""
    if not isinstance(value, dict) or value.get("contents"):
        return
    if not value.get("text"):
        problems.say("must be non-empty text", f"{place}/text")


SPAN = _part({}, {"text": text(5000)}, STYLED)
TEXT = also(
    _part(
        {},
        PLACED,
        FLEX,
        TAPPED,
        STYLED,
        {
            "text": text(5000, least=0),
            "contents": listing(chosen({"span": SPAN}, mark="/"), mark="/"),
            "adjustMode": one_of("shrink-to-fit"),
            "scaling": boolean,
            "align": ALIGN,
            "gravity": GRAVITY,
            "wrap": boolean,
            "lineSpacing": matching(PX),
            "maxLines": whole(0),
        },
    ),
    _has_words,
)
BUTTON = _part(
    {"action": actions.IN_FLEX_BUTTON},
    PLACED,
    FLEX,
    {
        "height": one_of("sm", "md"),
        "style": one_of("primary", "secondary", "link"),
        "color": colour,
        "gravity": GRAVITY,
        "adjustMode": one_of("shrink-to-fit"),
        "scaling": boolean,
    },
)
IMAGE = _part(
    {"url": picture_url},
    PLACED,
    FLEX,
    TAPPED,
    {
        "align": ALIGN,
        "gravity": GRAVITY,
        "size": IMAGE_SIZE,
        "aspectRatio": _ratio,
        "aspectMode": one_of("cover", "fit"),
        "backgroundColor": colour,
        "animated": boolean,
    },
)
ICON = _part(
    {"url": picture_url}, PLACED, {"size": TEXT_SIZE, "scaling": boolean, "aspectRatio": _ratio}
)
SEPARATOR = _part({}, {"margin": SPACE, "color": colour})
FILLER = _part({}, FLEX)
GRADIENT = shape(
    {
        "type": one_of("linearGradient"),
        "angle": matching(r"([12]?\d?\d|3[0-5]\d)(\.\d+)?deg"),
        "startColor": colour,
        "endColor": colour,
    },
    {"centerColor": colour, "centerPosition": matching(PERCENT)},
    mark="/",
)


def _box(problems: Problems, value: object, place: str) -> None:
    BOX(problems, value, place)


def _box_contents(problems: Problems, value: object, place: str) -> None:
    """A baseline box holds words and icons; the others hold everything else."""
    if isinstance(value, dict) and value.get("contents") is not None:
        parts = IN_BASELINE if value.get("layout") == "baseline" else IN_BOX
        listing(parts, mark="/")(problems, value["contents"], f"{place}/contents")


PADDING: dict[str, Rule] = {
    f"padding{side}": SPACE_OR_PART for side in ("All", "Top", "Bottom", "Start", "End")
}
BOX = also(
    _part(
        {"layout": one_of("horizontal", "vertical", "baseline"), "contents": anything},
        PLACED,
        FLEX,
        TAPPED,
        PADDING,
        {
            "backgroundColor": colour,
            "borderColor": colour,
            "borderWidth": matching(rf"none|light|normal|medium|semi-bold|bold|{PX}"),
            "cornerRadius": SPACE,
            "width": LENGTH,
            "maxWidth": LENGTH,
            "height": LENGTH,
            "maxHeight": LENGTH,
            "spacing": SPACE,
            "justifyContent": JUSTIFY,
            "alignItems": one_of("center", "flex-start", "flex-end"),
            "background": GRADIENT,
        },
    ),
    _box_contents,
)
IN_BOX = chosen(
    {
        "box": _box,
        "button": BUTTON,
        "image": IMAGE,
        "text": TEXT,
        "separator": SEPARATOR,
        "filler": FILLER,
    },
    mark="/",
)
IN_BASELINE = chosen({"icon": ICON, "text": TEXT, "filler": FILLER}, mark="/")
ONLY_BOX = chosen({"box": BOX}, mark="/")
VIDEO = _part(
    {
        "url": picture_url,
        "previewUrl": picture_url,
        "altContent": chosen({"box": BOX, "image": IMAGE}, mark="/"),
    },
    {
        "aspectRatio": _ratio,
        "action": actions.action(label=40, required=False, kinds=("uri",), mark="/"),
    },
)
STYLE = shape(
    {}, {"backgroundColor": colour, "separator": boolean, "separatorColor": colour}, mark="/"
)
BLOCKS = ("header", "hero", "body", "footer")


def _whole_bubble(problems: Problems, value: object, place: str) -> None:
    """A bubble has a block, is not too large, and shows a film only where LINE can."""
    if not isinstance(value, dict):
        return
    if not any(value.get(block) for block in BLOCKS):
        problems.say("At least one block must be specified", place or "/")
    if size_of(value) > LARGEST_BUBBLE:
        problems.say("too large: a bubble has at most 30 KB", place or "/")
    hero = value.get("hero")
    film = isinstance(hero, dict) and hero.get("type") == "video"
    if film and (place or value.get("size", "mega") not in ("kilo", "mega", "giga")):
        problems.say(
            "a video needs a bubble of kilo, mega or giga outside a carousel", f"{place}/hero"
        )


BUBBLE = also(
    _part(
        {},
        TAPPED,
        {
            "size": one_of(*SIZES),
            "direction": one_of("ltr", "rtl"),
            "header": ONLY_BOX,
            "hero": chosen({"box": BOX, "image": IMAGE, "video": VIDEO}, mark="/"),
            "body": ONLY_BOX,
            "footer": ONLY_BOX,
            "styles": shape({}, dict.fromkeys(BLOCKS, STYLE), mark="/"),
        },
    ),
    _whole_bubble,
)


def _whole_carousel(problems: Problems, value: object, place: str) -> None:
    if not isinstance(value, dict):
        return
    if size_of(value) > LARGEST_CAROUSEL:
        problems.say("too large: a carousel has at most 50 KB", place or "/")
    bubbles = value.get("contents")
    if isinstance(bubbles, list):
        sizes = {one.get("size", "mega") for one in bubbles if isinstance(one, dict)}
        if len(sizes) > 1:
            problems.say("all bubbles of a carousel must be of one size", f"{place}/contents")


CAROUSEL = also(
    _part(
        {
            "contents": listing(
                chosen({"bubble": BUBBLE}, mark="/"), least=1, most=MOST_BUBBLES, mark="/"
            )
        }
    ),
    _whole_carousel,
)
CONTAINER = chosen({"bubble": BUBBLE, "carousel": CAROUSEL}, mark="/")


def contents(problems: Problems, value: object, place: str) -> None:
    """The container of a flex message; LINE speaks of the message first, then of places in it."""
    inner = Problems()
    CONTAINER(inner, value, "")
    if json.dumps(value).count('"animated": true') > MOST_ANIMATED:
        inner.say("too many animated images", "/")
    if inner.message:
        inner.say("invalid property", inner.message.split(", ")[1])
    if inner.details:
        message = place.removesuffix(".contents")
        problems.message = f"A message ({message}) in the request body is invalid"
        problems.details += inner.details


def size_of(value: object) -> int:
    """Return the size of JSON as it is sent by those who write it tightly, in bytes."""
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())
