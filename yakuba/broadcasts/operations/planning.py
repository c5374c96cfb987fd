"""Turning a delivery into batches, in one transaction with what it costs."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.broadcasts import rules
from yakuba.broadcasts.models import Arm, Batch, Delivery
from yakuba.broadcasts.rules import content as contents
from yakuba.kit import clock
from yakuba.kit.errors import Refusal
from yakuba.line import operations as wire
from yakuba.line import quota
from yakuba.line.models import Lane
from yakuba.segments.models import Segment
from yakuba.townhall.models import StaffMember

State = Delivery.State


class NoQuota(Refusal):
    sentence = _("今月LINEで送れる残りが足りません（必要：{needed}通）。")


@transaction.atomic
def plan(delivery: Delivery, people: Sequence[int], *, staff: StaffMember) -> None:
    """Write the batches of a locked delivery for `people`, and let the sender begin.

    Raises:
        NoQuota: the month has not that many messages left.
    """
    if not quota.reserve(len(people), lane=Lane(delivery.lane)):
        raise NoQuota(needed=len(people))
    messages = rules.composed(contents.read(delivery.content), language="ja")
    unit = rules.unit_name(delivery.pk, 0)
    arm = Arm.objects.create(delivery=delivery, number=0, messages=messages, unit=unit)
    _write_batches(delivery, arm, people)
    delivery.state = State.SENDING
    delivery.planned = delivery.quota_reserved = len(people)
    delivery.quota_month = quota.month()
    delivery.sent_at, delivery.sent_by = clock.now(), staff
    delivery.save()
    if delivery.segment is not None:
        Segment.objects.filter(pk=delivery.segment.pk).update(
            last_count=len(people), last_used_at=clock.now()
        )
    wire.ring("line_outgoing")


def _write_batches(delivery: Delivery, arm: Arm, people: Sequence[int]) -> None:
    Batch.objects.bulk_create(
        [
            Batch(
                delivery=delivery,
                arm=arm,
                number=place // rules.BATCH,
                residents=list(people[place : place + rules.BATCH]),
            )
            for place in range(0, len(people), rules.BATCH)
        ],
        batch_size=200,
    )
