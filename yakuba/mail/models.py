"""Letters to staff."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yakuba.kit.fields import EncryptedText


def new_message_id() -> str:
    """The name under which every attempt of one letter is handed in, so that a receiver can tell a copy."""
    return f"{uuid.uuid4().hex}@yakuba"


class Letter(models.Model):
    """One mail, written in the business transaction and handed in afterwards. No personal data in it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("送信待ち")
        SENT = "sent", _("送信ずみ")
        FAILED = "failed", _("送れませんでした")  # refused for good, or nobody answered for days

    to = models.JSONField()  # list[str]
    left = models.JSONField(default=list)  # the addresses that no server has accepted yet
    refused = models.JSONField(default=list)  # the addresses that a server refused for good
    subject = models.CharField(max_length=200)
    batch_key = models.CharField(
        max_length=120, blank=True
    )  # letters with the same key travel together
    is_secret = models.BooleanField(
        default=False
    )  # has a link or code in it: never shown, emptied when sent
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    attempts = models.SmallIntegerField(default=0)
    written_at = models.DateTimeField()  # business time
    due_at = models.DateTimeField()  # business time: a batch waits until then
    next_at = models.DateTimeField()  # machine time: back-off, and the lease of a sender at work
    sent_at = models.DateTimeField(null=True)  # business time
    message_id = models.CharField(max_length=120, default=new_message_id)
    trouble = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(name="letter_waiting", fields=["next_at"], condition=Q(state="waiting")),
            models.Index(name="letter_batch", fields=["batch_key"], condition=Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.subject}"


class Part(models.Model):
    """What one `post` had to say; a letter that was batched has several."""

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="parts")
    text = EncryptedText()
    dedupe_key = models.CharField(max_length=120, null=True, unique=True)

    def __str__(self) -> str:
        return f"#{self.pk} of {self.letter_id}"
