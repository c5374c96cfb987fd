"""Encryption of personal data, and keyed hashes by which it can still be found.

`DATA_KEY` is one Fernet key or several, separated by commas: the first encrypts, all decrypt. After
putting a new key in front, `yakuba keys rotate` writes everything anew, and the old key can go.
"""

import hashlib
import hmac
from collections.abc import Callable
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class CannotDecrypt(RuntimeError):
    """None of the keys in DATA_KEY opens this value; a key was removed before rotating."""


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


@lru_cache(maxsize=8)
def _hash_key(key: str) -> bytes:
    return hashlib.sha256(b"yakuba keyed hash\0" + key.encode()).digest()


def encrypt(plain: bytes) -> bytes:
    return _box(tuple(settings.DATA_KEYS)).encrypt(plain)


def decrypt(sealed: bytes) -> bytes:
    """Open what `encrypt` sealed.

    Raises:
        CannotDecrypt: no key of DATA_KEY fits.
    """
    try:
        return _box(tuple(settings.DATA_KEYS)).decrypt(sealed)
    except InvalidToken:
        raise CannotDecrypt("a stored value fits none of the keys in DATA_KEY") from None


def rotate(sealed: bytes) -> bytes:
    """Seal again under the first key, without looking inside."""
    try:
        return _box(tuple(settings.DATA_KEYS)).rotate(sealed)
    except InvalidToken:
        raise CannotDecrypt("a stored value fits none of the keys in DATA_KEY") from None


def keyed_hash(plain: str, *, purpose: str) -> bytes:
    """Return the 16 bytes under which `plain` is stored for look-up; the same only within one purpose."""
    return _hashes(plain, purpose)[0]


def keyed_hashes(plain: str, *, purpose: str) -> list[bytes]:
    """Return the hash under every key, to find rows that are not rotated yet."""
    return _hashes(plain, purpose)


def hasher(purpose: str) -> Callable[[str], list[bytes]]:
    """Return `keyed_hashes` of one purpose, for those who hash by the million."""
    keys = [_hash_key(key) for key in settings.DATA_KEYS]
    before = f"{purpose}\0".encode()

    def hashes(plain: str) -> list[bytes]:
        words = before + plain.encode()
        return [hmac.digest(key, words, "sha256")[:16] for key in keys]

    return hashes


def _hashes(plain: str, purpose: str) -> list[bytes]:
    return hasher(purpose)(plain)
