"""Words that are due: rows with a time, for one revision of a booking; never a timer in somebody's memory."""

from datetime import datetime, timedelta

from django.db import transaction

from yakuba.bookings.models import Booking, Reminder, ReminderRule
from yakuba.bookings.operations.telling import REMINDED, tell
from yakuba.bookings.rules import minutes
from yakuba.kit import clock, upkeep

_AT_ONCE = 200


def plan(booking: Booking, now: datetime) -> None:
    """Write down what is due for this revision of a booking; what would have been due already is left out."""
    times = booking.items.filter(live=True)
    first, last = times.earliest("starts_at"), times.latest("ends_at")
    for rule in ReminderRule.objects.filter(facility=booking.facility_id, ended_at=None):
        due = _due(rule, first.starts_at, last.ends_at)
        if due <= now:
            continue
        after = rule.when == ReminderRule.When.HOURS_AFTER
        until = due + timedelta(days=2) if after else first.starts_at
        Reminder.objects.get_or_create(
            booking=booking,
            rule=rule,
            rev=booking.rev,
            defaults={"due_at": due, "useful_until": until},
        )


def _due(rule: ReminderRule, starts: datetime, ends: datetime) -> datetime:
    if rule.when == ReminderRule.When.HOURS_BEFORE:
        return starts - timedelta(hours=rule.amount)
    if rule.when == ReminderRule.When.HOURS_AFTER:
        return ends + timedelta(hours=rule.amount)
    day = minutes.day_of(minutes.of(starts)) - timedelta(days=rule.amount)
    return minutes.moment(minutes.midnight(day) + rule.minute)


@upkeep.every(timedelta(seconds=30))
def remind_due() -> None:
    """Say what is due; whatever is of an older revision, or useless by now, is dropped with the reason."""
    while _remind_some():
        pass


@transaction.atomic
def _remind_some() -> int:
    now = clock.now()
    due = list(
        Reminder.objects.filter(due_at__lte=now, sent_at=None, dropped_because="")
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("booking__facility", "booking__resident", "rule")
        .order_by("due_at")[:_AT_ONCE]
    )
    for one in due:
        booking = one.booking
        if one.rev != booking.rev or booking.status not in _REMINDED_IN[one.rule.when]:
            one.dropped_because = "changed"
        elif now > one.useful_until:
            one.dropped_because = "late"
        else:
            tell(booking, REMINDED, reason=one.rule.words)
            one.sent_at = now
        one.save(update_fields=["sent_at", "dropped_because"])
    return len(due)


_REMINDED_IN: dict[str, tuple[str, ...]] = {
    ReminderRule.When.DAYS_BEFORE: (Booking.Status.CONFIRMED,),
    ReminderRule.When.HOURS_BEFORE: (Booking.Status.CONFIRMED,),
    ReminderRule.When.HOURS_AFTER: (Booking.Status.CONFIRMED, Booking.Status.DONE),
}
