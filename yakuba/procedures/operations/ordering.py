"""In which order residents are shown what they can begin."""

from collections.abc import Collection, Mapping

from django.db import transaction

from yakuba.procedures.models import Procedure


@transaction.atomic
def move(chosen: Collection[int], *, up: bool) -> dict[int, int]:
    """Put each of these procedures one place higher or lower; return where all that moved were before.

    The places of all procedures are counted anew, so two that had the same place have two afterwards.
    """
    rows = list(
        Procedure.objects.select_for_update(no_key=True).order_by("order", "pk").only("pk", "order")
    )
    row_by_place = rows if up else rows[::-1]
    for here in range(1, len(row_by_place)):
        before, one = row_by_place[here - 1], row_by_place[here]
        if one.pk in chosen and before.pk not in chosen:
            row_by_place[here - 1], row_by_place[here] = one, before
    rows = row_by_place if up else row_by_place[::-1]
    earlier = {}
    for place, one in enumerate(rows, start=1):
        if one.order != place:
            earlier[one.pk] = one.order
            one.order = place
            one.save(update_fields=["order"])
    return earlier


@transaction.atomic
def put_back(earlier: Mapping[int, int]) -> int:
    """Give procedures the places back that they had, and say how many."""
    rows = Procedure.objects.select_for_update(no_key=True).filter(pk__in=earlier).order_by("pk")
    for one in rows:
        one.order = earlier[one.pk]
        one.save(update_fields=["order"])
    return len(rows)
