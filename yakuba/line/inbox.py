"""The processor: handles each stored event once, in the order of its person.

An event's business change and its "done" are one transaction, so a kill between them is impossible.
A person is worked on by one process at a time (an advisory lock), because two events of one talk
handled at once would both answer the same question.
"""

import logging
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import DatabaseError, InterfaceError, connection, transaction
from django.utils.translation import gettext as _

from yakuba.kit import clock
from yakuba.kit.db import name_number
from yakuba.kit.errors import Refusal
from yakuba.line import messages, operations, rules, sockets
from yakuba.line.bell import Bell
from yakuba.line.models import WebhookEvent
from yakuba.line.recovery import reconnect

_LOOK_AHEAD = 500  # rows looked at to find whose turn it is
_IN_A_ROW = 20  # events of one person before the next person has a turn

# People whose oldest event waits for another try are left out, so that they cannot fill the view.
_WHOSE_TURN = """
SELECT user_id, count(*) FROM (
  SELECT user_id, id FROM line_webhookevent AS event
  WHERE state = 0 AND next_at <= clock_timestamp() AND NOT EXISTS (
    SELECT 1 FROM line_webhookevent AS other
    WHERE other.user_id = event.user_id AND other.state = 0
      AND other.next_at > clock_timestamp() AND event.user_id <> '')
  ORDER BY id LIMIT %s
) AS oldest GROUP BY user_id ORDER BY min(id)
"""
_TAKE = """
SELECT event.id, event.received_at, event.body, event.attempts,
  event.next_at <= clock_timestamp() AS is_due, pause.until
FROM line_webhookevent AS event LEFT JOIN line_pause AS pause USING (user_id)
WHERE event.user_id = %s AND event.state = 0 {only_due}
ORDER BY event."timestamp", event.id LIMIT 1 FOR NO KEY UPDATE OF event
"""
_DONE = """
UPDATE line_webhookevent SET state = 2, handled_at = clock_timestamp() WHERE id = %s AND state = 0
RETURNING CASE WHEN %s THEN pg_notify('line_outgoing', '') END
"""
_AGAIN = """
UPDATE line_webhookevent SET attempts = attempts + 1, trouble = %s,
  next_at = clock_timestamp() + make_interval(secs => %s) WHERE id = %s AND state = 0
"""
_DEAD = """
UPDATE line_webhookevent SET attempts = attempts + 1, trouble = %s, state = 3,
  handled_at = clock_timestamp() WHERE id = %s AND state = 0
"""

logger = logging.getLogger(__name__)


class HandledTwice(RuntimeError):
    """Somebody else has finished this event; the transaction is rolled back."""


@dataclass(slots=True)
class _Taken:
    """The event under the hands of this process."""

    id: int
    attempts: int
    event: rules.Event
    paused_until: datetime | None


class _Unreadable(Exception):
    """A stored body could not be opened or read; `row` says which and how often it was tried."""

    def __init__(self, row_id: int, attempts: int, cause: Exception) -> None:
        super().__init__(str(row_id))
        self.row_id, self.attempts, self.cause = row_id, attempts, cause


class WaitingRoom:
    """Whose turn it is, for all threads of a process: one look serves them all, and nobody is called twice.

    Other processes have rooms of their own; what keeps those apart is the person's lock.
    """

    def __init__(self) -> None:
        self._door = threading.Lock()
        self._waiting: deque[tuple[str, int]] = deque()
        self._called: set[str] = set()

    def call(self) -> Iterator[tuple[str, int]]:
        """Yield one person after the other, with the number of their events that wait, until the room is empty."""
        called = self._call(look=True)
        while called is not None:
            try:
                yield called
            finally:
                with self._door:
                    self._called.discard(called[0])
            called = self._call()

    def _call(self, *, look: bool = False) -> tuple[str, int] | None:
        with self._door:
            if look and not self._waiting:
                self._waiting.extend(one for one in _whose_turn() if one[0] not in self._called)
            if not self._waiting:
                return None
            called = self._waiting.popleft()
            self._called.add(called[0])
            return called


def run(stop: threading.Event, *, threads: int = 2) -> None:
    """Handle events until `stop` is set, and fetch the photos and files that handlers want."""
    from yakuba.line import content  # keeps Pillow out of processes that only look at a dead letter

    room = WaitingRoom()
    with Bell("line_inbox") as bell, Bell("line_content") as content_bell:
        loops = [
            threading.Thread(
                target=_loop, args=(stop, bell, partial(work_off, room)), name=f"inbox {number}"
            )
            for number in range(threads)
        ]
        loops.append(
            threading.Thread(
                target=_loop, args=(stop, content_bell, content.fetch_due), name="content"
            )
        )
        for loop in loops:
            loop.start()
        stop.wait()
        bell.ring()
        content_bell.ring()
        for loop in loops:
            loop.join()


def _loop(stop: threading.Event, bell: Bell, work: Callable[[], int]) -> None:
    while not stop.is_set():
        rings = bell.rings
        try:
            done = work()
        except (DatabaseError, InterfaceError) as error:
            # The database is away or has been restarted; the events wait in it.
            reconnect(error)
            stop.wait(1.0)
            continue
        if not done:
            connection.close()  # back to the pool while there is nothing to do
            bell.wait(rings)


def work_off(room: WaitingRoom | None = None) -> int:
    """Handle what is waiting now, oldest first, and return how many events were handled."""
    handled = 0
    for user_id, waiting in (room or WaitingRoom()).call():
        for _time in range(min(waiting, _IN_A_ROW)):
            if not handle_next(user_id):
                break
            handled += 1
    return handled


def _whose_turn() -> list[tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_WHOSE_TURN, [_LOOK_AHEAD])
        return list(cursor.fetchall())


def handle_next(user_id: str) -> bool:
    """Handle the oldest event of one person; False: none is due, or another process is at it.

    `user_id` may be empty, for events of nobody; they have no order.
    """
    taken: _Taken | None = None
    try:
        with transaction.atomic():
            if not _has_turn(user_id):
                return False
            taken = _take(user_id)
            if taken is None:
                return False
            has_said = _dispatch(taken)
            _finish(taken, has_said=has_said)
    except HandledTwice:
        raise
    except _Unreadable as no:
        _fail(no.row_id, no.attempts, "", no.cause)
    except Refusal as no:
        assert taken is not None
        _refuse(taken, no)
    except Exception as error:
        if taken is None:
            raise
        _fail(taken.id, taken.attempts, taken.event.user_id, error, taken.event)
    return True


def _has_turn(user_id: str) -> bool:
    """Take the person's lock, until the end of the transaction, unless another process has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [name_number(f"line:{user_id}")])
        return bool(cursor.fetchone()[0])


def _take(user_id: str) -> _Taken | None:
    # A statement of its own: its snapshot must begin after the lock, or an event that another
    # process has just finished would still look new.
    with connection.cursor() as cursor:
        only_due = "" if user_id else "AND event.next_at <= clock_timestamp()"
        cursor.execute(_TAKE.format(only_due=only_due), [user_id])
        found = cursor.fetchone()
    if found is None:
        return None
    row_id, received_at, sealed, attempts, is_due, paused_until = found
    if not is_due:
        return None  # the oldest waits for another try, and the later ones wait for it
    try:
        body = WebhookEvent._meta.get_field("body").from_db_value(sealed, None, connection)
        event = rules.read_event(body or {}, received_at=received_at)
    except Exception as error:
        raise _Unreadable(row_id, attempts, error) from error
    return _Taken(row_id, attempts, event, paused_until)


def _dispatch(taken: _Taken) -> bool:
    """Offer the event to the handlers, and tell whether something is to be sent."""
    event = taken.event
    sockets.event_arrived.announce(event)
    if not event.is_private:
        return False
    is_paused = taken.paused_until is not None and taken.paused_until > clock.now()
    person = sockets.Person(event.user_id, is_silent=is_paused or event.mode == "standby")
    with operations.turn(event, is_silent=person.is_silent) as turn:
        sockets.offer(event, person)
    return turn.has_said


def _finish(taken: _Taken, *, has_said: bool = False) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_DONE, [taken.id, has_said])
        if cursor.rowcount != 1:
            raise HandledTwice(str(taken.id))


@transaction.atomic
def _refuse(taken: _Taken, no: Refusal) -> None:
    """Tell the person why not; the refused change is rolled back already."""
    _finish(taken)
    if taken.event.mode != "standby":
        operations.say(taken.event.user_id, messages.text(str(no)), reply_to=taken.event)


@transaction.atomic
def _fail(
    row_id: int, attempts: int, user_id: str, error: Exception, event: rules.Event | None = None
) -> None:
    """Try again after a while; after a minute give up, tell the person, and let the next ones on."""
    waits = list(rules.waits())
    trouble = _describe(error)
    logger.error("event %s failed %s times: %s", row_id, attempts + 1, trouble)
    with connection.cursor() as cursor:
        if attempts < len(waits):
            cursor.execute(_AGAIN, [trouble, waits[attempts], row_id])
            return
        cursor.execute(_DEAD, [trouble, row_id])
    if event is not None and event.is_private and event.mode != "standby":
        _apologise(event)


def _apologise(event: rules.Event) -> None:
    words = _(
        "申し訳ありません。こちらの不具合で、いまの操作を受け付けられませんでした。"
        "少し時間をおいて、もう一度お試しください。"
    )
    # Once in ten minutes: a person who pressed five buttons need not read it five times.
    key = f"line.sorry:{event.user_id}:{int(clock.now().timestamp()) // 600}"
    operations.say(event.user_id, messages.text(words), dedupe_key=key)


def _describe(error: BaseException) -> str:
    """Name the error and the places it went through, without its message: that may hold personal data."""
    places = [
        f"{frame.filename.rpartition('/yakuba/')[2]}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
        if "/yakuba/" in frame.filename
    ]
    return " < ".join([type(error).__name__, *reversed(places[-6:])])
