"""Writing letters and handing them in."""

import logging
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.kit import clock
from yakuba.kit.db import lock, lock_name
from yakuba.kit.errors import Refusal
from yakuba.mail import rules, wire
from yakuba.mail.models import Letter, Part

log = logging.getLogger(__name__)
_LEASE = timedelta(minutes=5)  # a sender that was killed is succeeded after this


class NotFailed(Refusal):
    sentence = _("このメールは、いま送りなおす必要がありません。")


class LooksPersonal(RuntimeError):
    """A caller's template puts personal data into a letter; caught before production, never in it."""


@transaction.atomic
def post(
    *,
    to: Sequence[str],
    subject: str,
    body: str,
    dedupe_key: str | None = None,
    batch_key: str = "",
    batch_minutes: int = 0,
    is_secret: bool = False,
    titles: Sequence[str] = (),
) -> Letter | None:
    """Write a letter in the caller's transaction; it is handed in after the commit.

    Letters with the same `batch_key`, addresses and subject that are posted within `batch_minutes` of the first
    become one, whose subject says how many more there are. A `dedupe_key` that was used before posts nothing. A letter
    without addresses is not written, and None comes back. `is_secret` letters (a link to choose a
    password, a code) are never shown to anybody and forgotten once they are sent. `titles` are words in it that the
    town published, such as the title of a procedure: 「076-472-1111へのご意見」 is nobody's telephone number.
    """
    addresses = list(dict.fromkeys(to))
    if not is_secret:
        _refuse_personal(f"{subject}\n{body}", titles)
    if not addresses:
        return None
    if dedupe_key is not None:
        lock_name(f"mail.dedupe:{dedupe_key}")
        known = Part.objects.filter(dedupe_key=dedupe_key).select_related("letter").first()
        if known is not None:
            return known.letter
    letter = _open_batch(batch_key, addresses, subject) if batch_key else None
    if letter is None:
        now = clock.now()
        letter = Letter.objects.create(
            to=addresses,
            left=addresses,
            subject=" ".join(subject.split())[:200],  # a line break would be a header of its own
            batch_key=batch_key,
            is_secret=is_secret,
            written_at=now,
            due_at=now + timedelta(minutes=batch_minutes if batch_key else 0),
            next_at=_machine_now(),
        )
    Part.objects.create(letter=letter, text=body, dedupe_key=dedupe_key)
    return letter


def _open_batch(batch_key: str, addresses: list[str], subject: str) -> Letter | None:
    """The letter that is still being gathered under this key, locked so that no sender takes it."""
    lock_name(f"mail.batch:{batch_key}")
    return (
        Letter.objects.select_for_update()
        .filter(
            batch_key=batch_key,
            state=Letter.State.WAITING,
            attempts=0,
            to=addresses,
            subject=subject,
        )
        .first()
    )


def send_waiting(*, at_most: int = 50) -> int:
    """Hand in the letters that are due, one after the other, and return how many were accepted.

    One server takes them all, so when it does not answer the rest of the round is left for later.
    """
    if not settings.SMTP_URL:
        return 0
    accepted = 0
    for _round in range(at_most):
        letter = _lease()
        if letter is None:
            break
        parts = [part.text for part in letter.parts.order_by("pk")]
        # No transaction is open here: the server may take a long time.
        outcome = wire.hand_in(
            to=letter.left,
            subject=rules.title(letter.subject, len(parts)),
            text=rules.text(
                parts, footer="このメールは、役場のシステムから自動でお送りしています。"
            ),
            message_id=letter.message_id,
        )
        _settle(letter, outcome)
        accepted += bool(outcome.accepted)
        if outcome.is_outage:
            break
    return accepted


@transaction.atomic
def _lease() -> Letter | None:
    """Take the next letter that is due and keep other senders away from it for a while."""
    now = _machine_now()
    letter = (
        Letter.objects.select_for_update(skip_locked=True)
        .filter(state=Letter.State.WAITING, next_at__lte=now, due_at__lte=clock.now())
        .order_by("next_at", "pk")
        .first()
    )
    if letter is not None:
        letter.attempts += 1
        letter.next_at = now + _LEASE
        letter.save(update_fields=["attempts", "next_at"])
    return letter


@transaction.atomic
def _settle(letter: Letter, outcome: wire.Outcome) -> None:
    """Write down what the server said about each address."""
    lock(letter)
    letter.refused = [*letter.refused, *outcome.refused]
    letter.left = [
        address
        for address in letter.left
        if address not in outcome.accepted and address not in outcome.refused
    ]
    letter.trouble = outcome.words[:300]
    if letter.left and letter.attempts < rules.GIVE_UP_AFTER:
        letter.next_at = _machine_now() + rules.wait(letter.attempts)
    elif letter.left or letter.refused:
        letter.state = Letter.State.FAILED
    else:
        letter.state = Letter.State.SENT
        letter.sent_at = clock.now()
    letter.save()
    if letter.state != Letter.State.WAITING and letter.is_secret:
        # Whoever missed the link asks for a new one.
        letter.parts.update(text="")
    if letter.state == Letter.State.FAILED:
        log.warning("letter %s could not be delivered to %s", letter.pk, len(letter.to))


@transaction.atomic
def send_again(letter: Letter) -> None:
    """Try the addresses that did not get the letter once more, from the beginning of the waits.

    Raises:
        NotFailed: it was sent, is on its way, or held a link that has been forgotten.
    """
    lock(letter)
    if letter.state != Letter.State.FAILED or letter.is_secret:
        raise NotFailed
    letter.left = [*letter.left, *letter.refused]
    letter.refused = []
    letter.state = Letter.State.WAITING
    letter.attempts = 0
    letter.next_at = _machine_now()
    letter.save()


def _refuse_personal(words: str, titles: Sequence[str]) -> None:
    if settings.ENVIRONMENT == "production" and not getattr(settings, "MAIL_IS_CHECKED", False):
        return  # a letter that says too much is a smaller harm than a lost report
    domain = settings.MAIL_FROM.rpartition("@")[2].rstrip(">")
    values = rules.besides(words, titles, own_domain=domain)
    kind = rules.looks_personal(values, own_domain=domain)
    if kind:
        raise LooksPersonal(
            f"a letter seems to hold {kind}; letters carry receipt numbers and links only"
        )


def _machine_now() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)


def hand_in_what_is_due() -> None:
    """Do one round of sending; called again and again by the worker."""
    send_waiting(at_most=20)


@transaction.atomic
def rewrite_texts(after: object | None) -> object | None:
    """Write the next 500 texts anew under the first key, for `yakuba keys rotate`."""
    rows = list(Part.objects.filter(pk__gt=after or 0).order_by("pk").select_for_update()[:500])
    for part in rows:
        part.save(update_fields=["text"])
    return rows[-1].pk if rows else None
