"""Age bands follow the birth date: 60代 becomes 70代 on the day it does, without anybody asking."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q

from yakuba.conditions import ages
from yakuba.kit import clock, upkeep
from yakuba.residents.models import Attribute, AttributeChoice, Resident

_AT_ONCE = 500


def settle_bands_of(resident: Resident) -> None:
    """Put the resident, who is locked, into the bands of their age; nothing changes without a birth date."""
    if resident.born_on is None:
        return
    age = ages.age_on(clock.today(), born_on=resident.born_on)
    tags = set(resident.tags)
    for bands in _bands():
        mine = [
            band.pk for band in bands if band.from_age is not None and band.from_age <= (age or 0)
        ]
        if mine:
            tags = (tags - _tokens(bands)) | {mine[-1]}
    if tags != set(resident.tags):
        resident.tags = sorted(tags)
        resident.save(update_fields=["tags"])


@upkeep.every(timedelta(hours=1))
def settle_bands() -> None:
    """Move everybody who has grown older into the band of their age; a day's birthdays are few."""
    today = clock.today()
    for bands in _bands():
        for band, after in zip(bands, [*bands[1:], None], strict=True):
            while _move(band, after, _tokens(bands), today):
                pass


@transaction.atomic
def _move(
    band: AttributeChoice, after: AttributeChoice | None, tokens: set[int], today: date
) -> int:
    """Put some of those who belong into `band` and are not there into it; return how many."""
    born = Q(born_on__lte=ages.latest_birth(age=band.from_age or 0, day=today))
    if after is not None:
        born &= Q(born_on__gt=ages.latest_birth(age=after.from_age or 0, day=today))
    elsewhere = ~Q(tags__contains=[band.pk])
    people = Resident.objects.filter(born, elsewhere).order_by("pk")
    rows = list(people.select_for_update(no_key=True)[:_AT_ONCE])
    for resident in rows:
        resident.tags = sorted((set(resident.tags) - tokens) | {band.pk})
        resident.save(update_fields=["tags"])
    return len(rows)


def _bands() -> list[Sequence[AttributeChoice]]:
    """Return, for each attribute that asks for an age band, its bands from the youngest to the oldest."""
    found: dict[int, list[AttributeChoice]] = {}
    for choice in AttributeChoice.objects.filter(
        from_age__isnull=False,
        retired_at=None,
        attribute__kind=Attribute.Kind.CHOICE,
        attribute__retired_at=None,
        attribute__per_child=False,
    ).order_by("from_age", "pk"):
        found.setdefault(choice.attribute_id, []).append(choice)
    return list(found.values())


def _tokens(bands: Sequence[AttributeChoice]) -> set[int]:
    """Return the tokens of all choices of the attribute, those without an age too."""
    every = AttributeChoice.objects.filter(attribute=bands[0].attribute_id)
    return set(every.values_list("pk", flat=True))
