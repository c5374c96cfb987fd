"""Template messages: buttons, confirm, carousel, image carousel."""

from simulators.line.checks import actions
from simulators.line.checks.base import (
    Problems,
    Rule,
    also,
    anything,
    chosen,
    colour,
    graphemes,
    listing,
    one_of,
    picture_url,
    shape,
    text,
)

TITLE = text(40, count=graphemes)
PICTURE = {
    "imageAspectRatio": one_of("rectangle", "square"),
    "imageSize": one_of("cover", "contain"),
}
CARD = {
    "thumbnailImageUrl": picture_url,
    "imageBackgroundColor": colour,
    "title": TITLE,
    "defaultAction": actions.BEHIND_TEMPLATE,
}


def _body(alone: int) -> Rule:
    """The text of a card: shorter beside a picture or a title."""

    def check(problems: Problems, value: object, place: str) -> None:
        if not isinstance(value, dict):
            return
        accompanied = bool(value.get("thumbnailImageUrl") or value.get("title"))
        if (said := value.get("text")) is not None:
            text(60 if accompanied else alone, count=graphemes)(problems, said, f"{place}.text")

    return check


def _alike(problems: Problems, value: object, place: str) -> None:
    """All columns have a picture or none, a title or none, and as many actions as the others."""
    if not isinstance(value, dict):
        return
    columns = value.get("columns")
    if not isinstance(columns, list) or not all(isinstance(one, dict) for one in columns):
        return
    for name in ("thumbnailImageUrl", "title"):
        if len({bool(one.get(name)) for one in columns}) > 1:
            problems.say(f"{name} must be in all columns or in none", f"{place}.columns")
    counts = {len(one["actions"]) for one in columns if isinstance(one.get("actions"), list)}
    if len(counts) > 1:
        problems.say("the number of actions must be the same in all columns", f"{place}.columns")


BUTTONS = also(
    shape(
        {
            "type": anything,
            "text": anything,
            "actions": listing(actions.IN_TEMPLATE, least=1, most=4),
        },
        {**CARD, **PICTURE},
    ),
    _body(160),
)
CONFIRM = shape(
    {
        "type": anything,
        "text": text(240, count=graphemes),
        "actions": listing(actions.IN_TEMPLATE, least=2, most=2),
    }
)
COLUMN = also(
    shape({"text": anything, "actions": listing(actions.IN_TEMPLATE, least=1, most=3)}, CARD),
    _body(120),
)
CAROUSEL = also(
    shape({"type": anything, "columns": listing(COLUMN, least=1, most=10)}, PICTURE), _alike
)
IMAGE_CAROUSEL = shape(
    {
        "type": anything,
        "columns": listing(
            shape({"imageUrl": picture_url, "action": actions.IN_IMAGE_CAROUSEL}), least=1, most=10
        ),
    }
)
TEMPLATE = chosen(
    {
        "buttons": BUTTONS,
        "confirm": CONFIRM,
        "carousel": CAROUSEL,
        "image_carousel": IMAGE_CAROUSEL,
    }
)
