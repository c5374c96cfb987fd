"""Questions about the wire."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min

from yakuba.kit import clock
from yakuba.line.models import Outgoing, Pause, RejectedBody, WebhookEvent

UNSENT = (Outgoing.State.REFUSED, Outgoing.State.UNCERTAIN, Outgoing.State.HELD)


def newest_arrival() -> datetime | None:
    """Return when LINE last brought something (machine time)."""
    return WebhookEvent.objects.order_by("-id").values_list("received_at", flat=True).first()


def rejected_bodies() -> int:
    return RejectedBody.objects.count()


def pause_of(user_id: str) -> Pause | None:
    """Return the pause of the bot for one person, if it is in force."""
    return Pause.objects.filter(user_id=user_id, until__gt=clock.now()).first()


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much waits, and since when; for health checks."""

    events: int
    oldest_event: datetime | None
    messages: int
    oldest_message: datetime | None


def backlog() -> Backlog:
    events = WebhookEvent.objects.filter(state=WebhookEvent.State.NEW)
    messages = Outgoing.objects.filter(state__in=(Outgoing.State.PENDING, Outgoing.State.SENDING))
    return Backlog(
        events=events.count(),
        oldest_event=events.aggregate(at=Min("received_at"))["at"],
        messages=messages.count(),
        oldest_message=messages.aggregate(at=Min("created_at"))["at"],
    )
