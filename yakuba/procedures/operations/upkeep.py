"""What the clock does to runs: one reminder, and forgetting what was never finished."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from yakuba.kit import clock, upkeep
from yakuba.procedures import sockets
from yakuba.procedures.models import Conversation, Run

_AT_ONCE = 200
_REMINDERS_FROM, _REMINDERS_TO = 9, 20  # o'clock, Japan: nobody is written to at night


@upkeep.every(timedelta(minutes=1))
def remind() -> None:
    """Remind whoever stopped in the middle, once, on the next day."""
    now = clock.now()
    if not _REMINDERS_FROM <= now.hour < _REMINDERS_TO:
        return
    start_of_today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    for pk in Run.objects.filter(
        status=Run.Status.ACTIVE, reminded_at=None, touched_at__lt=start_of_today,
        version__isnull=False, corrects=None,
    ).order_by("-touched_at").values_list("pk", flat=True)[:_AT_ONCE]:  # fmt: skip
        _remind_one(pk)


@transaction.atomic
def _remind_one(run_id: UUID) -> None:
    run = (
        Run.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
        .filter(pk=run_id, status=Run.Status.ACTIVE, reminded_at=None)
        .first()
    )
    if run is None or run.resident is None:
        return
    # One reminder for each person, of what they left last; the list of what can be done has the others.
    run.resident.runs.filter(
        status=Run.Status.ACTIVE, reminded_at=None, touched_at__lte=run.touched_at
    ).update(reminded_at=clock.now())
    sockets.run_left.announce(run, run.resident)


@upkeep.every(timedelta(minutes=10))
def expire() -> None:
    """Forget runs whose days are over, with everything that was answered in them."""
    for pk in Run.objects.filter(
        status=Run.Status.ACTIVE, expires_on__lt=clock.today()
    ).values_list("pk", flat=True)[:_AT_ONCE]:
        with transaction.atomic():
            run = Run.objects.select_for_update(no_key=True).get(pk=pk)
            if run.status != Run.Status.ACTIVE:
                continue
            run.status, run.state, run.finished_at = Run.Status.EXPIRED, {}, clock.now()
            run.save(update_fields=["status", "state", "finished_at"])
            Conversation.objects.filter(run=run).update(run=None)
