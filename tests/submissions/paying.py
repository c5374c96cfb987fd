"""Money that comes in during the tests, written into the ledger as a provider's message would."""

from datetime import timedelta
from itertools import count

from django.db import transaction

from yakuba.kit import clock
from yakuba.kit.db import lock
from yakuba.payments.models import Attempt, Charge, Connection
from yakuba.payments.operations import posting
from yakuba.payments.sockets import Move

_numbers = count(1)
CONTRACT = {"secret_key": "sk_test_0123456789abcdef", "webhook_secret": "whsec_0123456789abcdef"}


def begin_to_pay(charge: Charge) -> Attempt:
    """Let somebody stand on the provider's page."""
    number = next(_numbers)
    connection = Connection.objects.create(
        key=f"card{number}", kind="stripe", name="カード", settings=CONTRACT, is_on=True
    )
    return Attempt.objects.create(
        charge=charge,
        connection=connection,
        kind="stripe",
        merchant_ref=f"ref{number}",
        amount=charge.amount,
        settings_frozen=CONTRACT,
        generation=1,
        state="open",
        expires_at=clock.now() + timedelta(minutes=30),
    )


@transaction.atomic
def money_comes(attempt: Attempt) -> None:
    """The provider says that the whole amount was received."""
    lock(attempt.charge)
    move = Move("capture", f"txn{attempt.pk}", attempt.amount, clock.now())
    posting.post_moves(attempt, [move])


def pay(charge: Charge) -> None:
    money_comes(begin_to_pay(charge))
