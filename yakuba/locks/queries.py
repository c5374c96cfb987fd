"""Who uses which doors when, how codes stand, and what waits for a person."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from yakuba.bookings.models import Booking, BookingItem, Claim, Facility, OfferUnit
from yakuba.kit import clock
from yakuba.locks import rules
from yakuba.locks.models import AccessGrant, Connection, Door, Emergency, GrantDoor, GrantUse
from yakuba.locks.sockets import Contract, lock_makers
from yakuba.portal.queries import machine_now

HORIZON = timedelta(days=8)  # nothing is made for what is further away

__all__ = ["machine_now"]


def contract_of(connection: Connection) -> Contract:
    return lock_makers[connection.kind].contract.model_validate(connection.settings)


def is_suspended(facility: Facility) -> bool:
    return Emergency.objects.filter(
        facility=facility, kind=Emergency.Kind.SUSPEND, ended_at=None
    ).exists()


def who_of(booking: Booking) -> str:
    """Neighbouring bookings of the same person are one code; without a resident each is by itself."""
    return f"r{booking.resident_id}" if booking.resident_id else f"b{booking.pk}"


def items(facility: Facility, since: datetime, until: datetime) -> list[BookingItem]:
    """The confirmed times at a facility that touch the window."""
    return list(
        BookingItem.objects.filter(
            booking__facility=facility,
            booking__status=Booking.Status.CONFIRMED,
            live=True,
            ends_at__gt=since,
            starts_at__lt=until,
        )
        .select_related("booking", "offer")
        .order_by("starts_at", "pk")
    )


def units_of(item: BookingItem) -> set[int]:
    """The units that an item holds; a seat at a session stands for all of its offer's."""
    held = set(Claim.objects.filter(item=item, live=True).values_list("unit", flat=True))
    return held or set(OfferUnit.objects.filter(offer=item.offer_id).values_list("unit", flat=True))


def doors_for(item: BookingItem, doors: Iterable[Door]) -> list[Door]:
    """The doors that somebody passes who has booked `item`, in order."""
    units = units_of(item)
    found = []
    for door in doors:
        mine = {unit.pk for unit in door.units.all()}
        if not mine or mine & units:
            found.append(door)
    return sorted(found, key=lambda door: (door.order, door.pk))


def doors_of(facility: Facility) -> list[Door]:
    found = Door.objects.in_use().filter(facility=facility)
    return list(
        found.select_related("connection").prefetch_related("units").order_by("order", "pk")
    )


def uses(facility: Facility, now: datetime) -> list[rules.Use]:
    """What the bookings of the next days need of doors with a code per booking, per connection."""
    doors = [door for door in doors_of(facility) if door.mode == Door.Mode.PER_BOOKING]
    found = []
    for item in items(facility, now - timedelta(hours=2), now + HORIZON) if doors else []:
        by_connection: dict[int, list[Door]] = {}
        for door in doors_for(item, doors):
            by_connection.setdefault(door.connection_id, []).append(door)
        for mine in by_connection.values():
            found.append(_use(item, mine))
    return [use for use in found if use.closes > now]


def _use(item: BookingItem, doors: list[Door]) -> rules.Use:
    before = timedelta(minutes=min(door.before_minutes for door in doors))
    after = timedelta(minutes=min(door.after_minutes for door in doors))
    floor, ceiling = None, None
    if not all(door.may_share for door in doors) and any(door.units.all() for door in doors):
        floor, ceiling = _neighbours(item, before, after)
    return rules.Use(
        booking=item.booking_id,
        who=who_of(item.booking),
        doors=tuple(door.pk for door in doors),
        starts=item.starts_at,
        ends=item.ends_at,
        before=before,
        after=after,
        floor=floor,
        ceiling=ceiling,
    )


def _neighbours(
    item: BookingItem, before: timedelta, after: timedelta
) -> tuple[datetime | None, datetime | None]:
    """Where the claims of others end before an item and begin after it, within its leeway."""
    near = Claim.objects.filter(
        unit__in=units_of(item),
        live=True,
        during__overlap=(item.starts_at - before, item.ends_at + after),
    ).exclude(item=item)
    if item.booking.resident_id:
        near = near.exclude(item__booking__resident=item.booking.resident_id)
    spans = [(claim.during.lower, claim.during.upper) for claim in near]
    ends = [upper for _lower, upper in spans if upper and upper <= item.starts_at]
    begins = [lower for lower, _upper in spans if lower and lower >= item.ends_at]
    return max(ends, default=None), min(begins, default=None)


def is_ready(grant: AccessGrant) -> bool:
    """Say whether every door knows the code for the hours that are wanted."""
    states = {one.state for one in grant.at_doors.all()}
    return (
        grant.is_wanted
        and grant.code is not None
        and grant.cloud_is_current
        and states == {GrantDoor.State.SYNCED}
    )


def grants_for(booking: Booking) -> list[AccessGrant]:
    """The codes that open doors for a booking, in the order of the doors."""
    found = (
        AccessGrant.objects.wanted()
        .filter(uses__booking=booking)
        .select_related("connection")
        .prefetch_related("at_doors__door")
        .distinct()
    )
    return sorted(found, key=lambda one: min((at.order for at in one.at_doors.all()), default=0))


def missing(booking_item: BookingItem, doors: list[Door]) -> list[Door]:
    """The doors of an item that no ready code opens for it, judged from the bookings themselves."""
    needed = doors_for(booking_item, doors)
    opened = {
        at.door_id
        for grant in grants_for(booking_item.booking)
        if is_ready(grant)
        and grant.starts_at <= booking_item.starts_at
        and grant.ends_at >= booking_item.ends_at
        for at in grant.at_doors.all()
    }
    return [door for door in needed if door.pk not in opened]


def codes_at(doors: Iterable[int]) -> set[str]:
    """The codes that one of these doors may know: never given to anybody else."""
    grants = AccessGrant.objects.filter(at_doors__door__in=list(doors), gone_at=None).distinct()
    pairs = ((one.code, one.wished) for one in grants)
    return {code for pair in pairs for code in pair if code}


def uses_to_tell(grant: AccessGrant) -> list[GrantUse]:
    fresh = Q(told_rev=None) | ~Q(told_rev=grant.rev)
    uses = grant.uses.filter(fresh, booking__status=Booking.Status.CONFIRMED)
    return list(uses.select_related("booking__facility__scope__department", "booking__resident"))


def starts_of(booking_id: UUID) -> datetime | None:
    first = BookingItem.objects.filter(booking=booking_id, live=True).order_by("starts_at").first()
    return first.starts_at if first else None


def is_shown(grant: AccessGrant, booking: Booking, now: datetime | None = None) -> bool:
    """Say whether the holder of a booking may see the code now."""
    now = now or clock.now()
    starts = starts_of(booking.pk)
    if booking.status != Booking.Status.CONFIRMED or starts is None or grant.code is None:
        return False
    return grant.day is None or now >= starts - rules.DAILY_SHOWN
