"""Columns whose content is encrypted at rest. They cannot be searched; store a keyed hash beside them."""

import json
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from yakuba.kit import secrets

_Set = TypeVar("_Set")
_Get = TypeVar("_Get")


class NotSearchable(TypeError):
    """Somebody tried to look for an encrypted value; its keyed hash can be looked for."""


class _Sealed:
    """A bytea column that is sealed on the way in and opened on the way out. NULL stays NULL."""

    name: str

    def get_internal_type(self) -> str:
        return "BinaryField"

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise NotSearchable(f"{self.name} is encrypted; look for its keyed hash instead")
        return models.lookups.IsNull


class _SealedText(_Sealed):
    def get_prep_value(self, value: Any) -> bytes | None:
        return None if value is None else secrets.encrypt(str(value).encode())

    def from_db_value(
        self, value: Any, expression: object, connection: BaseDatabaseWrapper
    ) -> str | None:
        return None if value is None else secrets.decrypt(bytes(value)).decode()


class _SealedJSON(_Sealed):
    def get_prep_value(self, value: Any) -> bytes | None:
        if value is None:
            return None
        words = json.dumps(value, ensure_ascii=False, separators=(",", ":"), cls=DjangoJSONEncoder)
        return secrets.encrypt(words.encode())

    def from_db_value(self, value: Any, expression: object, connection: BaseDatabaseWrapper) -> Any:
        return None if value is None else json.loads(secrets.decrypt(bytes(value)))


# The type checker is told of the generic column that text behaves like, so that it knows which may be NULL.
if TYPE_CHECKING:

    class EncryptedText(_SealedText, models.TextField[_Set, _Get]):
        """Text, encrypted in a bytea column."""

    _Anything = models.Field[Any, Any]
else:

    class EncryptedText(_SealedText, models.Field):
        """Text, encrypted in a bytea column."""

    _Anything = models.Field


class EncryptedJSON(_SealedJSON, _Anything):
    """Any JSON value, encrypted in a bytea column."""
