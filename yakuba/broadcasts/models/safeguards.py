"""What the town decided once about deliveries, and the messages it has prepared."""

import uuid
from datetime import time
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from yakuba.townhall.models import Capability, Scope, StaffMember


class Safeguards(models.Model):
    """The one row of the fuse: from how many people two must agree, how long it waits, when it is night."""

    two_persons_above = models.PositiveIntegerField(_("2人で確かめる人数"), default=1000)
    grace_minutes = models.PositiveSmallIntegerField(_("送信前の待ち時間（分）"), default=5)
    missed_after_minutes = models.PositiveSmallIntegerField(
        _("遅れて送らない時間（分）"), default=30
    )
    night_from = models.TimeField(_("夜間の始まり"), default=time(20, 0))
    night_until = models.TimeField(_("夜間の終わり"), default=time(8, 0))
    most_per_person = models.PositiveSmallIntegerField(
        _("1人に送る回数の上限"), null=True, blank=True
    )
    most_within_days = models.PositiveSmallIntegerField(_("上限を数える日数"), default=7)
    kept_for_disaster = models.PositiveIntegerField(_("災害用に残す通数"), default=0)
    feed_stale_minutes = models.PositiveSmallIntegerField(
        _("連携の情報が古いとみなす時間（分）"), default=60
    )
    feed_most_per_hour = models.PositiveSmallIntegerField(
        _("連携から1時間に送る件数の上限"), default=5
    )

    class Meta:
        constraints = [
            models.CheckConstraint(name="safeguards_one_row", condition=models.Q(pk=1)),
        ]

    def __str__(self) -> str:
        return "safeguards"


class TemplateQuerySet(models.QuerySet["Template"]):
    def visible_to(self, staff: StaffMember, capability: str = Capability.VIEW) -> Self:
        return self.filter(scope__in=Scope.objects.visible_to(staff, capability))


class Template(models.Model):
    """A message prepared in calm hours. Those for disasters are the only ones a disaster message is made of."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    scope = models.ForeignKey(Scope, models.PROTECT, related_name="templates")
    name = models.CharField(_("名前"), max_length=80)
    is_for_disaster = models.BooleanField(_("災害用"), default=False)
    content = models.JSONField()  # as `rules.content.Content`
    condition = models.JSONField()
    order = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    rev = models.PositiveIntegerField(default=0)

    objects = TemplateQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
