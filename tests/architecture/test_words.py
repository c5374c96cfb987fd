"""docs/words.md has every term of the trade that the code has."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import Field, Model

from yakuba.procedures.sockets import outcomes, question_kinds

ROOT = Path(__file__).resolve().parents[2]
WORDS = ROOT / "docs" / "words.md"
PACKAGES = sorted(path.parent.name for path in (ROOT / "yakuba").glob("*/__init__.py"))
MODELS = [
    model
    for config in apps.get_app_configs()
    if config.name.startswith("yakuba.")
    for model in config.get_models()
]


def section(package: str) -> str:
    """Return what the page says of a package."""
    parts = re.split(r"^## ", WORDS.read_text(), flags=re.MULTILINE)
    return next((part for part in parts if part.split()[0] == package), "")


def is_japanese(words: object) -> bool:
    return not str(words).isascii()


def terms(model: type[Model]) -> list[str]:
    """Return what people read of a table: the labels of its columns and the names of its states."""
    columns = [field for field in model._meta.get_fields() if isinstance(field, Field)]
    labels = [str(column.verbose_name) for column in columns if is_japanese(column.verbose_name)]
    states = [
        f"{label} `{value}`"
        for column in columns
        for value, label in column.flatchoices
        if is_japanese(label)
    ]
    return labels + states


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_has_its_words(package: str) -> None:
    assert f"`{package}`" in section(package)


@pytest.mark.parametrize("model", MODELS, ids=[model._meta.label for model in MODELS])
def test_every_table_and_what_people_read_of_it_is_explained(model: type[Model]) -> None:
    text = section(model._meta.app_label)

    missing = [term for term in (f"`{model.__name__}`", *terms(model)) if term not in text]

    assert missing == []


def test_every_kind_of_question_and_outcome_has_its_word() -> None:
    text = section("procedures")

    missing = [
        kind.key
        for kind in (*question_kinds, *outcomes)
        if f"{kind.label} `{kind.key}`" not in text
    ]

    assert missing == []


def test_nothing_is_explained_that_is_gone() -> None:
    names = {model.__name__ for model in MODELS}
    rows = {
        package: re.findall(r"^\| [^|]*\| `([A-Z]\w+)`[^|]*\|", section(package), re.MULTILINE)
        for package in {model._meta.app_label for model in MODELS}
    }
    others = {"Refusal", "OutsideFailure", "Registry", "Lane", "Outcome"}

    gone = {name for found in rows.values() for name in found} - names - others

    assert gone == set()
