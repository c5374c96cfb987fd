"""What was handed in, as a clerk or the resident reads it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from yakuba.kit import datakeys
from yakuba.procedures import rules as engine
from yakuba.procedures.rules import Plan, Shown
from yakuba.procedures.rules.values import Value
from yakuba.submissions.models import Revision
from yakuba.submissions.queries.standing import plan_numbered


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; `place` is a point on the map."""

    path: str
    label: str
    text: str
    is_confidential: bool
    files: tuple[str, ...]
    place: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Group:
    """The answers of one section, or of one person in it."""

    title: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What became different from one revision to the next; an empty text means there was no answer."""

    label: str
    before: str
    after: str
    is_confidential: bool


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever is named first in the answers; empty where nobody is."""

    name: str = ""
    kana: str = ""


def groups(revision: Revision, *, language: str = "ja") -> list[Group]:
    """Return the answers in the order of the questions, by section and person."""
    plan = plan_numbered(revision.version_id)
    titles = _titles(plan, revision.answers["items"], language)
    found: dict[tuple[str, str], list[Answer]] = {}
    for row in engine.shown(plan, revision.answers["answers"], language=language):
        answer = Answer(
            row.path, row.label, row.text, row.is_confidential, row.files, place_in(row)
        )
        found.setdefault((row.section, row.item), []).append(answer)
    return [Group(titles.get(key, ""), tuple(answers)) for key, answers in found.items()]


def _titles(
    plan: Plan, items: Mapping[str, list[str]], language: str
) -> dict[tuple[str, str], str]:
    titles = {}
    for section, _steps in plan.sections:
        title = section.title.pick(language)
        titles[section.id, ""] = title
        if section.repeat is not None:
            for number, item in enumerate(items.get(section.id, []), 1):
                who = section.repeat.item.pick(language).format(number=number)
                titles[section.id, item] = f"{title}：{who}" if title else who
    return titles


def place_in(row: Shown) -> tuple[float, float] | None:
    """Return latitude and longitude of an answer that is a place on the map."""
    if row.kind != "location" or not isinstance(row.value, dict):
        return None
    latitude, longitude = row.value.get("latitude"), row.value.get("longitude")
    if isinstance(latitude, int | float) and isinstance(longitude, int | float):
        return float(latitude), float(longitude)
    return None


def changes(before: Revision, after: Revision) -> list[Change]:
    """Return what the second revision says differently from the first, in the order of the questions."""
    earlier = _shown(before)
    later = _shown(after)
    found = []
    for path, row in later.items():
        old = earlier.get(path)
        if old is None or old.value != row.value:
            words = old.text if old else ""
            found.append(
                Change(
                    row.label,
                    words,
                    row.text,
                    row.is_confidential or bool(old and old.is_confidential),
                )
            )
    for path, row in earlier.items():
        if path not in later:
            found.append(Change(row.label, row.text, "", row.is_confidential))
    return found


def _shown(revision: Revision) -> dict[str, Shown]:
    plan = plan_numbered(revision.version_id)
    return {row.path: row for row in engine.shown(plan, revision.answers["answers"])}


def opened(sealed: bytes | None, wrapped: bytes | None) -> Mapping[str, Any] | None:
    """Open what `models.newest_sealed` read along with a row; None where nothing is left of it."""
    if sealed is None:
        return None
    answers: Mapping[str, Any] = json.loads(datakeys.unseal_with(sealed, wrapped))
    return answers


def person_in(plan: Plan, answers: Mapping[str, Any]) -> Person:
    """Return the first name that the answers hold; `answers` as a revision keeps them."""
    given: Mapping[str, Value] = answers["answers"]
    named = [step.question.id for step in plan.steps.values() if step.question.kind == "name"]
    for question in named:
        value = given.get(question)
        if isinstance(value, dict):
            parts = [str(value.get(part) or "") for part in _PARTS]
            return Person(f"{parts[0]} {parts[1]}".strip(), f"{parts[2]} {parts[3]}".strip())
    return Person()


_PARTS = ("family", "given", "family_kana", "given_kana")
