"""The places in a prepared message that are filled in when it is needed: 〔場所〕に避難してください."""

import re
from collections.abc import Mapping

_BLANK = re.compile(r"〔([^〔〕]{1,30})〕")


def blanks(document: object) -> list[str]:
    """Return the names of the blanks in a content, in order, each once."""
    found: list[str] = []
    for text in _texts(document):
        found += _BLANK.findall(text)
    return list(dict.fromkeys(found))


def filled(document: object, words: Mapping[str, str]) -> object:
    """Return the content with its blanks filled in; one that is not in `words` stays as it is."""
    if isinstance(document, str):
        return _BLANK.sub(lambda blank: words.get(blank[1], blank[0]), document)
    if isinstance(document, Mapping):
        return {name: filled(value, words) for name, value in document.items()}
    if isinstance(document, list | tuple):
        return [filled(value, words) for value in document]
    return document


def _texts(document: object) -> list[str]:
    if isinstance(document, str):
        return [document]
    if isinstance(document, Mapping):
        return [text for value in document.values() for text in _texts(value)]
    if isinstance(document, list | tuple):
        return [text for value in document for text in _texts(value)]
    return []
