"""The forms in which two ways to write the same value are equal; hashed, they are how a row is found."""

import unicodedata

# Kinds whose values are worth finding a row by; the others say nothing of who it is.
MATCHED = frozenset({"name", "kana", "day", "address", "phone", "email", "code", "text"})


def forms(kind: str, value: str) -> tuple[str, ...]:
    """Return the form, or forms, under which `value` of a column of `kind` is found; none for an empty one."""
    folded = "".join(unicodedata.normalize("NFKC", value).split()).casefold()
    return (folded,) if folded else ()
