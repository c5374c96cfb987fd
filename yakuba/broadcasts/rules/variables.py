"""Words in braces that become something else for each message: {町名}, {日付}, {住んでいる地区}."""

import re
from collections.abc import Mapping

from yakuba.broadcasts.rules.content import Content, texts_in

TOWN, DAY, OFFICE, PHONE = "町名", "日付", "課名", "電話"
ALWAYS = (TOWN, DAY, OFFICE, PHONE)  # known of every delivery
MOST_WORDINGS = 50  # distinct messages of one delivery

_VARIABLE = re.compile(r"\{([^{}\n]{1,60})\}")


def names_in(text: str) -> list[str]:
    """Return the variables that `text` names, each once, in order."""
    return list(dict.fromkeys(found.strip() for found in _VARIABLE.findall(text)))


def named(content: Content) -> list[str]:
    """Return the variables that any text names in any language."""
    found = [
        name
        for _where, said in texts_in(content)
        for language in said.languages
        for name in names_in(said.in_(language))
    ]
    return list(dict.fromkeys(found))


def asked(content: Content) -> list[str]:
    """Return the variables whose value depends on who reads it."""
    return [name for name in named(content) if name not in ALWAYS]


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return `text` with its variables replaced; one without a value stays as it was written."""
    return _VARIABLE.sub(lambda found: values.get(found[1].strip(), found[0]), text)
