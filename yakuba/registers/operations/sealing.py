"""From the values of a line to what is stored of it: sealed, hashed for look-up, and in its place."""

import json
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from yakuba.kit.secrets import encrypt, hasher
from yakuba.registers.models import Column, Register, Row, RowHash
from yakuba.registers.rules import columns, hashing, matching, words
from yakuba.registers.rules.columns import Spec, Values

# Family names repeat; those of a large town fit.
_MOST_WORDS = 50_000


@dataclass(slots=True)
class Made:
    """What is stored of one line."""

    values: Values
    written: str  # the values as they are sealed and compared
    identity: bytes | None
    digest: bytes
    is_protected: bool
    order_words: str
    hashes: list[tuple[int, bytes]] = field(default_factory=list)  # (column, hash)

    @property
    def sealed(self) -> bytes:
        return encrypt(self.written.encode())


class Maker:
    """Makes rows of one register; keeps what is the same for all of them."""

    def __init__(self, register: Register, specs: Sequence[Spec]) -> None:
        self.specs = list(specs)
        self._identity_hashes = hasher(hashing.identity_purpose(register.pk))
        self._digest_hashes = hasher(hashing.digest_purpose(register.pk))
        self._identifying = [one for one in self.specs if one.is_identifying]
        self._matched = [
            (one, hasher(hashing.purpose(one.id)), hasher(hashing.word_purpose(one.id)))
            for one in self.specs
            if one.kind in matching.MATCHED or one.is_unique
        ]
        self._words: dict[tuple[int, str], bytes] = {}  # hashes of parts of names; they repeat

    def identities(self, values: Values) -> list[bytes]:
        """Hash what makes the line the same line in the next file, under every key, the first first.

        Rows that are not rotated yet have one of the others. Nothing where nothing identifies a line.
        """
        if not self._identifying:
            return []
        parts = [_plain(str(values.get(one.key, ""))) for one in self._identifying]
        return self._identity_hashes("\x1f".join(parts))

    def digests(self, values: Values) -> list[bytes]:
        """Hash all values under every key, so that a line that says the same is known without opening it."""
        return self._digest_hashes(_written(values))

    def made(self, values: Values, identities: Sequence[bytes] | None = None) -> Made:
        """Make what is stored; `identities` saves the work where they are known."""
        if identities is None:
            identities = self.identities(values)
        written = _written(values)
        return Made(
            values=values,
            written=written,
            identity=next(iter(identities), None),
            digest=self._digest_hashes(written)[0],
            is_protected=columns.is_protected(self.specs, values),
            order_words=columns.order_words(self.specs, values),
            hashes=self.hashes(values),
        )

    def hashes(self, values: Values) -> list[tuple[int, bytes]]:
        """Hash every value by which the row may be looked for, whole and by its words."""
        found: dict[tuple[int, bytes], None] = {}
        for one, hash_whole, hash_word in self._matched:
            value = values.get(one.key)
            if value is None:
                continue
            for form in forms(one, value):
                found[one.id, hash_whole(form)[0]] = None
            for word in words.parts_of(one.kind, str(value)):
                if hashed := self._word(one, word, hash_word):
                    found[one.id, hashed] = None
        return list(found)

    def _word(self, column: Spec, word: str, hashed: Callable[[str], list[bytes]]) -> bytes:
        """Return the hash of a part of a name, none of one that nobody can read."""
        known = self._words.get((column.id, word))
        if known is None:
            form = words.form(column.kind, word)
            known = hashed(form)[0] if form else b""
            if len(self._words) < _MOST_WORDS:
                self._words[column.id, word] = known
        return known


def forms(column: Spec, value: columns.Value) -> tuple[str, ...]:
    """Return the forms in which a value is matched; what is only unique has one."""
    if column.kind in matching.MATCHED:
        return matching.forms(column.kind, str(value))
    return (_plain(str(value)),)


def certain(column: Spec, value: columns.Value) -> tuple[str, ...]:
    """Return the forms without what is unsure: two names with a letter that nobody can read are not the same."""
    return tuple(one for one in forms(column, value) if one != matching.UNKNOWN)


def _written(values: Values) -> str:
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _plain(text: str) -> str:
    if text.isascii():
        return "".join(text.split()).lower()
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
