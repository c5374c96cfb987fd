"""What we know of a resident."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from yakuba.residents.models import BORN_ON, Attribute, AttributeChoice, LineAccount, Resident

Known = str | Decimal | date | list[str]


def known(resident: Resident) -> dict[str, Known]:
    """Return what is kept of `resident`, by attribute key; choices by their keys. Children are not in it."""
    values: dict[str, Known] = {}
    if resident.born_on:
        values[BORN_ON] = resident.born_on
    chosen_ones = AttributeChoice.objects.filter(pk__in=resident.tags).select_related("attribute")
    for choice in chosen_ones.order_by("attribute__order", "attribute_id", "order"):
        attribute = choice.attribute
        if attribute.kind == Attribute.Kind.CHOICE:
            values[attribute.key] = choice.key
        else:
            chosen = values.setdefault(attribute.key, [])
            if isinstance(chosen, list):
                chosen.append(choice.key)
    for value in resident.values.filter(child=None).select_related("attribute"):
        kept: Known | None = value.number if value.number is not None else value.day or value.text
        if kept is not None:
            values[value.attribute.key] = kept
    return values


def line_user_id(resident: Resident) -> str | None:
    """Return where to write to the resident: the friend attached last, else any attached account."""
    account = (
        LineAccount.objects.filter(resident=resident, detached_at=None)
        .order_by("-is_friend", "-attached_at")
        .first()
    )
    return account.line_user_id if account else None


def line_user_ids(resident_ids: Iterable[int]) -> dict[int, str]:
    """Return the LINE user id of each reachable resident among `resident_ids`."""
    rows = LineAccount.objects.filter(
        resident__in=list(resident_ids), is_friend=True, detached_at=None
    ).order_by("resident_id", "attached_at")
    return {row.resident_id: row.line_user_id for row in rows}
