"""Writing sealed columns anew under the first key: every column of every table, found by its kind.

What lies under a data key stays as it is: `datakeys` wraps that key anew. What is sealed elsewhere (files, hashes, secrets of others' tables) is registered in `upkeep.encrypted`.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from psycopg.sql import SQL, Identifier

from yakuba.kit import secrets
from yakuba.kit.datakeys import MARK
from yakuba.kit.fields import EncryptedJSON, EncryptedText

_AT_ONCE = 500


def tables() -> Iterator[tuple[type[models.Model], list[str]]]:
    """Return every table that has sealed columns, with their names."""
    for model in apps.get_models():
        sealed = [
            field.attname
            for field in model._meta.concrete_fields
            if isinstance(field, EncryptedText | EncryptedJSON)
        ]
        if sealed:
            yield model, sealed


@transaction.atomic
def rewrite(model: type[models.Model], columns: list[str], after: Any) -> Any:
    """Seal some rows after the key `after` anew; return the last one's key, None when there are no more.

    May be stopped anywhere and begun again: a row under the first key is only sealed once more.
    """
    key = model._meta.pk.attname
    table, names = Identifier(model._meta.db_table), [Identifier(name) for name in columns]
    beyond = SQL("AND {} > %(after)s").format(Identifier(key)) if after is not None else SQL("")
    masters = SQL(" OR ").join(SQL("get_byte({}, 0) <> %(mark)s").format(name) for name in names)
    chosen = SQL(
        "SELECT {key}, {names} FROM {table} WHERE ({masters}) {beyond} ORDER BY {key} LIMIT {some} FOR UPDATE"
    ).format(
        key=Identifier(key), names=SQL(", ").join(names), table=table, masters=masters, beyond=beyond,
        some=SQL(str(_AT_ONCE)),
    )  # fmt: skip
    change = SQL("UPDATE {table} SET {sets} WHERE {key} = %s").format(
        table=table, sets=SQL(", ").join(SQL("{} = %s").format(name) for name in names), key=Identifier(key)
    )  # fmt: skip
    last: Any = None
    with connection.cursor() as cursor:
        cursor.execute(chosen, {"after": after, "mark": MARK})
        for last, *values in cursor.fetchall():
            cursor.execute(change, [*map(_anew, values), last])
    return last


def _anew(value: bytes | None) -> bytes | None:
    if value is None or value[0] == MARK:
        return value
    return secrets.rotate(bytes(value))
