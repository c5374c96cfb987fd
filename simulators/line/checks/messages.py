"""Every kind of message object, with its quick reply and its sender."""

import re

from simulators.line.checks import actions, flex, imagemap, templates
from simulators.line.checks.base import (
    Problems,
    Rule,
    also,
    anything,
    chosen,
    listing,
    matching,
    number,
    one_of,
    picture_url,
    shape,
    text,
    whole,
)

MOST_EMOJIS = 20


def _sender_name(problems: Problems, value: object, place: str) -> None:
    text(20)(problems, value, place)
    if isinstance(value, str) and "line" in value.lower():
        problems.say("contains a word that is not allowed", place)


COMMON: dict[str, Rule] = {
    "quickReply": shape(
        {
            "items": listing(
                shape(
                    {"type": one_of("action"), "action": actions.IN_QUICK_REPLY},
                    {"imageUrl": picture_url},
                ),
                least=1,
                most=13,
            )
        }
    ),
    "sender": shape({}, {"name": _sender_name, "iconUrl": picture_url}),
}
QUOTING: dict[str, Rule] = {"quoteToken": text(1000)}
EMOJI_IDS = {"productId": text(100), "emojiId": text(100)}


def _message(required: dict[str, Rule], optional: dict[str, Rule] | None = None) -> Rule:
    return shape({"type": anything, **required}, {**COMMON, **(optional or {})})


def _emojis_stand_on_dollars(problems: Problems, value: object, place: str) -> None:
    """Each LINE emoji replaces a `$` at its index, which counts units of UTF-16."""
    if not isinstance(value, dict) or not isinstance(value.get("text"), str):
        return
    units = value["text"].encode("utf-16-le", "surrogatepass")
    for index, emoji in enumerate(value.get("emojis") or []):
        at = emoji.get("index") if isinstance(emoji, dict) else None
        if not isinstance(at, int) or units[2 * at : 2 * at + 2] != b"$\0":
            problems.say("invalid index", f"{place}.emojis[{index}].index")


def _braces_are_substituted(problems: Problems, value: object, place: str) -> None:
    """Braces come in pairs around a name that has a substitution; doubled, they are themselves."""
    if not isinstance(value, dict) or not isinstance(value.get("text"), str):
        return
    given = value.get("substitution") or {}
    if not isinstance(given, dict):
        problems.wrong_type(f"{place}.substitution")
        return
    if len(given) > 100:
        problems.say("Size must be between 0 and 100", f"{place}.substitution")
    for name, inner in given.items():
        if not re.fullmatch(r"[0-9a-zA-Z_]{1,20}", name):
            problems.say("invalid key", f"{place}.substitution")
        SUBSTITUTION(problems, inner, f"{place}.substitution.{name}")
    kinds = [inner.get("type") for inner in given.values() if isinstance(inner, dict)]
    for kind in ("emoji", "mention"):
        if kinds.count(kind) > MOST_EMOJIS:
            problems.say(f"too many objects of type {kind}", f"{place}.substitution")
    plain = value["text"].replace("{{", "").replace("}}", "")
    names = re.findall(r"\{([^{}]*)\}", plain)
    if re.search(r"[{}]", re.sub(r"\{[^{}]*\}", "", plain)) or any(
        name not in given for name in names
    ):
        problems.say("invalid substitution", f"{place}.text")


SUBSTITUTION = chosen(
    {
        "mention": shape(
            {
                "type": anything,
                "mentionee": chosen(
                    {
                        "user": shape({"type": anything, "userId": matching(r"U[0-9a-f]{32}")}),
                        "all": shape({"type": anything}),
                    }
                ),
            }
        ),
        "emoji": shape({"type": anything, **EMOJI_IDS}),
    }
)
SENDABLE: dict[str, Rule] = {
    "text": also(
        _message(
            {"text": text(5000)},
            {
                **QUOTING,
                "emojis": listing(shape({"index": whole(0), **EMOJI_IDS}), most=MOST_EMOJIS),
            },
        ),
        _emojis_stand_on_dollars,
    ),
    "textV2": also(
        _message({"text": text(5000)}, {**QUOTING, "substitution": anything}),
        _braces_are_substituted,
    ),
    "sticker": _message(
        {"packageId": matching(r"\d{1,20}"), "stickerId": matching(r"\d{1,20}")}, QUOTING
    ),
    "image": _message({"originalContentUrl": picture_url, "previewImageUrl": picture_url}),
    "video": _message(
        {"originalContentUrl": picture_url, "previewImageUrl": picture_url},
        {"trackingId": matching(r"[a-zA-Z0-9\-.=,+*()%$&;:@{}!?<>\[\]]{1,100}")},
    ),
    "audio": _message({"originalContentUrl": picture_url, "duration": whole(1)}),
    "location": _message(
        {
            "title": text(100),
            "address": text(100),
            "latitude": number(-90, 90),
            "longitude": number(-180, 180),
        }
    ),
    "coupon": _message({"couponId": text(100)}, {"deliveryTag": matching(r"[a-zA-Z0-9_]{1,30}")}),
    "imagemap": _message(imagemap.IMAGEMAP, imagemap.IMAGEMAP_OPTIONAL),
    "template": _message({"altText": text(1500), "template": templates.TEMPLATE}),
    "flex": _message({"altText": text(1500), "contents": flex.contents}),
}
MESSAGE = chosen(SENDABLE)
