"""Who comes in: the person, and the register that this person may do something with."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from yakuba.console.sockets import StaffRequest
from yakuba.registers.models import Register
from yakuba.townhall.models import Capability, StaffMember
from yakuba.townhall.queries import may


def me(request: StaffRequest) -> StaffMember:
    return get_object_or_404(StaffMember, pk=request.user.pk)


def opened(request: StaffRequest, register_id: UUID, *needs: str) -> tuple[StaffMember, Register]:
    """Return the person and the register; 404 if they may not see it, 403 if they may not do all of `needs`."""
    staff = me(request)
    seen = Register.objects.visible_to(staff).select_related("scope__department", "current")
    register = get_object_or_404(seen, public_id=register_id)
    if not all(may(staff, one, register.scope) for one in needs):
        raise PermissionDenied
    return staff, register


def rights(staff: StaffMember, register: Register) -> dict[str, bool]:
    """Return what the person may do with the register, for what the page offers."""
    granted = {one.value: may(staff, one, register.scope) for one in Capability}
    return {
        "may_design": granted[Capability.DESIGN],
        "may_reveal": granted[Capability.PERSONAL],
        "may_change": granted[Capability.HANDLE] and granted[Capability.PERSONAL],
        "may_export": granted[Capability.EXPORT],
        "may_post": granted[Capability.EXPORT] and granted[Capability.PERSONAL],
    }
