"""Charges and connections of the tests, and what a payer does."""

import itertools
import json

from tests.cast import make_department
from yakuba.payments import operations, rules
from yakuba.payments.models import Attempt, Charge, Connection
from yakuba.payments.sockets import Acknowledgement
from yakuba.residents.models import Resident
from yakuba.townhall.models import Scope

_numbers = itertools.count(1)
SECRET = "s3cret-key-of-the-bank"


def make_connection(
    key: str = "card",
    *,
    kind: str = "testbank",
    shop: str = "kamiichi",
    live: bool = False,
    order: int = 0,
) -> Connection:
    return Connection.objects.create(
        key=key,
        kind=kind,
        name=f"試験銀行 {key}",
        settings={"shop": shop, "secret": SECRET, "live": live},
        is_live=live,
        is_on=True,
        order=order,
    )


def make_scope(name: str = "住民票の写し") -> Scope:
    return Scope.objects.create(department=make_department(), kind="procedures", name=name)


def make_charge(
    *,
    amount: int = 300,
    resident: Resident | None = None,
    scope: Scope | None = None,
    **more: object,
) -> Charge:
    return operations.request_charge(
        scope=scope or make_scope(),
        title="住民票の写し",
        lines=[rules.line("手数料", amount)],
        resident=resident,
        **more,  # type: ignore[arg-type]
    )


def begin(charge: Charge, connection: Connection, *, method: str = "card") -> Attempt:
    """Press the button, and return the attempt that is open then."""
    operations.begin_attempt(charge, connection=connection, resident=None, method=method)
    return charge.attempts.filter(connection=connection).latest("opened_at")


def tell(
    connection: Connection,
    ref: str,
    *,
    secret: str = SECRET,
    name: str = "",
    live: bool | None = None,
) -> Acknowledgement:
    """Have the bank's machine send a message."""
    said = {"id": name or f"evt-{next(_numbers)}", "ref": ref}
    if live is not None:
        said["live"] = live  # type: ignore[assignment]
    return operations.take_message(connection, {"x-bank": secret}, json.dumps(said).encode())
