"""Columns whose content is encrypted at rest. They cannot be searched; store a keyed hash beside them.

A model that says `sealed_under = "submission_id"` has its sealed columns under the data key of that owner,
all others lie under the master key. Whose key opens a value, the value says itself.
"""

import json
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from yakuba.kit import datakeys, secrets

_Set = TypeVar("_Set")
_Get = TypeVar("_Get")


class NotSearchable(TypeError):
    """Somebody tried to look for an encrypted value; its keyed hash can be looked for."""


class NoOwner(TypeError):
    """A column under a data key is written by saving its row; `update` does not know whose row it is."""


@dataclass(frozen=True, slots=True)
class _Owned:
    """A value on its way into the database, with the owner of the key that seals it."""

    value: Any
    owner: UUID


class _Sealed:
    """A bytea column that is sealed on the way in and opened on the way out. NULL stays NULL."""

    name: str
    attname: str
    model: type[models.Model]

    def get_internal_type(self) -> str:
        return "BinaryField"

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise NotSearchable(f"{self.name} is encrypted; look for its keyed hash instead")
        return models.lookups.IsNull

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = getattr(model_instance, self.attname)
        under: str | None = getattr(self.model, "sealed_under", None)
        if under is None or value is None:
            return value
        return _Owned(value, attrgetter(under)(model_instance))

    def get_prep_value(self, value: Any) -> bytes | None:
        if isinstance(value, _Owned):
            return datakeys.seal(self.to_bytes(value.value), owner=value.owner)
        if value and getattr(self.model, "sealed_under", None):
            raise NoOwner(f"save the row to write {self.name}; it lies under a key of its own")
        return None if value is None else secrets.encrypt(self.to_bytes(value))

    def to_bytes(self, value: Any) -> bytes:
        raise NotImplementedError


class _SealedText(_Sealed):
    def to_bytes(self, value: Any) -> bytes:
        return str(value).encode()

    def from_db_value(
        self, value: Any, expression: object, connection: BaseDatabaseWrapper
    ) -> str | None:
        return None if value is None else datakeys.unseal(bytes(value)).decode()


class _SealedJSON(_Sealed):
    def to_bytes(self, value: Any) -> bytes:
        words = json.dumps(value, ensure_ascii=False, separators=(",", ":"), cls=DjangoJSONEncoder)
        return words.encode()

    def from_db_value(self, value: Any, expression: object, connection: BaseDatabaseWrapper) -> Any:
        return None if value is None else json.loads(datakeys.unseal(bytes(value)))


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
