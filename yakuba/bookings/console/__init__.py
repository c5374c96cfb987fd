"""The staff pages of bookings: the `calendar`, `bookings` one by one, and the set-up of `facilities`."""

from yakuba.bookings.console import bookings, calendar, facilities

__all__ = ["bookings", "calendar", "facilities"]
