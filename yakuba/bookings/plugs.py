"""What bookings listen to: money that came, and people who are forgotten."""

from yakuba.bookings import (
    console,  # noqa: F401
    operations,
    portal,  # noqa: F401
)
from yakuba.bookings.models import BookingCharge
from yakuba.payments.models import Charge
from yakuba.payments.sockets import settled
from yakuba.residents.models import Resident
from yakuba.residents.sockets import forgotten, moved


@settled.connect
def go_on(charge: Charge) -> None:
    """The fee is there: a held booking is certain, or its room is gone and the money goes back."""
    one = BookingCharge.objects.select_related("booking").filter(charge=charge).first()
    if one is not None:
        operations.take_money(one.booking)


@moved.connect
def hand_over_bookings(before: Resident, after: Resident) -> None:
    operations.hand_over(before=before, after=after)


@forgotten.connect
def forget_bookings(resident: Resident) -> None:
    operations.forget(resident)
