"""How much anybody may have: rules, guarded counters, and the ledger that they are checked against."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yakuba.bookings.models.booking import BookingItem
from yakuba.bookings.models.facility import Offer
from yakuba.townhall.models import Scope


class QuotaRule(models.Model):
    """At most so many bookings (or minutes) of these offers, per person and month; several rules may hold at once."""

    class Whose(models.TextChoices):
        RESIDENT = "resident", _("1人につき")
        HOUSEHOLD = "household", _("1世帯につき")
        GROUP = "group", _("1団体につき")

    class Span(models.TextChoices):
        DAY = "day", _("1日")
        WEEK = "week", _("1週間")  # from Monday
        MONTH = "month", _("1か月")
        FISCAL_YEAR = "fiscal_year", _("1年度")
        AHEAD = "ahead", _("先の予約")  # what is booked and not used yet

    class Measure(models.TextChoices):
        COUNT = "count", _("件数")
        MINUTES = "minutes", _("時間（分）")

    class By(models.TextChoices):
        USE = "use", _("使う日")
        BOOKED = "booked", _("予約した日")

    scope = models.ForeignKey(Scope, models.CASCADE, related_name="quota_rules")
    name = models.CharField(_("制限の名前"), max_length=80)
    whose = models.CharField(_("だれにつき"), max_length=9, choices=Whose, default=Whose.RESIDENT)
    span = models.CharField(_("期間"), max_length=11, choices=Span, default=Span.MONTH)
    measure = models.CharField(_("数え方"), max_length=7, choices=Measure, default=Measure.COUNT)
    by = models.CharField(_("どの日で数えるか"), max_length=6, choices=By, default=By.USE)
    limit = models.PositiveIntegerField(_("上限"))
    # A booking given up within so many hours of its start stays counted; None: never.
    late_hours = models.PositiveSmallIntegerField(
        _("直前の取消を数える（時間）"), null=True, blank=True
    )
    offers = models.ManyToManyField(Offer, related_name="quota_rules")
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class QuotaUse(models.Model):
    """How much somebody has of a rule's span. Only ever changed by one guarded statement."""

    rule = models.ForeignKey(QuotaRule, models.CASCADE, related_name="uses")
    subject = models.CharField(max_length=40, db_collation="C")  # "resident:12", "group:3"
    span_key = models.CharField(max_length=10, db_collation="C")  # "2027-06", "2027-W23", "ahead"
    used = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="quota_use_once", fields=["rule", "subject", "span_key"]),
            models.CheckConstraint(
                name="quota_use_is_not_less_than_none", condition=Q(used__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.subject} {self.span_key} {self.used}"


class QuotaEntry(models.Model):
    """So much of a rule was taken by an item, and given back or not. The counters are the sums of these."""

    rule = models.ForeignKey(QuotaRule, models.CASCADE, related_name="entries")
    item = models.ForeignKey(BookingItem, models.CASCADE, related_name="quota_entries")
    subject = models.CharField(max_length=40, db_collation="C")
    span_key = models.CharField(max_length=10, db_collation="C")
    amount = models.PositiveIntegerField()
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="quota_entry_once", fields=["rule", "item", "span_key"]),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.item_id} {self.amount}"
