"""Who is signed in."""

import hashlib
import time
from collections.abc import Iterable
from datetime import UTC, datetime

from django.http import HttpRequest

from yakuba.files.models import StoredFile
from yakuba.portal.models import PortalSession, PostalPlace, Upload
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


def uploads_of(resident: Resident, file_ids: Iterable[str]) -> dict[str, StoredFile]:
    """Keep of `file_ids` those that `resident` uploaded from a page, with their files."""
    rows = Upload.objects.filter(resident=resident, file__in=list(file_ids)).select_related("file")
    return {str(row.file_id): row.file for row in rows}


def postal_places(digits: str) -> list[PostalPlace]:
    """Return what seven digits stand for; the rest of a city comes last."""
    return sorted(
        PostalPlace.objects.filter(postal=digits), key=lambda place: (not place.town, place.pk)
    )
