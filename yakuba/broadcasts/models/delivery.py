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
    """One message to everybody whom a condition means at the moment of sending, or meant when it was frozen.

    draft → (asked, where two persons must agree) → scheduled → waiting, the minutes of grace → sending → sent.
    What the fuse stops is held until a person decides.
    """

    class Kind(models.TextChoices):
        NORMAL = "normal", _("お知らせ")
        DISASTER = "disaster", _("災害")
        CORRECTION = "correction", _("訂正")
        AUTOMATIC = "automatic", _("自動")  # from a feed: never with the exemptions of a disaster

    class State(models.TextChoices):
        DRAFT = "draft", _("下書き")
        ASKED = "asked", _("承認待ち")
        SCHEDULED = "scheduled", _("予約")
        WAITING = "waiting", _("まもなく送信")  # a button still stops it before anybody gets it
        HELD = "held", _("確認待ち")  # the fuse stopped it; a person decides
        SENDING = "sending", _("送信中")
        HALTED = "halted", _("中断")  # by itself; a person goes on or stops it
        STOPPED = "stopped", _("停止")
        SENT = "sent", _("送信済み")
        DROPPED = "dropped", _("取りやめ")  # nobody got it

        @classmethod
        def before_sending(cls) -> tuple[str, ...]:
            """The states in which nobody can have got anything."""
            return (cls.DRAFT, cls.ASKED, cls.SCHEDULED, cls.WAITING, cls.HELD, cls.DROPPED)

    class Audience(models.TextChoices):
        JUDGED = "judged", _("送るときに条件で選ぶ")
        FROZEN = "frozen", _("いまの人に決めておく")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    scope = models.ForeignKey(Scope, models.PROTECT, related_name="deliveries")
    name = models.CharField(_("名前"), max_length=80)
    kind = models.CharField(_("種類"), max_length=10, choices=Kind, default=Kind.NORMAL)
    segment = models.ForeignKey(Segment, models.SET_NULL, null=True, related_name="deliveries")
    condition = models.JSONField()  # as it was when it was sent, whatever becomes of the segment
    audience = models.CharField(
        _("送る相手の決め方"), max_length=6, choices=Audience, default=Audience.JUDGED
    )
    frozen = ArrayField(models.BigIntegerField(), null=True)  # residents, sorted
    content = models.JSONField(default=dict)  # as `rules.content.Content`
    lane = models.SmallIntegerField(choices=Lane, default=Lane.DELIVERY)
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    series = models.ForeignKey(
        "broadcasts.Series", models.PROTECT, null=True, related_name="deliveries"
    )
    rewrites = models.ForeignKey(  # a draft that is to be the new text of a series
        "broadcasts.Series", models.CASCADE, null=True, related_name="rewritings"
    )
    occurs_at = models.DateTimeField(null=True)  # which occurrence of the series this is
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrections")
    due_at = models.DateTimeField(null=True)  # business time; None: as soon as it may
    begins_at = models.DateTimeField(null=True)  # business time: the grace ends
    expected = models.PositiveIntegerField(null=True)  # people, as the clerk confirmed them
    night_reason = models.CharField(_("夜間に送る理由"), max_length=200, blank=True)
    held_because = models.JSONField(default=list)  # [{"code", "sentence", "may_override"}]
    overridden = models.JSONField(default=list)  # [{"code", "sentence", "by", "at", "why"}]
    planned = models.PositiveIntegerField(null=True)  # people, when it was planned
    capped = models.PositiveIntegerField(default=0)  # left out because they got enough lately
    quota_reserved = models.PositiveIntegerField(default=0)
    quota_month = models.DateField(null=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    changed_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)  # business time: the first batch was planned
    # who confirmed that it goes out: known from the moment it leaves the drafts
    sent_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    feed = models.CharField(max_length=40, blank=True)  # where an automatic one came from
    feed_ref = models.CharField(max_length=200, blank=True)  # the feed's own name for it
    issued_at = models.DateTimeField(null=True)  # business time, as the feed says
    ended_at = models.DateTimeField(null=True)
    halted_because = models.CharField(max_length=200, blank=True)
    rev = models.PositiveIntegerField(default=0)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="delivery_sent_by_somebody",
                condition=Q(state__in=("draft", "asked", "scheduled", "waiting", "held", "dropped"))
                | Q(sent_at__isnull=False, sent_by__isnull=False, planned__isnull=False),
            ),
            models.CheckConstraint(
                name="delivery_occurrence_of_a_series",
                condition=Q(series__isnull=True, occurs_at__isnull=True)
                | Q(series__isnull=False, occurs_at__isnull=False),
            ),
            models.UniqueConstraint(name="occurrence_once", fields=["series", "occurs_at"]),
            models.UniqueConstraint(
                name="feed_says_it_once", fields=["feed", "feed_ref"], condition=~Q(feed="")
            ),
        ]
        indexes = [
            models.Index(
                name="delivery_due",
                fields=["begins_at"],
                condition=Q(state__in=("scheduled", "waiting")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Approval(models.Model):
    """A second person's word about a delivery, on the revision that they read."""

    class Verdict(models.TextChoices):
        AGREED = "agreed", _("承認")
        RETURNED = "returned", _("差戻し")

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="approvals")
    rev = models.PositiveIntegerField()
    verdict = models.CharField(max_length=8, choices=Verdict)
    words = models.CharField(max_length=300, blank=True)
    staff = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.verdict}"


class Arm(models.Model):
    """One wording of a delivery. Frozen once sent: a retry must have the same body."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="arms")
    number = models.PositiveSmallIntegerField(default=0)
    messages = models.JSONField()  # LINE message objects
    language = models.CharField(max_length=10, default="ja")
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
