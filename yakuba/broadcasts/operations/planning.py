"""Turning a delivery into batches, in one transaction with what it costs."""

from collections.abc import Mapping

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _
from psycopg.sql import SQL, Composable, Placeholder

from yakuba.broadcasts import rules
from yakuba.broadcasts.models import Arm, Delivery
from yakuba.broadcasts.queries import audience
from yakuba.broadcasts.rules import content as contents
from yakuba.conditions.compiling import ROOM_TO_HASH
from yakuba.kit import clock
from yakuba.kit.errors import Refusal
from yakuba.line import operations as wire
from yakuba.line import quota
from yakuba.line.models import Lane
from yakuba.segments.models import Segment
from yakuba.townhall.models import StaffMember

State = Delivery.State


class NobodyMeant(Refusal):
    sentence = _("この条件にあてはまり、いま受け取れる人がいません。条件を確かめてください。")


class NoQuota(Refusal):
    sentence = _("今月LINEで送れる残りが足りません（必要：{needed}通）。")


@transaction.atomic
def plan(delivery: Delivery, *, staff: StaffMember) -> int:
    """Write the batches of a locked delivery, let the sender begin, and return how many people are meant.

    The people are judged here and nowhere else: everything is one transaction, so a refusal leaves nothing.

    Raises:
        NobodyMeant: nobody can be written to.
        NoQuota: the month has not that many messages left.
        conditions.checking.BrokenCondition: the condition does not fit what is known of residents.
    """
    content = contents.read(delivery.content)
    arms = {
        language: Arm.objects.create(
            delivery=delivery,
            number=number,
            language=language,
            messages=rules.composed(content, language=language),
            unit=rules.unit_name(delivery.pk, number),
        )
        for number, language in enumerate(rules.languages_of(content))
    }
    people = _write_batches(delivery, arms)
    if not people:
        raise NobodyMeant
    if not quota.reserve(people, lane=Lane(delivery.lane)):
        raise NoQuota(needed=people)
    delivery.state = State.SENDING
    delivery.planned = delivery.quota_reserved = people
    delivery.quota_month = quota.month()
    delivery.sent_at, delivery.sent_by = clock.now(), staff
    delivery.save()
    if delivery.segment is not None:
        Segment.objects.filter(pk=delivery.segment.pk).update(
            last_count=people, last_used_at=clock.now()
        )
    wire.ring("line_outgoing")
    return people


# One scan of the residents, one insert of some thousand rows. People are numbered within their wording,
# by id, so that a batch is the same whoever plans it.
_WRITE = SQL(
    """
INSERT INTO broadcasts_delivery_batch
  (delivery_id, arm_id, number, residents, user_ids, reached, retry_key, state, attempts,
   next_at, request_id, trouble, is_counted)
SELECT %(delivery)s, arm, row_number() OVER (ORDER BY arm, bundle) - 1, array_agg(id ORDER BY id), '{{}}', 0,
  gen_random_uuid(), 0, 0, clock_timestamp(), '', '', false
FROM (
  SELECT id, arm, (row_number() OVER (PARTITION BY arm ORDER BY id) - 1) / %(size)s AS bundle
  FROM (SELECT people.id, {arm} AS arm FROM ({people}) people {join}) addressed
) numbered
GROUP BY arm, bundle
RETURNING cardinality(residents)
"""
)


def _write_batches(delivery: Delivery, arms: Mapping[str, Arm]) -> int:
    people, parameters = audience.selection(delivery)
    parameters |= {"delivery": delivery.pk, "size": rules.BATCH}
    arm: Composable = SQL("%(arm_ja)s::bigint")
    join = SQL("")
    parameters["arm_ja"] = arms["ja"].pk
    others = [language for language in arms if language != "ja"]
    if others:
        whens = SQL(" ").join(
            SQL("WHEN {} THEN {}::bigint").format(
                Placeholder(f"language_{place}"), Placeholder(f"arm_{place}")
            )
            for place in range(len(others))
        )
        for place, language in enumerate(others):
            parameters[f"language_{place}"] = language
            parameters[f"arm_{place}"] = arms[language].pk
        arm = SQL("CASE spoken.language {} ELSE %(arm_ja)s::bigint END").format(whens)
        join = SQL("JOIN residents_resident spoken USING (id)")
    with connection.cursor() as cursor:
        cursor.execute(ROOM_TO_HASH)
        cursor.execute(_WRITE.format(arm=arm, people=people, join=join), parameters)
        return sum(row[0] for row in cursor.fetchall())
