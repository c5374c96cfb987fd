"""The table of an export: rows of every version under the columns of the newest (E46).

A column is known by question, kind and place in the answer, never by its heading. What the newest version
does not ask any more stands at the right, marked （旧）.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from yakuba.conditions.facts import Kind as FactKind
from yakuba.kit.sheets import Cell
from yakuba.procedures import rules as engine
from yakuba.procedures.models import Procedure
from yakuba.procedures.rules import Plan
from yakuba.procedures.rules.values import Value
from yakuba.submissions.queries.standing import plan_numbered

Key: TypeAlias = tuple[str, str, str]  # question, kind, choice or place


@dataclass
class Sheet:
    """The columns of one table: of what is answered once, or of one repeated section."""

    title: str
    keys: list[Key] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)

    def add(self, key: Key, heading: str) -> None:
        if key not in self.keys:
            self.keys.append(key)
            self.headings.append(heading)


@dataclass
class Table:
    """How answers of any version are laid out; `left_out` names what only others may see."""

    main: Sheet
    repeated: dict[str, Sheet]  # by section
    left_out: list[str]
    _places: dict[int, dict[str, tuple[str, list[int]]]]  # version → question → (sheet, columns)

    def row(self, version: int, answers: Mapping[str, Any]) -> list[Cell]:
        """Return the cells of what was answered once."""
        cells: list[Cell] = [None] * len(self.main.keys)
        self._fill(version, "", answers["answers"], "", cells)
        return cells

    def rows(
        self, version: int, answers: Mapping[str, Any]
    ) -> Iterator[tuple[str, int, list[Cell]]]:
        """Return section, number and cells of each person or child in the repeated sections."""
        for section, items in answers["items"].items():
            if section not in self.repeated:
                continue
            width = len(self.repeated[section].keys)
            for number, item in enumerate(items, 1):
                cells: list[Cell] = [None] * width
                self._fill(version, section, answers["answers"], item, cells)
                yield section, number, cells

    def _fill(
        self, version: int, sheet: str, answers: Mapping[str, Value], item: str, cells: list[Cell]
    ) -> None:
        places = self._places[version]
        plan = plan_numbered(version)
        for path, value in answers.items():
            question, of_item = engine.question_in(path)
            if of_item != item or question not in places:
                continue
            on, columns = places[question]
            if on == sheet:
                for column, cell in zip(columns, engine.cells(plan, question, value), strict=True):
                    cells[column] = cell


def table(procedure: Procedure, *, has_personal: bool) -> Table:
    """Lay out the answers of all versions of `procedure`.

    Without `has_personal` a question that any version holds to be confidential is left out.
    """
    versions = list(procedure.versions.order_by("-number").values_list("pk", flat=True))
    plans = {pk: plan_numbered(pk) for pk in versions}
    newest = plans[procedure.current_id or versions[0]]
    secret = {
        step.question.id
        for plan in plans.values()
        for step in plan.steps.values()
        if step.is_confidential
    }
    left_out: dict[str, str] = {}
    main = Sheet("回答")
    repeated: dict[str, Sheet] = {}
    ordered = [newest, *(plan for plan in plans.values() if plan is not newest)]
    for plan in ordered:
        for columns in engine.columns(plan):
            step = plan.steps[columns.question]
            if columns.question in secret and not has_personal:
                left_out.setdefault(columns.question, step.question.label.pick("ja"))
                continue
            sheet = main
            if columns.is_repeated:
                sheet = repeated.setdefault(columns.section, Sheet(_title(plan, columns.section)))
            old = "" if plan is newest else "（旧）"
            for key, heading in zip(_keys(plan, columns), columns.headings, strict=True):
                sheet.add(key, f"{heading}{old} [{columns.question}]")
    sheets = {"": main, **repeated}
    indices = {name: {key: at for at, key in enumerate(one.keys)} for name, one in sheets.items()}
    places = {
        pk: {
            columns.question: (
                name := columns.section if columns.is_repeated else "",
                [indices[name][key] for key in _keys(plan, columns)],
            )
            for columns in engine.columns(plan)
            if has_personal or columns.question not in secret
        }
        for pk, plan in plans.items()
    }
    return Table(main, repeated, list(left_out.values()), places)


def _keys(plan: Plan, columns: engine.Columns) -> Sequence[Key]:
    """Name each column of a question, so that it is the same in another version."""
    step = plan.steps[columns.question]
    kind = step.question.kind
    fact = step.answering.fact()
    if fact.kind == FactKind.CHOICES and len(fact.choices) == len(columns.headings):
        return [(columns.question, kind, choice) for choice in fact.choices]
    return [(columns.question, kind, str(place)) for place in range(len(columns.headings))]


def _title(plan: Plan, section: str) -> str:
    return next(
        (one.title.pick("ja") or one.id for one, _steps in plan.sections if one.id == section),
        section,
    )
