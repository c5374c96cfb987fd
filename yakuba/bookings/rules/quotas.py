"""In which span a booking counts, and how much."""

from datetime import date
from typing import Literal

from yakuba.bookings.rules import minutes
from yakuba.bookings.rules.minutes import Span


def span_key(span: str, day: date) -> str:
    """Return the name of the day, week (from Monday), month or fiscal year (from April) in which `day` lies.

    A booking over midnight or over the end of a month counts where it begins, and only there.
    """
    if span == "day":
        return day.isoformat()
    if span == "week":
        year, week, _weekday = day.isocalendar()
        return f"{year}-W{week:02d}"
    if span == "month":
        return f"{day:%Y-%m}"
    if span == "fiscal_year":
        return f"FY{day.year if day.month >= 4 else day.year - 1}"
    return "ahead"


def counted_on(by: Literal["use", "booked"] | str, span: Span, booked_on: date) -> date:
    return booked_on if by == "booked" else minutes.day_of(span[0])


def amount(measure: str, span: Span, quantity: int) -> int:
    """Return how much of a rule is used: bookings, or minutes for each thing that is taken."""
    return (span[1] - span[0]) * quantity if measure == "minutes" else 1
