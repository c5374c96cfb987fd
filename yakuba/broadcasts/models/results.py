"""What became of a delivery: our own taps, and what LINE counted."""

import secrets

from django.db import models
from django.db.models.functions import Now

from yakuba.broadcasts.models.delivery import Arm, Delivery


def new_code() -> str:
    """Return what stands in a measured link: short, and not to be guessed."""
    return secrets.token_urlsafe(6)


class Link(models.Model):
    """A link of a delivery that leads through our own redirect. Who tapped it is not kept."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="links")
    number = models.PositiveSmallIntegerField()  # its place in the content
    code = models.CharField(max_length=16, unique=True, default=new_code, db_collation="C")
    url = models.TextField()
    label = models.CharField(max_length=100, blank=True)
    taps = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(name="link_once", fields=["delivery", "number"])]

    def __str__(self) -> str:
        return f"{self.delivery_id}/{self.number}"


class Reading(models.Model):
    """What LINE said on one day about one wording. None is LINE's "fewer than 20", never zero."""

    arm = models.ForeignKey(Arm, models.CASCADE, related_name="readings")
    read_on = models.DateField()  # Japan time
    asked_at = models.DateTimeField()  # business time
    written_at = models.DateTimeField(db_default=Now())  # machine time: LINE counts our questions
    impressions = models.PositiveIntegerField(null=True)  # people on whose screen it was whole
    clicks = models.PositiveIntegerField(null=True)
    played = models.PositiveIntegerField(null=True)
    raw = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(name="reading_once", fields=["arm", "read_on"])]

    def __str__(self) -> str:
        return f"{self.arm_id} {self.read_on}"
