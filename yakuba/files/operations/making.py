"""Files that we make for a colleague, such as exports: of any kind and length, never whole in memory."""

import hashlib
from datetime import date
from pathlib import Path

from yakuba.files import rules, storage
from yakuba.files.models import StoredFile
from yakuba.kit import secrets
from yakuba.townhall.models import StaffMember


def keep_made(
    path: Path, *, name: str, content_type: str, owner: StaffMember, kept_until: date
) -> StoredFile:
    """Keep the file at `path`, sealed piece by piece, for `owner` alone and until `kept_until`.

    Whoever is killed on the way leaves a file that is not whole; it is given to nobody and erased an hour later.
    Not inside a transaction where FILES_URL is S3.

    Raises:
        OutsideFailure: the storage did not take it.
    """
    size = path.stat().st_size
    file = StoredFile.objects.create(
        name=name,
        content_type=content_type,
        size=size,
        sha256=b"",
        pieces=max(1, -(-size // rules.PIECE)),
        made_for=owner.pk,
        kept_until=kept_until,
    )
    digest = hashlib.sha256()
    with path.open("rb") as made:
        for place in file.names:
            piece = made.read(rules.PIECE)
            digest.update(piece)
            storage.here().write(place, secrets.encrypt(piece))
    file.is_whole, file.sha256 = True, digest.digest()
    file.save(update_fields=["is_whole", "sha256"])
    return file
