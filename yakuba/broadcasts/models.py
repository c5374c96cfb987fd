"""What is said to many: deliveries, their arms, and batches of at most 500 people. No row per recipient."""

import uuid
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from yakuba.line.models import Lane
from yakuba.segments.models import Segment
from yakuba.townhall.models import Capability, Scope, StaffMember


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def visible_to(self, staff: StaffMember, capability: str = Capability.VIEW) -> Self:
        return self.filter(scope__in=Scope.objects.visible_to(staff, capability))


class Delivery(models.Model):
    """One message to everybody whom a condition means at the moment of sending."""

    class State(models.TextChoices):
        DRAFT = "draft", _("下書き")
        SENDING = "sending", _("送信中")
        HALTED = "halted", _("中断")  # by itself; a person goes on or stops it
        STOPPED = "stopped", _("停止")
        SENT = "sent", _("送信済み")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    scope = models.ForeignKey(Scope, models.PROTECT, related_name="deliveries")
    name = models.CharField(_("名前"), max_length=80)
    segment = models.ForeignKey(Segment, models.SET_NULL, null=True, related_name="deliveries")
    condition = models.JSONField()  # as it was when it was sent, whatever becomes of the segment
    lane = models.SmallIntegerField(choices=Lane, default=Lane.DELIVERY)
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    planned = models.PositiveIntegerField(null=True)  # people, when it was planned
    quota_reserved = models.PositiveIntegerField(default=0)
    quota_month = models.DateField(null=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True)  # business time: the button was pressed
    sent_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    halted_because = models.CharField(max_length=200, blank=True)
    rev = models.PositiveIntegerField(default=0)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="delivery_sent_by_somebody",
                condition=Q(state="draft")
                | Q(sent_at__isnull=False, sent_by__isnull=False, planned__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Arm(models.Model):
    """One wording of a delivery. Frozen once sent: a retry must have the same body."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="arms")
    number = models.PositiveSmallIntegerField(default=0)
    messages = models.JSONField()  # LINE message objects
    text = models.TextField(blank=True)  # what the clerk wrote
    unit = models.CharField(max_length=30, blank=True)  # LINE's name for its statistics

    class Meta:
        db_table = "broadcasts_delivery_arm"
        constraints = [models.UniqueConstraint(name="arm_once", fields=["delivery", "number"])]

    def __str__(self) -> str:
        return f"{self.delivery_id}/{self.number}"


class Batch(models.Model):
    """At most 500 people under one retry key, stored before LINE is asked."""

    class State(models.IntegerChoices):
        PENDING = 0
        SENDING = 1
        ACCEPTED = 2
        REJECTED = 3
        UNCERTAIN = 4
        CANCELLED = 5

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="batches")
    arm = models.ForeignKey(Arm, models.PROTECT, related_name="batches")
    number = models.PositiveIntegerField()
    residents = ArrayField(models.BigIntegerField())  # sorted
    user_ids = ArrayField(
        models.CharField(max_length=33), default=list
    )  # as sent; emptied when settled
    reached = models.PositiveSmallIntegerField(default=0)  # how many of them LINE was given
    retry_key = models.UUIDField(default=uuid.uuid4, unique=True)
    state = models.SmallIntegerField(choices=State, default=State.PENDING)
    attempts = models.SmallIntegerField(default=0)
    next_at = models.DateTimeField(db_default=Now())
    lease_until = models.DateTimeField(null=True)
    first_sent_at = models.DateTimeField(null=True)
    http_status = models.SmallIntegerField(null=True)
    request_id = models.CharField(max_length=64, blank=True)
    trouble = models.CharField(max_length=300, blank=True)
    done_at = models.DateTimeField(null=True)
    is_counted = models.BooleanField(default=False)  # in the month's quota

    class Meta:
        db_table = "broadcasts_delivery_batch"
        constraints = [models.UniqueConstraint(name="batch_once", fields=["delivery", "number"])]
        indexes = [
            models.Index(
                name="batch_open", fields=["delivery", "number"], condition=Q(state__in=(0, 1))
            )
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id}#{self.number}"
