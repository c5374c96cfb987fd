"""What a person must know, judged from the bookings themselves and not from what we think we did."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from yakuba.bookings.models import Booking, BookingItem, Facility
from yakuba.kit import clock, upkeep
from yakuba.locks import queries, rules
from yakuba.locks.models import AccessGrant, Door, GrantDoor, Task

_PAST = "自動：すんだため"


@upkeep.every(timedelta(seconds=20))
def watch() -> None:
    """Raise a task for whoever may stand before a closed door, and for whoever may still open one."""
    for facility in Facility.objects.filter(doors__isnull=False).distinct():
        _watch(facility)


@transaction.atomic
def _watch(facility: Facility) -> None:
    now = clock.now()
    open_keys = {
        key
        for keys in (
            _not_ready(facility, now),
            _may_open(facility, now),
            _by_hand(facility),
            _doors(facility),
        )
        for key in keys
    }
    ours = ("not_ready", "may_open", "type_in", "take_out", "battery", "offline", "open_door")
    over = Task.objects.open().filter(facility=facility, kind__in=ours)
    over.exclude(dedupe_key__in=open_keys).update(resolved_at=now, resolution=_PAST)


def raise_task(
    kind: str,
    key: str,
    *,
    facility: Facility,
    words: str,
    door: Door | None = None,
    grant: AccessGrant | None = None,
    booking: Booking | None = None,
) -> str:
    """Put something before the clerks, once as long as it is open; return its key."""
    task = Task(
        kind=kind,
        dedupe_key=key,
        facility=facility,
        door=door,
        grant=grant,
        booking=booking,
        words=words[:300],
        raised_at=clock.now(),
    )
    Task.objects.bulk_create([task], ignore_conflicts=True)
    return key


def _not_ready(facility: Facility, now: datetime) -> Iterable[str]:
    """Whoever comes soon and whose door does not know a code for it."""
    doors = queries.doors_of(facility)
    if not doors or queries.is_suspended(facility):
        return
    slowest = max(door.heartbeat for door in doors)
    for item in queries.items(facility, now, now + rules.NEAR + slowest):
        missing = queries.missing(item, doors)
        near = [one for one in missing if now >= rules.worry_at(item.starts_at, one.heartbeat)]
        if near:
            yield _worry(facility, item, near)


def _worry(facility: Facility, item: BookingItem, doors: list[Door]) -> str:
    names = "・".join(door.name for door in doors)
    starts = item.starts_at.astimezone(clock.JAPAN)
    return raise_task(
        Task.Kind.NOT_READY,
        f"not_ready:{item.pk}",
        facility=facility,
        door=doors[0],
        booking=item.booking,
        words=f"予約{item.booking.receipt_no}（{starts:%m/%d %H:%M}から）の番号が、{names}に届いていません。開け方を決めて、本人に電話してください。",
    )


def _may_open(facility: Facility, now: datetime) -> Iterable[str]:
    """Whoever has no booking any more and whose code may open a door now."""
    live = (
        AccessGrant.objects.perhaps_live()
        .filter(facility=facility, starts_at__lte=now, ends_at__gt=now)
        .prefetch_related("at_doors__door")
    )
    for grant in live:
        doors = [one.door for one in grant.at_doors.all() if one.state != GrantDoor.State.REMOVED]
        names = "・".join(door.name for door in doors)
        ends = grant.ends_at.astimezone(clock.JAPAN)
        yield raise_task(
            Task.Kind.MAY_OPEN,
            f"may_open:{grant.pk}",
            facility=facility,
            grant=grant,
            door=doors[0] if doors else None,
            words=f"もう使わない番号で、{names}が{ends:%H:%M}まで開くおそれがあります。つぎの利用者には別の番号を出しています。",
        )


def _by_hand(facility: Facility) -> Iterable[str]:
    """Codes that a clerk types into a lock, and takes out of it again."""
    by_hand = [
        connection
        for connection in {door.connection for door in queries.doors_of(facility)}
        if queries.contract_of(connection).abilities.by_hand
    ]
    grants = AccessGrant.objects.filter(facility=facility, connection__in=by_hand, gone_at=None)
    for grant in grants.prefetch_related("at_doors__door"):
        names = "・".join(one.door.name for one in grant.at_doors.all())
        if grant.is_wanted and not grant.cloud_is_current:
            kind, words = (
                Task.Kind.TYPE_IN,
                f"{names}に番号を登録して、その番号をここに入れてください。",
            )
        elif not grant.is_wanted:
            kind, words = Task.Kind.TAKE_OUT, f"{names}から番号を消してください。"
        else:
            continue
        key = f"{kind}:{grant.pk}:{grant.rev}"
        yield raise_task(kind, key, facility=facility, grant=grant, words=words)


def _doors(facility: Facility) -> Iterable[str]:
    """Locks whose battery is low, that are silent, or that have to be opened by hand."""
    for door in queries.doors_of(facility):
        if door.battery is not None and door.battery <= 20:
            words = f"{door.name}の電池が残り{door.battery}%です。"
            yield raise_task(
                Task.Kind.BATTERY, f"battery:{door.pk}", facility=facility, door=door, words=words
            )
        if door.connected is False:
            words = f"{door.name}がネットワークにつながっていません。届いている番号では開きます。"
            yield raise_task(
                Task.Kind.OFFLINE, f"offline:{door.pk}", facility=facility, door=door, words=words
            )
        remote = queries.contract_of(door.connection).abilities.can_open_remotely
        if door.want_open and not remote:
            words = f"{door.name}は遠くから開けられません。人が行って開けてください。"
            yield raise_task(
                Task.Kind.OPEN_DOOR, f"open:{door.pk}", facility=facility, door=door, words=words
            )
