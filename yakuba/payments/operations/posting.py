"""The ledger: what moved is written down once, and what follows from it is done in the same transaction.

Everybody here holds the lock on the charge; it is taken before those on attempts and refund tasks.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models.functions import Now

from yakuba.kit import clock
from yakuba.payments import queries, rules, sockets
from yakuba.payments.models import Alarm, Attempt, Charge, Connection, LedgerEntry, RefundTask
from yakuba.payments.sockets import Move
from yakuba.portal.queries import machine_now


def business_day(moment: datetime) -> date:
    """The day on which the accounting section counts it: Japan's, turned with the demonstration's clock."""
    turned = round((clock.now() - machine_now()).total_seconds())
    return (moment + timedelta(seconds=turned)).astimezone(clock.JAPAN).date()


def post_moves(attempt: Attempt, moves: Iterable[Move]) -> int:
    """Write down what a provider says has moved, and follow it up. Return how many entries were new.

    The caller has locked the charge. The same move twice is written once.
    """
    news = sum(_post(attempt, move) for move in moves)
    if news:
        follow_up(attempt.charge)
    return news


def _post(attempt: Attempt, move: Move) -> bool:
    """Insert the move as it was received, and say whether it was new. What does not fit is alarmed."""
    known = LedgerEntry.objects.filter(
        provider=attempt.kind, provider_txn=move.txn, kind=move.kind
    ).first()
    if known is not None:
        if known.attempt_id != attempt.pk or known.amount != move.amount:
            words = f"{move.txn}は、前に{known.amount:,}円と聞いていましたが、いまは{move.amount:,}円と言われました。"
            alarm(Alarm.Kind.AMOUNT, f"{move.txn}:{move.amount}", words, entry=known)
        return False
    of = None if move.kind == "capture" else _capture_of(attempt, move)
    entry = LedgerEntry.objects.create(
        charge=attempt.charge,
        attempt=attempt,
        provider=attempt.kind,
        connection_id=attempt.connection_id,
        kind=move.kind,
        amount=move.amount,
        currency=move.currency.upper(),
        provider_txn=move.txn,
        method=move.method[:20],
        of=of,
        occurred_at=move.occurred_at,
        day=business_day(move.occurred_at),
    )
    _doubt(attempt, entry, move)
    return True


def _capture_of(attempt: Attempt, move: Move) -> LedgerEntry | None:
    """What a move takes back, or gives back: what the task says, else the newest that is large enough."""
    task = _task_of(attempt, move)
    if task is not None:
        return task.entry
    if move.kind == "regained":
        taken = attempt.entries.filter(kind=LedgerEntry.Kind.CHARGEBACK, provider_txn=move.txn)
        return next((one.of for one in taken), None)
    received = attempt.entries.filter(kind=LedgerEntry.Kind.CAPTURE).order_by("-pk")
    return next((one for one in received if one.amount >= move.amount), received.first())


def _task_of(attempt: Attempt, move: Move) -> RefundTask | None:
    """The refund that we asked for and that the provider now tells of."""
    if move.kind != "refund":
        return None
    asked = RefundTask.objects.filter(
        attempt=attempt, sent_at__isnull=False, is_by_hand=False
    ).exclude(state__in=(RefundTask.State.DONE, RefundTask.State.DROPPED))
    if move.key:
        return asked.filter(key=move.key).first()
    return asked.filter(amount=move.amount).order_by("pk").first()


def _doubt(attempt: Attempt, entry: LedgerEntry, move: Move) -> None:
    """Call a person where what was received is not what was asked for."""
    name = f"{entry.provider}:{entry.kind}:{entry.provider_txn}"
    if entry.currency != rules.YEN:
        words = f"{entry.currency}で{entry.amount:,}の入金がありました。円でないため、金額に数えていません。"
        alarm(Alarm.Kind.CURRENCY, name, words, entry=entry)
    elif entry.kind == LedgerEntry.Kind.CAPTURE and entry.amount != attempt.amount:
        words = f"{attempt.amount:,}円のはずが、{entry.amount:,}円が支払われました。"
        alarm(Alarm.Kind.AMOUNT, name, words, entry=entry)
    elif entry.kind == LedgerEntry.Kind.CHARGEBACK:
        words = f"カード会社が{entry.amount:,}円の支払いを取り消しました。"
        alarm(Alarm.Kind.CHARGEBACK, name, words, entry=entry)
    elif entry.kind == LedgerEntry.Kind.REGAINED:
        words = f"カード会社の取り消しが認められず、{entry.amount:,}円が戻りました。"
        alarm(Alarm.Kind.CHARGEBACK, name, words, entry=entry)
    elif entry.kind == LedgerEntry.Kind.REFUND:
        if task := _task_of(attempt, move):
            finish_refund(task)
        else:
            words = f"この画面からは頼んでいない返金{entry.amount:,}円が、決済サービスの側で行われました。"
            alarm(Alarm.Kind.FOREIGN_REFUND, name, words, entry=entry)


def finish_refund(task: RefundTask) -> None:
    """The money has gone back, and stands in the ledger."""
    task.state = RefundTask.State.DONE
    task.done_at = clock.now()
    task.lease_until = None
    task.trouble = ""
    task.save(update_fields=["state", "done_at", "lease_until", "trouble"])
    sockets.refunded.announce(task.charge, task.amount)


def alarm(
    kind: str,
    name: str,
    words: str,
    *,
    entry: LedgerEntry | None = None,
    charge: Charge | None = None,
    connection: Connection | None = None,
) -> None:
    """Have a person look at it; the same thing once."""
    if entry is not None:
        charge, connection = entry.charge, entry.connection
    Alarm.objects.get_or_create(
        dedupe_key=f"{kind}:{name}"[:250],
        defaults={
            "kind": kind,
            "charge": charge,
            "connection": connection,
            "entry": entry,
            "words": words[:300],
            "raised_at": clock.now(),
        },
    )


def follow_up(charge: Charge) -> None:
    """Draw the conclusions from the ledger: a refund for what is too much, settled, open again.

    Nothing follows as long as a person has to look at what was received (E26).
    """
    if queries.is_held(charge):
        return
    found = queries.sums(charge)
    too_much = rules.surplus(charge.amount, found, is_voided=charge.is_voided)
    if too_much:
        want_back(charge, too_much)
    how = rules.standing(charge.amount, found, is_voided=charge.is_voided)
    if how in ("paid", "overpaid") and charge.settled_at is None:
        charge.settled_at = clock.now()
        charge.save(update_fields=["settled_at"])
        want_no_more(charge)
        sockets.settled.announce(charge)
    elif how in ("due", "partly_paid") and charge.settled_at is not None:
        charge.settled_at = charge.overdue_at = None
        charge.save(update_fields=["settled_at", "overdue_at"])
        sockets.reopened.announce(charge)


def want_back(charge: Charge, amount: int) -> None:
    """Ask for the refund of what came too much (E24, E25); a person approves it."""
    for piece in rules.split(amount, queries.refundable_captures(charge)).pieces:
        entry = LedgerEntry.objects.get(pk=piece.entry)
        RefundTask.objects.create(
            charge=charge,
            entry=entry,
            attempt=entry.attempt,
            why=RefundTask.Why.SURPLUS,
            amount=piece.amount,
            reason="請求より多く受け取りました。",
            asked_at=clock.now(),
            is_by_hand=queries.must_go_by_hand(entry, piece.amount),
        )


def want_no_more(charge: Charge, *, but: Attempt | None = None) -> None:
    """Have the open attempts of `charge` ended at their providers, as soon as this is committed."""
    others = charge.attempts.exclude(state=Attempt.State.CLOSED).exclude(is_unwanted=True)
    if but is not None:
        others = others.exclude(pk=but.pk)
    others.update(is_unwanted=True, ask_next_at=Now(), asked=0)
