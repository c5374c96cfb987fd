"""Why a time cannot be booked, in a sentence for the resident."""

from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from yakuba.bookings.models import Offer, Period
from yakuba.bookings.queries.hours import hours_of, terms_of
from yakuba.bookings.rules import minutes, slots
from yakuba.bookings.rules.minutes import Span
from yakuba.kit import wareki


def why_not(offer: Offer, span: Span, *, now: datetime) -> str:
    """Return what speaks against the time whoever has it; "" when it may be booked if it is free.

    Read without a lock: hours and terms are not what people race for.
    """
    terms = terms_of(offer)
    if not (offer.is_open and offer.facility.is_open):
        return _("{offer}は、いま予約を受け付けていません。").format(offer=offer)
    state = slots.why_not_by_terms(terms, span, now)
    if state == "over":
        return _("その時間は過ぎています。")
    if state == "too_soon":
        return _(
            "{offer}は、利用の{how_long}前までに予約してください。お急ぎのときは{phone}にお電話ください。"
        ).format(
            offer=offer,
            how_long=_long(terms.notice_minutes),
            phone=offer.facility.phone or _("施設"),
        )
    if state == "not_yet":
        return _("いま予約できるのは{day}までです。").format(
            day=wareki.full(slots.last_day(terms.horizon, now))
        )
    return "" if offer.shape == Offer.Shape.SESSIONS else _by_shape(offer, span)


def _by_shape(offer: Offer, span: Span) -> str:
    terms = terms_of(offer)
    day = minutes.day_of(span[0])
    if not minutes.covers(_opened(offer, day), span):
        return _("{offer}は、その時間は開いていません。").format(offer=offer)
    if offer.shape == Offer.Shape.GRID:
        if slots.fits_grid(terms, span):
            return ""
        return _("{offer}は、{step}きざみで、{shortest}から{longest}まで予約できます。").format(
            offer=offer,
            step=_long(terms.step_minutes),
            shortest=_long(terms.shortest_minutes),
            longest=_long(terms.longest_minutes),
        )
    base = minutes.midnight(day)
    periods = [
        (base + one.starts_minute, base + one.ends_minute)
        for one in Period.objects.filter(offer=offer)
    ]
    if slots.joined(periods, span, terms.most_periods):
        return ""
    return _("{offer}は、続いた区分を{most}つまで予約できます。").format(
        offer=offer, most=terms.most_periods
    )


def _opened(offer: Offer, day: date) -> list[Span]:
    return hours_of([offer], day, day + timedelta(days=1)).of(offer)


def _long(many: int) -> str:
    """Say how long so many minutes are: 30分, 2時間, 1時間30分, 3日."""
    if many >= 2 * minutes.DAY and many % minutes.DAY == 0:
        return _("{days}日").format(days=many // minutes.DAY)
    hours, rest = divmod(many, 60)
    if not hours:
        return _("{minutes}分").format(minutes=rest)
    return _("{hours}時間{rest}").format(
        hours=hours, rest=_("{minutes}分").format(minutes=rest) if rest else ""
    )
