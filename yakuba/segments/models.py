"""Groups of residents that were given a name."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from yakuba.townhall.models import Capability, Scope, StaffMember


class SegmentQuerySet(models.QuerySet["Segment"]):
    def visible_to(self, staff: StaffMember, capability: str = Capability.VIEW) -> Self:
        return self.filter(scope__in=Scope.objects.visible_to(staff, capability))


class Segment(models.Model):
    """A condition over residents. Who is in it is judged when it is used, never stored."""

    scope = models.ForeignKey(Scope, models.PROTECT, related_name="segments")
    name = models.CharField(_("名前"), max_length=80)
    condition = models.JSONField()  # a tree of `conditions`
    rev = models.PositiveIntegerField(default=0)  # tells two clerks who change it apart
    last_count = models.PositiveIntegerField(null=True)  # when it was used last
    last_used_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")

    objects = SegmentQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
