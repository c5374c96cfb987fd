"""What is open, what is free, who has what: nothing here writes."""

from yakuba.bookings.queries.free import Day, any_free, day_of, days_of, units_of
from yakuba.bookings.queries.hours import Hours, hours_of, terms_of
from yakuba.bookings.queries.refusing import why_not
from yakuba.bookings.queries.seeing import Bar, Row, calendar, departments_of_makers, outside_hours

__all__ = [
    "Bar",
    "Day",
    "Hours",
    "Row",
    "any_free",
    "calendar",
    "day_of",
    "days_of",
    "departments_of_makers",
    "hours_of",
    "outside_hours",
    "terms_of",
    "units_of",
    "why_not",
]
