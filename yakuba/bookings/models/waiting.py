"""Those who wait for something to come free, and the words that are due."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yakuba.bookings.models.booking import Booking
from yakuba.bookings.models.facility import Facility, Offer
from yakuba.residents.models import Resident


class WaitEntry(models.Model):
    """Somebody would like an offer for some minutes within a window; asked one after the other."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("待っている")
        OFFERED = "offered", _("案内中")
        TAKEN = "taken", _("予約になった")
        LAPSED = "lapsed", _("期限切れ")
        GIVEN_UP = "given_up", _("やめた")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    offer = models.ForeignKey(Offer, models.CASCADE, related_name="waiting")
    resident = models.ForeignKey(Resident, models.CASCADE, related_name="waiting_for")
    starts_at = models.DateTimeField(_("この時刻から"))
    ends_at = models.DateTimeField(_("この時刻まで"))
    minutes = models.PositiveSmallIntegerField(_("利用する時間（分）"))
    quantity = models.PositiveSmallIntegerField(default=1)
    status = models.CharField(_("状態"), max_length=8, choices=Status, default=Status.WAITING)
    priority = models.PositiveSmallIntegerField(default=0)  # 0 comes first
    made_at = models.DateTimeField()
    offered_from = models.DateTimeField(null=True)  # the period that is held for them
    offered_to = models.DateTimeField(null=True)
    answer_by = models.DateTimeField(null=True)
    passed_over = models.JSONField(default=list)  # [{"at", "because"}], for the clerk
    booking = models.ForeignKey(Booking, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="wait_entry_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.UniqueConstraint(
                name="wait_entry_once",
                fields=["offer", "resident", "starts_at"],
                condition=Q(status__in=("waiting", "offered")),
            ),
        ]
        indexes = [
            models.Index(
                name="wait_entry_in_line",
                fields=["offer", "priority", "made_at"],
                condition=Q(status="waiting"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offer_id} {self.starts_at:%Y-%m-%d %H:%M}"


class ReminderRule(models.Model):
    """When whoever booked is reminded; set by clerks (6(5)サ)."""

    class When(models.TextChoices):
        DAYS_BEFORE = "days_before", _("前の日の決まった時刻")
        HOURS_BEFORE = "hours_before", _("何時間か前")
        HOURS_AFTER = "hours_after", _("終わってから")

    facility = models.ForeignKey(Facility, models.CASCADE, related_name="reminder_rules")
    when = models.CharField(_("いつ"), max_length=12, choices=When, default=When.DAYS_BEFORE)
    amount = models.PositiveSmallIntegerField(_("日数・時間"), default=1)
    minute = models.PositiveSmallIntegerField(_("時刻"), default=18 * 60)  # of the day; days_before
    words = models.TextField(_("伝える文"), blank=True)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.when} {self.amount}"


class Reminder(models.Model):
    """A word that is due at a time, for one revision of a booking and no other."""

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="reminders")
    rule = models.ForeignKey(ReminderRule, models.CASCADE, related_name="+")
    rev = models.PositiveIntegerField()
    due_at = models.DateTimeField()
    useful_until = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    dropped_because = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="reminder_once", fields=["booking", "rule", "rev"]),
        ]
        indexes = [
            models.Index(
                name="reminder_due",
                fields=["due_at"],
                condition=Q(sent_at=None, dropped_because=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.booking_id} {self.due_at:%Y-%m-%d %H:%M}"
