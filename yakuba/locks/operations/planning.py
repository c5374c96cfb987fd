"""What is wanted: codes for the bookings of the next days, computed anew from them again and again."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction

from yakuba.bookings.models import Booking, Facility
from yakuba.kit import clock, upkeep
from yakuba.kit.db import lock_name
from yakuba.kit.jobs import job
from yakuba.locks import queries, rules
from yakuba.locks.models import AccessGrant, Connection, Door, GrantDoor, GrantUse
from yakuba.portal.queries import machine_now

_DAILY_LEAD = timedelta(hours=12)


@upkeep.every(timedelta(seconds=20))
def plan_all() -> None:
    """Compute what every facility with doors needs."""
    for facility in Facility.objects.filter(doors__isnull=False).distinct():
        plan(facility)


@job(queue="locks")
def plan_one(*, facility_id: int) -> None:
    """Compute what one facility needs, because something near has changed."""
    plan(Facility.objects.get(pk=facility_id))


@transaction.atomic
def plan(facility: Facility) -> None:
    """Make the codes that are due, give others their new hours, and give up what nobody needs any more."""
    lock_name(f"locks.plan:{facility.pk}")
    now = clock.now()
    suspended = queries.is_suspended(facility)
    wanted = [] if suspended else rules.plans(queries.uses(facility, now))
    doors = {door.pk: door for door in queries.doors_of(facility)}
    present = list(
        AccessGrant.objects.wanted()
        .filter(facility=facility, day=None)
        .prefetch_related("at_doors", "uses")
        .order_by("made_at", "pk")
    )
    kept = {one.pk for one in present if not suspended and (one.extra_until or now) > now}
    for plan_ in wanted:
        mine = _grant_for(plan_, present, kept)
        if mine is not None:
            kept.add(mine.pk)
            _renew(mine, plan_)
        elif _is_due(plan_, doors, now):
            _make(facility, plan_, doors, now)
    for grant in present:
        if grant.pk not in kept:
            give_up(grant, _why(grant, now, suspended=suspended))
    _plan_days(facility, list(doors.values()), now, suspended=suspended)


def _grant_for(
    wanted: rules.Plan, present: Sequence[AccessGrant], kept: set[UUID]
) -> AccessGrant | None:
    """The code that the person has already for one of these bookings at these doors."""
    for grant in present:
        same = (
            grant.pk not in kept
            and grant.who == wanted.who
            and tuple(one.door_id for one in grant.at_doors.all()) == wanted.doors
            and {use.booking_id for use in grant.uses.all()} & set(wanted.bookings)
        )
        if same:
            return grant
    return None


def _is_due(wanted: rules.Plan, doors: dict[int, Door], now: datetime) -> bool:
    mine = [doors[pk] for pk in wanted.doors]
    lead = queries.contract_of(mine[0].connection).abilities.lead
    heartbeat = max(door.heartbeat for door in mine)
    return now >= rules.issue_at(wanted.opens, heartbeat=heartbeat, lead=lead)


def _make(
    facility: Facility, wanted: rules.Plan, doors: dict[int, Door], now: datetime
) -> AccessGrant:
    mine = [doors[pk] for pk in wanted.doors]
    grant = AccessGrant.objects.create(
        facility=facility,
        connection=mine[0].connection,
        who=wanted.who,
        starts_at=wanted.opens,
        ends_at=wanted.closes,
        made_at=now,
        next_at=due(mine[0].connection),
    )
    hang(grant, mine)
    _keep_uses(grant, wanted)
    return grant


def due(connection: Connection) -> datetime | None:
    """When to begin with a code: now; never by itself where a clerk does it."""
    by_hand = queries.contract_of(connection).abilities.by_hand
    return None if by_hand else machine_now()


def hang(grant: AccessGrant, doors: Sequence[Door]) -> None:
    """Note which doors a code is for, and which locks hang there now."""
    GrantDoor.objects.bulk_create(
        GrantDoor(grant=grant, door=door, device=door.device, order=place)
        for place, door in enumerate(doors)
    )


def _keep_uses(grant: AccessGrant, wanted: rules.Plan) -> None:
    residents = dict(Booking.objects.filter(pk__in=wanted.bookings).values_list("pk", "resident"))
    grant.uses.exclude(booking__in=wanted.bookings).delete()
    GrantUse.objects.bulk_create(
        [GrantUse(grant=grant, booking_id=pk, resident_id=residents[pk]) for pk in wanted.bookings],
        ignore_conflicts=True,
    )


def _renew(grant: AccessGrant, wanted: rules.Plan) -> None:
    """Give a code the hours that are wanted now."""
    if {use.booking_id for use in grant.uses.all()} != set(wanted.bookings):
        _keep_uses(grant, wanted)
    if (grant.starts_at, grant.ends_at) == (wanted.opens, wanted.closes):
        return
    # Read afresh: the worker at it may have kept something since. Only the hours are ours.
    held = AccessGrant.objects.select_for_update(no_key=True).get(pk=grant.pk)
    held.starts_at, held.ends_at, held.rev = wanted.opens, wanted.closes, held.rev + 1
    held.next_at = due(grant.connection)
    held.save(update_fields=["starts_at", "ends_at", "rev", "next_at"])


def _why(grant: AccessGrant, now: datetime, *, suspended: bool) -> str:
    if grant.ends_at <= now:
        return AccessGrant.Why.OVER
    return AccessGrant.Why.SUSPENDED if suspended else AccessGrant.Why.CANCELLED


@transaction.atomic
def give_up(grant: AccessGrant, why: str) -> None:
    """Want a code no longer, at once and whatever the maker does."""
    held = AccessGrant.objects.select_for_update(no_key=True).get(pk=grant.pk)
    if not held.is_wanted:
        return
    held.want, held.why_absent = AccessGrant.Want.ABSENT, why
    held.absent_at, held.tries = clock.now(), 0
    held.next_at = due(held.connection)
    if held.cloud == AccessGrant.Cloud.NONE and held.asked_at is None:
        held.gone_at, held.next_at = clock.now(), None  # nobody has ever heard of it
    held.save()


def give_up_of(booking: Booking) -> None:
    """A booking is given up: a code that is for nothing else is not wanted any more."""
    for grant in AccessGrant.objects.wanted().filter(uses__booking=booking, day=None):
        others = grant.uses.exclude(booking=booking)
        if not others.filter(booking__status=Booking.Status.CONFIRMED).exists():
            give_up(grant, AccessGrant.Why.CANCELLED)


# ---- one code for everybody of a day


def _plan_days(facility: Facility, doors: list[Door], now: datetime, *, suspended: bool) -> None:
    """Make today's and tomorrow's common codes, and note whose bookings they are for."""
    daily = [door for door in doors if door.mode == Door.Mode.DAILY]
    local = now.astimezone(clock.JAPAN)
    days = {local.date(), (local + _DAILY_LEAD).date()} if not suspended else set()
    needed = {(door.pk, day): door for door in daily for day in days}
    present = AccessGrant.objects.wanted().filter(facility=facility, day__isnull=False)
    for grant in present.prefetch_related("at_doors"):
        key = (grant.at_doors.all()[0].door_id, grant.day)
        if key in needed:
            _keep_day(grant, needed.pop(key))
        else:
            give_up(grant, _why(grant, now, suspended=suspended))
    for (_pk, day), door in needed.items():
        _keep_day(_make_day(facility, door, day, now), door)


def _make_day(facility: Facility, door: Door, day: date, now: datetime) -> AccessGrant:
    starts = datetime.combine(day, time(), clock.JAPAN)
    grant = AccessGrant.objects.create(
        facility=facility,
        connection=door.connection,
        who="daily",
        day=day,
        starts_at=starts,
        ends_at=starts + timedelta(days=1),
        made_at=now,
        next_at=due(door.connection),
    )
    hang(grant, [door])
    return grant


def _keep_day(grant: AccessGrant, door: Door) -> None:
    wanted = {
        item.booking_id: item.booking.resident_id
        for item in queries.items(grant.facility, grant.starts_at, grant.ends_at)
        if queries.doors_for(item, [door])
    }
    grant.uses.exclude(booking__in=list(wanted)).delete()
    GrantUse.objects.bulk_create(
        [GrantUse(grant=grant, booking_id=pk, resident_id=who) for pk, who in wanted.items()],
        ignore_conflicts=True,
    )
