"""Telling the resident, once the doors know the code; on LINE, or through a clerk's telephone."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.kit import clock, upkeep, wareki
from yakuba.line import messages as line
from yakuba.line import operations as wire
from yakuba.line.models import Lane
from yakuba.locks import queries, rules
from yakuba.locks.models import AccessGrant, Door, GrantUse, Task
from yakuba.locks.operations.watching import raise_task
from yakuba.procedures.definition import Text
from yakuba.residents import queries as residents

_TITLE = Text(ja="鍵の番号", easy="かぎの ばんごう", en="Your door code")
_CODE = Text(ja="番号", easy="ばんごう", en="Code")
_DOORS = Text(ja="ドア", easy="ドア", en="Doors")
_HOURS = Text(ja="開く時間", easy="あく じかん", en="Opens")
_NUMBER = Text(ja="予約番号", easy="よやく ばんごう", en="Booking")
_SEE = Text(ja="番号と使い方を見る", easy="みる", en="See code and how to use it")
_NOTE = Text(
    ja="ほかの人に教えないでください。時間を過ぎると開きません。",
    easy="ほかの ひとに おしえないで ください。",
    en="Please keep it to yourself. It stops working after these hours.",
)
_HIDDEN = Text(
    ja="下のボタンを押すと、番号が出ます。",
    easy="ボタンを おすと ばんごうが でます。",
    en="Press the button to see the code.",
)


@upkeep.every(timedelta(seconds=30))
def tell_due() -> None:
    """Tell what had to wait: for the morning, or for the hours before the start."""
    now = clock.now()
    waiting = AccessGrant.objects.wanted().filter(
        cloud=AccessGrant.Cloud.ACCEPTED, ends_at__gt=now, starts_at__lt=now + queries.HORIZON
    )
    for grant in waiting.prefetch_related("at_doors__door"):
        if queries.is_ready(grant):
            tell_ready(grant)


@transaction.atomic
def tell_ready(grant: AccessGrant) -> None:
    """Tell everybody whose booking the code is for, once for each change of it."""
    held = AccessGrant.objects.select_for_update(no_key=True).get(pk=grant.pk)
    if not queries.is_ready(held) or held.ends_at <= clock.now():
        return
    for use in queries.uses_to_tell(held):
        if _is_time(held, use):
            _tell(held, use)


def _is_time(grant: AccessGrant, use: GrantUse) -> bool:
    now = clock.now()
    starts = queries.starts_of(use.booking_id)
    if starts is None:
        return False
    if grant.day is not None and now < starts - rules.DAILY_SHOWN:
        return False
    return now >= rules.tell_at(now, starts.astimezone(clock.JAPAN))


def _tell(grant: AccessGrant, use: GrantUse) -> None:
    booking = use.booking
    resident = booking.resident
    user_id = residents.line_user_id(resident) if resident is not None else None
    if resident is None or user_id is None or not resident.reachable:
        raise_task(
            Task.Kind.CALL,
            f"call:{grant.pk}:{booking.pk}:{grant.rev}",
            facility=grant.facility,
            grant=grant,
            booking=booking,
            words=f"予約{booking.receipt_no}　LINEで知らせられません。電話で番号を伝えてください。",
        )
    else:
        wire.say(
            user_id,
            [_card(grant, use, resident.language)],
            lane=Lane.NOTICE,
            dedupe_key=f"locks:{grant.pk}:{booking.pk}:{grant.rev}:{_times_told(grant)}",
        )
    use.told_rev, use.told_at = grant.rev, clock.now()
    use.save(update_fields=["told_rev", "told_at"])


def _times_told(grant: AccessGrant) -> int:
    """Tell apart two codes of one state: the maker may have answered with another one since."""
    return sum(ord(one) for one in grant.code or "")


def _card(grant: AccessGrant, use: GrantUse, language: str) -> line.Message:
    doors = [one.door for one in grant.at_doors.select_related("door")]
    is_written = all(door.tells == Door.Tells.TALK for door in doors)
    facts = [
        (_DOORS.pick(language), " → ".join(door.name for door in doors)),
        (_HOURS.pick(language), hours(grant)),
        (_NUMBER.pick(language), use.booking.receipt_no),
    ]
    if is_written:
        facts.insert(0, (_CODE.pick(language), spaced(grant.code or "")))
    note = _NOTE if is_written else _HIDDEN
    return line.card(
        kicker=grant.facility.name,
        title=_TITLE.pick(language),
        facts=facts,
        note=note.pick(language),
        main_button=line.Link(_SEE.pick(language), page_url(use)),
    )


def page_url(use: GrantUse) -> str:
    return f"{settings.LIFF_BASE}/{settings.LINE_LIFF_ID}/key/{use.booking_id}/"


def spaced(code: str) -> str:
    """Write a code so that it can be read from a phone to a keypad: 482 913."""
    half = len(code) // 2
    return f"{code[:half]} {code[half:]}" if len(code) >= 6 else code


def hours(grant: AccessGrant) -> str:
    """Return from when until when a code opens, in words."""
    starts, ends = (at.astimezone(clock.JAPAN) for at in (grant.starts_at, grant.ends_at))
    if grant.day is not None:
        return str(_("{day}の1日")).format(day=wareki.full(grant.day))
    return f"{wareki.full(starts.date())} {starts:%H:%M}〜{_end(starts, ends)}"


def _end(starts: datetime, ends: datetime) -> str:
    if ends.date() == starts.date():
        return f"{ends:%H:%M}"
    return f"{wareki.full(ends.date())} {ends:%H:%M}"
