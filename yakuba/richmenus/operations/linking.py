"""What became of a batch of links: done, tried again, halved, failed; and what people did with the tabs themselves."""

import random
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from yakuba.kit import clock
from yakuba.line import menus as wire
from yakuba.line import operations as line
from yakuba.line.client import Result
from yakuba.line.models import Lane
from yakuba.line.sockets import may_receive
from yakuba.richmenus import queries
from yakuba.richmenus.models import Alias, Assignment, LinkBatch, MadeMenu
from yakuba.richmenus.operations import deciding

State = LinkBatch.State
_LONGEST_WAIT = 300.0

_DUE_LANES = """
SELECT DISTINCT lane FROM richmenus_linkbatch WHERE state IN (0, 1)
  AND next_at <= clock_timestamp() AND (state = 0 OR lease_until < clock_timestamp())
"""
# Chosen once: a subquery with LIMIT and SKIP LOCKED may be run again for each row, and take more than its limit.
_CLAIM = """
WITH chosen AS MATERIALIZED (
  SELECT id FROM richmenus_linkbatch WHERE state IN (0, 1) AND lane = %(lane)s
    AND next_at <= clock_timestamp() AND (state = 0 OR lease_until < clock_timestamp())
  ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
UPDATE richmenus_linkbatch SET state = 1, attempts = attempts + 1,
  lease_until = clock_timestamp() + make_interval(secs => %(lease)s)
WHERE id IN (SELECT id FROM chosen)
RETURNING id
"""
_CLOSE = """
UPDATE richmenus_linkbatch SET state = %(state)s, http_status = %(status)s, trouble = %(trouble)s,
  lease_until = NULL, done_at = clock_timestamp(), user_ids = %(left)s
WHERE id = %(batch)s AND state = 1 AND attempts = %(attempt)s
"""
_AGAIN = """
UPDATE richmenus_linkbatch SET state = 0, http_status = %(status)s, trouble = %(trouble)s, lease_until = NULL,
  next_at = clock_timestamp() + make_interval(secs => %(wait)s)
WHERE id = %(batch)s AND state = 1 AND attempts = %(attempt)s
"""
_LINKED = """
UPDATE richmenus_assignment SET linked_id = %(made)s, is_known = true, linked_at = clock_timestamp(),
  batch_id = NULL WHERE batch_id = %(batch)s
"""


def due_lanes() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_DUE_LANES)
        return [row[0] for row in cursor.fetchall()]


@transaction.atomic(savepoint=False)
def claim(lane: int, *, limit: int, lease: int) -> list[LinkBatch]:
    """Take up to `limit` batches for ourselves until the lease ends, committed before LINE is asked."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"lane": lane, "limit": limit, "lease": lease})
        ids = [row[0] for row in cursor.fetchall()]
    return list(LinkBatch.objects.filter(pk__in=ids).select_related("made").order_by("id"))


@transaction.atomic
def last_look(batch: LinkBatch) -> list[str]:
    """Return whom the batch is still right for, and leave the others to be planned anew.

    Between planning and asking a rule may have ended. Whoever was tried before may be linked already:
    of them we know nothing any more.
    """
    row = LinkBatch.objects.select_for_update(no_key=True).get(pk=batch.pk)
    if row.state != State.SENDING or row.attempts != batch.attempts:
        return []  # the lease ended, and somebody else has it
    if batch.is_farewell:
        return sorted(may_receive(batch.user_ids))
    still = {one.user_id for one in queries.differences(batch=batch) if one.made == batch.made_id}
    mine = still & may_receive(list(still))
    others = Assignment.objects.filter(batch=batch).exclude(line_user_id__in=mine)
    if batch.attempts > 1:
        others.update(batch=None, is_known=False)
    else:
        others.update(batch=None)
    return sorted(mine)


@transaction.atomic
def linked(batch: LinkBatch, result: Result) -> None:
    """LINE has taken it; whoever is to see something else meanwhile is planned anew."""
    if not _close(batch, State.DONE, result, left=[]):
        return
    with connection.cursor() as cursor:
        cursor.execute(_LINKED, {"made": batch.made_id, "batch": batch.pk})
    deciding.plan()


@transaction.atomic
def nobody_left(batch: LinkBatch) -> None:
    """Close a batch that is right for nobody any more."""
    if _close(batch, State.DONE, None, left=[]):
        deciding.plan()


@transaction.atomic
def refused(batch: LinkBatch, result: Result, people: list[str]) -> None:
    """LINE took it from nobody: two halves, until the bad id is alone, so that it keeps the menu from no one else."""
    if len(people) < 2:
        _close(batch, State.FAILED, result, left=people)
        return
    if not _close(batch, State.DONE, result, left=[]):
        return
    LinkBatch.objects.filter(pk=batch.pk).update(people=0)  # they are counted in the halves
    middle = (len(people) + 1) // 2
    for half in (people[:middle], people[middle:]):
        part = LinkBatch.objects.create(
            made=batch.made,
            rule=batch.rule,
            user_ids=half,
            people=len(half),
            lane=batch.lane,
            is_farewell=batch.is_farewell,
            created_at=batch.created_at,
        )
        Assignment.objects.filter(batch=batch, line_user_id__in=half).update(batch=part)


@transaction.atomic
def unknown_menu(batch: LinkBatch, result: Result) -> None:
    """LINE does not know the menu: nobody is linked, and the mirror makes it anew."""
    if _close(batch, State.DONE, result, left=[]):
        LinkBatch.objects.filter(pk=batch.pk).update(people=0)
        Assignment.objects.filter(batch=batch).update(batch=None, is_known=False)


def again(batch: LinkBatch, result: Result, *, wait: float | None = None) -> None:
    """Put it back. To link twice is the same as once, so nothing has to be known of the attempt."""
    tries = min(batch.attempts - 1, 9)
    wait = wait or min(_LONGEST_WAIT, 2.0**tries) * random.uniform(0.8, 1.2)
    with connection.cursor() as cursor:
        cursor.execute(_AGAIN, {**_said(batch, result), "wait": wait})


def _close(batch: LinkBatch, state: int, result: Result | None, *, left: list[str]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE, {**_said(batch, result), "state": state, "left": left})
        return bool(cursor.rowcount)


def _said(batch: LinkBatch, result: Result | None) -> dict[str, Any]:
    return {
        "batch": batch.pk,
        "attempt": batch.attempts,
        "status": result.status if result else None,
        "trouble": result.words[:300] if result else "",
    }


@transaction.atomic
def switched(*, user_id: str, alias: str, at: datetime) -> MadeMenu | None:
    """Note that somebody went to another tab: LINE has linked them to it, of its own accord.

    An event that is older than our own last word about the person changes nothing.
    """
    known = Alias.objects.filter(name=alias).select_related("made__menu").first()
    if known is None or known.made is None:
        return None
    mine, _is_new = Assignment.objects.select_for_update(no_key=True).get_or_create(
        line_user_id=user_id, defaults={"since": clock.now()}
    )
    if mine.linked_at is not None and mine.linked_at > at:
        return known.made
    mine.linked, mine.linked_at = known.made, at
    if (
        mine.batch_id is None
    ):  # else LINE is being told of them now; that comes later, and says more
        mine.is_known = True
    mine.save(update_fields=["linked", "linked_at", "is_known"])
    deciding.plan(only=[user_id])
    return known.made


@transaction.atomic
def forget(user_ids: list[str]) -> None:
    """Forget some people, and have LINE unlink them from whatever menu was theirs."""
    mine = Assignment.objects.filter(line_user_id__in=user_ids)
    linked_ones = list(mine.exclude(linked=None).values_list("line_user_id", flat=True))
    mine.delete()
    LinkBatch.objects.filter(user_ids__overlap=user_ids, state=State.FAILED).update(user_ids=[])
    for some in wire.chunks(linked_ones):
        LinkBatch.objects.create(
            made=None,
            user_ids=some,
            people=len(some),
            is_farewell=True,
            lane=Lane.NOTICE,
            created_at=clock.now(),
        )
        line.ring("line_outgoing")
