"""The offset of the business clock: one row, read by every process."""

from django.db import models
from django.db.models import Q


class ClockOffset(models.Model):
    """How many seconds the business clock is ahead of the machine's; always 0 outside the demonstration."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    seconds = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(name="clock_offset_is_one_row", condition=Q(id=1))]

    def __str__(self) -> str:
        return f"{self.seconds:+} s"


class DataKey(models.Model):
    """The key of one application, one proof or one frozen paper, wrapped by the master key; see `datakeys`."""

    owner = models.UUIDField(primary_key=True)
    wrapped = models.BinaryField()

    def __str__(self) -> str:
        return f"key of {self.owner}"
