"""Ending what somebody else may have opened, without ending what the person is doing."""

from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest

from yakuba.townhall import operations
from yakuba.townhall.models import StaffMember


def end_other_sessions(request: HttpRequest, staff: StaffMember) -> None:
    """End every session of `staff` but the one that `request` belongs to.

    On the way in there is none yet to keep: whoever enrols there had no second step, or had it reset.
    """
    if not request.user.is_authenticated:
        return
    staff = StaffMember.objects.get(pk=staff.pk)  # Django gives a stand-in that cannot be locked
    operations.end_sessions(staff, by=staff)
    update_session_auth_hash(request, staff)
