"""Who is to see which menu, written down; and the difference to what LINE has, put into batches.

Deciding asks for all rules in one statement, in their order, so one person and everybody are judged alike.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from django.db import connection, transaction
from django.db.models.functions import Now
from psycopg.sql import SQL, Composable, Literal

from yakuba.conditions.compiling import ROOM_TO_HASH
from yakuba.conditions.facts import Parameters
from yakuba.kit import clock
from yakuba.kit.db import lock_name, name_number
from yakuba.line import menus as wire
from yakuba.line import operations as line
from yakuba.line.models import Lane
from yakuba.line.sockets import may_receive
from yakuba.richmenus import queries
from yakuba.richmenus.models import Assignment, LinkBatch, MenuRule
from yakuba.richmenus.sockets import rule_kinds

RULES = "richmenus:rules"
SETTLES = timedelta(
    seconds=3
)  # LINE links many only after it has said yes; the next word waits so long

_DECIDE = """
WITH wanted AS (
  SELECT account.line_user_id AS user_id, {chosen} AS rule_id
  FROM residents_lineaccount account JOIN residents_resident subject ON subject.id = account.resident_id
  WHERE account.detached_at IS NULL AND account.is_friend AND {who})
INSERT INTO richmenus_assignment AS old (line_user_id, rule_id, menu_id, since, is_known)
SELECT user_id, rule.id, rule.menu_id, %(now)s, true
FROM wanted LEFT JOIN richmenus_menurule rule ON rule.id = rule_id
WHERE rule.id IS NOT NULL
  OR EXISTS (SELECT 1 FROM richmenus_assignment known WHERE known.line_user_id = user_id)
ORDER BY user_id
ON CONFLICT (line_user_id) DO UPDATE SET rule_id = excluded.rule_id, menu_id = excluded.menu_id,
  since = CASE WHEN old.menu_id IS DISTINCT FROM excluded.menu_id THEN excluded.since ELSE old.since END
WHERE old.rule_id IS DISTINCT FROM excluded.rule_id OR old.menu_id IS DISTINCT FROM excluded.menu_id
"""

_IN_BATCH = """
UPDATE richmenus_assignment one SET batch_id = new.batch_id
FROM unnest(%s::varchar[], %s::bigint[]) AS new (user_id, batch_id) WHERE one.line_user_id = new.user_id
"""
_SETTLE = """
UPDATE richmenus_linkbatch batch SET next_at = greatest(batch.next_at, last.at + make_interval(secs => %s))
FROM (SELECT batch_id, max(linked_at) AS at FROM richmenus_assignment WHERE batch_id = ANY(%s) GROUP BY batch_id) last
WHERE batch.id = last.batch_id AND last.at IS NOT NULL
"""


@transaction.atomic
def decide_for(user_ids: Sequence[str]) -> None:
    """Judge some people anew and have LINE told; in the transaction of what happened to them."""
    if not user_ids:
        return
    with connection.cursor() as cursor:
        # Many may be judged at once, but not while the rules themselves change.
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [name_number(RULES)])
    _decide(list(user_ids))
    plan(only=list(user_ids))


@transaction.atomic
def meet_again(user_ids: Sequence[str]) -> None:
    """Judge people who became friends; what LINE shows to one who comes back, nobody can know."""
    doubt(user_ids)
    decide_for(user_ids)


def doubt(user_ids: Sequence[str]) -> None:
    """Know no longer what LINE shows to some people: they blocked us, or come back."""
    Assignment.objects.filter(line_user_id__in=user_ids).update(is_known=False)


@transaction.atomic
def decide_all() -> int:
    """Judge everybody anew, and return for how many that changed something."""
    lock_name(RULES)
    changed = _decide(None)
    plan()
    return changed


def _decide(only: list[str] | None) -> int:
    chosen, parameters = _choice(queries.rules_that_differ())
    who = SQL("account.line_user_id = ANY(%(only)s)") if only is not None else SQL("true")
    statement = SQL(_DECIDE).format(chosen=chosen, who=who)
    with connection.cursor() as cursor:
        cursor.execute(ROOM_TO_HASH)
        cursor.execute(statement, {**parameters, "now": clock.now(), "only": only})
        return int(cursor.rowcount)


def _choice(rules: Sequence[MenuRule]) -> tuple[Composable, Parameters]:
    """Return the first rule that means the row, as SQL; NULL is the default."""
    parameters: Parameters = {}
    cases: list[Composable] = []
    for rule in rules:
        found = queries.selection(rule)
        if found is not None:  # a rule whose condition is broken means nobody; the list says so
            cases.append(SQL("WHEN {} THEN {}").format(found[0], Literal(rule.pk)))
            parameters |= found[1]
    if not cases:
        return SQL("NULL::bigint"), parameters
    return SQL("CASE {} END").format(SQL(" ").join(cases)), parameters


@transaction.atomic
def plan(*, only: list[str] | None = None) -> int:
    """Put those whose link at LINE is not what it should be into batches, and return how many they are.

    Nobody is in two open batches: what LINE is told of a person, it is told in order.
    """
    wanted = queries.differences(only=only, lock=True)
    allowed = may_receive([one.user_id for one in wanted]) if wanted else set()
    groups: dict[tuple[int | None, int | None], list[queries.Difference]] = defaultdict(list)
    for one in wanted:
        if one.user_id in allowed:
            groups[one.made, one.rule].append(one)
    batches: list[LinkBatch] = []
    for (made, rule), people in groups.items():
        lane = Lane.NOTICE if only is not None else _lane(rule)
        for some in wire.chunks(sorted(one.user_id for one in people)):
            batch = LinkBatch(
                made_id=made, rule_id=rule, user_ids=some, people=len(some), lane=lane
            )
            batch.created_at = clock.now()
            batches.append(batch)
    _put(batches)
    return sum(batch.people for batch in batches)


def _put(batches: Sequence[LinkBatch]) -> None:
    """Write the batches and who is in which, in three statements however many they are."""
    if not batches:
        return
    made = LinkBatch.objects.bulk_create(batches)
    pairs = [(user_id, batch.pk) for batch in made for user_id in batch.user_ids]
    with connection.cursor() as cursor:
        cursor.execute(_IN_BATCH, [[one for one, _pk in pairs], [pk for _one, pk in pairs]])
        cursor.execute(_SETTLE, [SETTLES.total_seconds(), [batch.pk for batch in made]])
    line.ring("line_outgoing")


def _lane(rule_id: int | None) -> Lane:
    """The lane of the rule that makes them switch: whoever goes back to the default goes as urgently as that."""
    rule = MenuRule.objects.filter(pk=rule_id).first() if rule_id else queries.everybodys_rule()
    return rule_kinds[rule.kind].lane if rule is not None else Lane.DELIVERY


@transaction.atomic
def again_with_failures() -> None:
    """Try once more those whom LINE refused, and judge everybody: children grow older."""
    failed = LinkBatch.objects.filter(state=LinkBatch.State.FAILED)
    Assignment.objects.filter(batch__in=failed).update(batch=None, is_known=False)
    decide_all()


@transaction.atomic
def retry(batch: LinkBatch) -> None:
    """Let a failed batch be planned anew, because a clerk pressed the button."""
    Assignment.objects.filter(batch=batch, batch__state=LinkBatch.State.FAILED).update(
        batch=None, is_known=False
    )
    plan()


def hurry() -> None:
    """Let what waits for its next try be tried now."""
    LinkBatch.objects.filter(state=LinkBatch.State.PENDING).update(next_at=Now())
    line.ring("line_outgoing")
