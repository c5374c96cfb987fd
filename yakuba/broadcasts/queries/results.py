"""What became of a delivery, in figures that say what they are of."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Sum

from yakuba.broadcasts.models import Arm, Batch, Delivery, Page, Reading
from yakuba.broadcasts.rules import statistics
from yakuba.broadcasts.rules.statistics import Count


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording: how many LINE was given it for, and what LINE said last."""

    arm: Arm
    reached: int
    reading: Reading | None

    @property
    def impressions(self) -> int | None:
        return self.reading.impressions if self.reading else None

    @property
    def clicks(self) -> int | None:
        return self.reading.clicks if self.reading else None


@dataclass(frozen=True, slots=True)
class Day:
    """What LINE had counted until one day, over all wordings; None where it hid something."""

    on: date
    impressions: int | None
    clicks: int | None


@dataclass(frozen=True, slots=True)
class Results:
    delivery: Delivery
    planned: int
    reached: int
    wordings: list[Wording]
    days: list[Day] = field(default_factory=list)
    page: Page | None = None
    is_shared: bool = False  # LINE counts it together with other occurrences of its series

    @property
    def has_been_read(self) -> bool:
        """Say whether LINE has answered at all yet."""
        return any(one.reading for one in self.wordings)

    @property
    def impressions(self) -> Count:
        return statistics.together(one.impressions for one in self.wordings if one.reading)

    @property
    def clicks(self) -> Count:
        return statistics.together(one.clicks for one in self.wordings if one.reading)

    @property
    def taps(self) -> int:
        return sum(link.taps for link in self.delivery.links.all())


def of(delivery: Delivery) -> Results:
    """Return the figures of a delivery that is under way or over."""
    arms = list(delivery.arms.order_by("number").prefetch_related("readings"))
    reached = dict(
        Batch.objects.filter(delivery=delivery, state=Batch.State.ACCEPTED)
        .values_list("arm")
        .annotate(people=Sum("reached"))
    )
    wordings = [
        Wording(arm, reached.get(arm.pk, 0), max(arm.readings.all(), key=_on, default=None))
        for arm in arms
    ]
    return Results(
        delivery=delivery,
        planned=delivery.planned or 0,
        reached=sum(reached.values()),
        wordings=wordings,
        days=_days(reading for arm in arms for reading in arm.readings.all()),
        page=Page.objects.filter(delivery=delivery).first(),
        is_shared=Arm.objects.filter(unit__in=[arm.unit for arm in arms if arm.unit])
        .exclude(delivery=delivery)
        .exists(),
    )


def _on(reading: Reading) -> date:
    return reading.read_on


def _days(readings: Iterable[Reading]) -> list[Day]:
    by_day: dict[date, list[Reading]] = {}
    for reading in readings:
        by_day.setdefault(reading.read_on, []).append(reading)
    return [
        Day(
            on,
            _sum(one.impressions for one in several),
            _sum(one.clicks for one in several),
        )
        for on, several in sorted(by_day.items())
    ]


def _sum(counts: Iterable[int | None]) -> int | None:
    counted = statistics.together(counts)
    return counted.known if counted.is_exact else None
