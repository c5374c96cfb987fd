"""Who may do what, and on which days the town hall is open."""

from datetime import date, timedelta

import jpholiday

from yakuba.townhall.models import ClosedDay, Scope, StaffMember, Town


def town() -> Town:
    """The town, with empty values where the administrator has not said anything yet."""
    return Town.objects.filter(pk=1).first() or Town(name="")


def may(staff: StaffMember, capability: str, scope: Scope) -> bool:
    """Say whether `staff` may do `capability` within `scope`. Nothing is allowed without a grant (6(4)ク)."""
    return Scope.objects.visible_to(staff, capability).filter(pk=scope.pk).exists()


def may_somewhere(staff: StaffMember, capability: str) -> bool:
    """Say whether there is any scope within which `staff` may do `capability`."""
    return Scope.objects.visible_to(staff, capability).exists()


def is_open_day(day: date) -> bool:
    """Say whether the town hall is open: no weekend, no national holiday, no closure of the town."""
    if day.weekday() >= 5 or jpholiday.is_holiday(day):
        return False
    return not ClosedDay.objects.filter(day=day).exists()


def next_open_day(after: date) -> date:
    """The first open day later than `after`."""
    closed = set(
        ClosedDay.objects.filter(day__gt=after, day__lte=after + timedelta(days=366)).values_list(
            "day", flat=True
        )
    )
    day = after + timedelta(days=1)
    while day.weekday() >= 5 or jpholiday.is_holiday(day) or day in closed:
        day += timedelta(days=1)
    return day
