"""What states mean, how long a look at a certificate holds, and what seals evidence. Pure."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

OPEN = ("none", "begun", "pending")
Standing: TypeAlias = Literal["verified", "stale", "revoked", "unknown", "pending"]
# The certificate ended because what it says is not so any more: the person may have moved or changed their name.
CHANGED = "moved"
# A new card or certificate was made; the person is the same, and what was proven then stays true.
RENEWED = "renewed"

_WAITS = (5, 10, 20, 40, 60, 120, 300)  # seconds between two questions to the provider


def standing(
    *,
    verified_at: datetime,
    looked_at: datetime | None,
    state: str,
    reason: str,
    now: datetime,
    days: int,
) -> Standing:
    """Say how evidence stands now: `state` and `reason` are those of the newest look, taken `looked_at`.

    `pending`: the newest look is older than `days`, so the provider is to be asked again (現況確認) before anybody
    decides. `stale`: the certificate ended because its content changed; staff look, nobody is refused by it.
    """
    if state == "revoked":
        return "stale" if reason in (CHANGED, RENEWED) else "revoked"
    if state == "unknown":
        return "unknown"
    newest = max(verified_at, looked_at) if looked_at else verified_at
    return "pending" if now - newest > timedelta(days=days) else "verified"


def wait_after(asked: int) -> timedelta:
    """Return how long to wait before the provider is asked again, having been asked `asked` times."""
    return timedelta(seconds=_WAITS[min(asked, len(_WAITS) - 1)])


def seal(facts: Mapping[str, object]) -> bytes:
    """Return the hash over everything evidence says, by name; a changed byte gives another one."""
    words = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(words.encode()).digest()


def hash_of(token: str) -> bytes:
    """Return under what a random token is stored: it has no dictionary, so no key is needed."""
    return hashlib.sha256(token.encode()).digest()


_LETTERS = str.maketrans({"−": "-", "‐": "-", "ー": "-", "―": "-", "–": "-", "ｰ": "-"})
_NUMBERED = re.compile(r"(?<=\d)(?:丁目|番地の?|番|号)")


def is_same(attribute: str, proven: str, said: str, *, substitutes: str = "") -> bool:
    """Say whether what was typed may be what the card says; letters of the card that stand for others fit any one.

    Only for a hint to staff: addresses are written in more ways than a rule knows.
    """
    one, other = _plain(proven), _plain(said)
    if substitutes and len(substitutes) == len(proven):
        pattern = "".join(
            ".{1,2}" if mark == "1" else re.escape(_plain(letter))
            for letter, mark in zip(proven, substitutes, strict=True)
        )
        return re.fullmatch(pattern, other) is not None
    if attribute != "address":
        return one == other
    first, second = (_NUMBERED.sub("-", text).rstrip("-") for text in (one, other))
    short, long = sorted((first, second), key=len)
    # People leave the prefecture or the town out, and cards have no names of buildings.
    return bool(short) and (long.endswith(short) or long.startswith(short))


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS).split())
