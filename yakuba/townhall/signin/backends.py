"""Who may have a session at all."""

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from yakuba.townhall import queries
from yakuba.townhall.models import StaffMember


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's, for people who work here today. Django asks it again at every request."""

    def user_can_authenticate(self, user: AbstractBaseUser | AnonymousUser | None) -> bool:
        return isinstance(user, StaffMember) and queries.may_sign_in(user)
