"""One spelling of what was answered (RFC 8785), and the digest that is signed."""

import hashlib
from collections.abc import Mapping
from typing import TypeAlias

import rfc8785

_Plain: TypeAlias = "bool | int | float | str | list[_Plain] | dict[str, _Plain] | None"


def canonical_text(content: Mapping[str, object]) -> str:
    """Write `content` in the one way that RFC 8785 allows, so that equal things are equal bytes."""
    return rfc8785.dumps(_plain(content)).decode()


def digest_of(canonical: str, pdf_sha256: bytes) -> bytes:
    """Return what is signed: the SHA-256 of JCS({"c": …, "pdf": …}), both as lower-case hexadecimal."""
    both = {"c": hashlib.sha256(canonical.encode()).hexdigest(), "pdf": pdf_sha256.hex()}
    return hashlib.sha256(rfc8785.dumps(both)).digest()


def _plain(value: object) -> _Plain:
    """Return JSON that the standard can write: a number beyond 2**53 becomes text, as JavaScript would lose it."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 2**53:
        return str(value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"{type(value).__name__} is no JSON")
