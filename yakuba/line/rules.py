"""Events of LINE as we understand them; what we do not understand is kept and passed over.

LINE adds event types, fields and values without notice (Messaging API, development guidelines), so
nothing here refuses an event for what it does not know.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

_LONGEST_KEY = 64  # columns event_id and user_id
_LARGEST = 2**63 - 1  # a bigint
CONTENT = "yakuba.content"  # an event of ours: a photo or file of the talk is here, or is not


class Unreadable(ValueError):
    """A body that cannot be read as events; the message is the reason, without its content."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event. Unknown parts are in `raw`; missing ones are empty, never None."""

    event_id: str
    type: str
    user_id: str  # empty: nobody in particular
    timestamp: int  # milliseconds, when it happened according to LINE
    source: str = "user"  # user, group, room, or whatever LINE invents
    reply_token: str = ""
    mode: str = "active"
    is_redelivery: bool = False
    is_masked: bool = False  # a My Number or card number was blotted out at intake
    message: Mapping[str, Any] = field(default_factory=dict)
    postback: Mapping[str, Any] = field(default_factory=dict)
    content: Mapping[str, Any] = field(default_factory=dict)  # of CONTENT: file, or trouble
    raw: Mapping[str, Any] = field(default_factory=dict)
    received_at: datetime | None = None

    @property
    def text(self) -> str:
        """What was typed; empty for everything that is not text."""
        return _text(self.message.get("text")) if self.message.get("type") == "text" else ""

    @property
    def unsent_id(self) -> str:
        """The id of the message that its sender took back."""
        return _text(_mapping(self.raw.get("unsend")).get("messageId"))

    @property
    def is_private(self) -> bool:
        """Tell whether it is of one person's talk with the town, not of a group's."""
        return bool(self.user_id) and self.source == "user"

    @property
    def postback_package(self) -> str:
        """The package before the first colon of the postback's data."""
        return _text(self.postback.get("data")).partition(":")[0]

    @property
    def postback_rest(self) -> str:
        return _text(self.postback.get("data")).partition(":")[2]


def read_event(raw: Mapping[str, Any], *, received_at: datetime | None = None) -> Event:
    """Return `raw` as an Event; whatever has another shape than LINE documents is left empty."""
    source, delivery = _mapping(raw.get("source")), _mapping(raw.get("deliveryContext"))
    return Event(
        event_id=event_id(raw),
        type=_text(raw.get("type")),
        user_id=user_id(raw),
        timestamp=timestamp(raw),
        source=_text(source.get("type")),
        reply_token=_text(raw.get("replyToken")),
        mode=_text(raw.get("mode")) or "active",
        is_redelivery=delivery.get("isRedelivery") is True,
        is_masked=raw.get("yakuba.masked") is True,
        message=_mapping(raw.get("message")),
        postback=_mapping(raw.get("postback")),
        content=_mapping(raw.get("yakuba.content")),
        raw=raw,
        received_at=received_at,
    )


def split(body: bytes) -> tuple[list[dict[str, Any]], int]:
    """Return the events of a webhook body, and how many entries were no events at all.

    NUL characters and half surrogate pairs are taken out, because PostgreSQL can keep neither.

    Raises:
        Unreadable: the body is no JSON, or not of LINE's shape.
    """
    try:
        whole = json.loads(body.decode())
    except (ValueError, RecursionError):
        raise Unreadable("the body is not JSON in UTF-8") from None
    if not isinstance(whole, dict) or not isinstance(whole.get("events"), list):
        raise Unreadable("the body has no list of events")
    if b"\\u" in body or b"\x00" in body:
        try:
            whole = _clean(whole)
        except RecursionError:
            raise Unreadable("the body is nested too deeply") from None
    events = [event for event in whole["events"] if isinstance(event, dict)]
    return events, len(whole["events"]) - len(events)


def event_id(raw: Mapping[str, Any]) -> str:
    """Return LINE's id of the event, or one made from its content, so that it too is stored once."""
    given = _key(raw.get("webhookEventId"))
    if given:
        return given
    # A redelivery differs in its deliveryContext only.
    rest = {name: value for name, value in raw.items() if name != "deliveryContext"}
    content = json.dumps(rest, sort_keys=True).encode()
    return "made:" + hashlib.sha256(content).hexdigest()[:56]


def user_id(raw: Mapping[str, Any]) -> str:
    return _key(_mapping(raw.get("source")).get("userId"))


def timestamp(raw: Mapping[str, Any]) -> int:
    given = raw.get("timestamp")
    if not isinstance(given, int) or isinstance(given, bool):
        return 0
    return min(max(given, 0), _LARGEST)


def waits() -> Iterator[int]:
    """Yield the seconds to wait after each failure of an event; a minute in all, then it is given up."""
    yield from (1, 3, 8, 18, 30)


def _key(value: object) -> str:
    given = _text(value)
    is_fine = len(given) <= _LONGEST_KEY and given.isascii() and given.isprintable()
    return given if is_fine else ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {_clean(name): _clean(item) for name, item in value.items()}
    return value
