"""What staff see: the bookings of a day across units, and who may make facilities."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from yakuba.bookings.models import Booking, BookingItem, Claim, Facility, Offer, Unit
from yakuba.bookings.queries.hours import hours_of
from yakuba.bookings.rules import minutes
from yakuba.kit import clock
from yakuba.townhall.models import Capability, Department, Membership, StaffMember


def departments_of_makers(staff: StaffMember) -> QuerySet[Department]:
    """The departments for which `staff` may make a facility: their role there lets them design."""
    roles = [role.value for role in Membership.Role if Capability.DESIGN in role.capabilities]
    here = StaffMember.objects.active_on(clock.today()).filter(pk=staff.pk)
    mine = Membership.objects.filter(staff__in=here, role__in=roles).values("department")
    return Department.objects.filter(pk__in=mine, closed_on=None).order_by("order", "pk")


@dataclass(frozen=True, slots=True)
class Bar:
    """A claim on a row of the calendar, in minutes of the day; None where nobody has the unit."""

    starts: int
    ends: int
    claim: Claim | None = None

    @property
    def booking(self) -> Booking | None:
        return self.claim.item.booking if self.claim and self.claim.item else None

    @property
    def state(self) -> str:
        if self.claim is None:
            return "free"
        return self.booking.status if self.booking else self.claim.kind


@dataclass(frozen=True, slots=True)
class Row:
    unit: Unit
    bars: tuple[Bar, ...]


def calendar(facilities: Iterable[Facility], day: date, *, step: int = 30) -> list[Row]:
    """Return each unit's day as bars that follow each other from 0:00 to 24:00 without a gap, on a grid of `step`."""
    units = list(
        Unit.objects.filter(facility__in=list(facilities), closed_at=None)
        .select_related("facility")
        .order_by("facility__kana", "facility", "order", "pk")
    )
    since = minutes.midnight(day)
    until = since + minutes.DAY
    found: dict[int, list[Claim]] = defaultdict(list)
    for claim in (
        Claim.objects.filter(
            unit__in=units,
            live=True,
            during__overlap=(minutes.moment(since), minutes.moment(until)),
        )
        .select_related("item__booking", "item__offer", "block")
        .order_by("during")
    ):
        found[claim.unit_id].append(claim)
    return [Row(unit, tuple(_bars(found[unit.pk], since, step))) for unit in units]


def _bars(claims: Iterable[Claim], since: int, step: int) -> Iterable[Bar]:
    at = 0
    for claim in claims:
        starts = (minutes.of(claim.during.lower) - since) // step * step
        ends = -(-(minutes.of(claim.during.upper) - since) // step) * step
        starts, ends = max(at, starts), min(ends, minutes.DAY)
        if starts >= ends:
            continue
        yield from _gap(at, starts, step)
        yield Bar(starts, ends, claim)
        at = ends
    yield from _gap(at, minutes.DAY, step)


def _gap(start: int, end: int, step: int) -> Iterable[Bar]:
    return (Bar(at, at + step) for at in range(start, end, step))


def outside_hours(facility: Facility, *, now: datetime) -> list[Booking]:
    """Return the standing bookings that lie outside of the hours as they are now, the earliest first."""
    items = (
        BookingItem.objects.filter(
            offer__facility=facility,
            live=True,
            booking__status__in=Booking.Status.standing(),
            starts_at__gt=now,
        )
        .exclude(offer__shape=Offer.Shape.SESSIONS)
        .select_related("booking", "offer")
        .order_by("starts_at")
    )
    rows = list(items)
    if not rows:
        return []
    days = [minutes.day_of(minutes.of(item.starts_at)) for item in rows]
    hours = hours_of({item.offer for item in rows}, days[0], days[-1] + timedelta(days=1))
    opened = {item.offer.pk: hours.of(item.offer) for item in rows}
    return list(
        dict.fromkeys(
            item.booking
            for item in rows
            if not minutes.covers(
                opened[item.offer.pk], (minutes.of(item.starts_at), minutes.of(item.ends_at))
            )
        )
    )
