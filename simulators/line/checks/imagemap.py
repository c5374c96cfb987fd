"""Imagemap messages: one picture with places to tap."""

from simulators.line.checks.base import (
    Problems,
    Rule,
    anything,
    chosen,
    link,
    listing,
    picture_url,
    shape,
    text,
    whole,
)

AREA = shape({"x": whole(0), "y": whole(0), "width": whole(1), "height": whole(1)})
LABEL = {"label": text(100)}


def _plain(problems: Problems, value: object, place: str) -> None:
    """The base address has no ending: LINE appends /240 … /1040."""
    picture_url(problems, value, place)
    if isinstance(value, str) and value.lower().endswith((".png", ".jpg", ".jpeg")):
        problems.say("invalid uri", place)


def _tappable(name: str, rule: Rule) -> Rule:
    return shape({"type": anything, "area": AREA, name: rule}, LABEL)


ACTION = chosen(
    {
        "uri": _tappable("linkUri", link(1000)),
        "message": _tappable("text", text(400)),
        "clipboard": _tappable("clipboardText", text(1000)),
    }
)
VIDEO = shape(
    {"originalContentUrl": picture_url, "previewImageUrl": picture_url, "area": AREA},
    {"externalLink": shape({"linkUri": link(1000), "label": text(30)})},
)
IMAGEMAP: dict[str, Rule] = {
    "baseUrl": _plain,
    "altText": text(1500),
    "baseSize": shape({"width": whole(1040, 1040), "height": whole(1)}),
    "actions": listing(ACTION, least=1, most=50),
}
IMAGEMAP_OPTIONAL: dict[str, Rule] = {"video": VIDEO}
