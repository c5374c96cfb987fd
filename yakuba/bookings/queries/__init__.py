"""What is open, what is free, who has what: nothing here writes."""

from yakuba.bookings.queries.free import Day, any_free, day_of, days_of, units_of
from yakuba.bookings.queries.hours import Hours, hours_of, terms_of
from yakuba.bookings.queries.refusing import why_not

__all__ = [
    "Day",
    "Hours",
    "any_free",
    "day_of",
    "days_of",
    "hours_of",
    "terms_of",
    "units_of",
    "why_not",
]
