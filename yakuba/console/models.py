"""What the frame remembers for a member of staff, by their id: console does not know who they are."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yakuba.kit.fields import EncryptedText


class SavedFilter(models.Model):
    """A way to look at one list, under a name; `is_shared` shows it to everybody who sees the list.

    The query may hold a searched name, so it is sealed.
    """

    staff_id = models.BigIntegerField()
    listing = models.CharField(max_length=60)
    name = models.CharField(_("名前"), max_length=40)
    query = EncryptedText()
    is_shared = models.BooleanField(_("ほかの職員にも見せる"), default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="saved_filter_name_once", fields=["staff_id", "listing", "name"]
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.listing}"


class Undo(models.Model):
    """What somebody did to many things at once, and what to call to take it back."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    staff_id = models.BigIntegerField()
    kind = models.CharField(max_length=60)  # a key of `sockets.undoers`
    payload = models.JSONField()  # ids and earlier states; nothing personal
    sentence = models.CharField(max_length=200)
    done_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Progress(models.Model):
    """Long work that somebody started: how far it is, and what came of it. It goes on without them."""

    class State(models.TextChoices):
        RUNNING = "running", _("作業中")
        DONE = "done", _("終わりました")
        FAILED = "failed", _("うまくいきませんでした")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    staff_id = models.BigIntegerField()
    title = models.CharField(max_length=100)
    state = models.CharField(max_length=7, choices=State, default=State.RUNNING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)  # 0: nobody knows yet
    sentence = models.CharField(max_length=300, blank=True)
    href = models.CharField(max_length=300, blank=True)  # where the result is
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    is_seen = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(name="progress_to_show", fields=["staff_id"], condition=Q(is_seen=False))
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.done}/{self.total}"
