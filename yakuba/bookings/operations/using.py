"""After the time: who was there, and what is over."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from yakuba.bookings.models import Booking
from yakuba.bookings.operations import counting
from yakuba.kit import clock, upkeep
from yakuba.kit.db import lock
from yakuba.kit.errors import Refusal

_AT_ONCE = 200


class NotOver(Refusal):
    sentence = _("「来館なし」にできるのは、利用の時間が始まってからです。")


@upkeep.every(timedelta(minutes=10))
def finish_past() -> None:
    """Close the confirmed bookings whose last time is over; what was booked ahead no longer counts as that."""
    now = clock.now()
    over = (
        Booking.objects.filter(status=Booking.Status.CONFIRMED, items__live=True)
        .annotate(last=Max("items__ends_at"))
        .filter(last__lte=now)
        .order_by("last")
        .values_list("pk", flat=True)[:_AT_ONCE]
    )
    for pk in list(over):
        _finish(Booking.objects.get(pk=pk), Booking.Status.DONE)


@transaction.atomic
def mark_no_show(booking: Booking) -> None:
    """Note that nobody came; the fee stays as it is.

    Raises:
        NotOver: its time has not begun.
    """
    if booking.items.filter(live=True, starts_at__gt=clock.now()).exists():
        raise NotOver()
    _finish(booking, Booking.Status.NO_SHOW)


@transaction.atomic
def _finish(booking: Booking, status: str) -> None:
    lock(booking)
    if booking.status not in (Booking.Status.CONFIRMED, Booking.Status.DONE):
        return
    now = clock.now()
    booking.status = status
    booking.changed_at = now
    booking.save(update_fields=["status", "changed_at"])
    counting.give_back_ahead(booking.items.filter(live=True), now=now)
