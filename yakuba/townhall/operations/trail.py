"""What is done to the town hall goes into the trail."""

from collections.abc import Mapping

from yakuba.audit import operations as audit
from yakuba.townhall.models import StaffMember


def tell(
    by: StaffMember | None,
    action: str,
    subject: str,
    sentence: str,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Record it; `by` is None when the system does it (a chore, a command at the machine)."""
    audit.record(
        staff_id=by.pk if by else None,
        actor=by.name if by else "システム",
        action=action,
        subject=subject,
        sentence=sentence,
        detail=detail,
    )
