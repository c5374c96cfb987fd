"""What befalls runs from outside: a reminder, being forgotten, a new key, a resident who gets another record."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from yakuba.kit import clock, upkeep
from yakuba.kit.secrets import keyed_hashes
from yakuba.procedures import rules, sockets
from yakuba.procedures.models import AnsweredOnce, Conversation, Procedure, Run
from yakuba.procedures.operations.freezing import erase_frozen
from yakuba.residents.models import Resident

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
            erase_frozen([run.pk])


@transaction.atomic
def rewrite_marks(after: object | None) -> object | None:
    """Hash anew, under the first key, who answered the next procedure; for `yakuba keys rotate`.

    A mark names nobody, so it is found by trying every resident.
    """
    beyond = {"pk__gt": after} if after is not None else {}
    procedure = Procedure.objects.filter(**beyond).order_by("pk").first()
    if procedure is None:
        return None
    purpose = f"answered {procedure.public_id}"
    marks = {bytes(one.mark): one for one in AnsweredOnce.objects.filter(procedure=procedure)}
    for public_id in Resident.objects.values_list("public_id", flat=True) if marks else ():
        fresh, *old = keyed_hashes(str(public_id), purpose=purpose)
        for one in (marks[mark] for mark in old if mark in marks):
            one.mark = fresh
            one.save(update_fields=["mark"])
    return procedure.pk


@transaction.atomic
def hand_over(*, before: Resident, after: Resident) -> None:
    """Give the runs of `before` to `after`, whose LINE account it is now.

    One that was only begun is dropped if `after` is done with the same thing or in the middle of it: a new
    telephone is asked for the registration at once, which its owner answered long ago.
    """
    known = set(after.runs.exclude(status=Run.Status.STOPPED).values_list("procedure", flat=True))
    for run in Run.objects.filter(resident=before, status=Run.Status.ACTIVE):
        is_empty = not rules.State.from_json(run.state).answers
        if is_empty and run.procedure_id in known:
            run.status, run.state, run.finished_at = Run.Status.STOPPED, {}, clock.now()
        run.resident = after
        run.save(update_fields=["status", "state", "finished_at", "resident"])
    Conversation.objects.filter(resident=before).update(run=None)
