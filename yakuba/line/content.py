"""Photos and files of the talk: fetched as soon as they are wanted, because LINE keeps them for a while only."""

import logging
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from yakuba.files import operations as files
from yakuba.files.models import StoredFile
from yakuba.kit.errors import OutsideFailure, Refusal
from yakuba.line import client, operations, rules
from yakuba.line.models import Content, WebhookEvent

_LEASE = 120  # seconds; a film may take a while
_TOKEN_IS_FRESH = 20.0  # seconds since the message came; the rest of its minute is for answering
_WAITS = (1, 1, 2, 3, 5, 8, 15, 30, 60, 120, 300, 600)  # about 20 minutes in all

# Chosen once: a subquery with LIMIT and SKIP LOCKED may be run again for each row, and take more than its limit.
_CLAIM = """
WITH chosen AS MATERIALIZED (
  SELECT message_id FROM line_content WHERE state = 0 AND next_at <= clock_timestamp()
  ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED)
UPDATE line_content SET attempts = attempts + 1,
  next_at = clock_timestamp() + make_interval(secs => %s)
WHERE message_id IN (SELECT message_id FROM chosen)
RETURNING message_id
"""
_AGAIN = """
UPDATE line_content SET trouble = %s, next_at = clock_timestamp() + make_interval(secs => %s)
WHERE message_id = %s AND state = 0
"""

logger = logging.getLogger(__name__)


def fetch_due() -> int:
    """Fetch what is wanted and due, one after the other, and return how many were tried."""
    tried = 0
    while (wish := _claim()) is not None:
        fetch(wish)
        tried += 1
    return tried


def fetch(wish: Content) -> None:
    """Fetch one photo or file, check and keep it, and let the talk go on.

    May be killed anywhere: the wish is claimed by a lease, and announcing it twice is one event.
    """
    brought = WebhookEvent.objects.filter(event_id=wish.event_id).first()
    if brought is None or brought.body is None:
        return _give_up(wish, None, "")
    event = rules.read_event(brought.body, received_at=brought.received_at)
    try:
        data = client.content(wish.message_id)
        if data is None:
            return _try_again(wish, event, "LINE is still preparing it")
        file = files.keep(
            content=data,
            name=_name(event),
            allowed=frozenset(wish.allowed) or None,
            keep_location=wish.keep_location,
        )
    except Refusal as no:
        return _give_up(wish, event, str(no))
    except OutsideFailure as failure:
        if failure.permanent:
            return _give_up(wish, event, "")
        return _try_again(wish, event, str(failure))
    return _announce_kept(wish, event, file)


@transaction.atomic
def _claim() -> Content | None:
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [_LEASE])
        row = cursor.fetchone()
    return Content.objects.get(pk=row[0]) if row else None


def _try_again(wish: Content, event: rules.Event, trouble: str) -> None:
    if wish.attempts > len(_WAITS):
        return _give_up(wish, event, "")
    with connection.cursor() as cursor:
        cursor.execute(_AGAIN, [trouble[:200], _WAITS[wish.attempts - 1], wish.pk])
    return None


@transaction.atomic
def _announce_kept(wish: Content, event: rules.Event, file: StoredFile) -> None:
    changed = Content.objects.filter(pk=wish.pk, state=Content.State.WANTED).update(
        state=Content.State.KEPT, file=file, trouble=""
    )
    if not changed:  # the lease ended and somebody else was faster
        files.erase(file)
        return
    said: dict[str, Any] = {"file": str(file.pk)}
    if file.location is not None:
        said |= {"latitude": file.location[0], "longitude": file.location[1]}
    _announce(event, said)


@transaction.atomic
def _give_up(wish: Content, event: rules.Event | None, sentence: str) -> None:
    trouble = sentence or _(
        "送ってくださったファイルを受け取れませんでした。お手数ですが、もう一度送ってください。"
    )
    changed = Content.objects.filter(pk=wish.pk, state=Content.State.WANTED).update(
        state=Content.State.FAILED, trouble=trouble[:200]
    )
    if changed and event is not None:
        _announce(event, {"trouble": trouble})


def _announce(event: rules.Event, said: dict[str, Any]) -> None:
    """Put an event of ours into the inbox, so that the talk goes on in its order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint,"
            " clock_timestamp() - %s < make_interval(secs => %s)",
            [event.received_at, _TOKEN_IS_FRESH],
        )
        now, is_fresh = cursor.fetchone()
    raw = {
        "type": rules.CONTENT,
        "webhookEventId": f"content:{event.message.get('id', '')}",
        "timestamp": now,
        "source": event.raw.get("source", {}),
        "mode": event.mode,
        "message": dict(event.message),
        "yakuba.content": said,
    }
    if is_fresh:  # if it was used already, LINE refuses it and the answer is pushed
        raw["replyToken"] = event.reply_token
    WebhookEvent.objects.bulk_create(
        [
            WebhookEvent(
                event_id=rules.event_id(raw), user_id=event.user_id, timestamp=now, body=raw
            )
        ],
        ignore_conflicts=True,
    )
    operations.ring("line_inbox")


def _name(event: rules.Event) -> str:
    given = event.message.get("fileName")
    return given if isinstance(given, str) and given else str(event.message.get("type", ""))
