"""Bringing about what is wanted: one step of one code at a time, from wherever it stands.

A step is: lease, ask, keep. It may be killed anywhere. Our name of the code is committed before the maker is asked,
so the next worker finds what the last one made; and what the maker answers is always kept, also when the code
is not wanted any more by then: a code whose name at the maker is lost could never be revoked.
"""

import random
import secrets
import time
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection as database
from django.db import transaction

from yakuba.kit import clock, upkeep
from yakuba.kit.errors import OutsideFailure
from yakuba.kit.jobs import job
from yakuba.locks import queries, rules
from yakuba.locks.models import AccessGrant, Connection, Door, GrantDoor
from yakuba.locks.operations import planning, telling
from yakuba.locks.operations.connecting import memory_of
from yakuba.locks.operations.watching import raise_task
from yakuba.locks.sockets import Contract, Issued, Memory, Refused, Standing, Wish
from yakuba.portal.queries import machine_now

LEASE = timedelta(seconds=90)  # longer than the slowest step
_AT_ONCE = 50
_LOST_FOR = timedelta(minutes=2)  # a request on its way may still arrive for so long
_LOOK_NEAR, _LOOK_FAR, _LOOK_FINE = (
    timedelta(seconds=20),
    timedelta(minutes=5),
    timedelta(minutes=10),
)
_dice = random.SystemRandom()


@upkeep.every(timedelta(seconds=2))
def hand_out() -> None:
    """Give the codes that are due to the workers."""
    for grant_id in _due():
        drive.defer(grant_id=str(grant_id))


@transaction.atomic
def _due() -> list[UUID]:
    now = machine_now()
    rows = (
        AccessGrant.objects.filter(next_at__lte=now)
        .exclude(connection__quiet_until__gt=now)
        .select_for_update(of=("self",), skip_locked=True)
        .order_by("starts_at", "pk")[:_AT_ONCE]
    )
    found = [one.pk for one in rows]
    # Whoever is handed out comes up again if its job is lost.
    AccessGrant.objects.filter(pk__in=found).update(next_at=now + LEASE)
    return found


@job(queue="locks", attempts=1)
def drive(*, grant_id: str) -> None:
    """Take one code one step further, unless somebody else is at it or at one of its doors."""
    grant = _lease(grant_id)
    if grant is None:
        return
    try:
        contract = queries.contract_of(grant.connection)
        _wait_in_line(grant.connection, contract)
        _step(grant, contract, memory_of(grant.connection))
    except OutsideFailure as trouble:
        _keep_trouble(grant, trouble)
    finally:
        _release(grant)


@transaction.atomic
def _lease(grant_id: str) -> AccessGrant | None:
    """Take hold of a code and of its doors: the maker's answers to two workers could overtake each other."""
    now = machine_now()
    grant = (
        AccessGrant.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
        .select_related("connection")
        .filter(pk=grant_id)
        .first()
    )
    if grant is None or grant.next_at is None or (grant.lease_until or now) > now:
        return None
    doors = list(
        Door.objects.select_for_update(no_key=True).filter(at_grants__grant=grant).order_by("pk")
    )
    busy = max((door.lease_until for door in doors if door.lease_until), default=now)
    if busy > now or (grant.connection.quiet_until or now) > now:
        grant.next_at = max(busy, grant.connection.quiet_until or now)
        grant.next_at = min(grant.next_at, now + timedelta(seconds=5))
        grant.save(update_fields=["next_at"])
        return None
    Door.objects.filter(pk__in=[door.pk for door in doors]).update(lease_until=now + LEASE)
    grant.lease_until = now + LEASE
    grant.save(update_fields=["lease_until"])
    return grant


@transaction.atomic
def _release(grant: AccessGrant) -> None:
    AccessGrant.objects.filter(pk=grant.pk).update(lease_until=None)
    doors = Door.objects.filter(at_grants__grant=grant).order_by("pk")
    Door.objects.filter(pk__in=list(doors.values_list("pk", flat=True))).update(lease_until=None)


def _wait_in_line(connection: Connection, contract: Contract) -> None:
    """Leave room between two questions to one maker, however many workers there are."""
    gap = 60 / contract.abilities.per_minute
    with database.cursor() as cursor:
        cursor.execute(
            "UPDATE locks_connection SET next_call_at = GREATEST(next_call_at, clock_timestamp())"
            " + make_interval(secs => %s) WHERE id = %s"
            " RETURNING EXTRACT(EPOCH FROM next_call_at - clock_timestamp())",
            [gap, connection.pk],
        )
        row = cursor.fetchone()
    time.sleep(min(10.0, max(0.0, float(row[0]) - gap)))


def _step(grant: AccessGrant, contract: Contract, memory: Memory) -> None:
    """Do the one thing that comes next. No transaction is open."""
    wish = wish_of(grant)
    if grant.cloud == AccessGrant.Cloud.NONE:
        _begin(grant, contract, memory)
    elif grant.is_wanted and grant.cloud_rev != grant.rev:
        _keep_issued(grant, contract.change(wish, memory), rev=grant.rev)
    elif not grant.is_wanted and grant.cloud == AccessGrant.Cloud.ACCEPTED:
        contract.revoke(wish, memory)
        _keep_revoked(grant, contract.fetch(wish, memory))
    else:
        _keep_standing(grant, contract.fetch(wish, memory))


def wish_of(grant: AccessGrant) -> Wish:
    return Wish(
        name=grant.pk,
        devices=tuple(one.device for one in grant.at_doors.all()),
        opens=grant.starts_at,
        closes=grant.ends_at,
        code=grant.wished or "",
        external=grant.external,
    )


def _begin(grant: AccessGrant, contract: Contract, memory: Memory) -> None:
    """Have the code made; or, when an earlier answer was lost, find what was made."""
    if not grant.is_wanted:
        found = contract.find(wish_of(grant), memory)
        if found is None:
            _keep_never_made(grant)
        else:
            _keep_issued(grant, found, rev=None)
        return
    # What was made under an earlier answer that was lost has the hours of then, which nobody knows any more.
    rev = grant.rev if grant.asked_at is None or grant.rev == 0 else None
    if _ask_for(grant):
        _keep_issued(grant, contract.issue(wish_of(grant), memory), rev=rev)


@transaction.atomic
def _ask_for(grant: AccessGrant) -> bool:
    """Write down under which name and with which code the maker is about to be asked."""
    held = _held(grant)
    if not held.is_wanted:
        held.next_at = machine_now()
        held.save(update_fields=["next_at"])
        return False
    if held.wished is None:
        held.wished = _new_code(held)
    held.asked_at = machine_now()
    held.save(update_fields=["wished", "asked_at"])
    grant.wished = held.wished
    return True


def _new_code(grant: AccessGrant) -> str:
    doors = list(grant.at_doors.values_list("door", flat=True))
    digits = queries.contract_of(grant.connection).abilities.digits
    phone = grant.facility.phone
    candidates = iter(lambda: f"{secrets.randbelow(10**digits):0{digits}d}", None)
    return rules.choose(candidates, list(queries.codes_at(doors)), phone=phone)


def _held(grant: AccessGrant) -> AccessGrant:
    return AccessGrant.objects.select_for_update(no_key=True).get(pk=grant.pk)


@transaction.atomic
def _keep_issued(grant: AccessGrant, issued: Issued, *, rev: int | None) -> None:
    """Keep what the maker made, whatever is wanted by now."""
    held = _held(grant)
    doors = list(held.at_doors.values_list("door", flat=True))
    taken = AccessGrant.objects.filter(at_doors__door__in=doors, gone_at=None).exclude(pk=held.pk)
    collides = any(issued.code in (one.code, one.wished) for one in taken)
    if issued.code != held.code and held.code is not None:
        held.uses.update(told_rev=None)
    held.code, held.external = issued.code, dict(issued.external)
    held.cloud = AccessGrant.Cloud.ACCEPTED
    held.cloud_rev = rev
    held.tries, held.last_error = 0, ""
    held.next_at = machine_now()
    held.save()
    held.at_doors.update(state=GrantDoor.State.PENDING)
    if collides and held.is_wanted:
        # The maker chose a code that somebody else may still have at this door.
        planning.give_up(held, AccessGrant.Why.REPLACED)
        planning.plan_one.defer(facility_id=held.facility_id)


@transaction.atomic
def _keep_never_made(grant: AccessGrant) -> None:
    """The maker knows nothing under our name; but a request may still be on its way."""
    held = _held(grant)
    if held.asked_at is not None and machine_now() - held.asked_at < _LOST_FOR:
        held.next_at = held.asked_at + _LOST_FOR
    else:
        held.gone_at, held.next_at = clock.now(), None
        held.at_doors.update(state=GrantDoor.State.REMOVED)
    held.save()


@transaction.atomic
def _keep_revoked(grant: AccessGrant, standing: Standing) -> None:
    """Believe a revocation only when the maker itself says that the code is out of force."""
    if standing.is_in_force:
        raise OutsideFailure("取り消しを頼みましたが、まだ有効なままです。", status=200)
    AccessGrant.objects.filter(pk=grant.pk).update(
        cloud=AccessGrant.Cloud.GONE, tries=0, last_error=""
    )
    _keep_standing(grant, standing)


@transaction.atomic
def _keep_standing(grant: AccessGrant, standing: Standing) -> None:
    """Keep what each door knows, and say when to look again."""
    held = _held(grant)
    held.tries, held.last_error = 0, ""
    if held.is_wanted and not standing.is_in_force:
        held.cloud = AccessGrant.Cloud.GONE
        held.save()
        planning_again(held)
        return
    for at in held.at_doors.all():
        at.state = standing.devices.get(at.device, GrantDoor.State.REMOVED)
        at.save(update_fields=["state"])
    states = set(held.at_doors.values_list("state", flat=True))
    now = clock.now()
    if held.cloud == AccessGrant.Cloud.GONE and states <= {GrantDoor.State.REMOVED}:
        held.gone_at, held.next_at = now, None
    elif held.is_wanted and GrantDoor.State.REMOVED in states:
        held.cloud, held.next_at = AccessGrant.Cloud.NONE, machine_now()  # a door was left out
    else:
        held.next_at = machine_now() + _pause(held, states, now)
    held.save()
    if held.is_wanted and states == {GrantDoor.State.SYNCED}:
        telling.tell_ready(held)


def planning_again(grant: AccessGrant) -> None:
    """Somebody took the code away at the maker: another one is made, under another name."""
    planning.give_up(grant, AccessGrant.Why.REPLACED)
    planning.plan_one.defer(facility_id=grant.facility_id)


def _pause(grant: AccessGrant, states: set[str], now: datetime) -> timedelta:
    """Return when to look again: at once if something changed while we were asking."""
    is_old = grant.is_wanted and grant.cloud_rev != grant.rev
    if is_old or (not grant.is_wanted and grant.cloud == AccessGrant.Cloud.ACCEPTED):
        return timedelta()
    if grant.is_wanted and states == {GrantDoor.State.SYNCED}:
        return _LOOK_FINE  # a lock that is replaced forgets what it knew
    return _LOOK_NEAR if grant.starts_at - now < rules.NEAR else _LOOK_FAR


@transaction.atomic
def _keep_trouble(grant: AccessGrant, trouble: OutsideFailure) -> None:
    held = _held(grant)
    held.tries += 1
    held.last_error = str(trouble)[:300]
    pause = rules.wait(held.tries, _dice.random())
    held.next_at = machine_now() + pause
    held.save(update_fields=["tries", "last_error", "next_at"])
    if trouble.status == 429:
        Connection.objects.filter(pk=held.connection_id).update(quiet_until=held.next_at)
    if isinstance(trouble, Refused):
        _tell_clerk(held, trouble)


def _tell_clerk(grant: AccessGrant, no: Refused) -> None:
    raise_task(
        "refused",
        f"refused:{grant.pk}",
        facility=grant.facility,
        grant=grant,
        words=f"{no}　設定を確かめて、直らないときは別の方法で開けてください。",
    )
