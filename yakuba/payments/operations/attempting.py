"""One try to pay: written down and committed before the provider is asked, so that nothing is begun twice."""

import uuid
from datetime import timedelta
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from yakuba.kit.db import lock
from yakuba.kit.errors import OutsideFailure, Refusal
from yakuba.payments import queries
from yakuba.payments.models import Attempt, Charge, Connection
from yakuba.payments.operations import posting, reconciling
from yakuba.payments.sockets import Contract, FormPost, Refused, Start
from yakuba.portal.queries import machine_now
from yakuba.residents.models import Resident

LIVES = timedelta(minutes=60)  # machine time; Stripe allows 30 minutes to a day
_TOO_LATE_TO_REUSE = timedelta(minutes=5)


class NothingOpen(Refusal):
    sentence = _("この請求に、いま支払うものはありません。")


class BeingLookedAt(Refusal):
    sentence = _(
        "受け取った金額を役場で確かめています。もう一度支払わずに、役場からの連絡をお待ちください。"
    )


class NotThisWay(Refusal):
    sentence = _("この支払い方法は、いま使えません。ほかの方法を選んでください。")


class NoAnswer(Refusal):
    sentence = _(
        "決済サービスから返事がありません。お金はまだ動いていません。少し待って、もう一度押してください。"
    )


class SaidNo(Refusal):
    sentence = _(
        "決済サービスが支払いを受け付けませんでした。お金は動いていません。ほかの方法を選んでください。"
    )


class _Over(Exception):
    """What was begun has ended, and nobody has seen its page: another attempt is to be begun (E29)."""


def begin_attempt(
    charge: Charge, *, connection: Connection, resident: Resident | None, method: str = ""
) -> Start:
    """Have `connection` expect what is still to pay, and return where the person is to be led.

    Pressed twice, or in two tabs, it is the same attempt. No transaction may be open: the provider is
    asked after the attempt is committed, and about it before it is asked again (E29).

    Raises:
        NothingOpen, BeingLookedAt, NotThisWay: nothing was begun.
        NoAnswer: nobody knows whether the provider has begun it; the same attempt can be tried again.
        SaidNo
    """
    _look_again(charge)
    attempt, is_new = _reserve(charge, connection, method, resident)
    known = queries.start_of(attempt)
    if known is not None:
        return known
    contract = queries.contract_for(attempt)
    try:
        start = _started(contract, attempt, is_new=is_new)
    except _Over:
        return begin_attempt(charge, connection=connection, resident=resident, method=method)
    except Refused as no:
        _close(attempt, trouble=str(no))
        raise SaidNo from no
    except OutsideFailure as silence:
        reconciling.note_trouble(attempt, str(silence))
        raise NoAnswer from silence
    return _keep(attempt, start)


def _look_again(charge: Charge) -> None:
    """Ask about what is open already: whoever has paid in another tab must not pay twice."""
    for attempt in charge.attempts.filter(state=Attempt.State.OPEN).select_related("connection"):
        try:
            reconciling.ask(attempt)
        except OutsideFailure:
            continue  # it is asked about again later; if it was paid, what comes now goes back
    charge.refresh_from_db()


@transaction.atomic
def _reserve(
    charge: Charge, connection: Connection, method: str, resident: Resident | None
) -> tuple[Attempt, bool]:
    """Return the attempt to use, and whether it was made now. Other open ones are not wanted any more."""
    lock(charge)
    amount = queries.still_to_pay(charge)
    if amount == 0:
        raise NothingOpen
    if queries.is_held(charge):
        raise BeingLookedAt
    if not any(
        way.connection.pk == connection.pk and way.method.key == method
        for way in queries.ways(charge)
    ):
        raise NotThisWay
    now = machine_now()
    usable = charge.attempts.filter(
        connection=connection,
        method=method,
        amount=amount,
        generation=connection.generation,
        is_unwanted=False,
        is_waiting=False,
        expires_at__gt=now + _TOO_LATE_TO_REUSE,
    ).exclude(state=Attempt.State.CLOSED)
    attempt = usable.order_by("opened_at").first()
    is_new = attempt is None
    if attempt is None:
        key = uuid.uuid4()
        attempt = Attempt.objects.create(
            id=key,
            charge=charge,
            connection=connection,
            kind=connection.kind,
            method=method,
            merchant_ref=key.hex,
            amount=amount,
            settings_frozen=connection.settings,
            generation=connection.generation,
            started_by=resident,
            opened_at=now,
            expires_at=now + LIVES,
            ask_next_at=now + timedelta(minutes=1),
        )
    posting.want_no_more(charge, but=attempt)
    return attempt, is_new


def _started(contract: Contract, attempt: Attempt, *, is_new: bool) -> Start:
    """Have the provider begin, unless it has done so already under this attempt's reference."""
    order = queries.order_of(attempt)
    if not is_new:
        # Whoever was here before us may have reached the provider without hearing its answer.
        state = contract.fetch(order)
        reconciling.keep_state(attempt, state)
        if attempt.charge.settled_at is not None:
            raise NothingOpen
        if state.start is not None:
            return _to_known_page(contract, state.start)
        if state.status == "waiting":
            raise NotThisWay
        if state.status == "closed":
            raise _Over
    return _to_known_page(contract, contract.start(order))


def _to_known_page(contract: Contract, start: Start) -> Start:
    """Keep browsers from being led anywhere but to the provider's pages."""
    parts = urlsplit(start.url)
    if f"{parts.scheme}://{parts.netloc}" not in contract.pages():
        raise Refused(f"an unexpected page: {parts.scheme}://{parts.netloc}")
    return start


def _keep(attempt: Attempt, start: Start) -> Start:
    """Remember where the person pays. Whoever was faster, with the same provider, is right."""
    with transaction.atomic():
        lock(attempt.charge)
        lock(attempt)
        known = queries.start_of(attempt)
        if known is not None:
            return known
        is_over = attempt.is_unwanted or attempt.state == Attempt.State.CLOSED
        attempt.start = {"url": start.url}
        if isinstance(start, FormPost):
            attempt.start |= {"fields": start.fields, "charset": start.charset}
        attempt.provider_ref = start.provider_ref or attempt.provider_ref
        attempt.expires_at = start.expires_at or attempt.expires_at
        if not is_over:
            attempt.state = Attempt.State.OPEN
        attempt.save(update_fields=["start", "provider_ref", "expires_at", "state"])
    if is_over:
        raise NothingOpen  # taken back, or paid in another way, while the provider was thinking
    return start


@transaction.atomic
def _close(attempt: Attempt, *, trouble: str) -> None:
    lock(attempt)
    attempt.state = Attempt.State.CLOSED
    attempt.trouble = trouble[:300]
    attempt.save(update_fields=["state", "trouble"])
    Attempt.objects.filter(pk=attempt.pk).update(closed_at=Now())
