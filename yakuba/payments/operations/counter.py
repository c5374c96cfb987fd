"""Money that comes over the counter, and what a person decides about money that does not fit."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.audit import operations as audit
from yakuba.kit import clock
from yakuba.kit.db import lock
from yakuba.kit.errors import Refusal
from yakuba.payments import queries
from yakuba.payments.models import COUNTER, Alarm, Charge, LedgerEntry
from yakuba.payments.operations import posting
from yakuba.portal.queries import machine_now
from yakuba.townhall.models import StaffMember


class NothingToReceive(Refusal):
    sentence = _("この請求に、いま受け取るものはありません。")


class AnotherAmount(Refusal):
    sentence = _("未納の金額は{amount}円です。画面を開き直して、金額を確かめてください。")


class ResolutionMissing(Refusal):
    sentence = _("どう確かめて、どうしたかを書いてください。")


@transaction.atomic
def post_counter_payment(
    charge: Charge, *, amount: int, once: UUID, staff: StaffMember, note: str = ""
) -> None:
    """Write down that `amount` was received at the counter: all that is open, as the clerk saw it.

    `once` is the form's own number: sent twice, it is written once.

    Raises:
        NothingToReceive, AnotherAmount: somebody else was faster, or it was paid online meanwhile.
    """
    lock(charge)
    if LedgerEntry.objects.filter(provider=COUNTER, provider_txn=str(once)).exists():
        return
    open_amount = queries.still_to_pay(charge)
    if open_amount == 0:
        raise NothingToReceive
    if amount != open_amount:
        raise AnotherAmount(amount=f"{open_amount:,}")
    now = machine_now()
    LedgerEntry.objects.create(
        charge=charge,
        provider=COUNTER,
        kind=LedgerEntry.Kind.COUNTER,
        amount=amount,
        provider_txn=str(once),
        method="cash",
        occurred_at=now,
        day=clock.today(),
        posted_by=staff,
        note=note[:200],
    )
    posting.want_no_more(charge)
    posting.follow_up(charge)
    audit.record(
        staff_id=staff.pk,
        actor=staff.name,
        action="received",
        subject=charge.subject,
        sentence=f"「{charge.title}」{amount:,}円を窓口で受け取りました。",
    )


@transaction.atomic
def resolve_alarm(alarm: Alarm, *, resolution: str, staff: StaffMember) -> None:
    """Put away what a person has looked at; what was held goes on as the ledger says.

    Raises:
        ResolutionMissing
    """
    if not resolution.strip():
        raise ResolutionMissing
    if alarm.charge is not None:
        lock(alarm.charge)
    lock(alarm)
    if alarm.resolved_at is not None:
        return
    alarm.resolved_at, alarm.resolved_by = clock.now(), staff
    alarm.resolution = resolution
    alarm.save(update_fields=["resolved_at", "resolved_by", "resolution"])
    if alarm.charge is not None:
        posting.follow_up(alarm.charge)
    audit.record(
        staff_id=staff.pk,
        actor=staff.name,
        action="alarm_resolved",
        subject=alarm.charge.subject if alarm.charge else f"payments.alarm:{alarm.pk}",
        sentence=f"「{alarm.get_kind_display()}」を確認しました。",
    )
