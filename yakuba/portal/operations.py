"""Signing in and out of the pages inside LINE."""

import secrets
from datetime import timedelta

from django.db import transaction

from yakuba.kit import upkeep
from yakuba.portal.models import PortalSession
from yakuba.portal.queries import machine_now, token_hash
from yakuba.residents import operations as residents
from yakuba.residents.models import LineAccount

LIVES = timedelta(hours=12)  # as long as LINE keeps a LIFF page for resuming


@transaction.atomic
def sign_in(*, user_id: str) -> str:
    """Begin a session for the account `user_id`, proven by an ID token; return what the cookie holds."""
    residents.meet(user_id=user_id, at_ms=0)
    account = LineAccount.objects.get(line_user_id=user_id, detached_at=None)
    token = secrets.token_urlsafe(32)
    now = machine_now()
    PortalSession.objects.create(
        token_hash=token_hash(token), account=account, began_at=now, expires_at=now + LIVES
    )
    return token


@transaction.atomic
def sign_out(*, token: str) -> None:
    PortalSession.objects.filter(token_hash=token_hash(token)).delete()


@upkeep.every(timedelta(hours=1))
def forget_ended_sessions() -> None:
    PortalSession.objects.filter(expires_at__lt=machine_now()).delete()
