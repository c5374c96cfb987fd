"""The left of the designer: sections and questions as a list, each with its number and what is wrong in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from yakuba.procedures import sockets
from yakuba.procedures.console.documents import Document
from yakuba.procedures.console.drafts import Problem


@dataclass(frozen=True, slots=True)
class Line:
    """A question in the list. `number` is empty for what asks nothing."""

    key: str
    number: str
    name: str
    kind: str
    is_conditional: bool
    is_required: bool
    red: int
    yellow: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """A section in the list."""

    key: str
    name: str
    is_conditional: bool
    is_repeated: bool
    red: int
    yellow: int
    lines: Sequence[Line]


def outline(document: Document, problems: Sequence[Problem]) -> list[Stretch]:
    kinds = {kind.key: str(kind.label) for kind in sockets.question_kinds}
    number = 0
    stretches = []
    for place, section in enumerate(document.get("sections", []), start=1):
        lines = []
        for question in section.get("questions", []):
            is_message = question["kind"] == "message"
            number += not is_message
            key = f"q-{question['id']}"
            lines.append(
                Line(
                    key=key,
                    number="" if is_message else str(number),
                    name=_name(question.get("label")) or "（文がまだありません）",
                    kind=kinds.get(question["kind"], question["kind"]),
                    is_conditional=question.get("when") is not None,
                    is_required=question.get("required", True) and not is_message,
                    **_counts(problems, key),
                )
            )
        key = f"s-{section['id']}"
        stretches.append(
            Stretch(
                key=key,
                name=_name(section.get("title")) or f"まとまり{place}",
                is_conditional=section.get("when") is not None,
                is_repeated=section.get("repeat") is not None,
                **_counts(problems, key),
                lines=lines,
            )
        )
    return stretches


def _name(text: object) -> str:
    return " ".join(str(text.get("ja") or "").split()) if isinstance(text, dict) else ""


def _counts(problems: Sequence[Problem], key: str) -> dict[str, int]:
    here = [problem.is_red for problem in problems if problem.part == key]
    return {"red": sum(here), "yellow": len(here) - sum(here)}
