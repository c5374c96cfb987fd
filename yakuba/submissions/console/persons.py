"""Who is at the desk."""

from yakuba.console.sockets import Staff
from yakuba.townhall.models import StaffMember


def me(staff: Staff) -> StaffMember:
    """Return who is signed in as townhall knows them."""
    if not isinstance(staff, StaffMember):
        raise TypeError("staff pages are for staff")
    return staff
