"""What staff do to the wire: pauses, dead letters brought back, messages sent again. Each is in the audit."""

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from yakuba.audit import operations as audit
from yakuba.kit import clock
from yakuba.kit.db import lock
from yakuba.kit.errors import Refusal
from yakuba.line import client, operations
from yakuba.line.models import ConnectionCheck, Outgoing, Pause, WebhookEvent
from yakuba.townhall.models import StaffMember

LONGEST_PAUSE = timedelta(days=14)


class EndsTooEarly(Refusal):
    sentence = _("終わりの日時は、今より後にしてください。")


class PausesTooLong(Refusal):
    sentence = _("自動応答を止められるのは{days}日までです。")


class NotWaiting(Refusal):
    sentence = _("ほかの人がすでに処理しました。一覧を開き直してください。")


@transaction.atomic
def pause(user_id: str, *, until: datetime, staff: StaffMember, reason: str = "") -> None:
    """Let the bot keep silent for one person until `until`, so that staff can chat in the Manager.

    Raises:
        EndsTooEarly: the end is not in the future.
        PausesTooLong: a forgotten pause would leave the person without answers.
    """
    if until <= clock.now():
        raise EndsTooEarly
    if until > clock.now() + LONGEST_PAUSE:
        raise PausesTooLong(days=LONGEST_PAUSE.days)
    Pause.objects.update_or_create(
        user_id=user_id, defaults={"until": until, "staff_id": staff.pk, "reason": reason}
    )
    _note(
        staff,
        "changed",
        subject_of(user_id),
        "この人への自動応答を止めました。",
        until=until.isoformat(),
    )


@transaction.atomic
def resume(user_id: str, *, staff: StaffMember) -> None:
    """Let the bot answer again before the pause ends by itself."""
    if Pause.objects.filter(user_id=user_id).delete()[0]:
        _note(staff, "changed", subject_of(user_id), "この人への自動応答を再開しました。")


@transaction.atomic
def replay(event: WebhookEvent, *, staff: StaffMember) -> None:
    """Have a dead letter handled once more, from the beginning.

    Raises:
        NotWaiting: somebody else was faster, or the body was emptied after 30 days.
    """
    changed = WebhookEvent.objects.filter(
        pk=event.pk, state=WebhookEvent.State.DEAD, body__isnull=False
    ).update(state=WebhookEvent.State.NEW, attempts=0, next_at=Now(), trouble="")
    if not changed:
        raise NotWaiting
    operations.ring("line_inbox")
    _note(
        staff, "changed", f"line.event:{event.event_id}", "処理できなかった出来事をやり直しました。"
    )


@transaction.atomic
def close(event: WebhookEvent, *, staff: StaffMember) -> None:
    """Take a dead letter off the list, because nothing is left to be done about it.

    Raises:
        NotWaiting: somebody else was faster.
    """
    changed = WebhookEvent.objects.filter(pk=event.pk, state=WebhookEvent.State.DEAD).update(
        state=WebhookEvent.State.DONE, handled_at=Now()
    )
    if not changed:
        raise NotWaiting
    _note(
        staff,
        "changed",
        f"line.event:{event.event_id}",
        "処理できなかった出来事を確認済みにしました。",
    )


@transaction.atomic
def send_again(row: Outgoing, *, staff: StaffMember) -> None:
    """Send a refused or uncertain message under a new key; the person may then get it a second time.

    Raises:
        NotWaiting: somebody else was faster, or the text was emptied after 30 days.
    """
    lock(row)
    if row.state not in (Outgoing.State.REFUSED, Outgoing.State.UNCERTAIN) or row.messages is None:
        raise NotWaiting
    row.state = Outgoing.State.PENDING
    row.retry_key = uuid.uuid4()
    row.attempts, row.first_sent_at, row.done_at, row.trouble = 0, None, None, ""
    row.save()
    Outgoing.objects.filter(pk=row.pk).update(next_at=Now())
    operations.ring("line_outgoing")
    _note(
        staff, "changed", f"line.outgoing:{row.pk}", "届かなかったメッセージをもう一度送りました。"
    )


@transaction.atomic
def put_aside(row: Outgoing, *, staff: StaffMember) -> None:
    """Give up a message that was refused, is uncertain, or waits for next month's quota.

    Raises:
        NotWaiting: somebody else was faster.
    """
    lock(row)
    unsent = (Outgoing.State.REFUSED, Outgoing.State.UNCERTAIN, Outgoing.State.HELD)
    if row.state not in unsent:
        raise NotWaiting
    Outgoing.objects.filter(pk=row.pk).update(state=Outgoing.State.DROPPED, done_at=Now())
    _note(
        staff,
        "changed",
        f"line.outgoing:{row.pk}",
        "届かなかったメッセージを送らないことにしました。",
    )


@transaction.atomic
def tick(key: str, *, staff: StaffMember, is_done: bool) -> None:
    """Remember that a person has looked at something that LINE does not tell us."""
    if is_done:
        ConnectionCheck.objects.update_or_create(
            key=key, defaults={"ticked_at": clock.now(), "staff_id": staff.pk}
        )
    else:
        ConnectionCheck.objects.filter(key=key).delete()


def register_webhook(url: str, *, staff: StaffMember) -> None:
    """Tell LINE to deliver to `url`.

    Raises:
        OutsideFailure: LINE did not take it.
    """
    client.set_webhook_endpoint(url)
    with transaction.atomic():
        _note(staff, "changed", "line.webhook", "LINEにWebhook URLを登録しました。", url=url)


def subject_of(user_id: str) -> str:
    """Return under what the audit knows the person."""
    return f"line.person:{user_id}"


def _note(staff: StaffMember, action: str, subject: str, sentence: str, **detail: object) -> None:
    audit.record(
        staff_id=staff.pk,
        actor=staff.name,
        action=action,
        subject=subject,
        sentence=sentence,
        detail=detail,
    )
