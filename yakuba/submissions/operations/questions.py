"""The questions of a procedure as a table, for whoever reads or discusses them outside (6(3)イ)."""

import tempfile
from pathlib import Path

from yakuba.conditions.wording import sentences
from yakuba.kit import clock, sheets
from yakuba.procedures.models import Procedure
from yakuba.procedures.rules import Plan
from yakuba.segments.sockets import facts as resident_facts
from yakuba.submissions.operations.exporting import KINDS, NothingPublished
from yakuba.submissions.queries import plan_numbered

COLUMNS = [
    "番号",
    "区分",
    "質問ID",
    "種類",
    "質問",
    "説明",
    "必須",
    "選択肢",
    "聞く条件",
    "個人情報",
    "版",
]


def questions_file(procedure: Procedure, *, format: str) -> tuple[str, bytes]:
    """Return name and content of a file with every question of the published version.

    Raises:
        NothingPublished
    """
    version = procedure.current
    if version is None:
        raise NothingPublished(title=procedure.title)
    kind = KINDS.get(format, "xlsx")  # a ZIP holds no questions
    ending = "xlsx" if kind == "xlsx" else "csv"
    with tempfile.TemporaryDirectory(prefix="yakuba-export-") as folder:
        path = Path(folder) / f"questions.{ending}"
        with sheets.writer(kind, path) as book:
            sheet = book.sheet("質問", columns=COLUMNS)
            for row in _rows(plan_numbered(version.pk), version.number):
                sheet.row(row)
        content = path.read_bytes()
    return f"{procedure.title}_質問_{clock.today():%Y%m%d}.{ending}", content


def _rows(plan: Plan, version: int) -> list[list[sheets.Cell]]:
    rows: list[list[sheets.Cell]] = []
    facts = {**resident_facts(), **plan.declarations}
    for step in plan.steps.values():
        question, section = step.question, step.section
        conditions = [
            line
            for condition in (section.when, question.when)
            if condition is not None
            for line in sentences(condition, facts)
        ]
        choices = step.answering.fact().choices.values() if not step.kind.is_message else ()
        rows.append(
            [
                len(rows) + 1,
                section.title.pick("ja") + ("（人数分）" if section.repeat else ""),
                question.id,
                str(getattr(step.kind, "label", question.kind)),
                question.label.pick("ja"),
                question.hint.pick("ja") if question.hint else None,
                "必須" if question.required else "任意",
                "\n".join(choices) or None,
                "\n".join(conditions) or None,
                "はい" if step.is_confidential else None,
                version,
            ]
        )
    return rows
