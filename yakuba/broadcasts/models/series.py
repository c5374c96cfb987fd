"""What is sent again and again."""

import uuid
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from yakuba.segments.models import Segment
from yakuba.townhall.models import Capability, Scope, StaffMember


class SeriesQuerySet(models.QuerySet["Series"]):
    def visible_to(self, staff: StaffMember, capability: str = Capability.VIEW) -> Self:
        return self.filter(scope__in=Scope.objects.visible_to(staff, capability))


class Series(models.Model):
    """One content to one condition by a rule of the calendar; each occurrence becomes one delivery."""

    class State(models.TextChoices):
        DRAFT = "draft", _("下書き")
        ASKED = "asked", _("承認待ち")
        RUNNING = "running", _("実施中")
        PAUSED = "paused", _("休止")
        ENDED = "ended", _("終了")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    scope = models.ForeignKey(Scope, models.PROTECT, related_name="series")
    name = models.CharField(_("名前"), max_length=80)
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    segment = models.ForeignKey(Segment, models.SET_NULL, null=True, related_name="series")
    condition = models.JSONField()
    content = models.JSONField()  # as `rules.content.Content`
    rule = models.JSONField()  # as `rules.recurring.Rule`: days, time of day, what holidays do
    begins_on = models.DateField()
    ends_on = models.DateField(null=True)
    expected = models.PositiveIntegerField(null=True)  # people, when it was begun
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    changed_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    begun_at = models.DateTimeField(null=True)
    begun_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    resumed_at = models.DateTimeField(null=True)
    night_reason = models.CharField(_("夜間に送る理由"), max_length=200, blank=True)
    overridden = models.JSONField(default=list)  # as `Delivery.overridden`, for every occurrence
    returned_words = models.CharField(max_length=300, blank=True)  # of who did not agree
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    made_until = models.DateField(null=True)  # occurrences up to this day have become deliveries
    rev = models.PositiveIntegerField(default=0)

    objects = SeriesQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
