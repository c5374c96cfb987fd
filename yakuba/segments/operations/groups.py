"""Giving groups of residents a name, changing and dropping them."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.audit import operations as audit
from yakuba.kit import clock
from yakuba.kit.db import lock
from yakuba.kit.errors import Refusal
from yakuba.segments import queries
from yakuba.segments.models import Segment
from yakuba.townhall import operations as townhall
from yakuba.townhall.models import Department, StaffMember


class ChangedMeanwhile(Refusal):
    sentence = _(
        "開いている間に、ほかの職員がこのグループを変えました。開き直して確かめてください。"
    )


@transaction.atomic
def make(*, department: Department, name: str, condition: object, staff: StaffMember) -> Segment:
    """Keep a condition under a name; `department` may do everything with it.

    Raises:
        conditions.checking.BrokenCondition: it cannot be asked of all residents.
    """
    queries.check(condition)
    segment = Segment.objects.create(
        scope=townhall.own(department=department, kind="segments", name=name),
        name=name,
        condition=condition,
        changed_at=clock.now(),
        changed_by=staff,
    )
    _note(segment, staff, "created", "配信先のグループ「{name}」を作りました。")
    return segment


@transaction.atomic
def change(segment: Segment, *, name: str, condition: object, staff: StaffMember, rev: int) -> None:
    """Change a segment. Deliveries that were sent keep the condition they were sent with.

    Raises:
        ChangedMeanwhile: `rev` is not the one that the clerk saw.
        conditions.checking.BrokenCondition: it cannot be asked of all residents.
    """
    queries.check(condition)
    lock(segment)
    if segment.rev != rev:
        raise ChangedMeanwhile
    segment.name, segment.condition = name, condition
    segment.changed_at, segment.changed_by = clock.now(), staff
    segment.rev += 1
    segment.save()
    townhall.rename(segment.scope, name=name)
    _note(segment, staff, "changed", "配信先のグループ「{name}」を変えました。")


@transaction.atomic
def drop(segment: Segment, *, staff: StaffMember) -> None:
    """Forget a segment; nobody in it is touched, and deliveries keep their own copy."""
    lock(segment)
    _note(segment, staff, "deleted", "配信先のグループ「{name}」を消しました。")
    scope = segment.scope
    segment.delete()
    scope.delete()


def _note(segment: Segment, staff: StaffMember, action: str, sentence: str) -> None:
    audit.record(
        staff_id=staff.pk,
        actor=staff.name,
        action=action,
        subject=f"segments.segment:{segment.pk}",
        sentence=sentence.format(name=segment.name),
        detail={"condition": segment.condition},
    )
