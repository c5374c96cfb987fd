"""From messages to requests."""

import re
from collections.abc import Iterable

from yakuba.line.messages import limits
from yakuba.line.messages.shapes import Message, size

# Room for what stands around the messages: reply token, 500 receivers of a multicast, units.
_AROUND = 50_000


def packed(messages: Iterable[Message]) -> list[list[Message]]:
    """Part `messages` into requests of at most five messages and 2 MB.

    LINE shows only the quick replies of the last message of a request; so the last ones of a pack
    are moved under its last message, instead of vanishing.

    Raises:
        ValueError: one message alone is too large; nothing of this package makes such a one.
    """
    packs: list[list[Message]] = []
    room = 0
    for message in messages:
        bytes_needed = size(message) + 1
        if bytes_needed > limits.REQUEST_BYTES - _AROUND:
            raise ValueError(f"a message of {bytes_needed} bytes")
        if not packs or len(packs[-1]) == limits.MESSAGES or bytes_needed > room:
            packs.append([])
            room = limits.REQUEST_BYTES - _AROUND
        packs[-1].append(message)
        room -= bytes_needed
    return [_with_replies_last(pack) for pack in packs]


def is_user_id(text: str) -> bool:
    """Tell whether `text` has the form of a LINE user id."""
    return re.fullmatch(r"U[0-9a-f]{32}", text) is not None


def _with_replies_last(pack: list[Message]) -> list[Message]:
    replies = [message["quickReply"] for message in pack if "quickReply" in message]
    bare = [{key: value for key, value in one.items() if key != "quickReply"} for one in pack]
    if replies:
        bare[-1]["quickReply"] = replies[-1]
    return bare
