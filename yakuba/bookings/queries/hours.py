"""When offers are open, read once for all of them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from yakuba.bookings.models import Offer, OpeningChange, OpeningRule
from yakuba.bookings.rules import minutes, opening
from yakuba.bookings.rules.minutes import Span
from yakuba.bookings.rules.terms import Terms
from yakuba.townhall import queries as townhall


def terms_of(offer: Offer) -> Terms:
    return Terms.model_validate(offer.rules)


@dataclass(frozen=True, slots=True)
class Hours:
    """The opening rules and changes that concern some offers, from one day to before another."""

    since: date
    until: date
    is_holiday: opening.IsHoliday
    rules: dict[int, list[opening.Rule]] = field(default_factory=dict)  # offer → rules
    changes: dict[int, list[opening.Change]] = field(default_factory=dict)

    def of(self, offer: Offer) -> list[Span]:
        return opening.open_spans(
            self.since,
            self.until,
            self.rules.get(offer.pk, []),
            self.changes.get(offer.pk, []),
            self.is_holiday,
        )


def hours_of(offers: Iterable[Offer], since: date, until: date) -> Hours:
    """Read when `offers` are open from the day `since` to before the day `until`: three queries for all of them."""
    offers = list(offers)
    facilities = {offer.facility_id for offer in offers}
    rules: dict[tuple[int, int | None], list[opening.Rule]] = defaultdict(list)
    for row in OpeningRule.objects.filter(facility__in=facilities):
        rules[row.facility_id, row.offer_id].append(_rule(row))
    changes: dict[tuple[int, int | None], list[opening.Change]] = defaultdict(list)
    first, last = minutes.midnight(since), minutes.midnight(until) + minutes.LONGEST
    for change in OpeningChange.objects.filter(
        facility__in=facilities,
        starts_at__lt=minutes.moment(last),
        ends_at__gt=minutes.moment(first),
    ):
        span = (minutes.of(change.starts_at), minutes.of(change.ends_at))
        changes[change.facility_id, change.offer_id].append(opening.Change(span, change.is_open))
    found = Hours(since, until, cache(townhall.TownDays().is_holiday))
    for offer in offers:
        both = ((offer.facility_id, None), (offer.facility_id, offer.pk))
        found.rules[offer.pk] = [rule for key in both for rule in rules.get(key, [])]
        found.changes[offer.pk] = [one for key in both for one in changes.get(key, [])]
    return found


def _rule(row: OpeningRule) -> opening.Rule:
    season = (row.season_from, row.season_to) if row.season_from and row.season_to else None
    return opening.Rule(
        weekdays=frozenset(row.weekdays),
        opens=row.opens_minute,
        closes=row.closes_minute,
        holidays=row.holidays,
        since=row.since,
        until=row.until,
        season=season,
        priority=row.priority,
        is_own=row.offer_id is not None,
    )
