"""Identifiers and secrets in the shapes that LINE gives them."""

import hashlib
import itertools
import os
import secrets
import time
import uuid

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_last_message = itertools.count(time.time_ns() // 1_000_000 * 100 + 500_000_000_000_000_000)


def user_id(seed: str | None = None) -> str:
    """Return `U` and 32 hex digits; the same for the same seed."""
    digits = hashlib.sha256(seed.encode()).hexdigest()[:32] if seed else secrets.token_hex(16)
    return f"U{digits}"


def message_id() -> str:
    """Return a number of 18 digits that grows."""
    return str(next(_last_message))


def ulid(at_ms: int) -> str:
    """Return the ULID of an event: its time in ten characters, chance in sixteen."""
    number = (at_ms << 80) | int.from_bytes(os.urandom(10))
    return "".join(_CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5))


def request_id() -> str:
    return str(uuid.uuid4())


def reply_token() -> str:
    return secrets.token_hex(16)


def opaque(length: int = 86) -> str:
    """Return a quote token, a read token or the like: a string that only LINE understands."""
    return secrets.token_urlsafe(length)[:length]


def access_token() -> str:
    return secrets.token_urlsafe(120)


def menu_id() -> str:
    return f"richmenu-{secrets.token_hex(16)}"
