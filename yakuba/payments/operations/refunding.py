"""Giving money back: asked for, approved by a second person, sent under a key, found in the ledger."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yakuba.audit import operations as audit
from yakuba.kit import clock, upkeep
from yakuba.kit.db import lock
from yakuba.kit.errors import OutsideFailure, Refusal
from yakuba.kit.jobs import job
from yakuba.payments import queries, rules
from yakuba.payments.models import COUNTER, Alarm, Attempt, Charge, LedgerEntry, RefundTask
from yakuba.payments.operations import posting, reconciling
from yakuba.payments.sockets import Back, Refunded, Refused
from yakuba.portal.queries import machine_now
from yakuba.townhall.models import StaffMember

_LEASE = timedelta(minutes=5)  # machine time; longer than two questions with all their time limits
_TRIES_BEFORE_ALARM = 6


class MoreThanPaid(Refusal):
    sentence = _(
        "返金できるのは{most}円までです（受け取った金額から、返金ずみと返金の予定を引いた額）。"
    )


class NeedsSecondPerson(Refusal):
    sentence = _("返金を頼んだ人は承認できません。ほかの人に承認を頼んでください。")


class NotWaiting(Refusal):
    sentence = _("この返金は「{state}」のため、いまはできません。")


class ReasonMissing(Refusal):
    sentence = _("返金の理由を書いてください。")


class NotTooMuchAnyMore(Refusal):
    sentence = _(
        "受け取りすぎではなくなりました（カード会社の取消など）。この返金は取りやめてください。"
    )


class StillTooMuch(Refusal):
    sentence = _(
        "請求より多く受け取ったお金のため、返金を取りやめられません。承認して返してください。"
    )


@transaction.atomic
def ask_refund(
    charge: Charge, *, amount: int, reason: str, staff: StaffMember | None
) -> list[RefundTask]:
    """Ask for `amount` to be given back because less is owed than was paid; somebody else approves.

    What came too much asks by itself (`posting.want_back`). It may touch several captures, each with a
    task of its own. What the provider cannot give back, because it refunds once or only as a whole,
    becomes a task that is paid out by hand. `staff` None: the procedure's own rule asks.

    Raises:
        MoreThanPaid: never more than was paid and is not on its way back yet (E27).
        ReasonMissing
    """
    if not reason.strip():
        raise ReasonMissing
    lock(charge)
    found = queries.sums(charge)
    most = rules.refundable(found)
    if not 0 < amount <= most:
        raise MoreThanPaid(most=f"{most:,}")
    tasks = [
        _task(charge, piece, reason=reason, staff=staff)
        for piece in rules.split(amount, queries.refundable_captures(charge)).pieces
    ]
    if staff is not None:
        audit.record(
            staff_id=staff.pk,
            actor=staff.name,
            action="refund_asked",
            subject=charge.subject,
            sentence=f"「{charge.title}」の{amount:,}円の返金を頼みました。",
        )
    return tasks


def _task(
    charge: Charge, piece: rules.Piece, *, reason: str, staff: StaffMember | None
) -> RefundTask:
    entry = LedgerEntry.objects.select_related("attempt__connection").get(pk=piece.entry)
    why = RefundTask.Why.SURPLUS if charge.is_voided else RefundTask.Why.REMISSION
    return RefundTask.objects.create(
        charge=charge,
        entry=entry,
        attempt=entry.attempt,
        why=why,
        amount=piece.amount,
        reason=reason,
        asked_at=clock.now(),
        asked_by=staff,
        is_by_hand=queries.must_go_by_hand(entry, piece.amount),
    )


@transaction.atomic
def approve_refund(task: RefundTask, *, staff: StaffMember) -> None:
    """Say yes to a refund, as another person than who asked; the provider is asked after this is committed.

    What is given up is taken off the claim now, in the ledger, so that nobody is asked for it again.

    Raises:
        NeedsSecondPerson, NotWaiting, MoreThanPaid
        NotTooMuchAnyMore: the payer's bank was faster, and what is left is owed.
    """
    _lock(task)
    if task.state != RefundTask.State.WANTED:
        raise NotWaiting(state=task.get_state_display())
    if task.asked_by_id == staff.pk:
        raise NeedsSecondPerson
    found = queries.sums(task.charge)
    if found.planned_back > found.net:  # a chargeback came between
        raise MoreThanPaid(most=f"{max(0, found.net - found.planned_back + task.amount):,}")
    if task.why == RefundTask.Why.SURPLUS and queries.is_needed(task.charge, found):
        raise NotTooMuchAnyMore
    task.state, task.approved_by = RefundTask.State.APPROVED, staff
    task.approved_at, task.next_at = clock.now(), machine_now() + timedelta(seconds=30)
    task.save(update_fields=["state", "approved_by", "approved_at", "next_at"])
    if task.why == RefundTask.Why.REMISSION:
        _lower_the_claim(task, staff)
    if not task.is_by_hand:
        send_refund.defer(task_id=task.pk)
    _note(task, staff, "refund_approved", "返金を承認しました。")


def _lower_the_claim(task: RefundTask, staff: StaffMember) -> None:
    now = machine_now()
    LedgerEntry.objects.create(
        charge=task.charge,
        provider=COUNTER,
        kind=LedgerEntry.Kind.ADJUST,
        amount=task.amount,
        provider_txn=str(task.key),
        of=task.entry,
        occurred_at=now,
        day=posting.business_day(now),
        posted_by=staff,
    )


@transaction.atomic
def drop_refund(task: RefundTask, *, staff: StaffMember) -> None:
    """Do not give the money back after all. Possible until somebody has approved it.

    Raises:
        NotWaiting
        StillTooMuch: what came too much is not the town's, whatever a clerk thinks.
    """
    _lock(task)
    if task.state != RefundTask.State.WANTED:
        raise NotWaiting(state=task.get_state_display())
    task.state = RefundTask.State.DROPPED
    task.save(update_fields=["state"])
    charge, found = task.charge, queries.sums(task.charge)
    too_much = rules.surplus(charge.amount, found, is_voided=charge.is_voided)
    if too_much and task.why == RefundTask.Why.SURPLUS:
        raise StillTooMuch
    posting.follow_up(charge)  # what this task had planned may now be too much
    _note(task, staff, "refund_dropped", "返金を取りやめました。")


@transaction.atomic
def give_back_by_hand(task: RefundTask, *, staff: StaffMember, note: str) -> None:
    """Write down that approved money was given back at the counter or by bank transfer.

    Only what is meant to go by hand, or what the provider has refused.
    """
    _lock(task)
    is_ready = task.state == RefundTask.State.HELD or (
        task.state == RefundTask.State.APPROVED and task.is_by_hand
    )
    if not is_ready:
        raise NotWaiting(state=task.get_state_display())
    now = machine_now()
    LedgerEntry.objects.create(
        charge=task.charge,
        attempt=task.attempt,
        provider=COUNTER,
        kind=LedgerEntry.Kind.REFUND,
        amount=task.amount,
        provider_txn=str(task.key),
        of=task.entry,
        occurred_at=now,
        day=posting.business_day(now),
        posted_by=staff,
        note=note[:200],
    )
    posting.finish_refund(task)
    posting.follow_up(task.charge)
    _note(task, staff, "refund_by_hand", "窓口または口座振込で返金しました。")


def _lock(task: RefundTask) -> None:
    lock(task.charge)
    lock(task)


def _note(task: RefundTask, staff: StaffMember, action: str, words: str) -> None:
    audit.record(
        staff_id=staff.pk,
        actor=staff.name,
        action=action,
        subject=task.charge.subject,
        sentence=f"「{task.charge.title}」{task.amount:,}円の{words}",
    )


@upkeep.every(timedelta(seconds=30))
def send_due() -> None:
    """Take up approved refunds whose sending was cut off, or that a provider has not finished."""
    due = RefundTask.objects.filter(
        Q(lease_until=None) | Q(lease_until__lt=machine_now()),
        state__in=(RefundTask.State.APPROVED, RefundTask.State.SENT),
        is_by_hand=False,
        next_at__lte=machine_now(),
    )
    for pk in list(due.order_by("next_at").values_list("pk", flat=True)[:100]):
        send_refund.defer(task_id=pk)


@job(queue="payments")
def send_refund(*, task_id: int) -> None:
    """Have the provider give the money back, once, whatever happens on the way.

    "Sent" is committed before the provider is asked, so whoever comes after a crash first looks whether
    the refund is there already: providers forget keys after a day.
    """
    claimed = _claim(task_id)
    if claimed is None:
        return
    task, was_sent = claimed
    try:
        if was_sent and _is_there(task):
            return
        contract = queries.contract_for(_attempt_of(task))
        answer = contract.refund(_back(task, asked_before=was_sent))
    except Refused as no:
        _hold(task, str(no))
    except OutsideFailure as silence:
        _later(task, str(silence))
    else:
        _keep(task, answer)


@transaction.atomic
def _claim(task_id: int) -> tuple[RefundTask, bool] | None:
    """Take the task for some minutes, and say whether somebody has asked the provider before."""
    task = RefundTask.objects.select_related("charge").get(pk=task_id)
    _lock(task)
    now = machine_now()
    is_open = task.state in (RefundTask.State.APPROVED, RefundTask.State.SENT)
    if not is_open or task.is_by_hand or task.attempt_id is None:
        return None
    if task.lease_until is not None and task.lease_until > now:
        return None
    was_sent = task.sent_at is not None
    task.state, task.sent_at = RefundTask.State.SENT, task.sent_at or now
    task.lease_until, task.tries = now + _LEASE, task.tries + 1
    task.save(update_fields=["state", "sent_at", "lease_until", "tries"])
    return task, was_sent


def _is_there(task: RefundTask) -> bool:
    """Ask what became of the attempt; its refunds, if there are any, end their tasks on the way."""
    reconciling.ask(_attempt_of(task))
    task.refresh_from_db()
    return task.state == RefundTask.State.DONE


def _attempt_of(task: RefundTask) -> Attempt:
    attempt = task.attempt
    assert attempt is not None  # `_claim` leaves out what came over the counter
    return attempt


def _back(task: RefundTask, *, asked_before: bool) -> Back:
    before = task.entry.back.filter(kind=LedgerEntry.Kind.REFUND).exclude(provider=COUNTER)
    return Back(
        order=queries.order_of(_attempt_of(task)),
        txn=task.entry.provider_txn,
        captured=task.entry.amount,
        amount=task.amount,
        key=task.key,
        reason=task.reason,
        asked_at=task.asked_at,
        refunds_before=before.count(),
        asked_before=asked_before,
    )


@transaction.atomic
def _keep(task: RefundTask, answer: Refunded) -> None:
    """Write the refund into the ledger once it is done; until then the provider is asked again."""
    _lock(task)
    if task.state == RefundTask.State.DONE:
        return
    if not answer.is_done:
        task.lease_until, task.trouble = None, ""
        task.next_at = machine_now() + rules.ask_after(task.tries)
        task.save(update_fields=["lease_until", "trouble", "next_at"])
        return
    attempt = _attempt_of(task)
    LedgerEntry.objects.get_or_create(
        provider=attempt.kind,
        provider_txn=answer.txn,
        kind=LedgerEntry.Kind.REFUND,
        defaults={
            "charge": task.charge,
            "attempt": attempt,
            "connection_id": attempt.connection_id,
            "amount": task.amount,
            "of": task.entry,
            "occurred_at": answer.occurred_at,
            "day": posting.business_day(answer.occurred_at),
        },
    )
    posting.finish_refund(task)
    posting.follow_up(task.charge)


@transaction.atomic
def _hold(task: RefundTask, words: str) -> None:
    """The provider said no: a person gives the money back in another way."""
    _lock(task)
    if task.state == RefundTask.State.DONE:
        return
    task.state, task.lease_until, task.trouble = RefundTask.State.HELD, None, words[:300]
    task.save(update_fields=["state", "lease_until", "trouble"])
    said = f"{task.amount:,}円の返金を、決済サービスが受け付けませんでした。"
    posting.alarm(Alarm.Kind.REFUND_STUCK, str(task.key), said, charge=task.charge)


@transaction.atomic
def _later(task: RefundTask, words: str) -> None:
    _lock(task)
    if task.state == RefundTask.State.DONE:
        return
    task.lease_until, task.trouble = None, words[:300]
    task.next_at = machine_now() + rules.ask_after(task.tries - 1)
    task.save(update_fields=["lease_until", "trouble", "next_at"])
    if task.tries >= _TRIES_BEFORE_ALARM:
        said = f"{task.amount:,}円の返金について、決済サービスから返事がありません。"
        posting.alarm(Alarm.Kind.REFUND_STUCK, str(task.key), said, charge=task.charge)
