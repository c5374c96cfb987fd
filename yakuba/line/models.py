"""What came from LINE, what goes to LINE, and how fast."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from yakuba.files.models import StoredFile
from yakuba.kit.fields import EncryptedJSON, EncryptedText


class WebhookEvent(models.Model):
    """One event from LINE, stored before it is understood. The intake inserts with SQL of its own."""

    class State(models.IntegerChoices):
        NEW = 0
        DONE = 2
        DEAD = 3  # gave up; visible in the console, replayable

    id = models.BigAutoField(primary_key=True)
    event_id = models.CharField(max_length=64, unique=True, db_collation="C")
    user_id = models.CharField(max_length=64, blank=True, db_collation="C")
    timestamp = models.BigIntegerField()  # milliseconds, when it happened according to LINE
    body = EncryptedJSON(null=True)  # emptied after 30 days
    received_at = models.DateTimeField(db_default=Now())  # machine time
    state = models.SmallIntegerField(choices=State, default=State.NEW, db_default=0)
    attempts = models.SmallIntegerField(default=0, db_default=0)
    next_at = models.DateTimeField(db_default=Now())
    handled_at = models.DateTimeField(null=True)
    trouble = models.TextField(blank=True, default="", db_default="")

    class Meta:
        indexes = [
            models.Index(
                name="event_new_by_person", fields=["user_id", "id"], condition=Q(state=0)
            ),
            models.Index(name="event_new", fields=["id"], condition=Q(state=0)),
            models.Index(name="event_dead", fields=["id"], condition=Q(state=3)),
        ]

    def __str__(self) -> str:
        return self.event_id


class RejectedBody(models.Model):
    """A signed body that could not be read as events; kept for a person to look at."""

    received_at = models.DateTimeField(db_default=Now())
    body = EncryptedText()
    reason = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"{self.received_at:%Y-%m-%d %H:%M} {self.reason}"


class Lane(models.IntegerChoices):
    """Who goes first when the sender has more to do than LINE allows."""

    DISASTER = 0
    ANSWER = 1
    NOTICE = 2
    DELIVERY = 3


class OutgoingQuerySet(models.QuerySet["Outgoing"]):
    def perhaps_twice(self) -> Self:
        """Keep what was pushed after a reply with an unknown end, so that it may have been said twice."""
        return self.filter(replied_once=True, first_sent_at__isnull=False)


class Outgoing(models.Model):
    """Something to be said to one person: written in the business transaction, sent afterwards.

    With a reply token it is first tried as a reply; refused, it becomes a push under `retry_key`.
    """

    class State(models.IntegerChoices):
        PENDING = 0
        SENDING = 1
        SENT = 2
        REFUSED = 3
        UNCERTAIN = 4
        DROPPED = 5  # the person is not to be written to (paused, standby, not a tester)
        HELD = 6  # the month's messages are used up; goes on when there are some again

    id = models.BigAutoField(primary_key=True)
    user_id = models.CharField(max_length=64, db_collation="C")
    messages = EncryptedJSON(
        null=True
    )  # list of LINE message objects, 1 to 5; emptied after 30 days
    lane = models.SmallIntegerField(choices=Lane, default=Lane.ANSWER)
    reply_token = EncryptedText(null=True)
    reply_until = models.DateTimeField(null=True)  # machine time; after it the token is not tried
    retry_key = models.UUIDField(default=uuid.uuid4, unique=True)
    dedupe_key = models.CharField(max_length=120, null=True, unique=True)
    state = models.SmallIntegerField(choices=State, default=State.PENDING)
    attempts = models.SmallIntegerField(default=0)
    next_at = models.DateTimeField(db_default=Now())
    lease_until = models.DateTimeField(null=True)
    first_sent_at = models.DateTimeField(null=True)  # of the push; its key lives 24 h from here
    replied_once = models.BooleanField(default=False)  # a reply was tried, so a push may repeat it
    http_status = models.SmallIntegerField(null=True)
    request_id = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=300, blank=True)

    objects = OutgoingQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                name="outgoing_open",
                fields=["lane", "next_at", "id"],
                condition=Q(state__in=(0, 1)),
            ),
            models.Index(name="outgoing_of_person", fields=["user_id", "id"]),
            models.Index(
                name="outgoing_open_of_person",
                fields=["user_id", "id"],
                condition=Q(state__in=(0, 1)),
            ),
            models.Index(
                name="outgoing_in_trouble", fields=["id"], condition=Q(state__in=(3, 4, 6))
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.get_state_display()}"


class Content(models.Model):
    """A photo or file of the talk that a handler wants: the wish first, then what came of it.

    `event_id` is of the message that brought it; the talk goes on with an event of ours.
    """

    class State(models.IntegerChoices):
        WANTED = 0
        KEPT = 2
        FAILED = 3

    message_id = models.CharField(max_length=64, primary_key=True, db_collation="C")
    event_id = models.CharField(max_length=64, db_collation="C")
    allowed = models.JSONField(default=list)  # content types
    keep_location = models.BooleanField(default=False)
    state = models.SmallIntegerField(choices=State, default=State.WANTED)
    attempts = models.SmallIntegerField(default=0)
    next_at = models.DateTimeField(db_default=Now())  # machine time; also the lease
    file = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")
    trouble = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(name="content_wanted", fields=["next_at"], condition=Q(state=0))]

    def __str__(self) -> str:
        return f"content {self.message_id}"


class SendRate(models.Model):
    """The limiter shared by all processes: when the next request may go, by kind of request (GCRA)."""

    name = models.CharField(max_length=20, primary_key=True)  # push, multicast
    per_second = models.FloatField()
    next_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name


class Quota(models.Model):
    """Messages of one month: a counter row, never a count."""

    month = models.DateField(primary_key=True)  # its first day, Japan time
    allowed = models.PositiveIntegerField(null=True)  # None: LINE says there is no limit
    used = models.PositiveIntegerField(default=0)
    reserved = models.PositiveIntegerField(default=0)
    kept_for_disaster = models.PositiveIntegerField(default=0)
    checked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.used}/{self.allowed or '∞'}"


class ChannelToken(models.Model):
    """The stateless channel access token that the processes share; about 15 minutes long."""

    channel_id = models.CharField(max_length=32, primary_key=True)
    token = EncryptedText()
    expires_at = models.DateTimeField()  # machine time

    def __str__(self) -> str:
        return self.channel_id


class Pause(models.Model):
    """The bot keeps silent for one person, because staff are chatting with them in the Manager (6(12)イ)."""

    user_id = models.CharField(max_length=64, primary_key=True, db_collation="C")
    until = models.DateTimeField()  # business time
    staff_id = models.BigIntegerField()
    reason = EncryptedText(default="")  # what a clerk wrote; masked on the pages

    def __str__(self) -> str:
        return f"{self.user_id} until {self.until}"


class ConnectionCheck(models.Model):
    """What a person ticked on the connection page, because LINE does not disclose it."""

    key = models.CharField(max_length=60, primary_key=True)
    ticked_at = models.DateTimeField()
    staff_id = models.BigIntegerField()

    def __str__(self) -> str:
        return self.key
