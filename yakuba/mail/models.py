"""Letters to staff."""

from django.db import models
from django.db.models import Q


class Letter(models.Model):
    """One mail, written in the business transaction and handed in afterwards. No personal data in it."""

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        FAILED = "failed"  # refused for good, or bounced
        
    to = models.JSONField()  # list[str]
    subject = models.CharField(max_length=200)
    body = models.TextField()
    dedupe_key = models.CharField(max_length=120, null=True, unique=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    attempts = models.SmallIntegerField(default=0)
    next_at = models.DateTimeField()  # machine time
    written_at = models.DateTimeField()  # business time
    sent_at = models.DateTimeField(null=True)
    message_id = models.CharField(max_length=120, blank=True)
    trouble = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(name="letter_waiting", fields=["next_at"], condition=Q(state="waiting"))]

    def __str__(self) -> str:
        return f"#{self.pk} {self.subject}"
