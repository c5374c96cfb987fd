"""Groups of residents that were given a name, and what happened to residents that groups may ask about."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from yakuba.residents.models import Resident
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


class HappeningKind(models.Model):
    """A sort of thing that happens to people and that a group may ask about, such as a tap on one message."""

    # broadcasts.delivery:<id>:tapped; whoever reports it names it, and reads it again by this
    key = models.CharField(max_length=120, unique=True, db_collation="C")
    label = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.key


class Happening(models.Model):
    """It happened to a resident at a moment. Kept as long as the resident: the sums are made from it."""

    kind = models.ForeignKey(HappeningKind, models.CASCADE, db_index=False, related_name="+")
    resident = models.ForeignKey(Resident, models.CASCADE, related_name="happenings")
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(name="happening_of_kind", fields=["kind", "at"], include=["resident"])
        ]

    def __str__(self) -> str:
        return f"{self.kind_id} {self.resident_id}"


class HappeningLast(models.Model):
    """How often it happened to a resident, first and last: one row, so that a million people are asked at once.

    Counting "three times or more" in `Happening` took ten times as long.
    """

    kind = models.ForeignKey(HappeningKind, models.CASCADE, db_index=False, related_name="+")
    resident = models.ForeignKey(Resident, models.CASCADE, related_name="+")
    times = models.PositiveIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            # Everything a group asks is in this index, so the table itself is not read.
            models.UniqueConstraint(
                name="happening_last_once",
                fields=["kind", "resident"],
                include=["times", "first_at", "last_at"],
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind_id} {self.resident_id}: {self.times}"
