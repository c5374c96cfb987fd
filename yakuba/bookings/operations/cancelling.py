"""Giving something up, and holds whose time is over."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.bookings import queries, sockets
from yakuba.bookings.models import Booking, Reminder
from yakuba.bookings.operations import charging, claiming, counting
from yakuba.bookings.operations.booking import confirm
from yakuba.bookings.operations.telling import GIVEN_UP, PAID_LATE, RAN_OUT, tell
from yakuba.bookings.rules import fees
from yakuba.kit import clock, upkeep
from yakuba.kit.db import lock
from yakuba.kit.errors import Refusal
from yakuba.townhall.models import StaffMember

_AT_ONCE = 200
# Others may take the room as soon as its hold is over; whoever is paying just then keeps it if nobody did.
_SLOW = timedelta(minutes=5)
_CAME_LATE = "お支払いの前に、その時間がほかの予約で埋まったため"


class TooLate(Refusal):
    sentence = _("この予約は、もう取り消せません（{status}）。")


class WhyCancelled(Refusal):
    sentence = _("取り消す理由を書いてください。利用者に伝わります。")


@dataclass(frozen=True, slots=True)
class Cost:
    """What giving up costs now: nothing within the grace, else a part of the fee; shown before."""

    kept: int
    is_grace: bool


def cost_of_cancelling(booking: Booking, now: datetime) -> Cost:
    """Say what is kept of the fee when a booking is given up now (6(5)セ, ten minutes of grace)."""
    if booking.grace_until is not None and now < booking.grace_until:
        return Cost(0, is_grace=True)
    first = booking.items.filter(live=True).select_related("offer").order_by("starts_at").first()
    if first is None or not booking.fee_yen:
        return Cost(0, is_grace=False)
    left = int((first.starts_at - now).total_seconds() // 60)
    return Cost(fees.kept(queries.terms_of(first.offer), booking.fee_yen, left), is_grace=False)


@transaction.atomic
def cancel(
    booking: Booking,
    *,
    because: str = "",
    staff: StaffMember | None = None,
    waive: bool = False,
) -> None:
    """Give a booking up: it is free for others at once, whatever the makers of locks and cards say.

    A clerk says why, and the resident is told; `waive` keeps nothing of the fee (rain, the town's own need).

    Raises:
        TooLate: it is over already, or was given up before.
        WhyCancelled: a clerk gave no reason.
    """
    if staff is not None and not because.strip():
        raise WhyCancelled()
    charges = charging.lock_money(booking)
    lock(booking)
    now = clock.now()
    if not booking.is_standing or (staff is None and _has_begun(booking, now)):
        raise TooLate(status=booking.get_status_display())
    cost = Cost(0, is_grace=False) if waive else cost_of_cancelling(booking, now)
    booking.cancelled_because = because.strip()
    _end(booking, Booking.Status.CANCELLED, now, is_grace=cost.is_grace or waive)
    charging.give_up(charges, cost.kept, because.strip() or "予約の取消")
    if staff is not None:
        tell(booking, GIVEN_UP, reason=because.strip())


def _has_begun(booking: Booking, now: datetime) -> bool:
    return booking.items.filter(live=True, starts_at__lte=now).exists()


def _end(booking: Booking, status: str, now: datetime, *, is_grace: bool) -> None:
    items = list(booking.items.filter(live=True))
    counting.give_back(items, now=now, always=is_grace)
    claiming.let_go(items)
    booking.status = status
    booking.rev += 1
    booking.changed_at = booking.cancelled_at = now
    booking.hold_until = None
    booking.save(
        update_fields=[
            "status",
            "rev",
            "changed_at",
            "cancelled_at",
            "hold_until",
            "cancelled_because",
        ]
    )
    Reminder.objects.filter(booking=booking, sent_at=None).update(dropped_because="ended")
    sockets.cancelled.announce(booking)


@upkeep.every(timedelta(seconds=30))
def expire_holds() -> None:
    """End the bookings whose time to pay is over; their claims no longer keep anybody out since that minute."""
    now = clock.now()
    due = Booking.objects.filter(status=Booking.Status.HELD, hold_until__lte=now - _SLOW)
    for pk in due.order_by("hold_until").values_list("pk", flat=True)[:_AT_ONCE]:
        _expire(Booking.objects.get(pk=pk))


@transaction.atomic
def _expire(booking: Booking) -> None:
    charges = charging.lock_money(booking)
    lock(booking)
    now = clock.now()
    is_due = booking.hold_until is not None and booking.hold_until <= now - _SLOW
    if booking.status != Booking.Status.HELD or not is_due:
        return
    _end(booking, Booking.Status.EXPIRED, now, is_grace=True)
    charging.give_up(charges, 0, "期限までにお支払いがなかったため")
    tell(booking, RAN_OUT)


@transaction.atomic
def take_money(booking: Booking) -> None:
    """Go on after the fee was paid, perhaps when its hold was over. The caller has locked the charge.

    If somebody else has the room by now, the booking ends, the money goes back, and the resident is told.
    """
    if confirm(booking) or booking.status not in Booking.Status.standing():
        return
    charges = charging.lock_money(booking)
    _end(booking, Booking.Status.EXPIRED, clock.now(), is_grace=True)
    charging.give_up(charges, 0, _CAME_LATE)
    tell(booking, PAID_LATE)
