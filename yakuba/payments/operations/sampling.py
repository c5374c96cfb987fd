"""Connections that come with a sample town: to the payment services that are played beside the demonstration."""

from typing import Any

from django.db import transaction

from yakuba.payments.models import Connection
from yakuba.payments.sockets import providers
from yakuba.portal.queries import machine_now


@transaction.atomic
def connect_sample(
    *, public_id: str, kind: str, key: str, name: str, settings: dict[str, Any], order: int
) -> bool:
    """Remember a contract that everybody may know, and offer it at once; say whether it was new.

    Its service starts with the town and is in order. One that is there keeps its name and whether it is used;
    only where the service is found may have changed.
    """
    providers[kind].contract.model_validate(settings)
    connection, is_new = Connection.objects.get_or_create(
        public_id=public_id,
        defaults={
            "kind": kind,
            "key": key,
            "name": name,
            "settings": settings,
            "order": order,
            "is_on": True,
            "checked_at": machine_now(),
        },
    )
    if not is_new and connection.settings != settings:
        connection.settings = settings
        connection.save(update_fields=["settings"])
    return is_new
