"""Quotas: counters that one guarded statement moves, and the ledger from which they can be counted again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from yakuba.bookings.models import Booking, BookingItem, QuotaEntry, QuotaRule, QuotaUse
from yakuba.bookings.rules import minutes, quotas
from yakuba.kit.errors import Refusal

# The first row has no WHERE, so what alone is beyond the limit is refused before.
_TAKE = """
INSERT INTO bookings_quotause (rule_id, subject, span_key, used)
VALUES (%(rule)s, %(subject)s, %(span_key)s, %(amount)s)
ON CONFLICT (rule_id, subject, span_key)
DO UPDATE SET used = bookings_quotause.used + excluded.used
WHERE bookings_quotause.used + excluded.used <= %(limit)s
RETURNING used
"""
_GIVE_BACK = """
UPDATE bookings_quotause SET used = used - %(amount)s
WHERE rule_id = %(rule)s AND subject = %(subject)s AND span_key = %(span_key)s
"""
_UNLIMITED = 2_000_000_000


class OverQuota(Refusal):
    sentence = _(
        "「{rule}」の上限（{limit}）に達しています。{span}の予約を取り消すと、予約できます。"
    )


@dataclass(frozen=True, slots=True, order=True)
class Wanted:
    """So much of a rule's span for somebody; sorted, as everybody locks them."""

    rule: int
    subject: str
    span_key: str
    amount: int
    item: int


def wanted(items: Iterable[BookingItem], booking: Booking) -> list[tuple[Wanted, QuotaRule]]:
    """Return what items use of which rules, in the order in which counters are locked."""
    found = []
    for item in items:
        for rule in QuotaRule.objects.filter(offers=item.offer_id, ended_at=None):
            subject = _subject(rule, booking)
            if not subject:
                continue
            span = (minutes.of(item.starts_at), minutes.of(item.ends_at))
            booked_on = minutes.day_of(minutes.of(booking.made_at))
            key = quotas.span_key(rule.span, quotas.counted_on(rule.by, span, booked_on))
            amount = quotas.amount(rule.measure, span, item.quantity)
            found.append((Wanted(rule.pk, subject, key, amount, item.pk), rule))
    return sorted(found, key=lambda pair: pair[0])


def _subject(rule: QuotaRule, booking: Booking) -> str:
    """Return whose counter it is; "" where nobody is counted (somebody at the desk without LINE)."""
    if rule.whose == QuotaRule.Whose.GROUP:
        return f"group:{booking.group_id}" if booking.group_id else ""
    if booking.resident is None:
        return ""
    if rule.whose == QuotaRule.Whose.HOUSEHOLD:
        household = booking.resident.households.order_by("pk").values_list("pk", flat=True).first()
        if household is not None:
            return f"household:{household}"
    return f"resident:{booking.resident_id}"


def take(wants: Sequence[tuple[Wanted, QuotaRule]], *, beyond: bool = False) -> None:
    """Take what is wanted of each counter, in their order, and write it down.

    Raises:
        OverQuota: one of them is full. `beyond` is a clerk's decision, with a reason.
    """
    with connection.cursor() as cursor:
        for one, rule in wants:
            limit = _UNLIMITED if beyond else rule.limit
            values: dict[str, int | str] = {
                "rule": one.rule,
                "subject": one.subject,
                "span_key": one.span_key,
                "amount": one.amount,
                "limit": limit,
            }
            if one.amount <= limit:
                cursor.execute(_TAKE, values)
            if one.amount > limit or cursor.fetchone() is None:
                raise OverQuota(rule=rule.name, limit=_said(rule), span=rule.get_span_display())
    QuotaEntry.objects.bulk_create(
        QuotaEntry(
            rule_id=one.rule,
            item_id=one.item,
            subject=one.subject,
            span_key=one.span_key,
            amount=one.amount,
        )
        for one, _rule in wants
    )


def _said(rule: QuotaRule) -> str:
    if rule.measure == QuotaRule.Measure.COUNT:
        return f"{rule.limit}件"
    hours, rest = divmod(rule.limit, 60)
    return f"{hours}時間{rest}分" if rest else f"{hours}時間"


def give_back(items: Iterable[BookingItem], *, now: datetime, always: bool = False) -> None:
    """Give back what items used, in the order of the counters; a late cancellation stays counted where a rule says so."""
    entries = QuotaEntry.objects.filter(item__in=[item.pk for item in items], released_at=None)
    _release(
        [one for one in entries.select_related("rule", "item") if always or not _is_late(one, now)],
        now,
    )


def _is_late(entry: QuotaEntry, now: datetime) -> bool:
    late = entry.rule.late_hours
    return late is not None and entry.item.starts_at - now < timedelta(hours=late)


def give_back_ahead(items: Iterable[BookingItem], *, now: datetime) -> None:
    """Give back what counts only until it is used."""
    entries = QuotaEntry.objects.filter(
        item__in=[item.pk for item in items], released_at=None, rule__span=QuotaRule.Span.AHEAD
    )
    _release(list(entries), now)


def _release(entries: Iterable[QuotaEntry], now: datetime) -> None:
    """Give back in the order in which everybody locks the counters."""
    line = sorted(entries, key=lambda one: (one.rule_id, one.subject, one.span_key, one.amount))
    with connection.cursor() as cursor:
        for entry in line:
            cursor.execute(
                _GIVE_BACK,
                {
                    "rule": entry.rule_id,
                    "subject": entry.subject,
                    "span_key": entry.span_key,
                    "amount": entry.amount,
                },
            )
            QuotaEntry.objects.filter(pk=entry.pk).update(released_at=now)


def drift() -> list[tuple[int, str, str, int, int]]:
    """Return counters that are not the sum of their ledger: rule, subject, span, counter, ledger."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT u.rule_id, u.subject, u.span_key, u.used, coalesce(sum(e.amount), 0)::int
            FROM bookings_quotause u LEFT JOIN bookings_quotaentry e
                ON e.rule_id = u.rule_id AND e.subject = u.subject AND e.span_key = u.span_key
                AND e.released_at IS NULL
            GROUP BY u.id HAVING u.used <> coalesce(sum(e.amount), 0)
            """
        )
        return [(int(r), str(s), str(k), int(u), int(t)) for r, s, k, u, t in cursor.fetchall()]


@transaction.atomic
def count_again() -> int:
    """Set counters that have drifted to the sum of their ledger, and return how many there were."""
    drifted = drift()
    for rule, subject, span_key, _used, summed in drifted:
        QuotaUse.objects.filter(rule=rule, subject=subject, span_key=span_key).update(used=summed)
    return len(drifted)
