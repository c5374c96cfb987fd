"""messages: the one builder through which everything passes that is said to LINE.

Its functions give plain LINE JSON that LINE accepts: **text**, **card**, **carousel**, **image**,
**video**, **location**, with **choices** as quick replies; **packed** makes requests of them. Nothing else
in the house writes LINE JSON. What cannot be said is a `Refusal`, before anything is sent.

Start reading at `limits` and `texts`.
"""

from yakuba.line.messages.actions import (
    Action,
    Camera,
    CameraRoll,
    CardAction,
    Copy,
    Link,
    LinkNotPossible,
    PickDate,
    PickMoment,
    PickTime,
    Postback,
    Say,
    SendLocation,
)
from yakuba.line.messages.cards import Card, card, carousel, tappable_image, with_small_link
from yakuba.line.messages.choices import choices, fits, with_choices
from yakuba.line.messages.entries import Entry, entries
from yakuba.line.messages.listings import listing
from yakuba.line.messages.packing import is_user_id, packed
from yakuba.line.messages.pictures import image, location, video
from yakuba.line.messages.shapes import Json, Message, NothingToSay, TooMuchToSay
from yakuba.line.messages.texts import text

__all__ = [
    "Action",
    "Camera",
    "CameraRoll",
    "Card",
    "CardAction",
    "Copy",
    "Entry",
    "Json",
    "Link",
    "LinkNotPossible",
    "Message",
    "NothingToSay",
    "PickDate",
    "PickMoment",
    "PickTime",
    "Postback",
    "Say",
    "SendLocation",
    "TooMuchToSay",
    "card",
    "carousel",
    "choices",
    "entries",
    "fits",
    "image",
    "is_user_id",
    "listing",
    "location",
    "packed",
    "tappable_image",
    "text",
    "video",
    "with_choices",
    "with_small_link",
]
