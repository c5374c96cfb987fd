"""Asking providers what became of attempts: the only way to know, whatever browsers and messages say."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from yakuba.kit import upkeep
from yakuba.kit.db import lock
from yakuba.kit.errors import OutsideFailure
from yakuba.kit.jobs import job
from yakuba.payments import queries, rules
from yakuba.payments.models import Alarm, Attempt, LedgerEntry
from yakuba.payments.operations import posting
from yakuba.payments.sockets import State
from yakuba.portal.queries import machine_now

_AT_ONCE = 50
_LEASE = timedelta(minutes=5)  # longer than a question with all its time limits


@upkeep.every(timedelta(seconds=10))
def ask_due() -> None:
    """Have every attempt asked about whose time has come."""
    for attempt in _claim():
        ask_attempt.defer(attempt_id=str(attempt))


@transaction.atomic
def _claim() -> list[UUID]:
    """Take some attempts, and put them off, so that nobody else takes them while they are asked about."""
    now = machine_now()
    due = list(
        Attempt.objects.filter(ask_next_at__lte=now)
        .select_for_update(no_key=True, skip_locked=True)
        .order_by("ask_next_at")[:_AT_ONCE]
        .values_list("pk", flat=True)
    )
    Attempt.objects.filter(pk__in=due).update(ask_next_at=now + _LEASE)
    return due


@job(queue="payments")
def ask_attempt(*, attempt_id: str) -> None:
    """Ask about one attempt; a provider that does not answer is asked again later."""
    attempt = Attempt.objects.select_related("charge", "connection").get(pk=attempt_id)
    try:
        ask(attempt)
    except OutsideFailure:
        return  # noted, with the time of the next question


def ask(attempt: Attempt) -> State:
    """Ask the provider what became of `attempt`, and write down what it says.

    What is not wanted any more is ended there; if somebody paid it first, the answer says so (E24).
    No transaction may be open.

    Raises:
        OutsideFailure: it did not answer; nothing is known.
    """
    contract, order = queries.contract_for(attempt), queries.order_of(attempt)
    is_to_end = attempt.is_unwanted and attempt.state != Attempt.State.CLOSED
    try:
        state = contract.cancel(order) if is_to_end else contract.fetch(order)
    except OutsideFailure as silence:
        note_trouble(attempt, str(silence))
        raise
    keep_state(attempt, state)
    return state


@transaction.atomic
def keep_name(attempt: Attempt, provider_ref: str) -> None:
    """Remember what the provider calls the attempt; some can be asked by nothing else, and say it late."""
    lock(attempt)
    if provider_ref and not attempt.provider_ref:
        attempt.provider_ref = provider_ref
        attempt.save(update_fields=["provider_ref"])


@transaction.atomic
def keep_state(attempt: Attempt, state: State) -> None:
    """Write down what a provider said of `attempt`: money into the ledger, the rest into the attempt."""
    lock(attempt.charge)
    lock(attempt)
    if state.is_live is not None and state.is_live != attempt.connection.is_live:
        # Test money is no money, and real money does not belong into a trial (E35).
        words = "本番の契約に試験の支払いが、または試験の契約に本番の支払いが届きました。"
        posting.alarm(
            Alarm.Kind.ENVIRONMENT, attempt.merchant_ref, words, charge=attempt.charge,
            connection=attempt.connection,
        )  # fmt: skip
        state = State(status=state.status)
    attempt.provider_ref = state.provider_ref or attempt.provider_ref
    attempt.trouble = ""
    _move(attempt, state)
    posting.post_moves(attempt, state.moves)
    attempt.refresh_from_db(fields=["is_unwanted"])  # what was posted may have ended it
    _plan(attempt)
    attempt.save(
        update_fields=[
            *("provider_ref", "trouble", "state", "is_waiting", "is_unwanted"),
            *("closed_at", "expires_at", "asked", "asked_at", "ask_next_at"),
        ]
    )


def _move(attempt: Attempt, state: State) -> None:
    now = machine_now()
    attempt.is_waiting = state.status == "waiting"
    if state.expires_at is not None:
        attempt.expires_at = state.expires_at
    is_over = state.status == "closed" or (state.status == "unknown" and attempt.expires_at < now)
    if is_over and attempt.state != Attempt.State.CLOSED:
        attempt.state, attempt.closed_at = Attempt.State.CLOSED, now
    elif state.status == "open" and attempt.state == Attempt.State.CREATED and attempt.start:
        attempt.state = Attempt.State.OPEN


def _plan(attempt: Attempt) -> None:
    """Say when to ask again."""
    now = machine_now()
    attempt.asked, attempt.asked_at = attempt.asked + 1, now
    received = attempt.entries.filter(kind=LedgerEntry.Kind.CAPTURE).exists()
    attempt.ask_next_at = rules.ask_again_at(
        attempt.asked,
        now=now,
        closed_at=attempt.closed_at,
        is_settled=received and attempt.state == Attempt.State.CLOSED,
    )
    is_over_time = attempt.expires_at < now and not attempt.is_waiting
    if attempt.state != Attempt.State.CLOSED and is_over_time and not attempt.is_unwanted:
        # The page must not stay open for ever: from here on it is ended instead of asked about.
        attempt.is_unwanted, attempt.ask_next_at = True, now


def note_trouble(attempt: Attempt, words: str) -> None:
    """Remember that a provider did not answer, and when it is asked again."""
    with transaction.atomic():
        lock(attempt)
        now = machine_now()
        attempt.asked, attempt.asked_at, attempt.trouble = attempt.asked + 1, now, words[:300]
        attempt.ask_next_at = now + rules.ask_after(attempt.asked - 1)
        attempt.save(update_fields=["asked", "asked_at", "trouble", "ask_next_at"])


def stuck() -> Q:
    """Attempts whose provider has not answered for an hour, while something may have been paid."""
    return Q(asked__gte=5, closed_at=None) & ~Q(trouble="")
