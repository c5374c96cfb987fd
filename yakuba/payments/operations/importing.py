"""The provider's daily file, compared with our ledger: what is missing on either side comes to light."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.audit import operations as audit
from yakuba.kit import clock
from yakuba.kit.db import lock
from yakuba.kit.errors import Refusal
from yakuba.payments import queries
from yakuba.payments.models import (
    Alarm,
    Attempt,
    Connection,
    LedgerEntry,
    SettlementFile,
)
from yakuba.payments.operations import posting
from yakuba.payments.sockets import Move, SettledRow, Unreadable
from yakuba.townhall.models import StaffMember


class NotThisFile(Refusal):
    sentence = _("ファイルを読み取れませんでした：{why}")


class ImportedAlready(Refusal):
    sentence = _("このファイルは、すでに取り込まれています。")


def import_settlement(
    connection: Connection, *, content: bytes, name: str, staff: StaffMember | None
) -> SettlementFile:
    """Compare the file with the ledger: post what we had not heard of, alarm what does not fit.

    May be killed anywhere: the file counts as imported only at the end, and what was posted is not
    posted again. `counts`: same, posted, differ, unknown, missing.

    Raises:
        NotThisFile, ImportedAlready
    """
    contract = queries.contract_of(connection)
    sha256 = hashlib.sha256(content).hexdigest()
    if SettlementFile.objects.filter(connection=connection, sha256=sha256).exists():
        raise ImportedAlready
    try:
        rows = contract.parse_settlement(content)
    except Unreadable as why:
        raise NotThisFile(why=str(why)) from why
    counts = Counter(_compare(connection, row) for row in _named(connection, rows))
    days = contract.settlement_days(rows) or _days(rows)
    if days is not None:
        counts["missing"] = _alarm_missing(connection, rows, *days)
    return _note(connection, name, sha256, days, counts, staff)


def _named(connection: Connection, rows: list[SettledRow]) -> Iterator[SettledRow]:
    """Give refunds that the file does not name the name they have in the ledger, or one of the file's own.

    The n-th refund of an attempt with this amount, on about this day, is the n-th of ours: whether the
    provider counts it before or after midnight need not be as we did.
    """
    met: Counter[tuple[str, int, date]] = Counter()
    for row in rows:
        if row.txn:
            yield row
            continue
        day = row.occurred_at.astimezone(clock.JAPAN).date()
        met[row.merchant_ref, row.amount, day] += 1
        number = met[row.merchant_ref, row.amount, day]
        ours = LedgerEntry.objects.filter(
            attempt__connection=connection,
            attempt__merchant_ref=row.merchant_ref,
            provider=connection.kind,
            kind=row.kind,
            amount=row.amount,
            occurred_at__gte=_midnight(day - timedelta(days=1)),
            occurred_at__lt=_midnight(day + timedelta(days=2)),
        ).order_by("pk")[number - 1 : number]
        name = next((entry.provider_txn for entry in ours), "")
        yield replace(
            row, txn=name or f"file:{row.merchant_ref}:{day:%Y%m%d}:{row.amount}:{number}"
        )


def _compare(connection: Connection, row: SettledRow) -> str:
    known = LedgerEntry.objects.filter(
        provider=connection.kind, provider_txn=row.txn, kind=row.kind
    ).first()
    if known is not None:
        if known.amount == row.amount:
            return "same"
        words = f"明細では{row.amount:,}円、収納の記録では{known.amount:,}円です（{row.txn}）。"
        posting.alarm(Alarm.Kind.AMOUNT, f"settlement:{row.txn}:{row.kind}", words, entry=known)
        return "differ"
    attempt = Attempt.objects.filter(connection=connection, merchant_ref=row.merchant_ref).first()
    if attempt is None:
        words = f"明細にある{row.amount:,}円（{row.txn}）は、どの請求のものか分かりません。"
        posting.alarm(
            Alarm.Kind.UNKNOWN, f"{connection.pk}:{row.txn}:{row.kind}", words,
            connection=connection,
        )  # fmt: skip
        return "unknown"
    _post(attempt, row)
    return "posted"


@transaction.atomic
def _post(attempt: Attempt, row: SettledRow) -> None:
    lock(attempt.charge)
    lock(attempt)
    move = Move(row.kind, row.txn, row.amount, row.occurred_at)
    posting.post_moves(attempt, [move])


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, clock.JAPAN)


def _days(rows: list[SettledRow]) -> tuple[date, date] | None:
    days = sorted(row.occurred_at.astimezone(clock.JAPAN).date() for row in rows)
    return (days[0], days[-1]) if days else None


def _alarm_missing(connection: Connection, rows: list[SettledRow], first: date, last: date) -> int:
    """Alarm what we have received on these days and the provider does not tell of."""
    told = {(row.kind, row.txn) for row in rows}
    ours = LedgerEntry.objects.filter(
        connection=connection,
        provider=connection.kind,
        kind=LedgerEntry.Kind.CAPTURE,
        occurred_at__gte=_midnight(first),
        occurred_at__lt=_midnight(last + timedelta(days=1)),
    )
    missing = [one for one in ours if (one.kind, one.provider_txn) not in told]
    for one in missing:
        words = f"{one.amount:,}円（{one.provider_txn}）が、決済サービスの明細にありません。"
        posting.alarm(Alarm.Kind.MISSING, one.provider_txn, words, entry=one)
    return len(missing)


@transaction.atomic
def _note(
    connection: Connection,
    name: str,
    sha256: str,
    days: tuple[date, date] | None,
    counts: Counter[str],
    staff: StaffMember | None,
) -> SettlementFile:
    file, _made = SettlementFile.objects.get_or_create(
        connection=connection,
        sha256=sha256,
        defaults={
            "name": name[:200],
            "first_day": days[0] if days else None,
            "last_day": days[1] if days else None,
            "counts": dict(counts),
            "imported_at": clock.now(),
            "imported_by": staff,
        },
    )
    audit.record(
        staff_id=staff.pk if staff else None,
        actor=staff.name if staff else "自動処理",
        action="imported",
        subject=connection.subject,
        sentence=f"「{connection.name}」の入金の明細を取り込みました。",
        detail=dict(counts),
    )
    return file
