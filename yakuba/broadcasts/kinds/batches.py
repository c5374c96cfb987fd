"""Batches for the one sender: claimed with a lease, sent under the stored key, settled by what LINE says.

`facts/messaging.md` §7.3 has the reasons. A batch that LINE calls malformed is halved until the bad id is
alone, because one bad id keeps the message from everybody else.
"""

import json
import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from yakuba.broadcasts import operations
from yakuba.broadcasts.models import Batch, Delivery
from yakuba.kit.db import lock
from yakuba.line import client, limiter, quota, sockets
from yakuba.line.client import Result, Verdict
from yakuba.line.models import Lane

# Short, because a killed sender's people wait for its end, and renewed while LINE thinks. If two senders are
# at one batch after all, they ask under one key: LINE takes it once, and the other hears 409.
_LEASE = 4.0  # seconds
_USER_ID = "^U[0-9a-f]{32}$"
_KEY_LIVES = 23 * 3600  # LINE forgets a key 24 hours after its first use
_LONGEST_WAIT = 300.0
_TOKEN_WAIT = 15.0  # before LINE is asked for another access token

# What was tried once goes on after a stop: LINE may have taken it, and only its key can tell.
# While a delivery is halted nothing of it is tried: LINE has said that it takes no more.
_DUE_LANES = """
SELECT DISTINCT d.lane FROM broadcasts_delivery_batch b JOIN broadcasts_delivery d ON d.id = b.delivery_id
WHERE b.state IN (0, 1) AND (d.state = 'sending' OR d.state = 'stopped' AND b.attempts > 0)
  AND b.next_at <= clock_timestamp()
  AND (b.state = 0 OR b.lease_until < clock_timestamp())
"""
# Chosen once and for all: as a part of the condition the choice may be made again for each row looked at, and
# then more are claimed than there is room for.
_CLAIM = """
WITH chosen AS MATERIALIZED (
  SELECT b.id FROM broadcasts_delivery_batch b JOIN broadcasts_delivery d ON d.id = b.delivery_id
  WHERE b.state IN (0, 1) AND (d.state = 'sending' OR d.state = 'stopped' AND b.attempts > 0)
    AND d.lane = %(lane)s AND b.next_at <= clock_timestamp() AND (b.state = 0 OR b.lease_until < clock_timestamp())
  ORDER BY b.delivery_id, b.number LIMIT %(limit)s FOR UPDATE OF b SKIP LOCKED)
UPDATE broadcasts_delivery_batch SET state = 1, attempts = attempts + 1,
  lease_until = clock_timestamp() + make_interval(secs => %(lease)s),
  first_sent_at = coalesce(first_sent_at, clock_timestamp())
WHERE id IN (SELECT id FROM chosen)
RETURNING id, attempts
"""
# Whom a batch goes to is fixed at its first claim: afterwards the body under its key must not change.
# Of several accounts of a person the one attached last is written to.
_ADDRESS = """
UPDATE broadcasts_delivery_batch batch SET user_ids = addressed.user_ids
FROM (
  SELECT id, array_agg(line_user_id ORDER BY line_user_id) AS user_ids FROM (
    SELECT DISTINCT ON (wanted.id, person) wanted.id, account.line_user_id
    FROM broadcasts_delivery_batch wanted, unnest(wanted.residents) person
    JOIN residents_lineaccount account ON account.resident_id = person
    WHERE wanted.id = ANY(%(ids)s) AND account.is_friend AND account.detached_at IS NULL
      AND account.line_user_id ~ %(form)s
    ORDER BY wanted.id, person, account.attached_at DESC
  ) found GROUP BY id
) addressed WHERE batch.id = addressed.id
"""
_LOAD = """
SELECT b.id, b.delivery_id, b.attempts, b.retry_key, b.user_ids, a.messages, a.unit,
  extract(epoch FROM clock_timestamp() - b.first_sent_at)::float
FROM broadcasts_delivery_batch b JOIN broadcasts_delivery_arm a ON a.id = b.arm_id
WHERE b.id = ANY(%s) ORDER BY b.delivery_id, b.number
"""
_RENEW = """
UPDATE broadcasts_delivery_batch SET lease_until = clock_timestamp() + make_interval(secs => %s)
WHERE state = 1 AND (id, attempts) IN (SELECT * FROM unnest(%s::bigint[], %s::smallint[]))
"""
_SETTLE = """
UPDATE broadcasts_delivery_batch SET state = %s, http_status = %s, request_id = %s, trouble = %s,
  reached = cardinality(user_ids), lease_until = NULL, done_at = clock_timestamp(), user_ids = '{}'
WHERE id = %s AND state = 1 AND attempts = %s
"""
_AGAIN = """
UPDATE broadcasts_delivery_batch SET state = 0, http_status = %s, trouble = %s, lease_until = NULL,
  next_at = clock_timestamp() + make_interval(secs => %s)
WHERE id = %s AND state = 1 AND attempts = %s
"""
# LINE has certainly taken nothing under this key: as if it had never been tried, so that a stop spares it.
_UNTRIED = """
UPDATE broadcasts_delivery_batch SET state = 0, attempts = 0, first_sent_at = NULL, user_ids = '{}',
  http_status = %s, trouble = %s, lease_until = NULL,
  next_at = clock_timestamp() + make_interval(secs => %s)
WHERE id = %s AND state = 1 AND attempts = 1
"""
# After the last of them was settled, whoever settled it sees nothing open; the chore sees to a kill in between.
_IS_OVER = "SELECT EXISTS (SELECT 1 FROM broadcasts_delivery_batch WHERE delivery_id = %s AND state IN (0, 1))"
_LAST_LOOK = """
SELECT d.state = 'sending', d.state = 'stopped' FROM broadcasts_delivery_batch b
JOIN broadcasts_delivery d ON d.id = b.delivery_id WHERE b.id = %s AND b.state = 1 AND b.attempts = %s
"""


@sockets.sources.plug
class Batches(sockets.Source):
    key = "batches"
    label = _("配信")

    def due_lanes(self) -> set[Lane]:
        with connection.cursor() as cursor:
            cursor.execute(_DUE_LANES)
            return {Lane(row[0]) for row in cursor.fetchall()}

    @transaction.atomic(savepoint=False)
    def claim(self, lane: Lane, *, limit: int) -> Sequence["Parcel"]:
        with connection.cursor() as cursor:
            cursor.execute(_CLAIM, {"lease": _LEASE, "lane": lane, "limit": limit})
            claimed = dict(cursor.fetchall())
            fresh = [pk for pk, attempts in claimed.items() if attempts == 1]
            if fresh:
                cursor.execute(_ADDRESS, {"ids": fresh, "form": _USER_ID})
                _keep_testers(fresh)
            cursor.execute(_LOAD, [list(claimed)])
            return [_parcel(row) for row in cursor.fetchall()]

    def renew(self, parcels: Sequence[sockets.Parcel]) -> None:
        mine = [parcel for parcel in parcels if isinstance(parcel, Parcel)]
        if mine:
            ids, attempts = [one.pk for one in mine], [one.attempts for one in mine]
            with connection.cursor() as cursor:
                cursor.execute(_RENEW, [_LEASE, ids, attempts])


def _keep_testers(ids: Sequence[int]) -> None:
    """In a trial, address nobody but the listed testers."""
    if settings.ENVIRONMENT != "trial":
        return
    for batch in Batch.objects.filter(pk__in=ids):
        batch.user_ids = sorted(sockets.may_receive(batch.user_ids))
        batch.save(update_fields=["user_ids"])


def _parcel(row: tuple[Any, ...]) -> "Parcel":
    pk, delivery_id, attempts, retry_key, user_ids, messages, unit, seconds = row
    return Parcel(
        pk, delivery_id, attempts, retry_key, user_ids, json.loads(messages), unit, seconds
    )


@dataclass(slots=True)
class Parcel:
    """One claimed batch."""

    pk: int
    delivery_id: int
    attempts: int
    retry_key: uuid.UUID
    user_ids: list[str]
    messages: list[dict[str, Any]]
    unit: str
    seconds_since_first: float

    @property
    def endpoint(self) -> str:
        return "multicast"

    def deliver(self) -> None:
        if not self._may_go():
            return None
        if self.seconds_since_first > _KEY_LIVES:
            # LINE may have forgotten the key: sending again could say it twice. A person decides.
            return self._settle(
                Batch.State.UNCERTAIN, Result(Verdict.UNKNOWN, words="no answer within 23 hours")
            )
        if not self.user_ids:
            return self._settle(
                Batch.State.ACCEPTED, Result(Verdict.ACCEPTED, words="nobody can be reached")
            )
        if not connection.in_atomic_block:
            connection.close()  # back to the pool while LINE thinks
        result = client.multicast(
            self.user_ids, self.messages, retry_key=self.retry_key, unit=self.unit
        )
        match result.verdict:
            case Verdict.ACCEPTED:
                self._settle(Batch.State.ACCEPTED, result)
            case Verdict.REFUSED if result.status == 400 and len(self.user_ids) > 1:
                self._halve()
            case Verdict.REFUSED:
                self._settle(Batch.State.REJECTED, result)
            case Verdict.QUOTA:
                quota.exhausted()
                operations.halt(self.delivery_id, why="LINEの今月の通数を使い切りました。")
                self._again(result, is_untouched=True)
            case Verdict.RATE:
                limiter.slow_down(self.endpoint)
                self._again(result, is_untouched=True)
            case Verdict.TOKEN:
                self._again(result, is_untouched=True, wait=_TOKEN_WAIT)
            case _:
                self._again(result)
        return None

    def _settle(self, state: Batch.State, result: Result) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                _SETTLE,
                [state, result.status, result.request_id, result.words[:300], self.pk, self.attempts],
            )  # fmt: skip
            cursor.execute(_IS_OVER, [self.delivery_id])
            is_over = not cursor.fetchone()[0]
        if is_over:
            operations.finish_if_done(self.delivery_id)

    def _again(
        self, result: Result, *, is_untouched: bool = False, wait: float | None = None
    ) -> None:
        """Put the batch back. `is_untouched`: LINE has certainly not taken it this time."""
        wait = wait or min(_LONGEST_WAIT, 2.0 ** min(self.attempts - 1, 9)) * random.uniform(
            0.8, 1.2
        )
        with connection.cursor() as cursor:
            if is_untouched and self.attempts == 1:
                cursor.execute(_UNTRIED, [result.status, result.words[:300], wait, self.pk])
                if cursor.rowcount:
                    return self._spare_if_stopped()
            cursor.execute(
                _AGAIN,
                [result.status, result.words[:300], wait, self.pk, self.attempts],
            )
        return None

    def _may_go(self) -> bool:
        """Look once more, at the last moment: a stop must not wait for what was claimed ahead of it."""
        with connection.cursor() as cursor:
            cursor.execute(_LAST_LOOK, [self.pk, self.attempts])
            row = cursor.fetchone()
        if row is None:  # the lease ended, and somebody else has it
            return False
        is_sending, is_stopped = row
        if is_sending or (is_stopped and self.attempts > 1):
            return True
        with connection.cursor() as cursor:
            cursor.execute(_UNTRIED, [None, "", 0.0, self.pk])
        self._spare_if_stopped()
        return False

    @transaction.atomic
    def _spare_if_stopped(self) -> None:
        """Spare what a stop did not see as untried, because LINE was just being asked."""
        delivery = Delivery.objects.get(pk=self.delivery_id)
        lock(delivery)
        if delivery.state != Delivery.State.STOPPED:
            return
        untried = Batch.objects.filter(pk=self.pk, state=Batch.State.PENDING, attempts=0)
        if untried.update(state=Batch.State.CANCELLED):
            operations.finish_if_done(delivery.pk)

    @transaction.atomic
    def _halve(self) -> None:
        """Put two halves under new keys in the place of a batch that LINE took from nobody."""
        delivery = Delivery.objects.get(pk=self.delivery_id)
        lock(delivery)
        batch = Batch.objects.select_related("arm").get(pk=self.pk)
        changed = Batch.objects.filter(
            pk=self.pk, state=Batch.State.SENDING, attempts=self.attempts
        ).update(
            state=Batch.State.CANCELLED,
            trouble="halved: LINE refused it whole",
            residents=[],
            user_ids=[],
        )
        if not changed:
            return
        last = delivery.batches.aggregate(last=Max("number"))["last"]
        people = batch.residents
        middle = (len(people) + 1) // 2
        is_stopped = delivery.state == Delivery.State.STOPPED
        state = Batch.State.CANCELLED if is_stopped else Batch.State.PENDING
        Batch.objects.bulk_create(
            Batch(
                delivery=delivery,
                arm=batch.arm,
                number=last + place + 1,
                residents=half,
                retry_key=uuid.uuid4(),
                state=state,
            )
            for place, half in enumerate((people[:middle], people[middle:]))
            if half
        )
        operations.finish_if_done(delivery.pk)
