"""What a booking costs, asked for through `payments`; and what happens when money comes, or does not."""

from datetime import date, datetime, timedelta

from yakuba.bookings.models import Booking, BookingCharge
from yakuba.bookings.rules import minutes
from yakuba.bookings.rules.terms import Terms
from yakuba.payments import operations as payments
from yakuba.payments import queries as money
from yakuba.payments.models import Charge
from yakuba.payments.rules import Line, line


def charge(booking: Booking, terms: Terms, now: datetime) -> Charge:
    """Ask for what a booking costs, as it was promised."""
    first = booking.items.filter(live=True).earliest("starts_at")
    use_day = minutes.day_of(minutes.of(first.starts_at))
    today = minutes.day_of(minutes.of(now))
    due = {
        "now": today,
        "later": min(use_day, today + timedelta(days=terms.due_days)),
        "counter": use_day,
    }
    return _request(booking, _lines(booking), due[terms.pay], kind=Charge.Kind.INITIAL)


def _lines(booking: Booking) -> list[Line]:
    return [Line(**one) for one in booking.lines]


def _request(booking: Booking, lines: list[Line], due_on: date, *, kind: str) -> Charge:
    made = payments.request_charge(
        scope=booking.facility.scope,
        title=f"{booking.facility.name} {booking.receipt_no}",
        lines=lines,
        kind=kind,
        resident=booking.resident,
        reason="",
        due_on=due_on,
        requested_by=booking.by_staff,
        back_to=f"booking/{booking.pk}/",
        connections=(),
    )
    BookingCharge.objects.create(booking=booking, charge=made)
    return made


def to_pay(booking: Booking) -> Charge | None:
    """Return the charge that is still to be paid, if there is one."""
    for one in (
        BookingCharge.objects.filter(booking=booking).select_related("charge").order_by("pk")
    ):
        if not one.charge.is_voided and money.still_to_pay(one.charge):
            return one.charge
    return None


def lock_money(booking: Booking) -> list[Charge]:
    """Lock the charges of a booking in one order; before the booking itself."""
    keys = BookingCharge.objects.filter(booking=booking).values("charge")
    rows = Charge.objects.select_for_update(no_key=True).filter(pk__in=keys)
    return list(rows.order_by("pk"))


def give_up(charges: list[Charge], kept: int, because: str) -> None:
    """Void what was not paid, and ask for a refund of what was paid beyond `kept` yen."""
    for one in charges:
        if one.is_voided:
            continue
        if money.standing(one) in ("due", "none"):
            payments.void(one, reason=because)
            continue
        back = max(0, one.amount - kept)
        kept = max(0, kept - one.amount)
        if back:
            payments.ask_refund(one, amount=back, reason=because, staff=None)


def settle_difference(booking: Booking, charges: list[Charge], now: datetime, terms: Terms) -> None:
    """After a change ask for what it costs more now, or give back what it costs less."""
    standing = [one for one in charges if not one.is_voided]
    asked = sum(one.amount for one in standing)
    if asked == booking.fee_yen:
        return
    unpaid = [one for one in standing if money.standing(one) in ("due", "none")]
    for one in unpaid:
        payments.void(one, reason="予約が変更されたため")
    left = booking.fee_yen - sum(one.amount for one in standing if one not in unpaid)
    today = minutes.day_of(minutes.of(now))
    if left > 0 and len(unpaid) == len(standing):
        charge(booking, terms, now)
    elif left > 0:
        lines = [line("予約の変更による差額", left)]
        _request(
            booking, lines, today + timedelta(days=terms.due_days), kind=Charge.Kind.CORRECTION
        )
    elif left < 0:
        for one in reversed([one for one in standing if one not in unpaid]):
            piece = min(-left, one.amount)
            if piece:
                payments.ask_refund(one, amount=piece, reason="予約の変更による差額", staff=None)
                left += piece
