"""Data keys: what belongs to one application is sealed by a key of its own, and gone when that key is.

A data key lies in `DataKey`, wrapped by the first key of `DATA_KEY`. `yakuba keys rotate` wraps the keys anew
and leaves what they seal alone; destroying a key shreds everything under it, wherever a copy of it lies.

What is sealed begins with one byte and the owner (16 bytes), so it says which key opens it; what is under the
master key begins with Fernet's letter g.
"""

import os
from collections.abc import Collection
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connection, transaction

from yakuba.kit import secrets
from yakuba.kit.models import DataKey

MARK = 1  # the first byte of what is sealed under a data key
_HEAD = 17  # the mark and the owner
_NONCE = 12
_AT_ONCE = 1_000
_MOST_OPENED = 8_192
_opened: dict[UUID, bytes] = {}  # keys lately unwrapped; never trusted for sealing


class KeyDestroyed(secrets.CannotDecrypt):
    """What is to be read was erased: its key is no more."""


def seal(plain: bytes, *, owner: UUID) -> bytes:
    """Seal under the key of `owner`, which is made if there is none.

    The key is always read from the database: one from memory may have been destroyed, or rolled back.
    """
    head = bytes([MARK]) + owner.bytes
    nonce = os.urandom(_NONCE)
    return head + nonce + AESGCM(_stored(owner) or _made(owner)).encrypt(nonce, plain, head)


def unseal(sealed: bytes) -> bytes:
    """Open what `seal` sealed, and what lies under the master key.

    Raises:
        KeyDestroyed: its owner was erased.
        CannotDecrypt: no key of DATA_KEY fits.
    """
    if sealed[:1] != bytes([MARK]):
        return secrets.decrypt(sealed)
    owner = UUID(bytes=sealed[1:_HEAD])
    known = _opened.get(owner)
    if known is not None:
        try:
            return _open(sealed, known)
        except secrets.CannotDecrypt:
            _opened.pop(owner, None)  # it was rolled back, or destroyed and made anew
    key = _stored(owner)
    if key is None:
        raise KeyDestroyed("the key of what is to be read was destroyed")
    _remember(owner, key)
    return _open(sealed, key)


def unseal_with(sealed: bytes, wrapped: bytes | None) -> bytes:
    """Open with a key that was read along with the row; for those who read by the hundred thousand."""
    if sealed[:1] != bytes([MARK]):
        return secrets.decrypt(sealed)
    if wrapped is None:
        raise KeyDestroyed("the key of what is to be read was destroyed")
    return _open(sealed, secrets.decrypt(wrapped))


def warm(owners: Collection[UUID]) -> None:
    """Read these keys at once, because rows of all of them are about to be opened."""
    wanted = [owner for owner in owners if owner not in _opened]
    for owner, wrapped in DataKey.objects.filter(pk__in=wanted).values_list("pk", "wrapped"):
        _remember(owner, secrets.decrypt(bytes(wrapped)))


def destroy(owners: Collection[UUID]) -> int:
    """Destroy these keys; return how many there were. Nobody can open what lies under them any more."""
    for owner in owners:
        _opened.pop(owner, None)
    count, _each = DataKey.objects.filter(pk__in=list(owners)).delete()
    return count


@transaction.atomic
def wrap_anew(after: object | None) -> tuple[object | None, int]:
    """Wrap some keys after `after` under the first key of DATA_KEY; return the last one, and how many."""
    beyond = {"pk__gt": after} if after is not None else {}
    rows = list(
        DataKey.objects.select_for_update(no_key=True).filter(**beyond).order_by("pk")[:_AT_ONCE]
    )
    for one in rows:
        one.wrapped = secrets.rotate(bytes(one.wrapped))
    DataKey.objects.bulk_update(rows, ["wrapped"])
    return (rows[-1].pk, len(rows)) if rows else (None, 0)


def _open(sealed: bytes, key: bytes) -> bytes:
    inside = sealed[_HEAD + _NONCE :]
    try:
        return AESGCM(key).decrypt(sealed[_HEAD : _HEAD + _NONCE], inside, sealed[:_HEAD])
    except InvalidTag:
        raise secrets.CannotDecrypt("a stored value does not fit the key of its owner") from None


def _remember(owner: UUID, key: bytes) -> None:
    if len(_opened) >= _MOST_OPENED:
        _opened.clear()
    _opened[owner] = key


def _stored(owner: UUID) -> bytes | None:
    wrapped = DataKey.objects.filter(pk=owner).values_list("wrapped", flat=True).first()
    return None if wrapped is None else secrets.decrypt(bytes(wrapped))


def _made(owner: UUID) -> bytes:
    """Make the key of `owner`; of two who make it at the same time, both get the same one."""
    key = AESGCM.generate_key(bit_length=256)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kit_datakey (owner, wrapped) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            [owner, secrets.encrypt(key)],
        )
        if cursor.rowcount == 1:
            return key
    theirs = _stored(owner)
    if theirs is None:
        raise KeyDestroyed("the key was destroyed while something was sealed under it")
    return theirs
