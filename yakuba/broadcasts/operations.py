"""Writing to many: draft, plan and send, stop, go on, and noticing the end."""

import uuid
from collections.abc import Sequence
from datetime import date

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Sum
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from yakuba.audit import operations as audit
from yakuba.broadcasts import queries, rules
from yakuba.broadcasts.models import Arm, Batch, Delivery
from yakuba.kit import clock
from yakuba.kit.db import lock
from yakuba.kit.errors import Refusal
from yakuba.line import operations as wire
from yakuba.line import quota
from yakuba.line.models import Lane
from yakuba.segments import queries as segments
from yakuba.segments.models import Segment
from yakuba.townhall import operations as townhall
from yakuba.townhall.models import Department, StaffMember

State = Delivery.State


class NotADraft(Refusal):
    sentence = _("この配信は、もう送られています。")


class ChangedMeanwhile(Refusal):
    sentence = _("開いている間に、ほかの職員がこの配信を変えました。開き直して確かめてください。")


class NobodyMeant(Refusal):
    sentence = _("この条件にあてはまり、いま受け取れる人がいません。条件を確かめてください。")


class NotThatMany(Refusal):
    sentence = _(
        "画面の人数（{expected}）と、いまの人数（{now}）が違います。確かめて、もう一度押してください。"
    )


class Forbidden(Refusal):
    sentence = _("{why}")


class NoQuota(Refusal):
    sentence = _("今月LINEで送れる残りが足りません（必要：{needed}通）。")


class NotHalted(Refusal):
    sentence = _("この配信は中断していません。画面を開き直してください。")


class NotUncertain(Refusal):
    sentence = _("ほかの職員がすでに決めました。画面を開き直してください。")


@transaction.atomic
def draft(
    *,
    department: Department,
    name: str,
    text: str,
    condition: object,
    staff: StaffMember,
    segment: Segment | None = None,
) -> Delivery:
    """Make a delivery that nobody gets yet."""
    segments.check(condition)
    scope = townhall.own(department=department, kind="broadcasts", name=name)
    delivery = Delivery.objects.create(
        scope=scope,
        name=name,
        segment=segment,
        condition=condition,
        made_at=clock.now(),
        made_by=staff,
    )
    Arm.objects.create(delivery=delivery, messages=[], text=text)
    _note(delivery, staff, "created", "配信「{name}」の下書きを作りました。")
    return delivery


@transaction.atomic
def change(
    delivery: Delivery,
    *,
    name: str,
    text: str,
    condition: object,
    segment: Segment | None = None,
    rev: int | None = None,
) -> None:
    """Change a draft.

    Raises:
        NotADraft: it was sent.
        ChangedMeanwhile: `rev` is not the one that the clerk saw.
    """
    segments.check(condition)
    lock(delivery)
    if delivery.state != State.DRAFT:
        raise NotADraft
    if rev is not None and rev != delivery.rev:
        raise ChangedMeanwhile
    delivery.name, delivery.condition, delivery.segment = name, condition, segment
    delivery.rev += 1
    delivery.save()
    delivery.arms.filter(number=0).update(text=text)
    townhall.rename(delivery.scope, name=name)


@transaction.atomic
def drop(delivery: Delivery, *, staff: StaffMember) -> None:
    """Throw a draft away. Raises NotADraft."""
    lock(delivery)
    if delivery.state != State.DRAFT:
        raise NotADraft
    _note(delivery, staff, "deleted", "配信「{name}」の下書きを消しました。")
    scope = delivery.scope
    delivery.delete()
    scope.delete()


@transaction.atomic
def send(
    delivery: Delivery, *, staff: StaffMember, expected: int | None, rev: int | None = None
) -> None:
    """Plan the batches and let the sender begin: all or nothing, in one transaction.

    `expected` is the number the clerk saw and confirmed; another number stops it. None is what
    the clerk saw where a small number must not be shown. `rev` is the draft that the clerk read.

    Raises:
        NotADraft, ChangedMeanwhile, NobodyMeant, NotThatMany, Forbidden, NoQuota
    """
    lock(delivery)
    if delivery.state != State.DRAFT:
        raise NotADraft
    if rev is not None and rev != delivery.rev:
        raise ChangedMeanwhile
    arm = delivery.arms.get(number=0)
    for why in rules.forbidden(arm.text):
        raise Forbidden(why=why)
    people = segments.residents_in(delivery.condition)
    if not people:
        raise NobodyMeant
    is_veiled = segments.is_veiled(delivery.condition, len(people))
    if expected != (None if is_veiled else len(people)):
        raise NotThatMany(expected=_said(expected), now=_said(None if is_veiled else len(people)))
    if not quota.reserve(len(people), lane=Lane(delivery.lane)):
        raise NoQuota(needed=len(people))
    arm.messages = rules.composed(arm.text)
    arm.unit = rules.unit_name(delivery.pk, arm.number)
    arm.save()
    _plan(delivery, arm, people)
    delivery.state = State.SENDING
    delivery.planned = delivery.quota_reserved = len(people)
    delivery.quota_month = quota.month()
    delivery.sent_at, delivery.sent_by = clock.now(), staff
    delivery.save()
    if delivery.segment is not None:
        Segment.objects.filter(pk=delivery.segment.pk).update(
            last_count=len(people), last_used_at=clock.now()
        )
    wire.ring("line_outgoing")
    _note(
        delivery,
        staff,
        "sent",
        f"配信「{{name}}」を{_said(None if is_veiled else len(people))}に送り始めました。",
        condition=delivery.condition,
    )


def _said(people: int | None) -> str:
    return f"{segments.FLOOR}人未満" if people is None else f"{people:,}人"


def _plan(delivery: Delivery, arm: Arm, people: Sequence[int]) -> None:
    Batch.objects.bulk_create(
        [
            Batch(
                delivery=delivery,
                arm=arm,
                number=place // rules.BATCH,
                residents=list(people[place : place + rules.BATCH]),
            )
            for place in range(0, len(people), rules.BATCH)
        ],
        batch_size=200,
    )


@transaction.atomic
def stop(delivery: Delivery, *, staff: StaffMember) -> int:
    """Stop what has not been handed to LINE yet, and return how many people that spares.

    A batch that LINE may have taken is finished under its key: only so is it known who got it.
    """
    lock(delivery)
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
    said = _said(None if is_veiled else spared)
    _note(delivery, staff, "stopped", f"配信「{{name}}」を止めました（{said}には送っていません）。")
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
    _note(delivery, None, "halted", f"配信「{{name}}」が中断しました。{why}")


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
    _note(delivery, staff, "resumed", "中断していた配信「{name}」の続きを送り始めました。")


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
    _note(delivery, staff, "decided", sentence, batch=batch.number)


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


def _note(
    delivery: Delivery, staff: StaffMember | None, action: str, sentence: str, **detail: object
) -> None:
    audit.record(
        staff_id=staff.pk if staff else None,
        actor=staff.name if staff else "yakuba",
        action=action,
        subject=f"broadcasts.delivery:{delivery.public_id}",
        sentence=sentence.format(name=delivery.name),
        detail=detail,
    )
