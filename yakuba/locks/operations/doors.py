"""Doors: made, changed, and looked at."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.audit import operations as audit
from yakuba.bookings.models import Facility, Unit
from yakuba.kit import upkeep
from yakuba.kit.db import lock, refusing
from yakuba.kit.errors import Refusal
from yakuba.kit.jobs import job
from yakuba.locks import queries
from yakuba.locks.models import AccessGrant, Connection, Door, Task
from yakuba.locks.operations import planning
from yakuba.locks.operations.connecting import memory_of
from yakuba.locks.operations.watching import raise_task
from yakuba.locks.sockets import Device
from yakuba.townhall.models import StaffMember

COLUMNS = (
    *("name", "device", "order", "mode", "tells", "before_minutes", "after_minutes"),
    *("may_share", "is_shelter", "is_on", "heartbeat_minutes"),
)


class NameTaken(Refusal):
    sentence = _("この施設には、同じ名前のドアがもうあります。")


class DeviceTaken(Refusal):
    sentence = _("この錠は、もう別のドアで使っています。")


@transaction.atomic
def make_door(
    *,
    facility: Facility,
    connection: Connection,
    values: Mapping[str, object],
    units: Sequence[Unit],
    staff: StaffMember | None,
) -> Door:
    """Hang a lock at a door of a facility.

    Raises:
        NameTaken, DeviceTaken
    """
    with refusing("door_name_once", NameTaken), refusing("door_device_once", DeviceTaken):
        door = Door.objects.create(facility=facility, connection=connection, **dict(values))
    door.units.set(units)
    _record(door, staff, "made", f"ドア「{door.name}」を加えました。")
    return door


@transaction.atomic
def change_door(
    door: Door,
    *,
    connection: Connection,
    values: Mapping[str, object],
    units: Sequence[Unit],
    staff: StaffMember | None,
) -> None:
    """Change a door. If another lock hangs there, its codes are made anew, and the old ones revoked.

    Raises:
        NameTaken, DeviceTaken
    """
    lock(door)
    before = (door.connection_id, door.device, door.mode)
    door.connection = connection
    for name, value in values.items():
        setattr(door, name, value)
    with refusing("door_name_once", NameTaken), refusing("door_device_once", DeviceTaken):
        door.save(update_fields=["connection", *values])
    door.units.set(units)
    if before != (door.connection_id, door.device, door.mode):
        for grant in AccessGrant.objects.wanted().filter(at_doors__door=door):
            planning.give_up(grant, AccessGrant.Why.REPLACED)
    planning.plan_one.defer(facility_id=door.facility_id)
    _record(door, staff, "changed", f"ドア「{door.name}」の設定を変えました。")


@upkeep.every(timedelta(minutes=5))
def look_at_all() -> None:
    """Ask every maker how its locks are."""
    for connection in Connection.objects.filter(is_on=True, doors__is_on=True).distinct():
        look_at_one.defer(connection_id=connection.pk)


@job(queue="locks")
def look_at_one(*, connection_id: int) -> None:
    look_at_devices(Connection.objects.get(pk=connection_id))


def look_at_devices(connection: Connection) -> list[Device]:
    """Ask how the locks are, note it at the doors, and return them. No transaction may be open."""
    found = queries.contract_of(connection).devices(memory_of(connection))
    _note({one.id: one for one in found}, connection)
    return found


@transaction.atomic
def _note(found: Mapping[str, Device], connection: Connection) -> None:
    for door in Door.objects.filter(connection=connection).order_by("pk"):
        device = found.get(door.device)
        if device is None:
            continue
        if door.serial and device.serial and door.serial != device.serial:
            _another_hangs_there(door)
        beat = device.heartbeat
        Door.objects.filter(pk=door.pk).update(
            connected=device.connected,
            seen_at=device.seen_at,
            battery=device.battery,
            serial=device.serial,
            heartbeat_minutes=int(beat.total_seconds() // 60) if beat else door.heartbeat_minutes,
        )


def _another_hangs_there(door: Door) -> None:
    """A lock was replaced: what it knew is gone, so every code is looked at again at once."""
    grants = AccessGrant.objects.filter(at_doors__door=door, next_at__isnull=False)
    grants.update(next_at=queries.machine_now())
    raise_task(
        Task.Kind.REPLACED,
        f"replaced:{door.pk}",
        facility=door.facility,
        door=door,
        words=f"{door.name}の錠が新しいものに替わりました。番号は自動で入れ直します。同期がすむまで開かないことがあります。",
    )


def _record(door: Door, staff: StaffMember | None, action: str, sentence: str) -> None:
    audit.record(
        staff_id=staff.pk if staff else None,
        actor=staff.name if staff else "自動処理",
        action=action,
        subject=door.subject,
        sentence=sentence,
    )
