"""What is written about the wire by the program itself; what staff do is in `desk`."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from yakuba.kit import clock
from yakuba.line import sockets
from yakuba.line.messages import Message, is_user_id, packed
from yakuba.line.models import Content, Lane, Outgoing, Pause, RejectedBody, WebhookEvent
from yakuba.line.rules import Event

REPLY_WITHIN = timedelta(seconds=50)  # a reply token is good for a minute after receipt


@dataclass(slots=True)
class Turn:
    """What is said while one event is being handled."""

    event: Event
    is_silent: bool
    row: Outgoing | None = None  # the newest of this turn, into which more may be said
    has_said: bool = False

    def is_about(self, event: Event | None) -> bool:
        """Tell whether `event` is this turn's; a package may hand it on to another in other words."""
        return event is not None and event.event_id == self.event.event_id


_turn: ContextVar[Turn | None] = ContextVar("turn", default=None)


@contextmanager
def turn(event: Event, *, is_silent: bool = False) -> Iterator[Turn]:
    """Gather what is said in answer to `event` into one reply, because its token can be used once.

    The caller wakes the sender afterwards, if the turn has said something.
    """
    present = Turn(event, is_silent)
    token = _turn.set(present)
    try:
        yield present
    finally:
        _turn.reset(token)


@transaction.atomic(savepoint=False)
def say(
    user_id: str,
    messages: Sequence[Message],
    *,
    reply_to: Event | None = None,
    lane: Lane = Lane.ANSWER,
    dedupe_key: str | None = None,
) -> None:
    """Have `messages` sent to the person after the present transaction is committed, in order.

    With `reply_to` they are sent as a reply while its token is fresh, else as a push. A second call
    with the same `dedupe_key` says nothing. Nothing is said to somebody whose bot is paused (except
    in lanes below ANSWER), in standby, or in a trial to somebody who is no tester; the row says so.
    """
    if not is_user_id(user_id):
        raise ValueError("not the id of a LINE user")  # LINE would refuse the whole request
    packs = _join_turn(reply_to, lane, messages) if dedupe_key is None else packed(messages)
    state = _state_for(user_id, lane=lane, reply_to=reply_to)
    present = _turn.get()
    for place, pack in enumerate(packs):
        row = Outgoing(user_id=user_id, messages=pack, lane=lane, state=state)
        row.dedupe_key = dedupe_key if place == 0 else None
        if not _write(row, reply_to):
            return
    if present is not None:
        present.has_said = True
    elif packs and state == Outgoing.State.PENDING:
        ring("line_outgoing")


def _join_turn(event: Event | None, lane: Lane, messages: Sequence[Message]) -> list[list[Message]]:
    """Add to the reply of the present turn what fits into it, and return the rest in packs."""
    present = _turn.get()
    if present is None or not present.is_about(event) or present.row is None:
        return packed(messages)
    # Read afresh: whoever said the earlier words may have taken them back with a savepoint.
    row = present.row = Outgoing.objects.filter(pk=present.row.pk).first()
    if row is None or row.lane != lane:
        return packed(messages)
    packs = packed([*row.messages, *messages])
    row.messages = packs[0]
    row.save(update_fields=["messages"])
    return packs[1:]


def _write(row: Outgoing, reply_to: Event | None) -> bool:
    """Insert `row`, with the reply token if nobody in this turn has it; False: already said."""
    present = _turn.get()
    ours = present if present is not None and present.is_about(reply_to) else None
    is_taken = ours is not None and ours.row is not None
    if reply_to is not None and reply_to.reply_token and reply_to.received_at and not is_taken:
        row.reply_token = reply_to.reply_token
        row.reply_until = reply_to.received_at + REPLY_WITHIN
    if row.dedupe_key is None:
        row.save(force_insert=True)
    else:
        # Two who say the same at the same moment: the second waits here, and then writes nothing.
        Outgoing.objects.bulk_create([row], ignore_conflicts=True)
        written = Outgoing.objects.filter(retry_key=row.retry_key).only("pk").first()
        if written is None:
            return False
        row.pk = written.pk
    if ours is not None:
        ours.row = row  # what follows joins the newest, so that the order stays
    return True


def _state_for(user_id: str, *, lane: Lane, reply_to: Event | None) -> Outgoing.State:
    if reply_to is not None and reply_to.mode == "standby":
        return Outgoing.State.DROPPED
    if lane == Lane.ANSWER and _is_silent(user_id):
        return Outgoing.State.DROPPED
    if not sockets.may_receive([user_id]):
        return Outgoing.State.DROPPED
    return Outgoing.State.PENDING


def _is_silent(user_id: str) -> bool:
    present = _turn.get()
    if present is not None and present.event.user_id == user_id:
        return present.is_silent  # was read together with the event
    return is_paused(user_id)


def is_paused(user_id: str) -> bool:
    return Pause.objects.filter(user_id=user_id, until__gt=clock.now()).exists()


def ring(channel: str) -> None:
    """Wake the loop that listens on `channel`, when the present transaction is committed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [channel])


@transaction.atomic
def want_content(
    event: Event, *, allowed: Collection[str] = (), keep_location: bool = False
) -> None:
    """Have the photo or file that `event` brought fetched at once, checked and kept.

    When it is there, or cannot be had, an event of type `rules.CONTENT` follows in the same talk;
    its `content` is `{file, latitude, longitude}` or `{trouble: a sentence for the person}`, and its
    `message` is that of `event`. `allowed` are content types; empty takes what `files` takes.
    """
    message_id = str(event.message.get("id", ""))
    Content.objects.get_or_create(
        message_id=message_id,
        defaults={
            "event_id": event.event_id,
            "allowed": sorted(allowed),
            "keep_location": keep_location,
        },
    )
    ring("line_content")


BODIES_ARE_KEPT = timedelta(days=30)
_IN_ONE_GO = 5000


def empty_old_bodies() -> None:
    """Forget what was said 30 days ago; ids and keys stay, so that nothing can come or go twice."""
    old = Now() - BODIES_ARE_KEPT
    done = (WebhookEvent.State.DONE, WebhookEvent.State.DEAD)
    ended = set(Outgoing.State) - {
        Outgoing.State.PENDING,
        Outgoing.State.SENDING,
        Outgoing.State.HELD,
    }
    events = WebhookEvent.objects.filter(state__in=done, body__isnull=False, received_at__lt=old)
    while _in_pieces(events, body=None):
        pass
    letters = Outgoing.objects.filter(state__in=ended, messages__isnull=False, created_at__lt=old)
    while _in_pieces(letters, messages=None, reply_token=None):
        pass
    RejectedBody.objects.filter(received_at__lt=old).delete()
    Content.objects.exclude(state=Content.State.WANTED).filter(next_at__lt=old).delete()


def _in_pieces(rows: QuerySet[Any], **values: None) -> int:
    """Change some thousand rows in one short transaction, and return how many they were."""
    some = list(rows.order_by("pk").values_list("pk", flat=True)[:_IN_ONE_GO])
    return rows.model._base_manager.filter(pk__in=some).update(**values) if some else 0


@transaction.atomic
def forget(user_id: str) -> None:
    """Erase what was said by and to one person; what is waiting is not said any more."""
    Outgoing.objects.filter(
        user_id=user_id, state__in=(Outgoing.State.PENDING, Outgoing.State.HELD)
    ).update(state=Outgoing.State.DROPPED)
    Outgoing.objects.filter(user_id=user_id).exclude(state=Outgoing.State.SENDING).update(
        messages=None, reply_token=None
    )
    WebhookEvent.objects.filter(user_id=user_id).exclude(state=WebhookEvent.State.NEW).update(
        body=None
    )
    Pause.objects.filter(user_id=user_id).delete()
