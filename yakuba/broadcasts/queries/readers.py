"""Who got a message. There is no row per person: the batches say it."""

from django.db import connection

from yakuba.broadcasts.models import Delivery
from yakuba.residents.models import Resident


def received(delivery: Delivery, resident: Resident) -> bool:
    """Say whether LINE was given the message for this resident."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM broadcasts_delivery_batch WHERE delivery_id = %s"
            " AND state = 2 AND residents @> ARRAY[%s]::bigint[])",
            [delivery.pk, resident.pk],
        )
        return bool(cursor.fetchone()[0])
