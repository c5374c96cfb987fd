"""Who comes in: the person, and the facility or booking that this person may do something with."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from yakuba.bookings.models import Booking, Facility
from yakuba.console.sockets import StaffRequest
from yakuba.townhall.models import Capability, Scope, StaffMember
from yakuba.townhall.queries import may


def me(request: StaffRequest) -> StaffMember:
    return get_object_or_404(StaffMember, pk=request.user.pk)


def facility_of(
    request: StaffRequest, facility_id: UUID, *needs: str
) -> tuple[StaffMember, Facility]:
    """Return the person and the facility; 404 if they may not see it, 403 if they may not do all of `needs`."""
    staff = me(request)
    seen = Facility.objects.visible_to(staff).select_related("scope__department")
    found = get_object_or_404(seen, public_id=facility_id)
    _able(staff, found.scope, needs)
    return staff, found


def booking_of(request: StaffRequest, booking_id: UUID, *needs: str) -> tuple[StaffMember, Booking]:
    staff = me(request)
    seen = Booking.objects.visible_to(staff).select_related(
        "facility__scope__department", "resident"
    )
    found = get_object_or_404(seen, pk=booking_id)
    _able(staff, found.facility.scope, needs)
    return staff, found


def _able(staff: StaffMember, scope: Scope, needs: tuple[str, ...]) -> None:
    if not all(may(staff, one, scope) for one in needs):
        raise PermissionDenied


def rights(staff: StaffMember, scope: Scope) -> dict[str, bool]:
    return {
        "may_design": may(staff, Capability.DESIGN, scope),
        "may_handle": may(staff, Capability.HANDLE, scope),
        "may_reveal": may(staff, Capability.PERSONAL, scope),
    }
