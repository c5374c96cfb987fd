"""The value of an answer, as it is stored: what JSON can hold, and nothing else."""

from collections.abc import Mapping
from typing import TypeAlias

Value: TypeAlias = bool | int | float | str | list["Value"] | dict[str, "Value"] | None


def text_in(value: Value, key: str = "") -> str:
    """Return the text that `value` is, or that it has under `key`; empty if it has none.

    Raises:
        TypeError: there is something else; a stored answer was damaged.
    """
    found = value.get(key, "") if key and isinstance(value, Mapping) else value
    if isinstance(found, str):
        return found
    raise TypeError(f"a text was stored here, not {type(found).__name__}")


def texts_in(value: Value) -> list[str]:
    """Return the texts of a stored list.

    Raises:
        TypeError: there is something else; a stored answer was damaged.
    """
    if not isinstance(value, list):
        raise TypeError(f"a list was stored here, not {type(value).__name__}")
    return [text_in(item) for item in value]
