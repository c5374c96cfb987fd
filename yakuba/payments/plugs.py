"""What payments plug into others."""

from yakuba.payments import (
    console,  # noqa: F401
    operations,
    portal,  # noqa: F401
    queries,
)
from yakuba.payments.kinds import paypay, sbps, stripe  # noqa: F401
from yakuba.procedures.sockets import payment_ways
from yakuba.residents.models import Resident
from yakuba.residents.sockets import forgotten, moved


@payment_ways.plug
def connected() -> list[tuple[str, str]]:
    return queries.names()


@moved.connect
def hand_over_charges(before: Resident, after: Resident) -> None:
    operations.hand_over(before=before, after=after)


@forgotten.connect
def forget_payer(resident: Resident) -> None:
    operations.forget(resident)
