"""Turning a delivery into batches, in one transaction with what it costs."""

from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _
from psycopg.sql import SQL, Composed

from yakuba.broadcasts import rules
from yakuba.broadcasts.models import Arm, Delivery
from yakuba.broadcasts.operations import links, statistics, wordings
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
        TooManyWordings, UnknownVariable: see `wordings`.
        conditions.checking.BrokenCondition: the condition does not fit what is known of residents.
    """
    content = contents.read(delivery.content)
    chosen = _Chosen(delivery, wordings.needed(content))
    people = chosen.write_batches(_arms(delivery, content, chosen))
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


def _arms(delivery: Delivery, content: contents.Content, chosen: "_Chosen") -> dict[str, Arm]:
    """Draw one wording for each group of readers that is there, by the group's key."""
    groups = chosen.groups()
    wordings.check_number(content, len(groups))
    measured = links.prepare(delivery, content)
    return {
        key: Arm.objects.create(
            delivery=delivery,
            number=number,
            language=language,
            messages=wordings.render(
                content,
                language=language,
                values=chosen.needs.values(tokens),
                links=measured,
                delivery=delivery,
            ),
            unit=statistics.unit_for(delivery, number),
        )
        for number, (key, language, tokens) in enumerate(groups)
    }


# People whose wording is the same have the same key: their language, and which of the tokens that matter they have.
_KEY = SQL(
    "CASE WHEN {languages} AND reader.language IN ('ja-easy', 'en') THEN reader.language ELSE 'ja' END || ' ' ||"
    " array(SELECT token FROM unnest(reader.tags) token WHERE token = ANY(%(tokens)s) ORDER BY token)::text"
)
_GROUPS = SQL(
    "SELECT key FROM (SELECT DISTINCT {key} AS key FROM ({people}) people"
    " JOIN residents_resident reader USING (id)) found ORDER BY key <> 'ja {{}}', key"
)
# One scan of the residents, one insert of some thousand rows. The people of a wording are gathered into one array in the
# order of their ids and cut from it, so that a batch is the same whoever plans it; numbering a million rows to group
# them by their number took five times as long.
_WRITE = SQL(
    """
WITH wordings AS MATERIALIZED (
  SELECT arm, array_agg(id ORDER BY id) AS ids FROM ({addressed}) addressed GROUP BY arm
), bundles AS MATERIALIZED (
  SELECT arm, bundle, ids[bundle * %(size)s + 1 : (bundle + 1) * %(size)s] AS people
  FROM wordings, generate_series(0, (cardinality(ids) - 1) / %(size)s) AS bundle
)
INSERT INTO broadcasts_delivery_batch
  (delivery_id, arm_id, number, residents, user_ids, reached, retry_key, state, attempts,
   next_at, request_id, trouble, is_counted)
SELECT %(delivery)s, arm, row_number() OVER (ORDER BY arm, bundle) - 1, people, '{{}}', 0,
  gen_random_uuid(), 0, 0, clock_timestamp(), '', '', false
FROM bundles
RETURNING cardinality(residents)
"""
)
_ALIKE = SQL("SELECT people.id, %(arm)s::bigint AS arm FROM ({people}) people")
_BY_KEY = SQL(
    "SELECT people.id, wording.arm FROM ({people}) people JOIN residents_resident reader USING (id)"
    " JOIN unnest(%(keys)s::text[], %(arms)s::bigint[]) wording (key, arm) ON wording.key = {key}"
)
_EVERYBODY_ALIKE = "ja {}"


class _Chosen:
    """The people of a delivery in SQL, grouped by what makes a difference in its wording."""

    def __init__(self, delivery: Delivery, needs: wordings.Needs) -> None:
        self.delivery, self.needs = delivery, needs
        self.people, self.parameters = audience.selection(delivery)
        self.parameters |= {"tokens": needs.tokens}
        self.key = _KEY.format(languages=SQL("true" if needs.languages else "false"))

    @property
    def _is_alike(self) -> bool:
        return not self.needs.languages and not self.needs.attributes

    def groups(self) -> list[tuple[str, str, list[int]]]:
        """Return key, language and tokens of each group that has somebody in it; Japanese first."""
        if self._is_alike:
            return [(_EVERYBODY_ALIKE, "ja", [])]
        found = []
        for (key,) in self._fetch(_GROUPS.format(key=self.key, people=self.people)):
            language, _space, tokens = str(key).partition(" ")
            found.append((str(key), language, [int(one) for one in tokens[1:-1].split(",") if one]))
        return found

    def write_batches(self, arms: Mapping[str, Arm]) -> int:
        """Insert the batches, and return how many people are in them."""
        self.parameters |= {"delivery": self.delivery.pk, "size": rules.BATCH}
        if self._is_alike:
            self.parameters["arm"] = arms[_EVERYBODY_ALIKE].pk
            addressed = _ALIKE.format(people=self.people)
        else:
            self.parameters["keys"] = list(arms)
            self.parameters["arms"] = [arm.pk for arm in arms.values()]
            addressed = _BY_KEY.format(people=self.people, key=self.key)
        return sum(row[0] for row in self._fetch(_WRITE.format(addressed=addressed)))

    def _fetch(self, statement: Composed) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(ROOM_TO_HASH)
            cursor.execute(statement, self.parameters)
            return list(cursor.fetchall())
