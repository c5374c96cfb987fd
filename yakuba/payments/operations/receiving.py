"""What providers' machines send: verified, stored once, answered; understood afterwards, by the worker."""

import base64
import hashlib
import logging
from collections.abc import Iterator, Mapping
from datetime import timedelta

from django.db import DatabaseError, transaction
from django.db.models import F

from yakuba.kit import upkeep
from yakuba.kit.db import lock
from yakuba.kit.errors import OutsideFailure
from yakuba.kit.jobs import job
from yakuba.payments import queries, rules
from yakuba.payments.models import Attempt, Connection, ProviderMessage
from yakuba.payments.operations import posting, reconciling
from yakuba.payments.sockets import (
    Acknowledgement,
    Contract,
    Forged,
    ParsedMessage,
    Unreadable,
    providers,
)
from yakuba.portal.queries import machine_now

_log = logging.getLogger(__name__)
LARGEST = 256 * 1024  # bytes; a message is some kilobytes
_KEPT_HEADERS = ("content-type", "user-agent", "stripe-signature")
_FIRST_LOOK_BY_CHORE = timedelta(seconds=30)  # the job is usually faster
_TRIES_WITHOUT_ATTEMPT = 5
_BODIES_ARE_KEPT = timedelta(days=30)


def take_message(
    connection: Connection, headers: Mapping[str, str], body: bytes
) -> Acknowledgement:
    """Keep what a provider's machine sent, and answer it; success is only said once it is committed.

    The same message is kept once (E23). What is not from this provider, or for another contract of it,
    is refused and counted (E35). Header names are in lower case.
    """
    contract = _who_verifies(connection, headers, body)
    if contract is None:
        _count_forgery(connection)
        return Acknowledgement(body=b"not ours", status=400)
    try:
        _store(connection, contract, headers, body)
    except DatabaseError:
        _log.exception("a message of %s could not be stored", connection.key)
        return contract.acknowledge(stored=False)
    return contract.acknowledge(stored=True)


def _who_verifies(
    connection: Connection, headers: Mapping[str, str], body: bytes
) -> Contract | None:
    for contract in _contracts(connection):
        try:
            contract.verify(headers, body)
        except Forged:
            continue
        return contract
    return None


def _contracts(connection: Connection) -> Iterator[Contract]:
    """The present keys, and those before the last change while their messages may be on the way."""
    yield queries.contract_of(connection)
    until = connection.earlier_until
    if connection.earlier is not None and until is not None and machine_now() < until:
        yield providers[connection.kind].contract.model_validate(connection.earlier)


def _count_forgery(connection: Connection) -> None:
    Connection.objects.filter(pk=connection.pk).update(
        refused=F("refused") + 1, refused_at=machine_now()
    )


@transaction.atomic
def _store(
    connection: Connection, contract: Contract, headers: Mapping[str, str], body: bytes
) -> None:
    name = contract.dedupe_key(body) or hashlib.sha256(body).hexdigest()
    message = ProviderMessage(
        connection=connection,
        kind=connection.kind,
        dedupe_key=f"{connection.pk}:{name}"[:200],
        raw=base64.b64encode(body).decode(),
        headers={key: headers[key] for key in _KEPT_HEADERS if key in headers},
        signature_ok=True,
        next_at=machine_now() + _FIRST_LOOK_BY_CHORE,
    )
    # Two deliveries at the same moment wait for each other in the unique index.
    ProviderMessage.objects.bulk_create([message], ignore_conflicts=True)
    stored = ProviderMessage.objects.get(dedupe_key=message.dedupe_key)
    if stored.processed_at is None:
        process_message.defer(message_id=stored.pk)


@upkeep.every(timedelta(seconds=20))
def process_waiting() -> None:
    """Take up messages that nobody has understood yet: a worker was killed, a provider did not answer."""
    waiting = ProviderMessage.objects.filter(processed_at=None, next_at__lte=machine_now())
    for pk in list(waiting.order_by("next_at").values_list("pk", flat=True)[:100]):
        process_message.defer(message_id=pk)
        ProviderMessage.objects.filter(pk=pk).update(next_at=machine_now() + timedelta(minutes=5))


@job(queue="payments")
def process_message(*, message_id: int) -> None:
    """Understand one message: find the attempt it is about, and ask the provider.

    May run twice, and may be killed anywhere: what was posted is not posted again.
    """
    message = ProviderMessage.objects.select_related("connection").get(pk=message_id)
    if message.processed_at is not None or message.raw is None:
        return
    contract = queries.contract_of(message.connection)
    try:
        parsed = contract.parse_message(message.headers or {}, base64.b64decode(message.raw))
    except Unreadable as why:
        _end(message, error=f"読み取れませんでした：{why}")
        return
    if parsed.is_live is not None and parsed.is_live != message.connection.is_live:
        _end(message, error="別の環境（試験・本番）の知らせのため、使いませんでした。")
        return
    attempt = _attempt_of(message, parsed)
    if attempt is None:
        _without_attempt(message, parsed)
        return
    try:
        _learn(attempt, parsed)
    except OutsideFailure as silence:
        _later(message, error=str(silence))
        return
    _end(message, attempt=attempt)


def _attempt_of(message: ProviderMessage, parsed: ParsedMessage) -> Attempt | None:
    """The attempt that the message names, among those of its own connection alone (E35)."""
    mine = Attempt.objects.select_related("charge", "connection").filter(
        connection=message.connection_id
    )
    if parsed.merchant_ref:
        return mine.filter(merchant_ref=parsed.merchant_ref).first()
    if parsed.txn:
        return mine.filter(entries__provider_txn=parsed.txn).first()
    return mine.filter(provider_ref=parsed.provider_ref).first() if parsed.provider_ref else None


def _without_attempt(message: ProviderMessage, parsed: ParsedMessage) -> None:
    """A message of no interest, of somebody else, or faster than the answer that names our attempt."""
    if not (parsed.merchant_ref or parsed.provider_ref or parsed.txn):
        _end(message)
    elif parsed.merchant_ref or message.tries >= _TRIES_WITHOUT_ATTEMPT:
        _end(message, error="この番号の支払いは、ここでは始まっていません。")
    else:
        _later(message, error="まだ番号が分かりません。")


def _learn(attempt: Attempt, parsed: ParsedMessage) -> None:
    reconciling.keep_name(attempt, parsed.provider_ref)
    if not parsed.moves:
        reconciling.ask(attempt)  # a message is a hint; the provider itself says what moved
        return
    with transaction.atomic():
        lock(attempt.charge)
        posting.post_moves(attempt, parsed.moves)


def _end(message: ProviderMessage, *, attempt: Attempt | None = None, error: str = "") -> None:
    message.processed_at, message.error = machine_now(), error[:300]
    message.attempt = attempt
    message.save(update_fields=["processed_at", "error", "attempt"])


def _later(message: ProviderMessage, *, error: str) -> None:
    message.next_at = machine_now() + rules.ask_after(message.tries)
    message.tries, message.error = message.tries + 1, error[:300]
    message.save(update_fields=["next_at", "tries", "error"])


@upkeep.every(timedelta(hours=1))
def empty_old_messages() -> None:
    """Forget what messages said 30 days ago; their keys stay, so that none can come twice."""
    old = ProviderMessage.objects.filter(
        received_at__lt=machine_now() - _BODIES_ARE_KEPT,
        raw__isnull=False,
        processed_at__isnull=False,
    )
    old.update(raw=None, headers=None)
