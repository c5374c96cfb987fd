"""How the trail is chained."""

import hashlib
import json
from collections.abc import Mapping

FIRST = bytes(32)  # what the first entry has as the hash of the one before


def link(content: Mapping[str, object], *, previous: bytes) -> bytes:
    """Return the hash of an entry: SHA-256 over the hash before it and its canonical content.

    Canonical is JSON with sorted keys and no spaces, in UTF-8, so that anybody can repeat it from an
    export of the table without this program.
    """
    words = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(previous + words.encode()).digest()


def plain(value: object) -> object:
    """Return `value` as the database gives it back: text, whole numbers, yes or no, lists, mappings.

    A fraction would come back from jsonb in another spelling and break the chain, so it is kept as text.
    """
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(inner) for inner in value]
    return str(value)
