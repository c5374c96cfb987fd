"""Signing in to the pages inside LINE; what is uploaded there; the table of postal codes."""

import secrets
from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from yakuba.audit import operations as audit
from yakuba.files import operations as files
from yakuba.files.models import StoredFile
from yakuba.kit import clock, upkeep
from yakuba.kit.errors import Refusal
from yakuba.kit.postal import Place
from yakuba.line import client
from yakuba.portal.models import PortalSession, PostalPlace, Upload
from yakuba.portal.queries import machine_now, token_hash
from yakuba.residents import operations as residents
from yakuba.residents import queries as people
from yakuba.residents.models import LineAccount, Resident

LIVES = timedelta(hours=12)  # as long as LINE keeps a LIFF page for resuming
MOST_UPLOADS = 60  # of one resident in an hour: three procedures full of photos
_AT_ONCE = 200
_LONGEST_NAME = 100


class TooManyUploads(Refusal):
    sentence = _(
        "短い時間にたくさんの写真やファイルが送られました。1時間ほどたってから、続けてください。"
    )


class NameUnknown(Refusal):
    sentence = _(
        "LINEから名前を受け取れませんでした。友だちに追加してあるか確かめて、もう一度押してください。"
    )


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


def upload(*, resident: Resident, content: bytes, name: str, waits_until: date) -> StoredFile:
    """Keep what `resident` sent from a page; it is erased after `waits_until` if nothing refers to it.

    Not one transaction: the bytes go to the storage before the row that says whose they are.

    Raises:
        Refusal: in a sentence for the person.
        OutsideFailure: the storage did not take it.
    """
    recent = Upload.objects.filter(
        resident=resident, made_at__gt=machine_now() - timedelta(hours=1)
    )
    if recent.count() >= MOST_UPLOADS:
        raise TooManyUploads
    file = files.keep(content=content, name=name)
    Upload.objects.create(resident=resident, file=file, waits_until=waits_until)
    return file


def learn_name(resident: Resident) -> str:
    """Ask LINE what the resident is called there, because they just said that the town may know; return it.

    Not one transaction: LINE is asked between reading whom and writing down what.

    Raises:
        NameUnknown: LINE does not tell it of somebody who is no friend now.
        OutsideFailure: LINE did not answer.
    """
    user_id = people.line_user_id(resident)
    found = client.profile(user_id) if user_id else None
    name = str((found or {}).get("displayName") or "").strip()[:_LONGEST_NAME]
    if not name:
        raise NameUnknown
    _keep_name(resident, name)
    return name


@transaction.atomic
def forget_name(resident: Resident) -> None:
    """Take the name out again, because the resident no longer wants the town to know it."""
    _keep_name(resident, None)


@transaction.atomic
def _keep_name(resident: Resident, name: str | None) -> None:
    residents.call(resident, name=name)
    audit.record(
        staff_id=None,
        actor="本人",
        action="changed",
        subject=resident.subject,
        sentence="本人が、LINEの名前を役場に知らせました。"
        if name
        else "本人が、LINEの名前を台帳から消しました。",
    )


@transaction.atomic
def load_postal_places(places: Iterable[Place]) -> int:
    """Make the table of postal codes that of `places`, and return how many there are."""
    rows = {
        (place.postal, place.pref, place.city, place.town): PostalPlace(
            postal=place.postal, pref=place.pref, city=place.city, town=place.town, kana=place.kana
        )
        for place in places
    }
    PostalPlace.objects.all().delete()
    PostalPlace.objects.bulk_create(rows.values(), batch_size=5000)
    return len(rows)


def forget_uploads_of(resident: Resident) -> None:
    """Erase what the resident uploaded and never handed in."""
    for one in Upload.objects.filter(resident=resident).select_related("file"):
        _erase_unless_used(one)


@upkeep.every(timedelta(hours=1))
def forget_ended_sessions() -> None:
    PortalSession.objects.filter(expires_at__lt=machine_now()).delete()


@upkeep.every(timedelta(hours=1))
def forget_unused_uploads() -> None:
    """Erase what was uploaded and not handed in; what something refers to now belongs to that."""
    due = Upload.objects.filter(waits_until__lt=clock.today()).select_related("file")
    for one in due[:_AT_ONCE]:
        _erase_unless_used(one)


def _erase_unless_used(one: Upload) -> None:
    try:
        with transaction.atomic():
            files.erase(one.file)
    except ProtectedError:
        one.delete()
