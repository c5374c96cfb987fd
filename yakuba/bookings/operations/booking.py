"""Giving something to somebody, and to nobody else."""

import secrets
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext_lazy as _

from yakuba.bookings import queries, sockets
from yakuba.bookings.models import Booking, BookingItem, Claim
from yakuba.bookings.operations import claiming, counting, reminding
from yakuba.bookings.operations.charging import charge
from yakuba.bookings.operations.telling import APPROVED, CONFIRMED, tell
from yakuba.bookings.operations.wishing import Who, Wish, possible
from yakuba.bookings.rules import fees
from yakuba.kit import clock
from yakuba.kit.db import lock, lock_name
from yakuba.kit.errors import Refusal
from yakuba.procedures.models import Run
from yakuba.submissions.operations import next_receipt_no

_DEADLOCK, _LOCK_TIMEOUT = "40P01", "55P03"
_SECONDS = 3
Done = TypeVar("Done")


class Taken(Refusal):
    sentence = _("{offer}のその時間は、ほかの予約が入りました。別の時間を選んでください。")


class Busy(Refusal):
    sentence = _("いま予約が混み合っています。少し待って、もう一度お試しください。")


Pair = tuple[Wish, BookingItem]


@dataclass(frozen=True, slots=True)
class Booked:
    """What was booked; and which wishes were not, when the resident wanted whatever is free."""

    booking: Booking
    missed: tuple[tuple[Wish, str], ...] = ()


def book(
    *,
    wishes: Sequence[Wish],
    who: Who,
    source: str,
    once: uuid.UUID,
    answers: Sequence[Mapping[str, str]] = (),
    run: Run | None = None,
    partly: bool = False,
    beyond_quota: str = "",
) -> Booked:
    """Give somebody what they wish, all of it, or with `partly` whatever of it is free.

    The same `once` is booked once, however often it is asked. Free things are confirmed at once; others are held
    until they are paid, or wait for a clerk.

    Raises:
        CannotBeBooked: closed, too soon, not yet open, or somebody objects; the sentence says which.
        OverQuota: one of the limits is reached; says which.
        Taken: somebody was faster.
        Busy: too many want the same at once; nothing was done.
    """
    return patiently(lambda: _book(wishes, who, source, once, answers, run, partly, beyond_quota))


def patiently(work: Callable[[], Done]) -> Done:
    """Do the work, and once more if a rival was in the way: it has what it wanted by then.

    Raises:
        Busy: somebody is in the way still; nothing was done.
    """
    try:
        return work()
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") not in (_DEADLOCK, _LOCK_TIMEOUT):
            raise
        if connection.in_atomic_block:
            raise Busy() from error
    try:
        return work()
    except OperationalError as error:
        raise Busy() from error


@transaction.atomic
def _book(
    wishes: Sequence[Wish],
    who: Who,
    source: str,
    once: uuid.UUID,
    answers: Sequence[Mapping[str, str]],
    run: Run | None,
    partly: bool,
    beyond_quota: str,
) -> Booked:
    wait_at_most(_SECONDS)
    lock_name(f"bookings.once:{once}")
    known = Booking.objects.filter(once=once).first()
    if known is not None:
        return Booked(known)
    now = clock.now()
    wishes, missed = possible(wishes, who, now, partly=partly)
    terms = queries.terms_of(wishes[0].offer)
    booking = Booking.objects.create(
        receipt_no=next_receipt_no(),
        facility=wishes[0].offer.facility,
        resident=who.resident,
        group=who.group,
        made_for=dict(who.made_for),
        by_resident=who.by_resident,
        by_staff=who.by_staff,
        source=source,
        once=once,
        run=run,
        answers=[dict(answer) for answer in answers],
        made_at=now,
        changed_at=now,
        grace_until=now + timedelta(minutes=terms.grace_minutes),
    )
    items = make_items(booking, wishes)
    if partly and not beyond_quota:
        missed += _count_what_fits(booking, items)
    else:
        wanted = counting.wanted([item for _wish, item in items], booking)
        counting.take(wanted, beyond=bool(beyond_quota))
    missed += _take(booking, items, now, partly=partly)
    _begin(booking, now, terms.hold_minutes)
    return Booked(booking, tuple(missed))


def wait_at_most(seconds: int) -> None:
    """Give up a lock after so long: whoever waits longer is told to come again."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{int(seconds)}s'")


def make_items(booking: Booking, wishes: Sequence[Wish]) -> list[Pair]:
    return [(wish, _item(booking, wish)) for wish in wishes]


def _item(booking: Booking, wish: Wish) -> BookingItem:
    return BookingItem.objects.create(
        booking=booking,
        offer=wish.offer,
        starts_at=wish.starts,
        ends_at=wish.ends,
        quantity=wish.quantity,
        terms={
            "category": wish.choice.category,
            "equipment": dict(wish.choice.equipment),
            "session": wish.session.pk if wish.session else None,
        },
    )


def _count_what_fits(booking: Booking, items: list[Pair]) -> list[tuple[Wish, str]]:
    """Count the items one by one while the limits allow, the earliest first; leave out the others."""
    missed: list[tuple[Wish, str]] = []
    no: counting.OverQuota | None = None
    for wish, item in sorted(items, key=lambda pair: pair[0].starts):
        try:
            with transaction.atomic():
                counting.take(counting.wanted([item], booking))
        except counting.OverQuota as reached:
            no = reached
            missed.append((wish, str(no)))
            items.remove((wish, item))
            item.delete()
    if no is not None and not items:
        raise no
    return missed


def _take(
    booking: Booking, items: list[Pair], now: datetime, *, partly: bool
) -> list[tuple[Wish, str]]:
    missed: list[tuple[Wish, str]] = []
    for wish, item in list(items):
        if take(wish, item, now):
            continue
        no = Taken(offer=str(wish.offer))
        if not partly:
            raise no
        missed.append((wish, str(no)))
        counting.give_back([item], now=now, always=True)
        items.remove((wish, item))
        item.delete()
    if not items:
        raise Taken(offer=str(missed[0][0].offer))
    booking.lines = priced(items)
    return missed


def take(wish: Wish, item: BookingItem, now: datetime) -> bool:
    """Take what a wish needs; what was half taken is given back at once."""
    sid = transaction.savepoint()
    got = (
        claiming.take_seats(item, wish.session, wish.seats)
        if wish.session
        else claiming.take_units(item, now=now, hold_until=None)
    )
    if got:
        transaction.savepoint_commit(sid)
    else:
        transaction.savepoint_rollback(sid)
    return got


def priced(items: Iterable[Pair]) -> list[dict[str, object]]:
    return [
        line.as_json()
        for wish, item in items
        for line in fees.lines(
            queries.terms_of(wish.offer), str(wish.offer), wish.span, item.quantity, wish.choice
        )
    ]


def _begin(booking: Booking, now: datetime, hold_minutes: int) -> None:
    """Set what a booking is after it was made: confirmed, or waiting for the fee or for a clerk."""
    offers = [item.offer for item in booking.items.select_related("offer")]
    if booking.by_staff is None and any(offer.needs_approval for offer in offers):
        booking.status = Booking.Status.PENDING
    booking.save()
    if booking.status != Booking.Status.PENDING:
        settle_start(booking, now)


def settle_start(booking: Booking, now: datetime) -> None:
    """Ask for the fee, if there is any, and confirm what need not wait for it."""
    terms = queries.terms_of(booking.items.select_related("offer").earliest("pk").offer)
    if booking.fee_yen:
        charge(booking, terms, now)
    if booking.fee_yen and terms.pay == "now" and booking.by_staff is None:
        booking.hold_until = now + timedelta(minutes=terms.hold_minutes)
        booking.status = Booking.Status.HELD
        booking.save(update_fields=["status", "hold_until"])
        Claim.objects.filter(item__booking=booking, live=True).update(hold_until=booking.hold_until)
        return
    _confirm(booking, now)


@transaction.atomic
def confirm(booking: Booking) -> bool:
    """Make a held or approved booking certain; say whether it is. Its units may be gone since its hold was over.

    Twice is the same as once.
    """
    lock(booking)
    if booking.status == Booking.Status.CONFIRMED:
        return True
    if booking.status not in Booking.Status.standing():
        return False
    now = clock.now()
    sid = transaction.savepoint()
    if not claiming.keep(booking, now=now):
        transaction.savepoint_rollback(sid)
        return False
    transaction.savepoint_commit(sid)
    _confirm(booking, now)
    return True


@transaction.atomic
def approve(booking: Booking) -> bool:
    """Say yes to what waits for a clerk: it is confirmed, or held until its fee is paid; the resident is told."""
    lock(booking)
    if booking.status != Booking.Status.PENDING:
        return booking.status == Booking.Status.CONFIRMED
    settle_start(booking, clock.now())
    tell(booking, CONFIRMED if booking.status == Booking.Status.CONFIRMED else APPROVED)
    return True


def _confirm(booking: Booking, now: datetime) -> None:
    booking.status = Booking.Status.CONFIRMED
    booking.confirmed_at = booking.confirmed_at or now
    booking.changed_at = now
    booking.hold_until = None
    booking.save(update_fields=["status", "confirmed_at", "changed_at", "hold_until"])
    Claim.objects.filter(item__booking=booking, live=True).update(hold_until=None)
    reminding.plan(booking, now)
    sockets.confirmed.announce(booking)


def new_key() -> uuid.UUID:
    """Return a key for a wish that nobody could guess."""
    return uuid.UUID(bytes=secrets.token_bytes(16), version=4)
