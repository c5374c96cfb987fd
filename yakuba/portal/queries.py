"""Who is signed in, and who of the town hall looked at what is kept of them."""

import hashlib
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.http import HttpRequest

from yakuba.audit.models import Entry
from yakuba.files.models import StoredFile
from yakuba.kit import clock
from yakuba.portal.models import PortalSession, PostalPlace, Upload
from yakuba.portal.sockets import subjects
from yakuba.residents.models import Resident
from yakuba.townhall.models import StaffMember

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


_LOOKED = ("viewed", "revealed", "exported")
_MOST_LOOKS = 500  # entries of the trail that one page reads


@dataclass(frozen=True, slots=True)
class Look:
    """On a day a department looked at something of a resident, once or several times."""

    on: date
    department: str
    title: str
    is_unmasked: bool  # what is masked on the clerks' pages was shown
    times: int


def looks_at(resident: Resident) -> list[Look]:
    """Return who looked at what is kept of `resident`, from the audit's trail, the latest first.

    Departments and not persons: a clerk acts for the office, and the office knows who it was. What a
    department looked at on one day is one line.
    """
    named = subjects.of(resident)
    entries = list(
        Entry.objects.filter(subject__in=list(named), action__in=_LOOKED, staff_id__isnull=False)
        .order_by("-id")
        .values_list("at", "staff_id", "action", "subject")[:_MOST_LOOKS]
    )
    departments = _departments_of({staff_id for _at, staff_id, _action, _subject in entries})
    counted: dict[tuple[date, str, str, bool], int] = {}
    for at, staff_id, action, subject in entries:
        line = (
            at.astimezone(clock.JAPAN).date(),
            departments.get(staff_id, ""),
            named[subject],
            action != "viewed",
        )
        counted[line] = counted.get(line, 0) + 1
    return [Look(*line, times=times) for line, times in counted.items()]


def _departments_of(staff_ids: Iterable[int | None]) -> dict[int | None, str]:
    known = [one for one in staff_ids if one is not None]
    people = StaffMember.objects.filter(pk__in=known).prefetch_related("departments")
    return {one.pk: "・".join(each.name for each in one.departments.all()) for one in people}
