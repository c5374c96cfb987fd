"""messages: the one builder through which everything passes that is said to LINE.

Its functions give plain LINE JSON that LINE accepts: **text**, **card**, **carousel**, **image**,
**location**, with **choices** as quick replies; **packed** makes requests of them. Nothing else
in the house writes LINE JSON. What cannot be said is a `Refusal`, before anything is sent.

Start reading at `limits` and `texts`.
"""

from yakuba.line.messages.actions import (
    Action,
    Camera,
    CameraRoll,
    CardAction,
    Link,
    LinkNotPossible,
    PickDate,
    PickMoment,
    PickTime,
    Postback,
    Say,
    SendLocation,
)
from yakuba.line.messages.cards import Card, card, carousel
from yakuba.line.messages.choices import choices, fits, with_choices
from yakuba.line.messages.listings import listing
from yakuba.line.messages.packing import is_user_id, packed
from yakuba.line.messages.pictures import image, location
from yakuba.line.messages.shapes import Json, Message, NothingToSay, TooMuchToSay
from yakuba.line.messages.texts import text

__all__ = [
    "Action",
    "Camera",
    "CameraRoll",
    "Card",
    "CardAction",
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
    "fits",
    "image",
    "is_user_id",
    "listing",
    "location",
    "packed",
    "text",
    "with_choices",
]
