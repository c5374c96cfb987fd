"""From the values of a line to what is stored of it: sealed, hashed for look-up, and in its place."""

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from yakuba.kit.secrets import keyed_hash, keyed_hashes
from yakuba.registers.models import Column, Register, Row, RowHash
from yakuba.registers.rules import columns, hashing, matching
from yakuba.registers.rules.columns import Spec, Values
from yakuba.registers.rules.words import words_of

_BY_WORD = ("name", "kana")


@dataclass(slots=True)
class Made:
    """What is stored of one line."""

    values: Values
    identity: bytes | None
    digest: bytes
    is_protected: bool
    order_words: str
    hashes: list[tuple[int, bytes]] = field(default_factory=list)  # (column, hash)


class Maker:
    """Makes rows of one register; keeps what is the same for all of them."""

    def __init__(self, register: Register, specs: Sequence[Spec]) -> None:
        self.specs = list(specs)
        self._identity_purpose = hashing.identity_purpose(register.pk)
        self._digest_purpose = hashing.digest_purpose(register.pk)
        self._identifying = [one for one in self.specs if one.is_identifying]
        self._matched = [one for one in self.specs if one.kind in matching.MATCHED or one.is_unique]

    def identities(self, values: Values) -> list[bytes]:
        """Hash what makes the line the same line in the next file, under every key, the first first.

        Rows that are not rotated yet have one of the others. Nothing where nothing identifies a line.
        """
        if not self._identifying:
            return []
        parts = [_plain(str(values.get(one.key, ""))) for one in self._identifying]
        return keyed_hashes("\x1f".join(parts), purpose=self._identity_purpose)

    def digests(self, values: Values) -> list[bytes]:
        """Hash all values under every key, so that a line that says the same is known without opening it."""
        words = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return keyed_hashes(words, purpose=self._digest_purpose)

    def made(self, values: Values) -> Made:
        return Made(
            values=values,
            identity=next(iter(self.identities(values)), None),
            digest=self.digests(values)[0],
            is_protected=columns.is_protected(self.specs, values),
            order_words=columns.order_words(self.specs, values),
            hashes=self.hashes(values),
        )

    def hashes(self, values: Values) -> list[tuple[int, bytes]]:
        """Hash every value by which the row may be looked for, whole and by its words."""
        found: dict[tuple[int, bytes], None] = {}
        for one in self._matched:
            value = values.get(one.key)
            if value is None:
                continue
            for form in forms(one, value):
                found[one.id, keyed_hash(form, purpose=hashing.purpose(one.id))] = None
            if one.kind in _BY_WORD:
                for word in words_of(str(value)):
                    found[one.id, keyed_hash(word, purpose=hashing.word_purpose(one.id))] = None
        return list(found)


def forms(column: Spec, value: columns.Value) -> tuple[str, ...]:
    """Return the forms in which a value is matched; what is only unique has one."""
    if column.kind in matching.MATCHED:
        return matching.forms(column.kind, str(value))
    return (_plain(str(value)),)


def certain(column: Spec, value: columns.Value) -> tuple[str, ...]:
    """Return the forms without what is unsure: two names with a letter that nobody can read are not the same."""
    return tuple(one for one in forms(column, value) if one != matching.UNKNOWN)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def maker_of(register: Register) -> Maker:
    """Return the maker of `register` with the columns that it has now."""
    standing = Column.objects.filter(register=register).standing()
    return Maker(register, [columns.spec(column) for column in standing])


def keep_hashes(row: Row, made: Made) -> None:
    """Write by what `row` is found."""
    RowHash.objects.bulk_create(
        RowHash(row=row, column_id=column, hash=hashed) for column, hashed in made.hashes
    )
