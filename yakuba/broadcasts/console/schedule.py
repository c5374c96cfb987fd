"""The calendar of what will be sent."""

from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from yakuba.broadcasts.console.shared import me
from yakuba.broadcasts.queries import calendar
from yakuba.console.sockets import Section, StaffRequest, page
from yakuba.kit import clock


@page("schedule/", title=_("送る予定"), name="schedule", section=Section.DELIVERY, order=12)
def schedule(request: StaffRequest) -> HttpResponse:
    """A month as a grid and as a list: what goes out, what waits for a word, what a holiday moves."""
    first = _month(request.GET.get("month", ""))
    weeks = calendar.month(me(request), first)
    context = {
        "first": first,
        "before": (first - timedelta(days=1)).replace(day=1),
        "after": (first + timedelta(days=32)).replace(day=1),
        "weeks": weeks,
        "days": [day for week in weeks for day in week if day.entries and not day.is_other_month],
        "names": "日月火水木金土",
    }
    return render(request, "broadcasts/console/schedule.html", context)


def _month(written: str) -> date:
    """Read 2026-11; anything else is this month."""
    try:
        first = date.fromisoformat(f"{written}-01")
    except ValueError:
        first = clock.today().replace(day=1)
    return first if 2000 <= first.year <= 2100 else clock.today().replace(day=1)
