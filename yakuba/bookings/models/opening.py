"""When a facility is open. Minutes count from the midnight at which the day begins; 1500 is 1:00 after it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yakuba.bookings.models.facility import Facility, Offer
from yakuba.townhall.models import StaffMember

_LATEST = 36 * 60


class OpeningRule(models.Model):
    """Open on these weekdays of a season. The rule of an offer stands before those of its facility."""

    class Holidays(models.TextChoices):
        AS_WEEKDAY = "as_weekday", _("平日と同じ")
        AS_SUNDAY = "as_sunday", _("日曜と同じ")
        CLOSED = "closed", _("休み")
        # 月曜休館。祝日なら開けて、次の平日を休む
        NEXT_DAY = "next_day", _("休館日が祝日なら開けて、次の平日を休む")

    facility = models.ForeignKey(Facility, models.CASCADE, related_name="opening_rules")
    offer = models.ForeignKey(Offer, models.CASCADE, null=True, related_name="opening_rules")
    since = models.DateField(_("この日から"), null=True, blank=True)
    until = models.DateField(_("この日まで"), null=True, blank=True)  # the last day, included
    # A season that comes every year: month * 100 + day, both included; 1101 to 331 is the winter.
    season_from = models.PositiveSmallIntegerField(_("毎年この日から"), null=True, blank=True)
    season_to = models.PositiveSmallIntegerField(_("毎年この日まで"), null=True, blank=True)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list)  # 0 is Monday
    opens_minute = models.PositiveSmallIntegerField(_("開く時刻"))
    closes_minute = models.PositiveSmallIntegerField(_("閉まる時刻"))
    holidays = models.CharField(
        _("祝日"), max_length=10, choices=Holidays, default=Holidays.AS_WEEKDAY
    )
    priority = models.PositiveSmallIntegerField(default=0)  # the highest that applies decides

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="opening_rule_opens_before_it_closes",
                condition=Q(closes_minute__gt=F("opens_minute"), closes_minute__lte=_LATEST),
            )
        ]

    def __str__(self) -> str:
        return f"{self.facility_id} {self.opens_minute}-{self.closes_minute}"


class OpeningChange(models.Model):
    """Open or closed otherwise than the rules say, once."""

    facility = models.ForeignKey(Facility, models.CASCADE, related_name="opening_changes")
    offer = models.ForeignKey(Offer, models.CASCADE, null=True, related_name="opening_changes")
    starts_at = models.DateTimeField(_("開始"))
    ends_at = models.DateTimeField(_("終了"))
    is_open = models.BooleanField(_("開ける"), default=False)
    reason = models.CharField(_("理由"), max_length=100)
    made_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="opening_change_ends_after_it_starts",
                condition=Q(ends_at__gt=F("starts_at")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.facility_id} {self.starts_at:%Y-%m-%d %H:%M} {self.is_open}"


class Period(models.Model):
    """A part of the day that is booked as one: 午前 9:00–12:00."""

    offer = models.ForeignKey(Offer, models.CASCADE, related_name="periods")
    name = models.CharField(_("区分"), max_length=20)
    starts_minute = models.PositiveSmallIntegerField(_("開始"))
    ends_minute = models.PositiveSmallIntegerField(_("終了"))

    class Meta:
        ordering = ["starts_minute"]
        constraints = [
            models.UniqueConstraint(name="period_starts_once", fields=["offer", "starts_minute"]),
            models.CheckConstraint(
                name="period_ends_after_it_starts",
                condition=Q(ends_minute__gt=F("starts_minute"), ends_minute__lte=_LATEST),
            ),
        ]

    def __str__(self) -> str:
        return self.name
