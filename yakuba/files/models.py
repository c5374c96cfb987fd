"""What people uploaded, and what was made for a colleague."""

import uuid

from django.db import models
from django.db.models.functions import Now

from yakuba.kit.fields import EncryptedText


class StoredFile(models.Model):
    """One file, checked or made by us; its bytes lie encrypted in the storage that FILES_URL names, under `id`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = EncryptedText()  # as the person called it
    content_type = models.CharField(max_length=80)  # what the bytes really are
    size = models.PositiveBigIntegerField()  # bytes, as kept
    sha256 = models.BinaryField(max_length=32)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    # Of a film, or of a file that we made; 0: sealed in one piece.
    pieces = models.PositiveSmallIntegerField(default=0)
    is_whole = models.BooleanField(default=False)  # the bytes are in the storage
    kept_until = models.DateField(null=True)  # None: as long as whatever refers to it
    made_for = models.PositiveBigIntegerField(null=True)  # the colleague's id; nobody else gets it
    created_at = models.DateTimeField(db_default=Now())

    # Where the camera was; only on what `operations.keep` has just returned, and only when asked.
    location: tuple[float, float] | None = None

    def __str__(self) -> str:
        return str(self.id)

    @property
    def names(self) -> list[str]:
        """Under what its bytes lie in the storage, in order."""
        return [f"{self.pk}.{n:04d}" for n in range(self.pieces)] or [str(self.pk)]
