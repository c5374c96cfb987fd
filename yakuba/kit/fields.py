"""Columns whose content is encrypted at rest. They cannot be searched; store a keyed hash beside them."""

import json
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from yakuba.kit import secrets

if TYPE_CHECKING:
    _TextBase = models.Field[str, str]
    _JsonBase = models.Field[Any, Any]
else:
    _TextBase = _JsonBase = models.Field


class EncryptedText(_TextBase):
    """Text, encrypted in a bytea column. NULL stays NULL; so that '' is not told apart, '' is sealed too."""

    def get_internal_type(self) -> str:
        return "BinaryField"

    def get_prep_value(self, value: Any) -> bytes | None:
        return None if value is None else secrets.encrypt(str(value).encode())

    def from_db_value(
        self, value: Any, expression: object, connection: BaseDatabaseWrapper
    ) -> str | None:
        return None if value is None else secrets.decrypt(bytes(value)).decode()

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise TypeError(f"{self.name} is encrypted and cannot be searched; use its keyed hash")
        return super().get_lookup(lookup_name)


class EncryptedJSON(_JsonBase):
    """Any JSON value, encrypted in a bytea column."""

    def get_internal_type(self) -> str:
        return "BinaryField"

    def get_prep_value(self, value: Any) -> bytes | None:
        if value is None:
            return None
        words = json.dumps(value, ensure_ascii=False, separators=(",", ":"), cls=DjangoJSONEncoder)
        return secrets.encrypt(words.encode())

    def from_db_value(
        self, value: Any, expression: object, connection: BaseDatabaseWrapper
    ) -> Any:
        return None if value is None else json.loads(secrets.decrypt(bytes(value)))

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise TypeError(f"{self.name} is encrypted and cannot be searched; use its keyed hash")
        return super().get_lookup(lookup_name)
