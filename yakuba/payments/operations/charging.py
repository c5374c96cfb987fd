"""Asking for money, and taking the wish back."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.audit import operations as audit
from yakuba.kit import clock, upkeep
from yakuba.kit.db import lock
from yakuba.kit.errors import Refusal
from yakuba.payments import queries, rules, sockets
from yakuba.payments.models import Charge
from yakuba.payments.operations import posting
from yakuba.residents.models import Resident
from yakuba.townhall.models import Scope, StaffMember

_AT_ONCE = 200


class NothingToPay(Refusal):
    sentence = _("金額が0円のため、請求は作りません。")


class TooLate(Refusal):
    sentence = _("納付の期限は、今日より後の日にしてください。")


class AlreadyVoid(Refusal):
    sentence = _("この請求は、すでに取り消されています。")


@transaction.atomic
def request_charge(
    *,
    scope: Scope,
    title: str,
    lines: Sequence[rules.Line],
    kind: str = Charge.Kind.INITIAL,
    resident: Resident | None = None,
    reason: str = "",
    due_on: date | None = None,
    requested_by: StaffMember | None = None,
    back_to: str = "",
    connections: Sequence[str] = (),
) -> Charge:
    """Ask for what `lines` come to. Telling the resident is the caller's: only the caller knows how.

    `back_to` is the page below /p/ where it goes on. Who owes nothing is asked for nothing (E33):
    a free case never gets here.

    Raises:
        NothingToPay
        TooLate: the last day is already over.
    """
    amount = rules.total(lines)
    if amount == 0:
        raise NothingToPay
    if due_on is not None and due_on < clock.today():
        raise TooLate
    charge = Charge.objects.create(
        scope=scope,
        resident=resident,
        kind=kind,
        title=title[:120],
        lines=[one.as_json() for one in lines],
        amount=amount,
        reason=reason,
        due_on=due_on,
        connections=list(connections),
        back_to=back_to,
        requested_by=requested_by,
        made_at=clock.now(),
    )
    if requested_by is not None:
        audit.record(
            staff_id=requested_by.pk,
            actor=requested_by.name,
            action="charged",
            subject=charge.subject,
            sentence=f"「{charge.title}」{amount:,}円を請求しました。",
        )
    return charge


@transaction.atomic
def void(charge: Charge, *, reason: str, staff: StaffMember | None = None) -> None:
    """Ask for `charge` no longer. What was paid already, or comes later, becomes a refund task.

    Twice is the same as once. Attempts that are open are ended at their providers, after this is
    committed; until a provider has said so, money can come, and is given back (E24).
    """
    lock(charge)
    if charge.is_voided:
        return
    charge.voided_at = clock.now()
    charge.voided_by = staff
    charge.void_reason = reason
    charge.save(update_fields=["voided_at", "voided_by", "void_reason"])
    posting.want_no_more(charge)
    posting.follow_up(charge)
    if staff is not None:
        audit.record(
            staff_id=staff.pk,
            actor=staff.name,
            action="voided",
            subject=charge.subject,
            sentence=f"「{charge.title}」{charge.amount:,}円の請求を取り消しました。",
        )


@upkeep.every(timedelta(minutes=10))
def announce_overdue() -> None:
    """Say once of each charge that its last day is over and something is still open."""
    while _announce_some():
        pass


@transaction.atomic
def _announce_some() -> int:
    late = list(
        Charge.objects.filter(
            due_on__lt=clock.today(), voided_at=None, settled_at=None, overdue_at=None
        )
        .select_for_update(no_key=True, skip_locked=True)
        .order_by("pk")[:_AT_ONCE]
    )
    standing = queries.standing_of(late)
    for charge in late:
        charge.overdue_at = clock.now()
        charge.save(update_fields=["overdue_at"])
        if rules.is_overdue(charge.due_on, today=clock.today(), how=standing[charge.pk]):
            sockets.overdue.announce(charge)
    return len(late)
