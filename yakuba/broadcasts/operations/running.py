"""A delivery under way: stop it, halt it, let it go on, decide about a doubt, notice the end."""

import uuid
from datetime import date

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Sum
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from yakuba.broadcasts import queries
from yakuba.broadcasts.models import Batch, Delivery
from yakuba.broadcasts.operations.planning import NoQuota
from yakuba.broadcasts.operations.sending import withdraw
from yakuba.broadcasts.operations.trail import note, said
from yakuba.kit import clock
from yakuba.kit.db import lock
from yakuba.kit.errors import Refusal
from yakuba.line import operations as wire
from yakuba.line import quota
from yakuba.line.models import Lane
from yakuba.segments import queries as segments
from yakuba.townhall.models import StaffMember

State = Delivery.State


class NotHalted(Refusal):
    sentence = _("この配信は中断していません。画面を開き直してください。")


class NotUncertain(Refusal):
    sentence = _("ほかの職員がすでに決めました。画面を開き直してください。")


@transaction.atomic
def stop(delivery: Delivery, *, staff: StaffMember) -> int:
    """Stop what has not been handed to LINE yet, and return how many people that spares.

    In the minutes before the first batch that is everybody: it becomes a draft again. A batch that LINE may have taken is finished under its key: only so is it known who got it.
    """
    lock(delivery)
    if delivery.state in (State.SCHEDULED, State.WAITING):
        withdraw(delivery, staff=staff)
        return delivery.expected or 0
    if delivery.state not in (State.SENDING, State.HALTED):
        return 0
    delivery.state = State.STOPPED
    delivery.ended_at = clock.now()
    delivery.save()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE broadcasts_delivery_batch SET state = 5, done_at = clock_timestamp()"
            " WHERE delivery_id = %s AND state = 0 AND attempts = 0"
            " RETURNING cardinality(residents)",
            [delivery.pk],
        )
        spared = sum(int(row[0]) for row in cursor.fetchall())
    finish_if_done(delivery.pk)
    delivery.refresh_from_db()
    is_veiled = segments.is_veiled(delivery.condition, delivery.planned or 0)
    spared_words = said(None if is_veiled else spared)
    note(
        delivery,
        staff,
        "stopped",
        f"配信「{{name}}」を止めました（{spared_words}には送っていません）。",
    )
    return spared


@transaction.atomic
def halt(delivery_id: int, *, why: str) -> None:
    """Stop by itself, because LINE will take no more; Today tells, and a clerk goes on or stops it."""
    delivery = Delivery.objects.select_for_update(no_key=True).get(pk=delivery_id)
    if delivery.state != State.SENDING:
        return
    delivery.state = State.HALTED
    delivery.halted_because = why
    delivery.save()
    note(delivery, None, "halted", f"配信「{{name}}」が中断しました。{why}")


@transaction.atomic
def go_on(delivery: Delivery, *, staff: StaffMember) -> None:
    """Let a halted delivery go on with those who are still waiting. Raises NotHalted."""
    lock(delivery)
    if delivery.state != State.HALTED:
        raise NotHalted
    delivery.state = State.SENDING
    delivery.halted_because = ""
    delivery.save()
    delivery.batches.filter(state=Batch.State.PENDING).update(next_at=Now())
    wire.ring("line_outgoing")
    note(delivery, staff, "resumed", "中断していた配信「{name}」の続きを送り始めました。")


@transaction.atomic
def decide(batch: Batch, *, again: bool, staff: StaffMember) -> None:
    """End the doubt about a batch: send it `again` under a new key, or leave it as it is.

    Sent again, some may get the message twice; left, some may never get it. Only a person can weigh that.

    Raises:
        NotUncertain: somebody else was faster.
    """
    delivery = Delivery.objects.get(pk=batch.delivery_id)
    lock(delivery)
    lock(batch)
    if batch.state not in (Batch.State.UNCERTAIN, Batch.State.REJECTED):
        raise NotUncertain
    if again:
        _give_back_to_sender(delivery, batch)
        sentence = "配信「{name}」のうち、結果の分からない分をもう一度送りました。"
    else:
        batch.state = Batch.State.CANCELLED
        batch.save(update_fields=["state"])
        sentence = "配信「{name}」のうち、結果の分からない分を送らないことにしました。"
    note(delivery, staff, "decided", sentence, batch=batch.number)


def _give_back_to_sender(delivery: Delivery, batch: Batch) -> None:
    if not quota.reserve(len(batch.residents), lane=Lane(delivery.lane)):
        raise NoQuota(needed=len(batch.residents))
    batch.state, batch.attempts, batch.reached = Batch.State.PENDING, 0, 0
    batch.retry_key, batch.trouble = uuid.uuid4(), ""
    batch.first_sent_at = batch.done_at = batch.http_status = None
    batch.save()
    Batch.objects.filter(pk=batch.pk).update(next_at=Now())
    Delivery.objects.filter(pk=delivery.pk).update(
        state=State.SENDING,
        ended_at=None,
        quota_reserved=F("quota_reserved") + len(batch.residents),
        quota_month=quota.month(),
    )
    wire.ring("line_outgoing")


@transaction.atomic
def finish_if_done(delivery_id: int) -> None:
    """Close the delivery when its last batch is settled, and give back what was reserved."""
    if queries.has_open_batches(delivery_id):
        return
    delivery = Delivery.objects.select_for_update(no_key=True).get(pk=delivery_id)
    if delivery.quota_reserved:
        # Sent again after a doubt, a delivery settles a second time: what was counted stays counted.
        settled = delivery.batches.filter(state=Batch.State.ACCEPTED, is_counted=False)
        sent = settled.aggregate(people=Sum("reached"))["people"] or 0
        settled.update(is_counted=True)
        month: date | None = delivery.quota_month
        quota.settle(reserved=delivery.quota_reserved, sent=sent, of=month)
        delivery.quota_reserved = 0
    if delivery.state in (State.SENDING, State.HALTED):
        delivery.state = State.SENT
        delivery.ended_at = clock.now()
    delivery.save()


def finish_forgotten() -> None:
    """Close what a sender settled and was killed before it could say so; a chore."""
    waiting = Batch.objects.filter(delivery=OuterRef("pk"), state__in=(0, 1))
    over = Delivery.objects.filter(
        ~Exists(waiting), state__in=(State.SENDING, State.HALTED, State.STOPPED)
    )
    for pk in over.exclude(state=State.STOPPED, quota_reserved=0).values_list("pk", flat=True):
        finish_if_done(pk)
