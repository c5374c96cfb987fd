"""Doors that come with a sample town: their locks are played beside the demonstration."""

from typing import Any

from django.db import transaction

from yakuba.bookings.models import Facility, Unit
from yakuba.locks.models import Connection, Door
from yakuba.locks.operations.connecting import listen
from yakuba.locks.sockets import lock_makers
from yakuba.portal.queries import machine_now


@transaction.atomic
def connect_sample(*, public_id: str, kind: str, name: str, settings: dict[str, Any]) -> Connection:
    """Remember a contract that everybody may know, in order and in use; its address may have changed."""
    lock_makers[kind].contract.model_validate(settings)
    connection, is_new = Connection.objects.get_or_create(
        public_id=public_id,
        defaults={
            "kind": kind,
            "name": name,
            "settings": settings,
            "is_on": True,
            "checked_at": machine_now(),
        },
    )
    if not is_new and connection.settings != settings:
        connection.settings, connection.memory = settings, {}
        connection.save(update_fields=["settings", "memory"])
    listen.defer(connection_id=connection.pk)
    return connection


@transaction.atomic
def sample_door(
    *, public_id: str, facility: Facility, connection: Connection, units: list[str], **values: Any
) -> bool:
    """Hang a lock at a door of the sample, once; say whether it was new."""
    door, is_new = Door.objects.get_or_create(
        public_id=public_id,
        defaults={"facility": facility, "connection": connection, **values},
    )
    if is_new:
        door.units.set(Unit.objects.filter(facility=facility, name__in=units))
    return is_new
