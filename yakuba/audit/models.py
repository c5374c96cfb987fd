"""The trail."""

from typing import Self

from django.db import models
from django.db.models import Q


class EntryQuerySet(models.QuerySet["Entry"]):
    def about(self, words: str) -> Self:
        """Keep what tells of a subject, named wholly or from its beginning, or says `words` in its sentence."""
        return self.filter(Q(subject__startswith=words) | Q(sentence__icontains=words))


class Entry(models.Model):
    """Who did what to what, in a sentence; `hash` covers the entry and the hash of the one before it.

    Only inserted: a trigger refuses to change or delete. The subject is opaque on purpose, so that
    the trail outlives what it tells of.
    """

    id = models.BigAutoField(primary_key=True)
    at = (
        models.DateTimeField()
    )  # machine time: evidence is not turned with the demonstration's clock
    staff_id = models.BigIntegerField(null=True)  # None: the system, or a resident
    actor = models.CharField(max_length=80)
    action = models.CharField(max_length=40)  # viewed, revealed, changed, exported, signed_in, …
    subject = models.CharField(max_length=120, blank=True)  # "submissions.submission:<uuid>"
    sentence = models.CharField(max_length=300)
    detail = models.JSONField(default=dict)
    previous_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32, unique=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(name="entry_by_subject", fields=["subject", "-id"]),
            models.Index(name="entry_by_staff", fields=["staff_id", "-id"]),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.action} {self.subject}"
