"""What deliveries leave in the trail, and how numbers of people are said there."""

from yakuba.audit import operations as audit
from yakuba.broadcasts.models import Delivery, Series
from yakuba.segments import queries as segments
from yakuba.townhall.models import StaffMember


def note(
    delivery: Delivery, staff: StaffMember | None, action: str, sentence: str, **detail: object
) -> None:
    audit.record(
        staff_id=staff.pk if staff else None,
        actor=staff.name if staff else "yakuba",
        action=action,
        subject=f"broadcasts.delivery:{delivery.public_id}",
        sentence=sentence.replace("{name}", delivery.name),
        detail=detail,
    )


def note_series(
    series: Series, staff: StaffMember | None, action: str, sentence: str, **detail: object
) -> None:
    audit.record(
        staff_id=staff.pk if staff else None,
        actor=staff.name if staff else "yakuba",
        action=action,
        subject=f"broadcasts.series:{series.public_id}",
        sentence=sentence.replace("{name}", series.name),
        detail=detail,
    )


def said(people: int | None) -> str:
    """Say a number of people; None is one that must not be shown."""
    return f"{segments.FLOOR}人未満" if people is None else f"{people:,}人"
