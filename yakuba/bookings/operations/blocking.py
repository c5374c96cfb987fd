"""The town's own use and closures: what stands in the way is listed and asked, never cancelled silently."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.bookings.models import Block, Booking, Claim, Facility, Unit
from yakuba.bookings.operations import claiming
from yakuba.kit import clock
from yakuba.kit.db import lock
from yakuba.kit.errors import Refusal
from yakuba.townhall.models import StaffMember


class Displaced(Refusal):
    """Bookings stand where the town wants to be; `facts["bookings"]` are they."""

    sentence = _(
        "その時間には予約が{count}件あります。利用者に変更か取消をお願いしてから、もう一度登録してください。"
    )


@transaction.atomic
def block(
    *,
    facility: Facility,
    units: Sequence[Unit],
    starts: datetime,
    ends: datetime,
    title: str,
    kind: str = Block.Kind.TOWN_USE,
    staff: StaffMember | None = None,
    series: uuid.UUID | None = None,
) -> Block:
    """Keep units for the town itself.

    Raises:
        Displaced: bookings are in the way; the page offers them other times, one by one.
    """
    now = clock.now()
    claiming.clear_stale([unit.pk for unit in units], starts, ends, now)
    made = Block.objects.create(
        facility=facility,
        kind=kind,
        title=title,
        starts_at=starts,
        ends_at=ends,
        series=series,
        made_by=staff,
        made_at=now,
    )
    made.units.set(units)
    for unit in sorted(units, key=lambda one: one.pk):
        if not claiming.claim(unit, starts, ends, kind=Claim.Kind.BLOCK, block=made.pk):
            standing = in_the_way(units, starts, ends)
            raise Displaced(count=len(standing), bookings=standing)
    return made


def in_the_way(units: Sequence[Unit], starts: datetime, ends: datetime) -> list[Booking]:
    """Return the bookings that hold one of the units in that time, the earliest first."""
    found = (
        Booking.objects.standing()
        .filter(
            items__claims__unit__in=units,
            items__claims__live=True,
            items__claims__during__overlap=(starts, ends),
        )
        .order_by("items__starts_at", "pk")
    )
    return list(dict.fromkeys(found))


@transaction.atomic
def lift(block: Block) -> None:
    """Give back what the town kept; twice is the same as once."""
    lock(block)
    if block.lifted_at is None:
        block.lifted_at = clock.now()
        block.save(update_fields=["lifted_at"])
        Claim.objects.filter(block=block, live=True).update(live=False)
