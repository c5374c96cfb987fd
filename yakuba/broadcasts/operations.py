"""Writing to many: draft, plan and send, stop, and noticing the end."""

from collections.abc import Sequence
from datetime import date

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from yakuba.audit import operations as audit
from yakuba.broadcasts import rules
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


class NotADraft(Refusal):
    sentence = _("この配信は、もう送られています。")


class NobodyMeant(Refusal):
    sentence = _("この条件にあてはまり、いま受け取れる人がいません。条件を確かめてください。")


class NotThatMany(Refusal):
    sentence = _("画面の人数（{expected}人）と、いまの人数（{now}人）が違います。確かめて、もう一度押してください。")


class Forbidden(Refusal):
    sentence = _("{why}")


class NoQuota(Refusal):
    sentence = _("今月LINEで送れる残りが足りません（必要：{needed}通）。")


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
    return delivery


@transaction.atomic
def change(
    delivery: Delivery, *, name: str, text: str, condition: object, segment: Segment | None = None
) -> None:
    """Change a draft. Raises NotADraft."""
    lock(delivery)
    if delivery.state != Delivery.State.DRAFT:
        raise NotADraft
    delivery.name, delivery.condition, delivery.segment = name, condition, segment
    delivery.rev += 1
    delivery.save()
    delivery.arms.filter(number=0).update(text=text)
    townhall.rename(delivery.scope, name=name)


@transaction.atomic
def send(delivery: Delivery, *, staff: StaffMember, expected: int) -> None:
    """Plan the batches and let the sender begin: all or nothing, in one transaction.

    `expected` is the number the clerk saw and confirmed; another number stops it.

    Raises:
        NotADraft, NobodyMeant, NotThatMany, Forbidden, NoQuota
    """
    lock(delivery)
    if delivery.state != Delivery.State.DRAFT:
        raise NotADraft
    arm = delivery.arms.get(number=0)
    for why in rules.forbidden(arm.text):
        raise Forbidden(why=why)
    people = segments.residents_in(delivery.condition)
    if not people:
        raise NobodyMeant
    if len(people) != expected:
        raise NotThatMany(expected=expected, now=len(people))
    if not quota.reserve(len(people), lane=Lane(delivery.lane)):
        raise NoQuota(needed=len(people))
    arm.messages = rules.composed(arm.text)
    arm.unit = rules.unit_name(delivery.pk, arm.number)
    arm.save()
    _plan(delivery, arm, people)
    delivery.state = Delivery.State.SENDING
    delivery.planned = delivery.quota_reserved = len(people)
    delivery.quota_month = quota.month()
    delivery.sent_at, delivery.sent_by = clock.now(), staff
    delivery.save()
    if delivery.segment is not None:
        Segment.objects.filter(pk=delivery.segment.pk).update(
            last_count=len(people), last_used_at=clock.now()
        )
    audit.record(
        staff_id=staff.pk,
        actor=staff.name,
        action="sent",
        subject=f"broadcasts.delivery:{delivery.public_id}",
        sentence=f"「{delivery.name}」を{len(people)}人に送りました。",
        detail={"people": len(people), "condition": delivery.condition},
    )
    wire.ring("line_outgoing")


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
    """Stop what has not been handed to LINE yet, and return how many people that spares."""
    lock(delivery)
    if delivery.state != Delivery.State.SENDING:
        return 0
    delivery.state = Delivery.State.STOPPED
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
    audit.record(
        staff_id=staff.pk,
        actor=staff.name,
        action="stopped",
        subject=f"broadcasts.delivery:{delivery.public_id}",
        sentence=f"「{delivery.name}」の送信を止めました（{spared}人には送っていません）。",
    )
    return spared


@transaction.atomic
def halt(delivery_id: int, *, why: str) -> None:
    """Stop by itself, because LINE will take no more; a clerk is told on Today."""
    delivery = Delivery.objects.select_for_update(no_key=True).get(pk=delivery_id)
    if delivery.state != Delivery.State.SENDING:
        return
    delivery.state = Delivery.State.STOPPED
    delivery.ended_at = clock.now()
    delivery.save()
    audit.record(
        staff_id=None,
        actor="yakuba",
        action="halted",
        subject=f"broadcasts.delivery:{delivery.public_id}",
        sentence=why,
    )


@transaction.atomic
def finish_if_done(delivery_id: int) -> None:
    """Close the delivery when its last batch is settled, and give back what was reserved."""
    if Batch.objects.filter(delivery=delivery_id, state__in=(0, 1)).exists():
        return
    delivery = Delivery.objects.select_for_update(no_key=True).get(pk=delivery_id)
    if delivery.quota_reserved:
        accepted = sum(
            len(people)
            for people in delivery.batches.filter(state=Batch.State.ACCEPTED).values_list(
                "residents", flat=True
            )
        )
        month: date | None = delivery.quota_month
        quota.settle(reserved=delivery.quota_reserved, sent=accepted, of=month)
        delivery.quota_reserved = 0
    if delivery.state == Delivery.State.SENDING:
        delivery.state = Delivery.State.SENT
        delivery.ended_at = clock.now()
    delivery.save()
