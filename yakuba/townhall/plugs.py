"""What townhall plugs into others."""

from datetime import timedelta

from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.dispatch import receiver
from django.http import HttpRequest

from yakuba.console import sockets as console
from yakuba.kit import upkeep
from yakuba.townhall import console as pages
from yakuba.townhall import operations, queries
from yakuba.townhall.models import StaffMember
from yakuba.townhall.signin import elsewhere, lockout, urls

__all__ = ["pages"]

upkeep.every(timedelta(minutes=1))(operations.carry_out_changeovers)
upkeep.every(timedelta(hours=6))(operations.forget_sessions_that_are_over)

upkeep.encrypted.append(
    upkeep.EncryptedColumn(name="mfa.authenticator", rewrite=operations.rewrite_second_steps)
)

console.mount("sign-in/", urls.entrance)
console.mount("sign-out/", urls.exit_)
console.mount("account/", urls.account_pages)


@console.guard.plug
def may(staff: console.Staff, needs: str) -> bool:
    """Answer for everything beyond being signed in: administrators, and capabilities by grant."""
    if not isinstance(staff, StaffMember) or not queries.may_sign_in(staff):
        return False
    if needs == console.ADMINISTRATOR:
        return staff.is_administrator
    return queries.may_somewhere(staff, needs)


@receiver(mfa.authenticator_added)
@receiver(mfa.authenticator_removed)
@receiver(mfa.authenticator_reset)
def second_step_changed(
    request: HttpRequest, user: object, authenticator: object, **announced: object
) -> None:
    if isinstance(user, StaffMember):
        operations.note_second_steps(user)
        elsewhere.end_other_sessions(request, user)


@receiver(mfa.authenticator_used)
def printed_code_used(
    request: HttpRequest, user: object, authenticator: Authenticator, **announced: object
) -> None:
    if isinstance(user, StaffMember) and authenticator.type == Authenticator.Type.RECOVERY_CODES:
        authenticator.refresh_from_db()  # allauth crossed the code out in a copy of its own
        left = len(authenticator.wrap().get_unused_codes())
        operations.note_recovery_code(user, left=left, address=lockout.address(request))
