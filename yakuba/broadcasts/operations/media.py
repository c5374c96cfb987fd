"""Pictures and films of messages: taken in, given to drafts, thrown away when no message shows them."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction

from yakuba.broadcasts.models import Media
from yakuba.files import operations as files
from yakuba.files import rules as kinds
from yakuba.files.models import StoredFile
from yakuba.files.queries import read
from yakuba.kit import clock
from yakuba.townhall.models import StaffMember

PREVIEW = 1024  # pixels of the longest side; far below LINE's 1 MB
_PREVIEW_BYTES = 300_000
_UNUSED_FOR = timedelta(days=7)

# Drafts, steps back, series and templates all keep a content; a file that none of them names is waste.
_UNUSED = """
SELECT m.id FROM broadcasts_media m WHERE m.made_at < %s AND NOT EXISTS (
  SELECT 1 FROM (
    SELECT content FROM broadcasts_delivery UNION ALL SELECT content FROM broadcasts_series
    UNION ALL SELECT content FROM broadcasts_template UNION ALL SELECT content FROM broadcasts_delivery_step
  ) said WHERE strpos(said.content::text, m.id::text) > 0)
"""


def take_picture(*, content: bytes, name: str, staff: StaffMember) -> Media:
    """Keep a picture for a message, with a small one of at most 1 MB beside it if it is large.

    Raises:
        Refusal: no picture, or too large.
        OutsideFailure: the storage did not take it.
    """
    file = files.keep(content=content, name=name, allowed=kinds.IMAGES)
    preview = None
    if file.size > _PREVIEW_BYTES or max(file.width or 0, file.height or 0) > PREVIEW:
        preview = files.shrunk(file, content=read(file), longest=PREVIEW)
    return Media.objects.create(file=file, preview=preview, made_at=clock.now(), made_by=staff)


def begin_film(*, name: str, size: int, staff: StaffMember) -> Media:
    """Make room for a film, which then comes in pieces. Raises Refusal: too large, empty."""
    file = files.begin_film(name=name, size=size)
    return Media.objects.create(file=file, made_at=clock.now(), made_by=staff)


def throw_away_unused() -> None:
    """Erase what no content names any more; a chore."""
    with connection.cursor() as cursor:
        cursor.execute(_UNUSED, [clock.now() - _UNUSED_FOR])
        found = [row[0] for row in cursor.fetchall()]
    for key in found:
        _throw_away(key)


@transaction.atomic
def _throw_away(key: UUID) -> None:
    one = (
        Media.objects.select_for_update(of=("self",)).select_related("file", "preview").get(pk=key)
    )
    kept: list[StoredFile] = [file for file in (one.file, one.preview) if file is not None]
    one.delete()
    for file in kept:
        files.erase(file)


def whole(keys: Collection[UUID]) -> dict[UUID, Media]:
    """Return the files that are completely there."""
    found = Media.objects.filter(pk__in=keys, file__is_whole=True)
    return {one.pk: one for one in found.select_related("file", "preview")}
