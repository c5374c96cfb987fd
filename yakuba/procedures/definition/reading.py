"""Turn a document of JSON or YAML into a `Definition` and back, exactly, or say why it cannot be.

What was not said stays unsaid: a file that goes in comes back as it was, and a default that changes
one day changes nothing that is published with it written out.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue, ValidationError

from yakuba.kit import documents, yaml_text
from yakuba.procedures.definition.document import SCHEMA, Definition

_LONGEST_FILE = 2_000_000


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that cannot be read: where (`sections.2.questions.0.kind`), and why."""

    where: str
    sentence: str


class UnreadableDefinition(ValueError):
    """A document is no definition; `faults` say why, in sentences for a clerk."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(f"{fault.where}: {fault.sentence}" for fault in faults))
        self.faults = tuple(faults)


def read(document: object, *, kinds: Iterable[str] | None = None) -> Definition:
    """Build the definition of a document; with `kinds`, question kinds not among them are refused.

    Raises:
        UnreadableDefinition: it is not one, of another schema, or names a kind that nobody plugged in.
    """
    _refuse_other_schemas(document)
    try:
        definition = Definition.model_validate(document)
    except ValidationError as error:
        raise UnreadableDefinition(faults_of(error)) from None
    if kinds is not None:
        _refuse_unknown_kinds(definition, set(kinds))
    return definition


def document_of(definition: Definition) -> dict[str, JsonValue]:
    """Return the document: texts, numbers and lists only; `read` gives the definition back."""
    document: dict[str, JsonValue] = definition.model_dump(
        mode="json", by_alias=True, exclude_unset=True
    )
    return document


def sha256_of(definition: Definition) -> str:
    """Return the hash of the document in one spelling, whatever order its keys had."""
    plain = json.dumps(
        document_of(definition), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(plain.encode()).hexdigest()


def to_yaml(definition: Definition) -> str:
    """Write the file that a clerk takes to another installation."""
    return yaml_text.dump(document_of(definition))


def from_yaml(text: str, *, kinds: Iterable[str] | None = None) -> Definition:
    """Read a file that `to_yaml` wrote, or that a person wrote.

    Raises:
        UnreadableDefinition: it is no YAML, or no definition.
    """
    if len(text) > _LONGEST_FILE:
        raise UnreadableDefinition([Fault("", "ファイルが大きすぎます（2MBまで）。")])
    try:
        written = yaml_text.load(text)
    except yaml_text.NotReadable as no:
        raise UnreadableDefinition([Fault(str(no.place or ""), no.sentence)]) from None
    try:
        return read(written.value, kinds=kinds)
    except UnreadableDefinition as unreadable:
        raise UnreadableDefinition(in_file(unreadable.faults, written)) from None


def in_file(faults: Iterable[Fault], written: yaml_text.Written, *, below: str = "") -> list[Fault]:
    """Say of each fault also where it stands in the file; `below` is where the document begins there."""
    placed = []
    for fault in faults:
        path = ".".join(step for step in (below, fault.where) if step)
        place = written.place_of(path)
        inside = f"（{fault.where}）" if fault.where else ""
        placed.append(Fault(f"{place}{inside}" if place else fault.where, fault.sentence))
    return placed


def _refuse_other_schemas(document: object) -> None:
    if not isinstance(document, Mapping):
        raise UnreadableDefinition([Fault("", "手続の定義ではありません。")])
    schema = document.get("schema")
    if schema is None:
        raise UnreadableDefinition([Fault("schema", "「schema: 1」がありません。")])
    if schema != SCHEMA or isinstance(schema, bool):
        raise UnreadableDefinition(
            [
                Fault(
                    "schema",
                    f"この定義の形式（schema: {schema}）は読めません。"
                    f"このバージョンで読める形式は {SCHEMA} です。",
                )
            ]
        )


def _refuse_unknown_kinds(definition: Definition, kinds: set[str]) -> None:
    faults = [
        Fault(
            f"sections.{place}.questions.{number}.kind",
            f"「{question.kind}」という質問の種類はありません。"
            f"使える種類：{'、'.join(sorted(kinds))}",
        )
        for place, section in enumerate(definition.sections)
        for number, question in enumerate(section.questions)
        if question.kind not in kinds
    ]
    if faults:
        raise UnreadableDefinition(faults)


_OF_PROCEDURES = {
    "string_pattern_mismatch": "IDは、英小文字で始まる英小文字・数字・下線の40字以内にしてください。",
}


def faults_of(error: ValidationError, *, below: str = "") -> list[Fault]:
    """Say in sentences what pydantic found wrong with a document that stands `below` another."""
    return [
        Fault(".".join(step for step in (below, where) if step), sentence)
        for where, sentence in documents.complaints(error, also=_OF_PROCEDURES)
    ]
