"""How far a delivery is, and what became of it."""

from django.db import connection
from django.db.models import QuerySet

from yakuba.broadcasts.models import Batch, Delivery
from yakuba.broadcasts.rules import Progress

# A settled batch counts those whom LINE was given; who left between planning and sending is counted apart.
_SUMS = """
SELECT
  coalesce(sum(cardinality(residents)) FILTER (WHERE state IN (0, 1)), 0),
  coalesce(sum(reached) FILTER (WHERE state = 2), 0),
  coalesce(sum(reached) FILTER (WHERE state = 3), 0),
  coalesce(sum(reached) FILTER (WHERE state = 4), 0),
  coalesce(sum(cardinality(residents)) FILTER (WHERE state = 5), 0),
  coalesce(sum(cardinality(residents) - reached) FILTER (WHERE state IN (2, 3, 4)), 0)
FROM broadcasts_delivery_batch WHERE delivery_id = %s
"""


def progress(delivery: Delivery) -> Progress:
    """Add up the batches: a few thousand rows at most, however many people there are."""
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, [delivery.pk])
        waiting, accepted, rejected, uncertain, spared, unaddressed = map(int, cursor.fetchone())
    return Progress(
        planned=delivery.planned or 0,
        waiting=waiting,
        accepted=accepted,
        rejected=rejected,
        uncertain=uncertain,
        spared=spared,
        unaddressed=unaddressed,
    )


def troubled(delivery: Delivery) -> QuerySet[Batch]:
    """The batches about which a person has to decide, or that LINE refused."""
    states = (Batch.State.UNCERTAIN, Batch.State.REJECTED)
    return delivery.batches.filter(state__in=states).order_by("state", "number")


def has_open_batches(delivery_id: int) -> bool:
    open_states = (Batch.State.PENDING, Batch.State.SENDING)
    return Batch.objects.filter(delivery=delivery_id, state__in=open_states).exists()
