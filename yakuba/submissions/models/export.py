"""Files that somebody had made of what came in."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from yakuba.files.models import StoredFile
from yakuba.kit.fields import EncryptedText
from yakuba.procedures.models import Procedure
from yakuba.townhall.models import StaffMember


class Export(models.Model):
    """A file that somebody had made of what came in.

    Only its maker may fetch it, as long as he may export; after `kept_until` it is erased.
    """

    class Format(models.TextChoices):
        XLSX = "xlsx", _("Excel")
        CSV = "csv", _("CSV（UTF-8）")
        CP932 = "cp932", _("CSV（Shift_JIS）")
        ZIP = "zip", _("写真・ファイル（ZIP）")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    staff = models.ForeignKey(StaffMember, models.CASCADE, related_name="+")
    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="+")
    format = models.CharField(max_length=5, choices=Format)
    query = EncryptedText()  # of the list's address; it may hold a name that was searched for
    has_personal = models.BooleanField()
    progress_id = models.UUIDField()
    asked_at = models.DateTimeField()
    kept_until = models.DateField()
    ready_at = models.DateTimeField(null=True)
    name = models.CharField(max_length=150, blank=True)
    file = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")
    size = models.PositiveBigIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    unfit = models.PositiveIntegerField(default=0)  # letters that the file cannot hold

    def __str__(self) -> str:
        return f"{self.procedure_id} {self.format} {self.pk}"
