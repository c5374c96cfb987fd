"""A day across all rooms: who has what, and what is free (6(5)コ)."""

from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from yakuba.bookings import queries
from yakuba.bookings.console.door import me
from yakuba.bookings.models import Booking, Facility
from yakuba.console.sockets import Section, StaffRequest, page
from yakuba.kit import clock
from yakuba.townhall.models import Capability

_STEP = 30
_FIRST, _LAST = 8 * 60, 22 * 60  # shown even when nothing is there


@page(
    "bookings/",
    title=_("予約の状況"),
    name="bookings_day",
    needs=Capability.VIEW,
    section=Section.BOOKINGS,
    order=10,
)
def day(request: StaffRequest) -> HttpResponse:
    """The calendar of one day, and the day's bookings as a list for whoever reads with a screen reader or prints."""
    staff = me(request)
    that = _day(request.GET.get("day", ""))
    facilities = Facility.objects.visible_to(staff).order_by("kana", "pk")
    chosen = request.GET.get("facility", "")
    shown = [one for one in facilities if not chosen or str(one.public_id) == chosen]
    rows = queries.calendar(shown, that, step=_STEP)
    taken = [bar for row in rows for bar in row.bars if bar.claim]
    first = min([_FIRST, *(bar.starts for bar in taken)]) // 60 * 60
    last = -(-max([_LAST, *(bar.ends for bar in taken)]) // 60) * 60
    waiting = Booking.objects.visible_to(staff).filter(status=Booking.Status.PENDING)
    context = {
        "day": that,
        "before": that - timedelta(days=1),
        "after": that + timedelta(days=1),
        "today": clock.today(),
        "facilities": facilities,
        "chosen": chosen,
        "hours": [at // 60 for at in range(first, last, 60)],
        "rows": [
            (
                row.unit,
                [
                    (bar, (bar.ends - bar.starts) // _STEP)
                    for bar in row.bars
                    if first <= bar.starts < last
                ],
            )
            for row in rows
        ],
        "listed": _listed(taken),
        "waiting": waiting.count(),
    }
    return render(request, "bookings/console/day.html", context)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return clock.today()


def _listed(bars: list[queries.Bar]) -> list[tuple[Booking, list[queries.Bar]]]:
    """Return the bookings of the day in the order of their time, each with its units."""
    found: dict[Booking, list[queries.Bar]] = {}
    for bar in sorted(bars, key=lambda one: one.starts):
        if bar.booking is not None:
            found.setdefault(bar.booking, []).append(bar)
    return list(found.items())


def hour(at: int) -> str:
    """Say 13:30 for a minute of the day."""
    return f"{at // 60}:{at % 60:02d}"
