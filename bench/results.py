"""What a bench found: kept as JSON for machines and Markdown for people."""

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

from bench.machine import Machine, as_words

FOLDER = Path(__file__).resolve().parent / "results"
Cell = str | int | float


@dataclass(frozen=True, slots=True)
class Goal:
    """One figure beside what it should be."""

    what: str
    goal: str
    measured: str
    is_met: bool


@dataclass(slots=True)
class Result:
    """A table, the goals, and every single figure it was made from."""

    name: str
    title: str
    columns: Sequence[str]
    rows: list[list[Cell]] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    raw: dict[str, list[float]] = field(default_factory=dict)

    def keep(self, key: str, figure: float) -> None:
        self.raw.setdefault(key, []).append(round(figure, 3))

    def median(self, key: str) -> float:
        return statistics.median(self.raw[key])

    def ratio(self, ours: str, theirs: str) -> float:
        """Return the median, over the rounds, of ours divided by theirs in the same round."""
        pairs = zip(self.raw[ours], self.raw[theirs], strict=True)
        return statistics.median(mine / floor for mine, floor in pairs)


def write(result: Result, machine: Machine, *, on: date) -> Path:
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{on.isoformat()}-{result.name}"
    whole = {"date": on.isoformat(), "machine": asdict(machine), **asdict(result)}
    path.with_suffix(".json").write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n")
    path.with_suffix(".md").write_text(as_markdown(result, machine, on=on))
    return path.with_suffix(".md")


def as_markdown(result: Result, machine: Machine, *, on: date) -> str:
    lines = [f"# {result.title}", "", f"{on.isoformat()}; {as_words(machine)}.", ""]
    lines += _table(result.columns, result.rows)
    if result.goals:
        rows: list[list[Cell]] = [
            [goal.what, goal.goal, goal.measured, "yes" if goal.is_met else "**no**"]
            for goal in result.goals
        ]
        lines += ["", *_table(["goal", "wanted", "measured", "met"], rows)]
    if result.notes:
        lines += ["", *[f"* {note}" for note in result.notes]]
    return "\n".join(lines) + "\n"


def _table(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> list[str]:
    drawn = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    return drawn + ["| " + " | ".join(_shown(cell) for cell in row) + " |" for row in rows]


def _shown(cell: Cell) -> str:
    if isinstance(cell, float):
        return f"{cell:.2f}" if cell < 10 else f"{cell:,.1f}" if cell < 100 else f"{cell:,.0f}"
    return f"{cell:,}" if isinstance(cell, int) else cell
