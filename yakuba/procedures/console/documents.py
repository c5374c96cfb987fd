"""The draft as a document: its parts by name, and what a press on a button of the designer makes of it. Pure.

A part is called `whole`, `s-<section>` or `q-<question>`; ids stay when things are moved, places do not.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, TypeAlias

Document: TypeAlias = dict[str, Any]  # JSON, as `definition.document_of` writes it

WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Part:
    """Something that is chosen in the designer. `path` is its place in the document, empty for the whole."""

    key: str
    path: str
    document: Document


@dataclass(frozen=True, slots=True)
class Changed:
    """The document after a change, what was done in words, and the part to look at now."""

    document: Document
    words: str
    part: str


def parts(document: Document) -> Iterator[Part]:
    """Go through the whole, then each section with its questions."""
    yield Part(WHOLE, "", document)
    for place, section in enumerate(document.get("sections", [])):
        yield Part(f"s-{section['id']}", f"sections.{place}", section)
        for number, question in enumerate(section.get("questions", [])):
            path = f"sections.{place}.questions.{number}"
            yield Part(f"q-{question['id']}", path, question)


def part(document: Document, key: str) -> Part | None:
    return next((one for one in parts(document) if one.key == key), None)


def at_press(document: Document, press: str) -> tuple[str, str]:
    """Return which part a finding of the linter means, and the field in it."""
    held = [one for one in parts(document) if one.path and f"{press}.".startswith(f"{one.path}.")]
    if not held:
        return WHOLE, press
    inner = held[-1]
    return inner.key, press.removeprefix(inner.path).removeprefix(".")


def fresh_id(prefix: str, used: Iterable[str]) -> str:
    """Return an id that nothing has and nothing had."""
    numbered = re.compile(prefix + r"(\d{1,9})")
    numbers = [int(found[1]) for one in used if (found := numbered.fullmatch(one))]
    return f"{prefix}{max(numbers, default=0) + 1}"


def ids_in(document: Mapping[str, Any]) -> set[str]:
    """Return the ids of sections and questions, those that were removed too."""
    ids = {*document.get("retired_ids", [])}
    for section in document.get("sections", []):
        ids.add(section["id"])
        ids.update(question["id"] for question in section.get("questions", []))
    return ids


def add_section(document: Document, *, after: str, used: Iterable[str]) -> Changed:
    """Put an empty section behind the one that holds `after`, else at the end."""
    made = deepcopy(document)
    sections = made.setdefault("sections", [])
    place = _section_of(made, after)
    section = {"id": fresh_id("s", used), "title": {"ja": ""}, "questions": []}
    sections.insert(len(sections) if place is None else place + 1, section)
    return Changed(made, "まとまりを加えました。", f"s-{section['id']}")


def add_question(document: Document, *, kind: str, after: str, used: Iterable[str]) -> Changed:
    """Put a question of `kind` behind `after`: a question, or a section whose first it becomes the last of."""
    made = deepcopy(document)
    known = set(used)
    if not made.get("sections"):
        made["sections"] = [{"id": fresh_id("s", known), "title": {"ja": ""}, "questions": []}]
        known.add(made["sections"][0]["id"])
    place = _section_of(made, after)
    questions = made["sections"][-1 if place is None else place].setdefault("questions", [])
    question: Document = {"id": fresh_id("q", known), "kind": kind, "label": {"ja": ""}}
    if kind in ("choice", "choices"):
        question["options"] = {"choices": [_choice("c1"), _choice("c2")]}
    ids = [f"q-{one['id']}" for one in questions]
    questions.insert(ids.index(after) + 1 if after in ids else len(questions), question)
    return Changed(made, "質問を加えました。", f"q-{question['id']}")


def copy_question(document: Document, key: str, *, used: Iterable[str]) -> Changed:
    made = deepcopy(document)
    place, number = _place(made, key)
    questions = made["sections"][place]["questions"]
    copied = {**deepcopy(questions[number]), "id": fresh_id("q", used)}
    copied.pop("keep_as", None)  # two questions cannot fill one attribute
    questions.insert(number + 1, copied)
    return Changed(made, "質問を写しました。", f"q-{copied['id']}")


def remove(document: Document, key: str) -> Changed:
    """Take a question or a section out; the ids of what is gone are never used again."""
    made = deepcopy(document)
    order = [one.key for one in parts(made)]
    before = order[order.index(key) - 1]
    if key.startswith("s-"):
        place = _section_of(made, key)
        gone = made["sections"].pop(place)
        _retire(made, [gone["id"], *(question["id"] for question in gone.get("questions", []))])
        return Changed(made, "まとまりを消しました。", before)
    place, number = _place(made, key)
    question = made["sections"][place]["questions"].pop(number)
    _retire(made, [question["id"]])
    return Changed(made, "質問を消しました。", before)


def move(document: Document, key: str, *, by: int) -> Changed:
    """Move a section or a question one place; beyond the edge of its section a question goes into the next."""
    made = deepcopy(document)
    sections = made["sections"]
    if key.startswith("s-"):
        place = _section_of(made, key)
        if place is not None and 0 <= place + by < len(sections):
            sections[place], sections[place + by] = sections[place + by], sections[place]
        return Changed(made, "まとまりを動かしました。", key)
    place, number = _place(made, key)
    questions = sections[place]["questions"]
    if 0 <= number + by < len(questions):
        questions.insert(number + by, questions.pop(number))
    elif 0 <= place + by < len(sections):
        neighbours = sections[place + by].setdefault("questions", [])
        neighbours.insert(len(neighbours) if by < 0 else 0, questions.pop(number))
    return Changed(made, "質問を動かしました。", key)


def put(document: Document, key: str, *, before: str) -> Changed:
    """Put a question before another one, or a section or question before (or, for a question, into) a section."""
    made = deepcopy(document)
    if key == before:
        return Changed(made, "", key)
    sections = made["sections"]
    if key.startswith("s-"):
        moved = sections.pop(_section_of(made, key))
        place = _section_of(made, before)
        sections.insert(len(sections) if place is None else place, moved)
        return Changed(made, "まとまりを動かしました。", key)
    place, number = _place(made, key)
    question = sections[place]["questions"].pop(number)
    if before.startswith("q-"):
        place, number = _place(made, before)
        sections[place]["questions"].insert(number, question)
    else:
        target = _section_of(made, before)
        sections[-1 if target is None else target].setdefault("questions", []).append(question)
    return Changed(made, "質問を動かしました。", key)


def add_choices(document: Document, key: str, *, labels: list[str], used: Iterable[str]) -> Changed:
    """Add choices to a question; with no labels one empty one."""
    made = deepcopy(document)
    choices = _choices(made, key)
    known = {*used, *(str(choice["id"]) for choice in choices)}
    for label in labels or [""]:
        choices.append(_choice(fresh_id("c", known), label))
        known.add(choices[-1]["id"])
    return Changed(made, "選択肢を加えました。", key)


def remove_choice(document: Document, key: str, *, number: int) -> Changed:
    made = deepcopy(document)
    del _choices(made, key)[number]
    return Changed(made, "選択肢を消しました。", key)


def move_choice(document: Document, key: str, *, number: int, by: int) -> Changed:
    made = deepcopy(document)
    choices = _choices(made, key)
    if 0 <= number + by < len(choices):
        choices.insert(number + by, choices.pop(number))
    return Changed(made, "選択肢の順番を変えました。", key)


def take_choices(document: Document, key: str, *, choices: list[Document]) -> Changed:
    """Give a question the choices of the attribute that it keeps."""
    made = deepcopy(document)
    question = _question(made, key)
    question.setdefault("options", {})["choices"] = choices
    return Changed(made, "受信設定の選択肢を取り込みました。", key)


def choice_ids(document: Mapping[str, Any], key: str) -> set[str]:
    """Return the ids of the choices that a question has in this document, if it is there."""
    found = part(dict(document), key)
    choices = found.document.get("options", {}).get("choices", []) if found else []
    return {str(choice["id"]) for choice in choices}


def _choice(choice_id: str, label: str = "") -> Document:
    return {"id": choice_id, "label": {"ja": label}}


def _choices(document: Document, key: str) -> list[Document]:
    found: list[Document] = (
        _question(document, key).setdefault("options", {}).setdefault("choices", [])
    )
    return found


def _question(document: Document, key: str) -> Document:
    place, number = _place(document, key)
    question: Document = document["sections"][place]["questions"][number]
    return question


def _place(document: Document, key: str) -> tuple[int, int]:
    for place, section in enumerate(document.get("sections", [])):
        for number, question in enumerate(section.get("questions", [])):
            if key == f"q-{question['id']}":
                return place, number
    raise LookupError(key)


def _section_of(document: Document, key: str) -> int | None:
    """Return the place of the section that is `key` or holds it."""
    for place, section in enumerate(document.get("sections", [])):
        ids = [f"q-{question['id']}" for question in section.get("questions", [])]
        if key in (f"s-{section['id']}", *ids):
            return place
    return None


def _retire(document: Document, ids: list[str]) -> None:
    retired = document.setdefault("retired_ids", [])
    retired += [one for one in ids if one not in retired]
