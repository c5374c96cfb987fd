"""Locks, and constraints turned into sentences."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, connection, models, transaction

from yakuba.kit.errors import Refusal


def lock(row: models.Model) -> None:
    """Wait until nobody else is changing `row`, then read it afresh. Needs a transaction."""
    line = type(row)._base_manager.select_for_update(no_key=True)
    row.refresh_from_db(from_queryset=line)


def lock_name(name: str) -> None:
    """Wait for everybody else who uses the same `name`, until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [name_number(name)])


def name_number(name: str) -> int:
    """Return the 64-bit signed number that stands for `name` in PostgreSQL's advisory locks."""
    digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


@contextmanager
def refusing(constraint: str, refusal: type[Refusal], **facts: object) -> Iterator[None]:
    """Turn a broken database constraint into a sentence for the person at the counter."""
    try:
        with transaction.atomic():  # a savepoint: the transaction around us survives
            yield
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        if diagnosis is None or diagnosis.constraint_name != constraint:
            raise
        raise refusal(**facts) from error
