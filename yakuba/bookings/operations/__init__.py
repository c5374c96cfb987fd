"""Everything that writes in bookings.

One order of locks for everybody: the key of the wish → the booking → quotas by (rule, subject, span) → stale holds by
id → claims by (unit, start) → sessions by id (docs/decisions/0081).
"""

from yakuba.bookings.operations.arranging import (
    BookingsInTheWay,
    NameTaken,
    StillUsed,
    add_unit,
    bookings_between,
    change_facility,
    change_hours_once,
    close_unit,
    make_facility,
    save_offer,
    set_hours,
    take_back_change,
)
from yakuba.bookings.operations.blocking import Displaced, block, lift
from yakuba.bookings.operations.booking import (
    Booked,
    Busy,
    Taken,
    approve,
    book,
    confirm,
    new_key,
)
from yakuba.bookings.operations.cancelling import (
    TooLate,
    cancel,
    cost_of_cancelling,
    expire_holds,
    take_money,
)
from yakuba.bookings.operations.changing import change
from yakuba.bookings.operations.charging import to_pay
from yakuba.bookings.operations.counting import OverQuota
from yakuba.bookings.operations.keeping import forget, hand_over
from yakuba.bookings.operations.reminding import remind_due
from yakuba.bookings.operations.sampling import make_sample
from yakuba.bookings.operations.using import finish_past, mark_no_show
from yakuba.bookings.operations.wishing import CannotBeBooked, NothingWished, Who, Wish

__all__ = [
    "Booked",
    "BookingsInTheWay",
    "Busy",
    "CannotBeBooked",
    "Displaced",
    "NameTaken",
    "NothingWished",
    "OverQuota",
    "StillUsed",
    "Taken",
    "TooLate",
    "Who",
    "Wish",
    "add_unit",
    "approve",
    "block",
    "book",
    "bookings_between",
    "cancel",
    "change",
    "change_facility",
    "change_hours_once",
    "close_unit",
    "confirm",
    "cost_of_cancelling",
    "expire_holds",
    "finish_past",
    "forget",
    "hand_over",
    "lift",
    "make_facility",
    "make_sample",
    "mark_no_show",
    "new_key",
    "remind_due",
    "save_offer",
    "set_hours",
    "take_back_change",
    "take_money",
    "to_pay",
]
