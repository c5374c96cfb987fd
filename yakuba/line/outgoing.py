"""The source of single messages: rows of `Outgoing`, replied while the token is fresh, else pushed.

A reply has no retry key. So "a reply is being tried" is committed before LINE is asked, and a row whose
reply has an unknown end (time-out, kill) is pushed once more: a repeated question is allowed, a lost one
is not. Those rows are counted by `Outgoing.objects.perhaps_twice`. A push always goes under the row's stored
key, with the row's stored messages.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from yakuba.kit.db import lock_name
from yakuba.line import client, limiter, quota, sockets
from yakuba.line.client import Result, Verdict
from yakuba.line.models import Lane, Outgoing

_LEASE = 30  # seconds; longer than one request with all its time limits
_KEY_LIVES = 23 * 3600  # seconds from the first push; LINE forgets the key after 24 hours
_LONGEST_WAIT = 300.0

_DUE_LANES = """
SELECT lane FROM (VALUES (0), (1), (2), (3)) AS lanes (lane) WHERE EXISTS (
  SELECT 1 FROM line_outgoing AS mine WHERE mine.lane = lanes.lane AND state IN (0, 1)
    AND next_at <= clock_timestamp() AND (state = 0 OR lease_until < clock_timestamp()))
"""
# Never two of one person in flight. Older ones first, but what is more urgent does not wait for what is
# less. A row whose lease has ended goes before those that were never tried.
_CHOOSE = """
SELECT mine.*, reply_token IS NOT NULL AND reply_until > clock_timestamp()
    AND NOT replied_once AND first_sent_at IS NULL AS will_reply,
  coalesce(extract(epoch FROM clock_timestamp() - first_sent_at), 0)::float AS seconds_since_first
FROM line_outgoing AS mine
WHERE lane = %s AND state IN (0, 1) AND next_at <= clock_timestamp()
  AND (state = 0 OR lease_until < clock_timestamp())
  AND NOT EXISTS (
    SELECT 1 FROM line_outgoing AS other
    WHERE other.user_id = mine.user_id AND other.state IN (0, 1) AND other.id <> mine.id AND (
      other.state = 1
        AND (mine.state = 0 OR other.lease_until >= clock_timestamp() OR other.id < mine.id)
      OR other.state = 0 AND mine.state = 0 AND other.id < mine.id AND other.lane <= mine.lane))
ORDER BY next_at, id LIMIT %s
"""
_CLAIM = """
UPDATE line_outgoing SET state = 1, attempts = attempts + 1,
  lease_until = clock_timestamp() + make_interval(secs => %(lease)s),
  replied_once = replied_once OR id = ANY(%(replies)s),
  first_sent_at = CASE WHEN id = ANY(%(replies)s) THEN first_sent_at
    ELSE coalesce(first_sent_at, clock_timestamp()) END
WHERE id = ANY(%(all)s)
"""
_BEGIN_PUSH = """
UPDATE line_outgoing SET first_sent_at = clock_timestamp(), replied_once = %s,
  lease_until = clock_timestamp() + make_interval(secs => %s), http_status = %s
WHERE id = %s AND state = 1 AND attempts = %s
"""
# The next row of the same person could not be claimed until now.
_CALL_NEXT = """
RETURNING CASE WHEN EXISTS (
  SELECT 1 FROM line_outgoing AS other WHERE other.user_id = line_outgoing.user_id AND other.state = 0
) THEN pg_notify('line_outgoing', '') END
"""
_SENT = f"""
UPDATE line_outgoing SET state = 2, http_status = %s, request_id = %s, trouble = '',
  reply_token = NULL, lease_until = NULL, done_at = clock_timestamp() WHERE id = %s AND state <> 2
{_CALL_NEXT}"""
_ENDED = f"""
UPDATE line_outgoing SET state = %s, http_status = %s, request_id = %s, trouble = %s,
  first_sent_at = %s, reply_token = NULL, lease_until = NULL, done_at = clock_timestamp()
WHERE id = %s AND state = 1 AND attempts = %s
{_CALL_NEXT}"""
_AGAIN = """
UPDATE line_outgoing SET state = 0, http_status = %s, request_id = %s, trouble = %s,
  first_sent_at = %s, replied_once = %s, lease_until = NULL,
  next_at = clock_timestamp() + make_interval(secs => %s)
WHERE id = %s AND state = 1 AND attempts = %s
"""


@sockets.sources.plug
class Outbox(sockets.Source):
    key = "outgoing"
    label = _("ひとりずつのメッセージ")

    def due_lanes(self) -> set[Lane]:
        with connection.cursor() as cursor:
            cursor.execute(_DUE_LANES)
            return {Lane(row[0]) for row in cursor.fetchall()}

    @transaction.atomic(savepoint=False)
    def claim(self, lane: Lane, *, limit: int) -> Sequence["Letter"]:
        # Claims queue here. Each then sees what the one before has claimed, so that two senders
        # cannot take two rows of one person at the same moment.
        lock_name("line:claim")
        rows = list(Outgoing.objects.raw(_CHOOSE, [lane, limit]))
        letters = [
            Letter(
                row,
                attempt=row.attempts + 1,
                will_reply=vars(row)["will_reply"],
                tried_before=row.first_sent_at,
                seconds_since_first=vars(row)["seconds_since_first"],
            )
            for row in rows
        ]
        if rows:
            replies = [letter.row.pk for letter in letters if letter.will_reply]
            everything = [letter.row.pk for letter in letters]
            with connection.cursor() as cursor:
                cursor.execute(_CLAIM, {"lease": _LEASE, "replies": replies, "all": everything})
        return letters


@dataclass(slots=True)
class Letter:
    """One claimed row."""

    row: Outgoing
    attempt: int  # also the fence: whoever claims after us has a higher one
    will_reply: bool
    tried_before: datetime | None  # when an earlier push may have reached LINE
    seconds_since_first: float

    @property
    def endpoint(self) -> str:
        return "reply" if self.will_reply else "push"

    def deliver(self) -> None:
        if not sockets.may_receive([self.row.user_id]):
            self._end(Outgoing.State.DROPPED, Result(Verdict.REFUSED, words="not a listed tester"))
        elif self.will_reply:
            self._reply()
        else:
            self._push()

    def _reply(self) -> None:
        result = client.reply(self.row.reply_token or "", self.row.messages or [])
        if result.verdict is Verdict.ACCEPTED:
            self._sent(result)
        elif result.verdict in (Verdict.RATE, Verdict.TOKEN):
            # Certainly not said: the token is as good as before.
            self._again(result, replied_once=False)
        elif self._begin_push(result):
            self._push()

    def _begin_push(self, refused: Result) -> bool:
        """Write down that a push begins, before it does; False if the lease was lost meanwhile."""
        is_unknown = refused.verdict is Verdict.UNKNOWN
        limiter.reserve(["push"])
        with connection.cursor() as cursor:
            values = [is_unknown, _LEASE, refused.status, self.row.pk, self.attempt]
            cursor.execute(_BEGIN_PUSH, values)
            is_ours = bool(cursor.rowcount == 1)
        _give_back()
        self.row.replied_once = is_unknown
        return is_ours

    def _push(self) -> None:
        if self.seconds_since_first > _KEY_LIVES:
            # LINE may have forgotten the key, so one more push could say it twice. A person decides.
            words = "no answer from LINE within 23 hours"
            return self._end(Outgoing.State.UNCERTAIN, Result(Verdict.UNKNOWN, words=words))
        if not quota.has_room(Lane(self.row.lane)):
            words = "the month's messages are used up"
            return self._end(Outgoing.State.HELD, Result(Verdict.QUOTA, words=words))
        _give_back()
        result = client.push(
            self.row.user_id, self.row.messages or [], retry_key=self.row.retry_key
        )
        match result.verdict:
            case Verdict.ACCEPTED:
                self._sent(result)
                quota.count(1)
            case Verdict.REFUSED:
                self._end(Outgoing.State.REFUSED, result)
            case Verdict.QUOTA:
                quota.exhausted()
                self._end(Outgoing.State.HELD, result)
            case _:
                self._again(result, replied_once=self.row.replied_once)
        return None

    def _sent(self, result: Result) -> None:
        # Without the fence: whoever claimed it after us will hear from LINE that it was accepted.
        with connection.cursor() as cursor:
            cursor.execute(_SENT, [result.status, result.request_id, self.row.pk])

    def _end(self, state: Outgoing.State, result: Result) -> None:
        first = self._first_sent_at(result)
        with connection.cursor() as cursor:
            cursor.execute(
                _ENDED,
                [state, result.status, result.request_id, result.words, first, self.row.pk, self.attempt],
            )  # fmt: skip

    def _again(self, result: Result, *, replied_once: bool) -> None:
        if result.verdict is Verdict.RATE:
            limiter.slow_down(self.endpoint)
        wait = min(_LONGEST_WAIT, 2.0 ** min(self.attempt - 1, 9)) * random.uniform(0.8, 1.2)
        with connection.cursor() as cursor:
            if result.verdict is Verdict.UNKNOWN:
                cursor.execute(
                    "UPDATE line_outgoing SET first_sent_at = coalesce(first_sent_at, clock_timestamp())"
                    " WHERE id = %s RETURNING first_sent_at",
                    [self.row.pk],
                )
                first = cursor.fetchone()[0]
            else:
                first = self._first_sent_at(result)
            cursor.execute(
                _AGAIN,
                [result.status, result.request_id, result.words, first, replied_once, wait,
                 self.row.pk, self.attempt],
            )  # fmt: skip

    def _first_sent_at(self, result: Result) -> datetime | None:
        """Return when the key was first used for something that may have been accepted."""
        is_certain = result.verdict in (Verdict.RATE, Verdict.TOKEN, Verdict.QUOTA)
        return self.tried_before if is_certain else self.row.first_sent_at


def _give_back() -> None:
    """Return the connection to the pool: nobody should hold one while LINE thinks."""
    if not connection.in_atomic_block:
        connection.close()
