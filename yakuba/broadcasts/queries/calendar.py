"""What will be sent on which day: single deliveries, occurrences that are made and those that are still only a rule."""

import calendar
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.urls import reverse

from yakuba.broadcasts.models import Delivery, Series
from yakuba.broadcasts.rules import recurring
from yakuba.kit import clock, wareki
from yakuba.kit.clock import JAPAN
from yakuba.townhall.models import StaffMember
from yakuba.townhall.queries import TownDays

_KINDS = {
    "asked": "caution",
    "scheduled": "info",
    "waiting": "caution",
    "held": "danger",
    "sending": "info",
    "halted": "danger",
    "stopped": "caution",
    "sent": "good",
    "dropped": "plain",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a day."""

    at: datetime
    name: str
    state: str  # in words
    kind: str  # of the badge
    href: str
    note: str = ""


@dataclass(slots=True)
class Day:
    day: date
    is_other_month: bool
    is_today: bool
    off: str  # why it is a holiday or a closed day
    entries: list[Entry] = field(default_factory=list)


def month(staff: StaffMember, first: date) -> list[list[Day]]:
    """Return the weeks of the month that begins on `first`, from Sunday, with what `staff` may see on each day."""
    days = TownDays()
    weeks = calendar.Calendar(firstweekday=6).monthdatescalendar(first.year, first.month)
    start, end = weeks[0][0], weeks[-1][-1]
    entries = [
        *_deliveries(staff, start, end, days),
        *_coming(staff, start, end, days),
    ]
    by_day: dict[date, list[Entry]] = {}
    for entry in sorted(entries, key=lambda one: (one.at, one.name)):
        by_day.setdefault(entry.at.astimezone(JAPAN).date(), []).append(entry)
    today = clock.today()
    return [
        [
            Day(
                day=day,
                is_other_month=day.month != first.month,
                is_today=day == today,
                off=days.why(day),
                entries=by_day.get(day, []),
            )
            for day in week
        ]
        for week in weeks
    ]


def _deliveries(staff: StaffMember, start: date, end: date, days: TownDays) -> list[Entry]:
    begins = datetime.combine(start, time(0), JAPAN)
    ends = datetime.combine(end + timedelta(days=1), time(0), JAPAN)
    mine = Delivery.objects.visible_to(staff).exclude(state=Delivery.State.DRAFT)
    rows = mine.select_related("series").only(
        "public_id", "name", "state", "begins_at", "due_at", "sent_at", "occurs_at", "held_because",
        "made_at", "series",
    )  # fmt: skip
    found = []
    for row in rows.exclude(held_because__contains=[{"code": "nobody"}]):
        at = row.sent_at or row.begins_at or row.due_at or row.occurs_at
        if at is None or not begins <= at < ends:
            continue
        found.append(
            Entry(
                at=at,
                name=row.name,
                state=str(row.get_state_display()),
                kind=_KINDS.get(row.state, "plain"),
                href=reverse("console:delivery", args=[row.public_id]),
                note=_moved_from(row, days),
            )
        )
    return found


def _moved_from(row: Delivery, days: TownDays) -> str:
    if row.series is None or row.occurs_at is None:
        return ""
    day = row.occurs_at.astimezone(JAPAN).date()
    series = row.series
    found = recurring.expand(
        recurring.read(series.rule), day, day, days, begins=series.begins_on, ends=series.ends_on
    )
    return _note(found[0], days) if found else ""


def _note(one: recurring.Occurrence, days: TownDays) -> str:
    moved = [day for day in one.planned if day != one.day]
    said = [f"{wareki.full(day)}の分（{days.why(day) or '閉庁日'}）" for day in moved]
    return "、".join(said)


def _coming(staff: StaffMember, start: date, end: date, days: TownDays) -> list[Entry]:
    """What the rules of running series say of days for which nothing has been made yet."""
    now = clock.now()
    first = max(start, now.date())
    found: list[Entry] = []
    for series in Series.objects.visible_to(staff).filter(state=Series.State.RUNNING):
        rule = recurring.read(series.rule)
        span = {"begins": series.begins_on, "ends": series.ends_on}
        href = reverse("console:series", args=[series.public_id])
        made = set(series.deliveries.values_list("occurs_at", flat=True))
        for one in recurring.expand(rule, first, end, days, **span):  # type: ignore[arg-type]
            at = datetime.combine(one.day, rule.at, JAPAN)
            if at > now and at not in made:
                found.append(Entry(at, series.name, "予定", "info", href, _note(one, days)))
        for day in recurring.left_out(rule, first, end, days, **span):  # type: ignore[arg-type]
            why = days.why(day) or "年末年始"
            at = datetime.combine(day, rule.at, JAPAN)
            found.append(Entry(at, series.name, "送りません", "plain", href, why))
    return found
