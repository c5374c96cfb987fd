"""The fuse: everything that makes a delivery wait for a person. It reads and judges; `operations` obey.

Judged twice, by the same code: when a clerk confirms, and again at the moment of planning, because people,
quota and the calendar have moved on meanwhile.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection
from psycopg.sql import SQL

from yakuba.broadcasts.models import Approval, Delivery, Safeguards
from yakuba.broadcasts.queries import audience
from yakuba.broadcasts.rules import content as contents
from yakuba.broadcasts.rules import fuse as rules
from yakuba.broadcasts.rules.fuse import Finding
from yakuba.kit import wareki
from yakuba.kit.clock import JAPAN
from yakuba.residents.models import Resident
from yakuba.segments import queries as segments
from yakuba.townhall.models import StaffMember

SAME_WORDS_HOURS = 24

_MANY = 20  # in a town of a few testers a group is soon everybody

HARD_EMPTY = Finding(
    "empty", "この条件にあてはまり、いま受け取れる人がいません。条件を確かめてください。", False
)


def safeguards() -> Safeguards:
    """Return what the town decided, or the usual where it has not decided anything."""
    return Safeguards.objects.filter(pk=1).first() or Safeguards(pk=1)


def grace() -> timedelta:
    return timedelta(minutes=safeguards().grace_minutes)


def patience() -> timedelta:
    """Return how late a delivery may begin by itself; later than that, a person is asked."""
    return timedelta(minutes=safeguards().missed_after_minutes)


def needs_two(delivery: Delivery, people: int) -> bool:
    """Say whether a second person has to agree: never beforehand for a disaster (they are told at once)."""
    if delivery.kind == Delivery.Kind.DISASTER:
        return False
    is_everybody = delivery.corrects_id is None and (
        delivery.condition == segments.everybody() or (people >= _MANY and people >= _reachable())
    )
    above = safeguards().two_persons_above
    return rules.needs_two(people, is_everybody=is_everybody, above=above)


def _reachable() -> int:
    return Resident.objects.filter(reachable=True).count()


def is_agreed(delivery: Delivery) -> bool:
    """Say whether somebody has agreed to the delivery as it is now."""
    return delivery.approvals.filter(rev=delivery.rev, verdict=Approval.Verdict.AGREED).exists()


def wrote(delivery: Delivery, staff: StaffMember) -> bool:
    """Say whether `staff` had a hand in the delivery, so that their word is no second one."""
    return staff.pk in (delivery.made_by_id, delivery.changed_by_id, delivery.sent_by_id)


def is_night(at: datetime) -> bool:
    town = safeguards()
    return rules.is_night(
        at.astimezone(JAPAN).time(), begins=town.night_from, ends=town.night_until
    )


def findings(delivery: Delivery, people: int, *, at: datetime) -> list[Finding]:
    """Return what a person has to be asked about `delivery` if `people` got it at `at` (business time).

    What was overridden already is left out, and so are the hard stops, which planning itself meets.
    """
    found = [
        *_number(delivery, people),
        *_words(delivery, at),
        *_said_twice(delivery, at),
        *_night(delivery, at),
    ]
    return [one for one in found if not one.is_settled(delivery.overridden)]


def _number(delivery: Delivery, people: int) -> Iterator[Finding]:
    expected = delivery.expected
    if expected is None or not rules.is_far(expected, people):
        return
    if segments.is_delicate(delivery.condition):
        yield Finding("number", "送る人数が、確かめたときと大きく違います。", about=str(people))
    else:
        yield Finding(
            "number",
            f"送る人数が、確かめたときと大きく違います（そのとき{expected:,}人、いま{people:,}人）。",
            about=str(people),
        )


def _words(delivery: Delivery, at: datetime) -> Iterator[Finding]:
    today = at.astimezone(JAPAN).date()
    written = contents.texts(contents.read(delivery.content))
    for text in dict.fromkeys(words for _where, _language, words in written):
        for old in rules.past_days(text, today=today):
            yield Finding(
                "old_day",
                f"本文に過ぎた日付があります（{old.written}＝{wareki.full(old.day)}）。",
                about=old.day.isoformat(),
            )
        for sentence in rules.wrong_weekdays(text, today=today):
            yield Finding("weekday", sentence, about=sentence)


_SHARED = SQL(
    """
SELECT count(*) FROM (
  SELECT unnest(residents) FROM broadcasts_delivery_batch
  WHERE delivery_id = %(other)s AND state IN (0, 1, 2, 4)
  INTERSECT SELECT id FROM ({people}) people
) shared
"""
)


def _said_twice(delivery: Delivery, at: datetime) -> Iterator[Finding]:
    lately = Delivery.objects.exclude(pk=delivery.pk).filter(
        sent_at__gt=at - timedelta(hours=SAME_WORDS_HOURS), sent_at__lte=at
    )
    mine = rules.gist(delivery.content)
    for other in lately.exclude(state__in=Delivery.State.before_sending()).order_by("-sent_at"):
        if rules.gist(other.content) != mine or other.sent_at is None:
            continue
        if delivery.series_id is not None and other.series_id == delivery.series_id:
            continue  # every day the same is what was agreed on
        shared = _shared(delivery, other)
        if shared:
            veiled = segments.is_veiled(delivery.condition, shared)
            said = f"{segments.FLOOR}人未満" if veiled else f"{shared:,}人"
            yield Finding(
                "double",
                f"同じ文面を{wareki.moment(other.sent_at)}に、重なる{said}に送っています"
                f"（配信「{other.name}」）。",
                about=str(other.public_id),
            )


def _shared(delivery: Delivery, other: Delivery) -> int:
    """Count who is meant by `delivery` and got `other`, or may have."""
    people, parameters = audience.selection(delivery)
    statement = _SHARED.format(people=people)
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters | {"other": other.pk})
        return int(cursor.fetchone()[0])


def _night(delivery: Delivery, at: datetime) -> Iterator[Finding]:
    if delivery.kind == Delivery.Kind.DISASTER or delivery.night_reason or not is_night(at):
        return
    town = safeguards()
    yield Finding(
        "night",
        f"夜間（{town.night_from:%H:%M}〜{town.night_until:%H:%M}）に送る理由が書かれていません。",
    )
