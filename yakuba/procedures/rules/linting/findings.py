"""One finding of the linter, and how a place in the document is called."""

from dataclasses import dataclass
from typing import Literal

from yakuba.procedures.definition import Question, Section


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong: `where` for the eye, `press` is the place in the document to open.

    `press` is a path such as `sections.0.questions.2.options.choices.1.label`.
    """

    where: str
    sentence: str
    severity: Literal["red", "yellow"]
    press: str


def red(where: str, sentence: str, press: str) -> Finding:
    return Finding(where, sentence, "red", press)


def yellow(where: str, sentence: str, press: str) -> Finding:
    return Finding(where, sentence, "yellow", press)


def called(question: Question) -> str:
    """Return what a clerk calls a question: its text, shortened."""
    label = " ".join(question.label.pick("ja").split())
    if not label:
        return f"質問「{question.id}」"
    return f"「{label[:24]}…」" if len(label) > 25 else f"「{label}」"


def called_section(section: Section) -> str:
    return (
        f"「{section.title.pick('ja')}」"
        if section.title.pick("ja")
        else f"まとまり「{section.id}」"
    )
