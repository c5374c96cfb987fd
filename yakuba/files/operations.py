"""Keeping and erasing what people upload."""

import contextlib
import hashlib
import time
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from yakuba.files import pictures, rules, storage
from yakuba.files.models import StoredFile
from yakuba.kit import clock, secrets
from yakuba.kit.errors import OutsideFailure, Refusal

_HALF_WRITTEN = timedelta(hours=1)


class EmptyFile(Refusal):
    sentence = _("ファイルの中身が空でした。もう一度送ってください。")


class UnknownKind(Refusal):
    sentence = _("この種類のファイルは受け取れません。{kinds}を送ってください。")


class Heic(UnknownKind):
    sentence = _(
        "この写真の形式（HEIC）は受け取れません。"
        "写真を画面に表示して画面を撮影するか、JPEG形式にしてから送ってください。"
    )


class TooLarge(Refusal):
    sentence = _("ファイルが大きすぎます。{megabytes}MBまでのファイルを送ってください。")


class Broken(Refusal):
    sentence = _("写真を読み取れませんでした。こわれていないか確かめて、もう一度送ってください。")


def keep(
    *,
    content: bytes,
    name: str,
    allowed: Collection[str] | None = None,
    keep_location: bool = False,
    kept_until: date | None = None,
) -> StoredFile:
    """Check what was uploaded and keep it encrypted; photos are made anew, without notes of the camera.

    `allowed` are content types of `rules`; None means photos and PDF. With `keep_location` the answer's
    `location` says where the camera was, if it knew. Not inside a transaction where FILES_URL is S3.

    Raises:
        Refusal: in a sentence for the person: empty, another kind, too large, broken.
        OutsideFailure: the storage did not take it.
    """
    permitted = rules.USUAL if allowed is None else frozenset(allowed)
    kind = _checked_kind(content, permitted)
    width = height = location = None
    if kind.startswith("image/"):
        kept_as = rules.KEPT_AS.get(kind, kind)
        try:
            picture = pictures.remake(content, kind=kind, kept_as=kept_as)
        except pictures.NoPicture:
            raise Broken from None
        content, kind, width, height = picture.content, kept_as, picture.width, picture.height
        location = picture.location if keep_location else None

    file = StoredFile(
        name=_name(name, kind),
        content_type=kind,
        size=len(content),
        sha256=hashlib.sha256(content).digest(),
        width=width,
        height=height,
        kept_until=kept_until,
    )
    file.location = location
    file.save(force_insert=True)  # first the row: bytes without a row would never be found again
    storage.here().write(str(file.pk), secrets.encrypt(content))
    StoredFile.objects.filter(pk=file.pk).update(is_whole=True)
    file.is_whole = True
    return file


def _checked_kind(content: bytes, permitted: frozenset[str]) -> str:
    if not content:
        raise EmptyFile
    kind = rules.content_type(content)
    if kind == rules.HEIC:
        raise Heic
    if rules.KEPT_AS.get(kind, kind) not in permitted:
        raise UnknownKind(kinds=_kinds(permitted))
    if len(content) > rules.largest(kind):
        raise TooLarge(megabytes=rules.largest(kind) // (1024 * 1024))
    return kind


def _kinds(permitted: frozenset[str]) -> str:
    words = [
        str(word)
        for word, kinds in (
            (_("写真（JPEG、PNG）"), rules.IMAGES),
            (_("PDF"), rules.PDF),
            (_("動画（MP4）"), rules.FILMS),
            (_("音声（MP3、M4A）"), rules.SOUNDS),
        )
        if kinds & permitted
    ]
    return "、".join(words)


def _name(given: str, kind: str) -> str:
    """Return a name that is safe to show and to save under, with the ending of what it really is."""
    base = given.replace("\\", "/").rpartition("/")[2]
    base = "".join(letter for letter in base if letter.isprintable()).strip(" .")
    ending = rules.ENDINGS[kind]
    stem = base[: -len(ending)] if base.lower().endswith(ending) else base.partition(".")[0]
    return (stem[:100] or kind.partition("/")[0]) + ending


@transaction.atomic
def keep_until(file: StoredFile, *, day: date | None) -> None:
    """Have `file` erased after `day`; None keeps it as long as whatever refers to it."""
    StoredFile.objects.filter(pk=file.pk).update(kept_until=day)


def erase(file: StoredFile) -> None:
    """Erase `file` after the present transaction is committed: first the row, then the bytes."""
    name = str(file.pk)
    with transaction.atomic():
        StoredFile.objects.filter(pk=file.pk).delete()
        transaction.on_commit(lambda: _delete(name))


def _delete(name: str) -> None:
    with contextlib.suppress(OutsideFailure):  # bytes without a row are swept up by `sweep`
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
    known = {
        str(number)
        for number in StoredFile.objects.filter(
            pk__in=[name for name in names if _is_ours(name)]
        ).values_list("pk", flat=True)
    }
    for name in names:
        # Half-written files of the folder begin with a dot; whatever else lies there is not ours.
        if name.startswith(".") or (_is_ours(name) and name not in known):
            _delete(name)


def _is_ours(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False


def rewrite_content(after: object | None) -> object | None:
    """Seal the bytes of the next file under the first key, for `yakuba keys rotate`; whole at any moment."""
    beyond = {"pk__gt": after} if after is not None else {}
    file = StoredFile.objects.filter(is_whole=True, **beyond).order_by("pk").first()
    if file is None:
        return None
    sealed = storage.here().read(str(file.pk))
    if sealed is not None:
        storage.here().write(str(file.pk), secrets.rotate(sealed))
    return file.pk
