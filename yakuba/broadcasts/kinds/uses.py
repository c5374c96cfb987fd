"""What a group was used for last: the newest delivery to it, and whom that was for."""

from psycopg.sql import SQL

from yakuba.broadcasts.models import Batch, Delivery
from yakuba.segments.models import Segment
from yakuba.segments.sockets import Use, used

# A batch that LINE refused was cut in two, so a person may stand in several.
_PEOPLE = SQL(
    "SELECT DISTINCT unnest(residents) FROM broadcasts_delivery_batch"
    " WHERE delivery_id = %(last_use)s AND state <> %(cancelled)s"
)


@used
def newest_delivery(segment: Segment) -> Use | None:
    newest = (
        Delivery.objects.filter(segment_id=segment.pk or 0, sent_at__isnull=False)
        .exclude(batches=None)
        .order_by("-sent_at")
        .first()
    )
    if newest is None or newest.sent_at is None:
        return None
    parameters = {"last_use": newest.pk, "cancelled": int(Batch.State.CANCELLED)}
    return Use(at=newest.sent_at, ids=_PEOPLE, parameters=dict(parameters))
