"""What an application costs: asked for when it is handed in, or by a clerk; and given up with it.

One order of locks for everybody: the charges of a submission by their keys, then the submission. Whoever is told of
money (`settled`, `overdue`) has the charge locked already.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.kit import clock, upkeep, wareki
from yakuba.kit.db import lock
from yakuba.kit.errors import Refusal
from yakuba.payments import operations as payments
from yakuba.payments import rules as money
from yakuba.payments.models import Charge
from yakuba.procedures import rules as engine
from yakuba.procedures.definition import Payment, Text
from yakuba.procedures.rules.values import Value
from yakuba.submissions import queries, rules
from yakuba.submissions.models import Submission, SubmissionCharge
from yakuba.submissions.operations.changing import changed, lock_as_seen
from yakuba.submissions.operations.messages import tell_resident
from yakuba.submissions.operations.showing import SHOWN, show
from yakuba.townhall.models import StaffMember

_FROM, _TO = 9, 20  # o'clock, Japan
_MOST = 9_999_999
_AMOUNT = Text(ja="金額", easy="お金", en="Amount")
_UNTIL = Text(ja="期限", easy="いつまで", en="Due")
_PAY = Text(ja="内訳を見て支払う", easy="見て はらう", en="See and pay")
_ASKED = Text(
    ja="「{title}」の手数料のお支払いをお願いします。内訳はページでご確認ください。",
    easy="「{title}」の お金を はらって ください。ページを 見てください。",
    en="Please pay for “{title}”. The page shows what it is for.",
)
_MORE = Text(
    ja="「{title}」について、追加のお支払いをお願いします。理由と内訳はページでご確認ください。",
    easy="「{title}」の お金が もうすこし いります。ページを 見てください。",
    en="An additional payment for “{title}” is needed. The page says why.",
)
_REMINDED = Text(
    ja="「{title}」のお支払いの期限が近づいています。お困りのときは、{department}（{phone}）にご相談ください。",
    easy="「{title}」の お金を はやく はらって ください。わからない ときは {department}（{phone}）に でんわしてください。",
    en="The payment for “{title}” is due soon. Need help? Call {department} ({phone}).",
)
_RECEIVED = Text(
    ja="「{title}」のお支払いを確認しました。ありがとうございました。",
    easy="「{title}」の お金を うけとりました。",
    en="We have received your payment for “{title}”. Thank you.",
)
_OVERDUE = Text(
    ja="「{title}」のお支払いの期限が過ぎました。{department}（{phone}）にご連絡ください。",
    easy="「{title}」の お金を まだ うけとって いません。{department}（{phone}）に でんわしてください。",
    en="The payment for “{title}” is overdue. Please call {department} ({phone}).",
)
_LAPSED = Text(
    ja="「{title}」は、期限までにお支払いがなかったため、取下げとして終わりました。",
    easy="「{title}」は お金が なかったので、おわりました。",
    en="“{title}” was closed because it was not paid in time.",
)


class CannotBeCharged(Refusal):
    sentence = _("受付番号{receipt_no}は「{status}」のため、請求できません。")


class AmountNotPossible(Refusal):
    sentence = _("金額は1円から9,999,999円までにしてください。")


class WhatFor(Refusal):
    sentence = _("何の請求か（内容と理由）を書いてください。")


class DueDayNotPossible(Refusal):
    sentence = _("納付の期限は、今日より後の日にしてください。")


class NotItsCharge(Refusal):
    sentence = _("この請求は取り消せません。画面を開き直してください。")


def lock_money(submission: Submission) -> list[Charge]:
    """Lock the charges of a submission in one order; before the submission itself."""
    keys = SubmissionCharge.objects.filter(submission=submission.pk).values("charge")
    rows = Charge.objects.select_for_update(no_key=True).filter(pk__in=keys)
    return list(rows.order_by("pk"))


def charge_at_first(
    submission: Submission,
    plan: engine.Plan,
    answers: Mapping[str, Value],
    items: Mapping[str, Sequence[str]],
) -> None:
    """Ask for the fee of what has just been handed in; nothing at all where it is free (E33)."""
    payment = plan.definition.payment or Payment()
    if plan.definition.fee is None or payment.timing != "on_submit":
        return
    lines = _lines(plan, answers, items)
    if money.total(lines) > 0:
        _charge(submission, lines, payment, kind=Charge.Kind.INITIAL)


def charge_anew(
    submission: Submission,
    plan: engine.Plan,
    answers: Mapping[str, Value],
    items: Mapping[str, Sequence[str]],
) -> None:
    """After a correction ask for what it costs now: what was not paid is void, the difference is asked for (E18).

    What was paid too much becomes a refund task, which a second person approves. The caller has locked the charges.
    """
    payment = plan.definition.payment or Payment()
    fees = [one for one in queries.owing(submission) if one.charge.kind != Charge.Kind.ADDITIONAL]
    if plan.definition.fee is None or (payment.timing != "on_submit" and not fees):
        return
    lines = _lines(plan, answers, items)
    standing = [one for one in fees if not one.charge.is_voided]
    if sum(one.charge.amount for one in standing) == money.total(lines):
        return
    paid = [one.charge for one in standing if not one.is_open]
    for one in standing:
        if one.is_open:
            payments.void(one.charge, reason="内容が直されて、金額が変わりました。")
    left = money.total(lines) - sum(one.amount for one in paid)
    if left < 0:
        _give_back(paid, -left)
    elif left > 0 and paid:
        difference = [money.line("内容を直したことによる差額", left)]
        _charge(submission, difference, payment, kind=Charge.Kind.CORRECTION)
    elif left > 0:
        _charge(submission, lines, payment, kind=Charge.Kind.INITIAL)


def _give_back(paid: Sequence[Charge], amount: int) -> None:
    for charge in reversed(paid):
        piece = min(amount, charge.amount)
        if piece > 0:
            reason = "内容を直したことによる差額"
            payments.ask_refund(charge, amount=piece, reason=reason, staff=None)
            amount -= piece


def _lines(
    plan: engine.Plan, answers: Mapping[str, Value], items: Mapping[str, Sequence[str]]
) -> list[money.Line]:
    fee = engine.fee(plan, answers, now=clock.now(), items=items)
    return [money.line(one.label.pick("ja"), one.unit, one.quantity) for one in fee.lines]


def _charge(
    submission: Submission,
    lines: Sequence[money.Line],
    payment: Payment,
    *,
    kind: str,
    reason: str = "",
    due_on: date | None = None,
    staff: StaffMember | None = None,
) -> Charge:
    procedure = submission.procedure
    charge = payments.request_charge(
        scope=procedure.scope,
        title=procedure.title,
        lines=lines,
        kind=kind,
        resident=submission.resident,
        reason=reason,
        due_on=due_on or clock.today() + timedelta(days=payment.due_days),
        requested_by=staff,
        back_to=f"submission/{submission.pk}/",
        connections=payment.connections,
    )
    SubmissionCharge.objects.create(submission=submission, charge=charge)
    return charge


@transaction.atomic
def request_fee(submission: Submission, *, rev: int, staff: StaffMember) -> Charge:
    """Ask for the fee of the answers as they stand, where the procedure leaves it to a clerk when.

    Raises:
        ChangedMeanwhile, CannotBeCharged
    """
    lock_as_seen(submission, rev=rev)
    revision = queries.newest_revision(submission)
    plan = queries.plan_numbered(revision.version_id)
    lines = _lines(plan, revision.answers["answers"], revision.answers["items"])
    fees = [one for one in queries.owing(submission) if one.charge.kind == Charge.Kind.INITIAL]
    if any(one.standing != "none" for one in fees) or money.total(lines) <= 0:
        raise CannotBeCharged(
            receipt_no=submission.receipt_no, status=submission.get_display_display()
        )
    return _asked_by(
        submission, lines, kind=Charge.Kind.INITIAL, reason="", due_on=None, staff=staff
    )


@transaction.atomic
def request_more(
    submission: Submission,
    *,
    label: str,
    amount: int,
    reason: str,
    due_on: date,
    rev: int,
    staff: StaffMember,
) -> Charge:
    """Ask for an additional amount, say why and until when (6(4)キ).

    Raises:
        ChangedMeanwhile, CannotBeCharged, AmountNotPossible, WhatFor, DueDayNotPossible
    """
    lock_as_seen(submission, rev=rev)
    if not 0 < amount <= _MOST:
        raise AmountNotPossible
    if not label.strip() or not reason.strip():
        raise WhatFor
    if due_on <= clock.today():
        raise DueDayNotPossible
    return _asked_by(
        submission,
        [money.line(label.strip()[:60], amount)],
        kind=Charge.Kind.ADDITIONAL,
        reason=reason.strip()[:500],
        due_on=due_on,
        staff=staff,
    )


def _asked_by(
    submission: Submission,
    lines: Sequence[money.Line],
    *,
    kind: str,
    reason: str,
    due_on: date | None,
    staff: StaffMember,
) -> Charge:
    if submission.status not in rules.CHARGEABLE or submission.erased_at is not None:
        raise CannotBeCharged(
            receipt_no=submission.receipt_no, status=submission.get_display_display()
        )
    payment = queries.definition_of(submission).payment or Payment()
    charge = _charge(
        submission, lines, payment, kind=kind, reason=reason, due_on=due_on, staff=staff
    )
    show(submission)
    changed(
        submission,
        what="charged",
        words=f"{charge.amount:,}円の支払いをお願いしました（{charge.get_kind_display()}）。",
        staff=staff,
        fields=SHOWN,
    )
    _tell(submission, charge, _MORE if kind == Charge.Kind.ADDITIONAL else _ASKED)
    return charge


@transaction.atomic
def void_charge(
    submission: Submission, *, charge_id: int, reason: str, rev: int, staff: StaffMember
) -> None:
    """Take back what was asked for; what was paid for it becomes a refund task.

    Raises:
        ChangedMeanwhile, WhatFor, NotItsCharge
    """
    charge = next((one for one in lock_money(submission) if one.pk == charge_id), None)
    lock_as_seen(submission, rev=rev)
    if charge is None or charge.is_voided:
        raise NotItsCharge
    if not reason.strip():
        raise WhatFor
    payments.void(charge, reason=reason.strip()[:500], staff=staff)
    show(submission)
    words = f"{charge.amount:,}円の請求を取り消しました。"
    changed(submission, what="voided", words=words, staff=staff, fields=SHOWN)


def give_up_money(submission: Submission, *, reason: str, staff: StaffMember | None) -> None:
    """Ask for nothing any more; what was paid becomes a refund task. The caller has locked the charges."""
    for one in queries.owing(submission):
        payments.void(one.charge, reason=reason, staff=staff)


def _tell(submission: Submission, charge: Charge, words: Text) -> None:
    facts = [(_AMOUNT, f"{charge.amount:,}円")]
    if charge.due_on is not None:
        facts.append((_UNTIL, wareki.full(charge.due_on)))
    tell_resident(submission, words, facts=facts, button=_PAY)


def submission_of(charge: Charge) -> Submission | None:
    """Return the submission that a charge is for, locked; None: of something else, or erased."""
    row = SubmissionCharge.objects.filter(charge=charge).select_related("submission").first()
    if row is None or row.submission.erased_at is not None:
        return None
    lock(row.submission)
    return row.submission


def paid(charge: Charge) -> None:
    """Note that a charge is settled, and go on; `payments` announces it with the charge locked."""
    submission = submission_of(charge)
    if submission is None:
        return
    show(submission)
    words = f"{charge.amount:,}円の支払いを確認しました。"
    changed(submission, what="paid", words=words, staff=None, fields=SHOWN)
    tell_resident(submission, _RECEIVED, facts=[(_AMOUNT, f"{charge.amount:,}円")])


def money_changed(charge: Charge, *, words: str) -> None:
    """Show what became of a charge that was settled: given back, or taken back by the card company."""
    submission = submission_of(charge)
    if submission is not None:
        show(submission)
        changed(submission, what="displayed", words=words, staff=None, fields=SHOWN)


@upkeep.every(timedelta(minutes=30))
def remind_of_payment() -> None:
    """Remind of what is due soon, once, by day."""
    if not _FROM <= clock.now().astimezone(clock.JAPAN).hour < _TO:
        return
    rows = SubmissionCharge.objects.filter(
        reminded_at=None, charge__voided_at=None, charge__settled_at=None
    ).filter(charge__due_on__gte=clock.today(), submission__erased_at=None)
    for key in list(rows.order_by("pk").values_list("submission", flat=True).distinct()):
        _remind(key)


@transaction.atomic
def _remind(key: UUID) -> None:
    submission = Submission.objects.get(pk=key)
    lock_money(submission)
    lock(submission)
    payment = queries.definition_of(submission).payment or Payment()
    if not submission.is_open or not payment.remind_days:
        return
    for one in queries.owing(submission):
        row = SubmissionCharge.objects.get(charge=one.charge)
        due_on = one.charge.due_on
        if not one.is_open or due_on is None or row.reminded_at is not None:
            continue
        if clock.today() >= due_on - timedelta(days=payment.remind_days):
            row.reminded_at = clock.now()
            row.save(update_fields=["reminded_at"])
            _tell(submission, one.charge, _REMINDED)


def tell_overdue(submission: Submission, *, has_lapsed: bool) -> None:
    tell_resident(submission, _LAPSED if has_lapsed else _OVERDUE)
