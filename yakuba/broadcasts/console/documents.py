"""Adding, moving and removing parts of a content; pure changes of its document, each with words for undo."""

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from yakuba.broadcasts.console import fields
from yakuba.broadcasts.rules import content as contents

Document = dict[str, Any]
WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Changed:
    document: Document
    words: str
    part: str  # to be shown afterwards


class Full(ValueError):
    """There is room for five messages."""


def number_of(document: Document, key: str) -> int:
    """Return the place of the part behind `key`. Raises LookupError."""
    number = int(key.removeprefix("p-")) if key.removeprefix("p-").isdecimal() else -1
    if not key.startswith("p-") or not 0 <= number < len(document["parts"]):
        raise LookupError(key)
    return number


def add(document: Document, *, kind: str) -> Changed:
    """Raises LookupError: no such kind; Full."""
    parts = list(document["parts"])
    if len(parts) >= contents.MOST_PARTS:
        raise Full
    fresh = contents.KINDS[kind]().model_dump(mode="json", by_alias=True)
    after = {**document, "parts": [*parts, fresh]}
    return Changed(after, f"「{fields.name_of(kind)}」を加える", f"p-{len(parts)}")


def remove(document: Document, key: str) -> Changed:
    number = number_of(document, key)
    parts = list(document["parts"])
    gone = parts.pop(number)
    shown = f"p-{min(number, len(parts) - 1)}" if parts else WHOLE
    return Changed({**document, "parts": parts}, f"「{fields.name_of(gone['kind'])}」を消す", shown)


def move(document: Document, key: str, *, to: int) -> Changed:
    """Put the part at place `to` among the others; beyond an end it stays at the end."""
    number = number_of(document, key)
    parts = list(document["parts"])
    moved = parts.pop(number)
    place = max(0, min(to, len(parts)))
    parts.insert(place, moved)
    return Changed({**document, "parts": parts}, "順番を変える", f"p-{place}")


def put_part(document: Document, key: str, after: Document) -> Document:
    number = number_of(document, key)
    parts = list(document["parts"])
    parts[number] = after
    return {**document, "parts": parts}


def add_row(document: Document, key: str, *, field: str) -> Changed:
    """Raises LookupError: the part has no such rows, or is full."""
    part = deepcopy(document["parts"][number_of(document, key)])
    rows = part[field] if field in fields.MOST else None
    if rows is None or len(rows) >= fields.MOST[field]:
        raise LookupError(field)
    rows.append(deepcopy(fields.BLANK[field]))
    return Changed(put_part(document, key, part), "行を加える", key)


def remove_row(document: Document, key: str, *, field: str, number: int) -> Changed:
    part = deepcopy(document["parts"][number_of(document, key)])
    if field not in fields.MOST or not 0 <= number < len(part.get(field, [])):
        raise LookupError(field)
    del part[field][number]
    return Changed(put_part(document, key, part), "行を消す", key)
