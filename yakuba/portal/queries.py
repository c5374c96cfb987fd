"""Who is signed in."""

import hashlib
import time
from datetime import UTC, datetime

from django.http import HttpRequest

from yakuba.portal.models import PortalSession
from yakuba.residents.models import Resident

COOKIE = "yakuba_resident"


def resident_of(request: HttpRequest) -> Resident | None:
    """Return who is signed in; None when the session ended or the account was given to somebody else."""
    session = session_of(request)
    return session.account.resident if session else None


def session_of(request: HttpRequest) -> PortalSession | None:
    token = request.COOKIES.get(COOKIE, "")
    if not token:
        return None
    return (
        PortalSession.objects.select_related("account__resident")
        .filter(
            token_hash=token_hash(token), expires_at__gt=machine_now(), account__detached_at=None
        )
        .first()
    )


def token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def machine_now() -> datetime:
    """Sessions live by the machine's time, which is never turned."""
    return datetime.fromtimestamp(time.time(), UTC)
