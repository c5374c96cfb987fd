"""Another time or another room for a booking that stands: the new one first, then the old one is freed."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.bookings import queries, sockets
from yakuba.bookings.models import Booking, BookingItem, Claim, Reminder
from yakuba.bookings.operations import charging, claiming, counting, reminding
from yakuba.bookings.operations.booking import (
    Taken,
    make_items,
    patiently,
    priced,
    take,
    wait_at_most,
)
from yakuba.bookings.operations.cancelling import TooLate, WhyCancelled, cost_of_cancelling
from yakuba.bookings.operations.telling import MOVED, tell
from yakuba.bookings.operations.wishing import (
    CannotBeBooked,
    NothingWished,
    Who,
    Wish,
    in_order,
    why_not,
)
from yakuba.kit import clock
from yakuba.kit.db import lock, lock_name
from yakuba.kit.errors import Refusal
from yakuba.townhall.models import StaffMember


class ChangedMeanwhile(Refusal):
    sentence = _("この予約は、その間に変更されました。画面を開き直してください。")


class TooLateToChange(Refusal):
    sentence = _(
        "この予約は、利用の{hours}時間前を過ぎたため、ここからは変更できません。{phone}にお電話ください。"
    )


class NeedsClerk(Refusal):
    sentence = _("{offer}は職員が承認してからの予約です。変更は{phone}にお電話ください。")


class OtherFacility(Refusal):
    sentence = _(
        "ほかの施設には変更できません。新しく予約してから、いまの予約を取り消してください。"
    )


def change(
    booking: Booking,
    wishes: Sequence[Wish],
    *,
    rev: int,
    staff: StaffMember | None = None,
    because: str = "",
) -> None:
    """Give a booking other times, or leave it exactly as it was.

    It may overlap its own old time. Quotas count it once. `rev` is what the caller saw; a clerk says why, and the
    resident is told.

    Raises:
        ChangedMeanwhile: somebody else changed it since.
        CannotBeBooked, OverQuota, Taken: as for `book`; the old times stay.
        TooLate: it does not stand any more.
        NeedsClerk: what a clerk approved, or would have to, is not changed by the resident alone.
        OtherFacility: the new room is not in the same facility.
        Busy: too many want the same at once; nothing was done.
    """
    patiently(lambda: _change(booking, wishes, rev, staff, because))


@transaction.atomic
def _change(
    booking: Booking, wishes: Sequence[Wish], rev: int, staff: StaffMember | None, because: str
) -> None:
    if not wishes:
        raise NothingWished()
    if staff is not None and not because.strip():
        raise WhyCancelled()
    wait_at_most(3)
    charges = charging.lock_money(booking)
    lock(booking)
    now = clock.now()
    if booking.rev != rev:
        raise ChangedMeanwhile()
    if not booking.is_standing:
        raise TooLate(status=booking.get_status_display())
    if booking.hold_until is not None and booking.hold_until <= now:
        raise TooLate(status=Booking.Status.EXPIRED.label)
    was_free = cost_of_cancelling(booking, now).kept == 0
    old = list(booking.items.filter(live=True).select_related("offer"))
    if any(wish.offer.facility_id != booking.facility_id for wish in wishes):
        raise OtherFacility()
    if staff is None:
        _in_time(booking, old[0].starts_at, now)
        _by_oneself(booking, wishes, old)
    who = Who(resident=booking.resident, by_staff=staff)
    for wish in wishes:
        why = why_not(wish, who, now)
        if why:
            raise CannotBeBooked(why=why)
    # Two who change towards each other's rooms would wait for each other; units are named in one order first.
    for unit in _units_of(wishes, old):
        lock_name(f"bookings.unit:{unit}")
    counting.give_back(old, now=now, always=True)
    claiming.let_go(old)
    booking.items.filter(pk__in=[item.pk for item in old]).update(live=False)
    items = make_items(booking, in_order(wishes))
    counting.take(
        counting.wanted([item for _wish, item in items], booking), beyond=staff is not None
    )
    for wish, item in items:
        if not take(wish, item, now):
            raise Taken(offer=str(wish.offer))
    _renew(booking, priced(items), now, is_grace=was_free)
    if booking.status != Booking.Status.PENDING:  # the fee is asked for when a clerk said yes
        charging.settle_difference(booking, charges, now, queries.terms_of(wishes[0].offer))
    sockets.changed.announce(booking)
    if staff is not None:
        tell(booking, MOVED, reason=because.strip())


def _by_oneself(booking: Booking, wishes: Sequence[Wish], old: Sequence[BookingItem]) -> None:
    """Refuse what a clerk looks at, unless they have not yet."""
    if booking.status == Booking.Status.PENDING:
        return
    for offer in (*(wish.offer for wish in wishes), *(item.offer for item in old)):
        if offer.needs_approval:
            raise NeedsClerk(offer=str(offer), phone=booking.facility.phone or "施設")


def _in_time(booking: Booking, starts: datetime, now: datetime) -> None:
    first = booking.items.filter(live=True).select_related("offer").earliest("starts_at")
    hours = queries.terms_of(first.offer).change_until_hours
    if now >= starts - timedelta(hours=hours):
        phone = booking.facility.phone or "施設"
        raise TooLateToChange(hours=hours, phone=phone)


def _units_of(wishes: Sequence[Wish], old: Sequence[BookingItem]) -> list[int]:
    offers = {wish.offer.pk: wish.offer for wish in wishes}
    offers |= {item.offer.pk: item.offer for item in old}
    return sorted({unit for units in queries.units_of(offers.values()).values() for unit in units})


def _renew(
    booking: Booking, lines: list[dict[str, object]], now: datetime, *, is_grace: bool
) -> None:
    booking.lines = lines
    booking.rev += 1
    booking.changed_at = now
    terms = queries.terms_of(
        booking.items.filter(live=True).select_related("offer").earliest("pk").offer
    )
    if is_grace:  # else a change would be the way around the fee for giving up late
        booking.grace_until = now + timedelta(minutes=terms.grace_minutes)
    booking.save(update_fields=["lines", "rev", "changed_at", "grace_until"])
    Reminder.objects.filter(booking=booking, sent_at=None).update(dropped_because="changed")
    if booking.status == Booking.Status.CONFIRMED:
        reminding.plan(booking, now)
    elif booking.hold_until is not None:
        claims = [item.pk for item in booking.items.filter(live=True)]
        Claim.objects.filter(item__in=claims, live=True).update(hold_until=booking.hold_until)
