"""What was tapped, without saying by whom."""

from django.db import models


class Tap(models.Model):
    """One press of a button, a menu area or a choice. No person is kept (6(11)ア)."""

    at = models.DateTimeField()
    kind = models.CharField(max_length=30)  # choice, menu, link, started, finished, asked_person …
    subject = models.CharField(max_length=120, db_collation="C")  # what it belongs to
    detail = models.CharField(max_length=80, blank=True, db_collation="C")  # question and choice

    class Meta:
        indexes = [models.Index(name="tap_by_subject", fields=["subject", "kind", "at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} {self.detail}"
