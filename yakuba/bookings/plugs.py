"""What bookings listen to: money that came, and people who are forgotten."""

from yakuba.bookings import (
    console,  # noqa: F401
    operations,
    portal,  # noqa: F401
)
from yakuba.bookings.models import BookingCharge
from yakuba.payments.models import Charge
from yakuba.payments.sockets import settled


@settled.connect
def go_on(charge: Charge) -> None:
    """The fee is there: a held booking is certain, or its room is gone and the money goes back."""
    one = BookingCharge.objects.select_related("booking").filter(charge=charge).first()
    if one is not None:
        operations.take_money(one.booking)
