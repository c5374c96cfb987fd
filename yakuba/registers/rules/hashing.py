"""For what a keyed hash of a register is made: a hash of one column is never that of another."""


def purpose(column_id: int) -> str:
    """Name the hashes by which a row is matched: of a whole value, in the forms of `matching`."""
    return f"registers.column:{column_id}"


def word_purpose(column_id: int) -> str:
    """Name the hashes by which staff search: of one word of a value, such as a family name."""
    return f"registers.word:{column_id}"


def identity_purpose(register_id: int) -> str:
    """Name the hash of the identifying columns."""
    return f"registers.identity:{register_id}"


def digest_purpose(register_id: int) -> str:
    """Name the hash of all values of a row."""
    return f"registers.digest:{register_id}"
