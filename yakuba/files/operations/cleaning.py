"""Erasing what nobody may keep any longer, and what was left half way."""

import contextlib
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from yakuba.files import storage
from yakuba.files.models import StoredFile
from yakuba.kit import clock, secrets
from yakuba.kit.errors import OutsideFailure

_HALF_WRITTEN = timedelta(hours=1)


@transaction.atomic
def keep_until(file: StoredFile, *, day: date | None) -> None:
    """Have `file` erased after `day`; None keeps it as long as whatever refers to it."""
    StoredFile.objects.filter(pk=file.pk).update(kept_until=day)


def erase(file: StoredFile) -> None:
    """Erase `file` after the present transaction is committed: first the row, then the bytes."""
    names = file.names
    with transaction.atomic():
        StoredFile.objects.filter(pk=file.pk).delete()
        transaction.on_commit(lambda: _delete(*names))


def _delete(*names: str) -> None:
    with contextlib.suppress(OutsideFailure):  # bytes without a row are swept up by `sweep`
        for name in names:
            storage.here().delete(name)


def erase_due() -> None:
    """Erase what nobody may keep any longer, and uploads that stopped half way."""
    half = Q(is_whole=False, created_at__lt=Now() - _HALF_WRITTEN)
    for file in StoredFile.objects.filter(half | Q(kept_until__lt=clock.today())).iterator():
        erase(file)


def sweep() -> None:
    """Delete bytes whose row is gone; they are left by a kill between the two."""
    young = datetime.fromtimestamp(time.time(), UTC) - timedelta(days=1)
    batch: list[str] = []
    for name, written in storage.here().names():
        if written < young:
            batch.append(name)
        if len(batch) >= 1000:
            _sweep(batch)
            batch = []
    _sweep(batch)


def _sweep(names: Sequence[str]) -> None:
    keys = {_key_of(name) for name in names} - {""}
    rows = StoredFile.objects.filter(pk__in=keys).values_list("pk", flat=True)
    known = {str(number) for number in rows}
    for name in names:
        # Half-written files of the folder begin with a dot; whatever else lies there is not ours.
        key = _key_of(name)
        if name.startswith(".") or (key and key not in known):
            _delete(name)


def _key_of(name: str) -> str:
    """Return whose bytes lie under `name`; empty if they are not ours."""
    # Exports lay in pieces called so before they were files.
    key, dot, piece = name.replace("-export-", ".").partition(".")
    try:
        is_ours = str(UUID(key)) == key and (not dot or piece.isdecimal())
    except ValueError:
        return ""
    return key if is_ours else ""


def rewrite_content(after: object | None) -> object | None:
    """Seal the bytes of the next file under the first key, for `yakuba keys rotate`; whole at any moment."""
    beyond = {"pk__gt": after} if after is not None else {}
    file = StoredFile.objects.filter(is_whole=True, **beyond).order_by("pk").first()
    if file is None:
        return None
    for name in file.names:
        sealed = storage.here().read(name)
        if sealed is not None:
            storage.here().write(name, secrets.rotate(sealed))
    return file.pk
