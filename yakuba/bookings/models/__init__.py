"""Facilities and what they offer; who has what when; how much of it anybody may have."""

from yakuba.bookings.models.booking import Booking, BookingCharge, BookingItem
from yakuba.bookings.models.claim import Block, Claim, Seat, Session, Ticket
from yakuba.bookings.models.facility import Facility, Offer, OfferUnit, Unit
from yakuba.bookings.models.opening import OpeningChange, OpeningRule, Period
from yakuba.bookings.models.quota import QuotaEntry, QuotaRule, QuotaUse
from yakuba.bookings.models.waiting import Reminder, ReminderRule, WaitEntry

__all__ = [
    "Block",
    "Booking",
    "BookingCharge",
    "BookingItem",
    "Claim",
    "Facility",
    "Offer",
    "OfferUnit",
    "OpeningChange",
    "OpeningRule",
    "Period",
    "QuotaEntry",
    "QuotaRule",
    "QuotaUse",
    "Reminder",
    "ReminderRule",
    "Seat",
    "Session",
    "Ticket",
    "Unit",
    "WaitEntry",
]
