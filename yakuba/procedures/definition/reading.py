"""Turn a document of JSON or YAML into a `Definition` and back, exactly, or say why it cannot be.

What was not said stays unsaid: a file that goes in comes back as it was, and a default that changes
one day changes nothing that is published with it written out.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml
from pydantic import JsonValue, ValidationError

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
    return yaml.dump(
        document_of(definition), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100
    )


def from_yaml(text: str, *, kinds: Iterable[str] | None = None) -> Definition:
    """Read a file that `to_yaml` wrote, or that a person wrote.

    Raises:
        UnreadableDefinition: it is no YAML, or no definition.
    """
    if len(text) > _LONGEST_FILE:
        raise UnreadableDefinition([Fault("", "ファイルが大きすぎます（2MBまで）。")])
    try:
        document = yaml.load(text, Loader=_Loader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{mark.line + 1}行目" if mark else ""
        raise UnreadableDefinition(
            [Fault(where, "YAMLとして読み取れません。字下げや記号を確かめてください。")]
        ) from None
    return read(document, kinds=kinds)


class _Loader(yaml.SafeLoader):
    """Dates stay texts, and an alias is refused: a small file must not unfold into a huge one."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not used here")
        return super().compose_node(parent, index)


_Loader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class _Dumper(yaml.SafeDumper):
    """Texts of several lines are written as blocks, and nothing refers to anything else."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


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


_SENTENCES = {
    "missing": "必要な項目がありません。",
    "extra_forbidden": "この項目は使えません。つづりを確かめてください。",
    "string_pattern_mismatch": "IDは、英小文字で始まる英小文字・数字・下線の40字以内にしてください。",
    "string_too_long": "長すぎます（{max_length}字まで）。",
    "string_too_short": "空にはできません。",
    "string_type": "文字で書いてください。",
    "int_type": "整数で書いてください。",
    "bool_type": "true か false で書いてください。",
    "literal_error": "{expected} のどれかにしてください。",
    "greater_than_equal": "{ge}以上にしてください。",
    "less_than_equal": "{le}以下にしてください。",
    "too_long": "多すぎます（{max_length}個まで）。",
    "timezone_aware": "日時には時差（+09:00）をつけてください。",
    "datetime_from_date_parsing": "日時は「2026-04-01T09:00:00+09:00」のように書いてください。",
    "datetime_parsing": "日時は「2026-04-01T09:00:00+09:00」のように書いてください。",
    "datetime_type": "日時は「2026-04-01T09:00:00+09:00」のように書いてください。",
}


def faults_of(error: ValidationError, *, below: str = "") -> list[Fault]:
    """Say in sentences what pydantic found wrong with a document that stands `below` another."""
    faults = []
    for found in error.errors(include_url=False):
        steps = [below, *(str(step) for step in found["loc"])]
        sentence = _SENTENCES.get(found["type"], found["msg"])
        if found["type"] in _SENTENCES:
            sentence = sentence.format(**found.get("ctx", {}))
        faults.append(Fault(".".join(step for step in steps if step), sentence))
    return faults
