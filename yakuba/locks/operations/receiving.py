"""What makers' machines send: verified, stored once; a reason to ask, never the truth."""

import hashlib
import logging
from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.db.models import F

from yakuba.kit import upkeep
from yakuba.locks import queries
from yakuba.locks.models import AccessGrant, Connection, MakerMessage
from yakuba.locks.operations.doors import look_at_one
from yakuba.locks.sockets import Forged
from yakuba.portal.queries import machine_now

_log = logging.getLogger(__name__)
LARGEST = 64 * 1024  # bytes
_AT_ONCE = 100


@transaction.atomic
def take_message(connection: Connection, headers: Mapping[str, str], body: bytes) -> bool:
    """Keep a message that is from the maker, once; say whether it is."""
    try:
        queries.contract_of(connection).verify(headers, body)
    except Forged:
        Connection.objects.filter(pk=connection.pk).update(refused=F("refused") + 1)
        return False
    digest = hashlib.sha256(body).hexdigest()
    message = MakerMessage(
        connection=connection,
        dedupe_key=f"{connection.pk}:{digest}",
        raw=body.decode("utf-8", "replace"),
    )
    MakerMessage.objects.bulk_create([message], ignore_conflicts=True)
    return True


@upkeep.every(timedelta(seconds=2))
def read_messages() -> None:
    """Look at once at whatever a message is about; in which order they came does not matter."""
    with transaction.atomic():
        rows = list(
            MakerMessage.objects.filter(processed_at=None)
            .select_for_update(of=("self",), skip_locked=True)
            .select_related("connection")
            .order_by("pk")[:_AT_ONCE]
        )
        for message in rows:
            _read(message)
        MakerMessage.objects.filter(pk__in=[one.pk for one in rows]).update(
            processed_at=machine_now()
        )


def _read(message: MakerMessage) -> None:
    try:
        code, device = queries.contract_of(message.connection).about((message.raw or "").encode())
    except (ValueError, KeyError, TypeError):
        _log.warning("lock message %s cannot be read", message.pk)
        return
    waiting = AccessGrant.objects.filter(connection=message.connection, next_at__isnull=False)
    if code:
        for grant in waiting.filter(at_doors__device=device):
            if code in grant.external.values():
                AccessGrant.objects.filter(pk=grant.pk).update(next_at=machine_now())
    elif device:
        look_at_one.defer(connection_id=message.connection_id)
