"""A series: its days, the people of its next occurrence, and the delivery that an occurrence becomes."""

from datetime import date, datetime, timedelta

from yakuba.broadcasts.models import Delivery, Series
from yakuba.broadcasts.queries import audience
from yakuba.broadcasts.rules import recurring
from yakuba.broadcasts.rules.recurring import Around, Occurrence
from yakuba.kit import clock
from yakuba.kit.clock import JAPAN
from yakuba.segments import queries as segments
from yakuba.townhall import queries as townhall
from yakuba.townhall.models import Capability, StaffMember
from yakuba.townhall.queries import TownDays


def has_own_days(series: Series) -> bool:
    """Say whether each person has a day of their own, so that few or none are meant on any one day."""
    return isinstance(recurring.read(series.rule).when, Around)


def expanded(series: Series, first: date, last: date) -> list[Occurrence]:
    rule = recurring.read(series.rule)
    return recurring.expand(
        rule, first, last, TownDays(), begins=series.begins_on, ends=series.ends_on
    )


def upcoming(series: Series, most: int) -> list[Occurrence]:
    """Return the next occurrences from now on."""
    rule, now = recurring.read(series.rule), clock.now()
    after = now.date() - timedelta(days=1)
    ahead = recurring.upcoming(
        rule, after, TownDays(), begins=series.begins_on, ends=series.ends_on
    )
    found: list[Occurrence] = []
    for one in ahead:
        if datetime.combine(one.day, rule.at, JAPAN) > now:
            found.append(one)
        if len(found) == most:
            break
    return found


def condition_on(series: Series, one: Occurrence) -> object:
    """Return whom the occurrence means: the series' people, and of a day of their own those whose turn it is."""
    when = recurring.read(series.rule).when
    if not isinstance(when, Around):
        return series.condition
    turn = recurring.people_on(when, one.planned)
    if series.condition == segments.everybody():
        return turn
    return {"all_of": [series.condition, turn]}


def occurrence(series: Series, at: datetime, one: Occurrence) -> Delivery:
    """Return, unsaved, the delivery that this occurrence becomes."""
    return Delivery(
        scope=series.scope,
        name=f"{series.name}（{one.day.month}月{one.day.day}日）"[:80],
        segment=series.segment,
        condition=condition_on(series, one),
        content=series.content,
        state=Delivery.State.SCHEDULED,
        series=series,
        occurs_at=at,
        due_at=at,
        begins_at=at,
        expected=_expected(series),
        night_reason=series.night_reason,
        overridden=series.overridden,
        made_at=clock.now(),
        made_by=series.made_by,
        changed_by=series.changed_by,
        sent_by=series.begun_by or series.made_by,
    )


def _expected(series: Series) -> int | None:
    """A group grows over the years: what is expected is what the last occurrence had."""
    if has_own_days(series):
        return None
    last = series.deliveries.filter(planned__isnull=False).order_by("-sent_at").first()
    return last.planned if last is not None else series.expected


def specimen(series: Series) -> Delivery:
    """Return, unsaved, the next occurrence, for the fuse to look at before the series begins."""
    ahead = upcoming(series, 1)
    one = ahead[0] if ahead else Occurrence(clock.today(), (clock.today(),))
    at = datetime.combine(one.day, recurring.read(series.rule).at, JAPAN)
    found = occurrence(series, at, one)
    found.expected, found.overridden = None, []
    return found


def people(series: Series) -> int:
    """Count who is meant as things are now: of a day of their own, whose turn it is the next time."""
    return audience.count(specimen(series))


def wrote(series: Series, staff: StaffMember) -> bool:
    return staff.pk in (series.made_by_id, series.changed_by_id, series.begun_by_id)


def who_may_agree(series: Series) -> list[StaffMember]:
    able = townhall.who_may(Capability.PUBLISH, series.scope)
    return [one for one in able if not wrote(series, one)]
