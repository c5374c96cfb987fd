"""What may be picked: read once as numbers, swept once; the claims decide when somebody does pick (0081)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from yakuba.bookings.models import Offer, OfferUnit, Period, Session
from yakuba.bookings.queries.hours import hours_of, terms_of
from yakuba.bookings.rules import minutes, slots
from yakuba.bookings.rules.minutes import Span
from yakuba.bookings.rules.slots import Slot
from yakuba.bookings.rules.terms import Terms


@dataclass(frozen=True, slots=True)
class Day:
    """The slots of an offer on one day. `state` in a word: free, some, full, closed."""

    offer: Offer
    day: date
    slots: tuple[Slot, ...]

    @property
    def free(self) -> list[Slot]:
        return [slot for slot in self.slots if slot.state == "free"]

    @property
    def state(self) -> str:
        """Say in a word how the day is: full is only what somebody else has."""
        if not any(slot.state in ("free", "taken", "held") for slot in self.slots):
            return "closed"
        free = len(self.free)
        return "free" if free == len(self.slots) else "some" if free else "full"


_CLAIMS = """
SELECT unit_id, (extract(epoch FROM lower(during)) / 60)::bigint, (extract(epoch FROM upper(during)) / 60)::bigint,
    hold_until IS NOT NULL
FROM bookings_claim
WHERE live AND unit_id = ANY(%(units)s) AND during && tstzrange(%(since)s, %(until)s)
    AND (hold_until IS NULL OR hold_until > %(now)s)
ORDER BY unit_id, lower(during)
"""


@dataclass(frozen=True, slots=True)
class Busy:
    """What keeps a unit: every live claim, and those of them that may fall."""

    taken: dict[int, list[Span]]
    held: dict[int, list[Span]]


def busy(units: Iterable[int], span: Span, now: datetime) -> Busy:
    """Read the claims on `units` that overlap the span, in the order of time. A hold that is over keeps nobody out."""
    found = Busy(defaultdict(list), defaultdict(list))
    with connection.cursor() as cursor:
        cursor.execute(
            _CLAIMS,
            {
                "units": list(units),
                "since": minutes.moment(span[0]),
                "until": minutes.moment(span[1]),
                "now": now,
            },
        )
        for unit, start, end, is_held in cursor.fetchall():
            found.taken[unit].append((start, end))
            if is_held:
                found.held[unit].append((start, end))
    return found


def days_of(
    offers: Sequence[Offer], since: date, until: date, *, now: datetime
) -> dict[int, list[Day]]:
    """Return the days of each offer from `since` to before `until`, with their slots."""
    hours = hours_of(offers, since, until)
    units = units_of(offers)
    around = (minutes.midnight(since), minutes.midnight(until) + minutes.LONGEST)
    claims = busy({unit for parts in units.values() for unit in parts}, around, now)
    periods = _periods(offers)
    sessions = _sessions(offers, around)
    found: dict[int, list[Day]] = {}
    for offer in offers:
        terms = terms_of(offer)
        made: dict[date, list[Slot]] = {day: [] for day in minutes.days(since, until)}
        opened = hours.of(offer)
        if offer.shape == Offer.Shape.SESSIONS:
            all_slots = _of_sessions(terms, sessions.get(offer.pk, []), now)
        else:
            free, held = free_of(offer, opened, units.get(offer.pk, []), claims)
            if offer.shape == Offer.Shape.GRID:
                all_slots = list(slots.grid(terms, made, opened, free, held, now))
            else:
                all_slots = _of_periods(
                    terms, periods.get(offer.pk, []), made, opened, free, held, now
                )
        for slot in all_slots:
            day = minutes.day_of(slot.starts)
            if day in made:
                made[day].append(slot)
        found[offer.pk] = [Day(offer, day, tuple(several)) for day, several in made.items()]
    return found


def day_of(offer: Offer, day: date, *, now: datetime) -> Day:
    return days_of([offer], day, day + timedelta(days=1), now=now)[offer.pk][0]


def units_of(offers: Iterable[Offer]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    rows = OfferUnit.objects.filter(offer__in=[offer.pk for offer in offers])
    for offer, unit in rows.order_by("unit").values_list("offer", "unit"):
        found[offer].append(unit)
    return found


def free_of(
    offer: Offer, opened: list[Span], units: Sequence[int], claims: Busy
) -> tuple[list[Span], list[Span]]:
    """Return when the offer is free, and when somebody is still deciding; both in order."""
    if not units:
        return [], []
    held = minutes.union(span for unit in units for span in claims.held.get(unit, []))
    if offer.takes == Offer.Takes.ALL:
        taken = minutes.union(span for unit in units for span in claims.taken.get(unit, []))
        return minutes.without(opened, taken), held
    free: list[Span] = []
    for unit in units:
        free += minutes.without(opened, minutes.union(claims.taken.get(unit, [])))
    # One court for the whole time: what is free on two courts in turn is not one free time, so they stay apart.
    return _longest(free), held


def _longest(spans: list[Span]) -> list[Span]:
    """Return spans in order of which none lies within another."""
    found: list[Span] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not found or end > found[-1][1]:
            found.append((start, end))
    return found


def _periods(offers: Iterable[Offer]) -> dict[int, list[Period]]:
    found: dict[int, list[Period]] = defaultdict(list)
    chosen = [offer.pk for offer in offers if offer.shape == Offer.Shape.PERIODS]
    for period in Period.objects.filter(offer__in=chosen) if chosen else []:
        found[period.offer_id].append(period)
    return found


def _of_periods(
    terms: Terms,
    periods: Iterable[Period],
    days: Iterable[date],
    opened: list[Span],
    free: list[Span],
    held: list[Span],
    now: datetime,
) -> list[Slot]:
    found = []
    for day in days:
        base = minutes.midnight(day)
        for period in periods:
            span = (base + period.starts_minute, base + period.ends_minute)
            if not minutes.covers(opened, span):
                continue
            state = slots.why_not_by_terms(terms, span, now)
            if state is None:
                is_held = any(start < span[1] and span[0] < end for start, end in held)
                state = "free" if minutes.covers(free, span) else "held" if is_held else "taken"
            found.append(Slot(*span, state, period.name, span[1] - span[0]))
    return found


def _sessions(offers: Iterable[Offer], around: Span) -> dict[int, list[Session]]:
    chosen = [offer.pk for offer in offers if offer.shape == Offer.Shape.SESSIONS]
    found: dict[int, list[Session]] = defaultdict(list)
    if chosen:
        for session in Session.objects.filter(
            offer__in=chosen,
            cancelled_at=None,
            starts_at__gte=minutes.moment(around[0]),
            starts_at__lt=minutes.moment(around[1]),
        ).order_by("starts_at"):
            found[session.offer_id].append(session)
    return found


def _of_sessions(terms: Terms, sessions: Iterable[Session], now: datetime) -> list[Slot]:
    found = []
    for session in sessions:
        span = (minutes.of(session.starts_at), minutes.of(session.ends_at))
        left = session.capacity - session.taken
        state = slots.why_not_by_terms(terms, span, now) or ("free" if left else "taken")
        found.append(Slot(*span, state, session.title, span[1] - span[0], left))
    return found


def any_free(
    offers: Sequence[Offer], *, weekday: int, between: Span, weeks: int, now: datetime
) -> list[tuple[Offer, date]]:
    """Return which offers are free for the whole of `between` (minutes of the day) on a weekday of the next weeks.

    「これから8週間の土曜日、13時から15時に空いている部屋」 is weekday=5, between=(780, 900), weeks=8.
    """
    today = minutes.day_of(minutes.of(now))
    first = today + timedelta(days=(weekday - today.weekday()) % 7)
    days = [first + timedelta(weeks=week) for week in range(weeks)]
    if not days:
        return []
    hours = hours_of(offers, days[0], days[-1] + timedelta(days=1))
    units = units_of(offers)
    around = (minutes.midnight(days[0]), minutes.midnight(days[-1]) + 2 * minutes.DAY)
    claims = busy({unit for parts in units.values() for unit in parts}, around, now)
    found = []
    for offer in offers:
        if offer.shape == Offer.Shape.SESSIONS:
            continue
        terms = terms_of(offer)
        free, _held = free_of(offer, hours.of(offer), units.get(offer.pk, []), claims)
        for day in days:
            span = (minutes.midnight(day) + between[0], minutes.midnight(day) + between[1])
            if slots.why_not_by_terms(terms, span, now) is None and minutes.covers(free, span):
                found.append((offer, day))
    return found
