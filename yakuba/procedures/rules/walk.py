"""Walk through a procedure before it is published: every question asked, every condition both ways.

First a few plain runs, in which each kind's sample answers take turns; then, for whatever was not reached,
runs whose answers `conditions.searching` looked for. Each is gone in the talk and on pages, and both must
hand in the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from yakuba.conditions.facts import Declarations
from yakuba.conditions.tree import Clause
from yakuba.procedures.definition import Opening
from yakuba.procedures.rules.answering import At
from yakuba.procedures.rules.linting.findings import called, called_section
from yakuba.procedures.rules.linting.questions import placed
from yakuba.procedures.rules.plans import Plan
from yakuba.procedures.rules.walking.going import Surface, Walked, Walker
from yakuba.procedures.rules.walking.wishes import Wish, opposite, wish_for

MOST_RUNS = 500
_PLAIN_RUNS = 12
_SURFACES: tuple[Surface, ...] = ("talk", "page")
_WHERE = {"talk": "トーク", "page": "ページ"}


@dataclass(frozen=True, slots=True)
class WalkRun:
    """One run as a clerk reads it."""

    number: int
    surface: Literal["talk", "page"]
    answers: tuple[tuple[str, str], ...]  # question, answer
    asked: tuple[str, ...]  # paths
    handed_in: bool


@dataclass(frozen=True, slots=True)
class Unreached:
    """What no run reached. A question nobody is ever asked is red; a condition that never fails is not."""

    where: str
    sentence: str
    press: str
    is_red: bool


@dataclass(frozen=True, slots=True)
class Walk:
    runs: tuple[WalkRun, ...]
    unreached: tuple[Unreached, ...]
    problems: tuple[str, ...]  # runs that got stuck, surfaces that differed


@dataclass(frozen=True, slots=True)
class _Goal:
    """Something to be reached on both surfaces: a question, or one side of a condition."""

    press: str
    is_section: bool
    id: str
    side: bool


def walk(plan: Plan, *, now: datetime, facts: Declarations | None = None) -> Walk:
    """Go through `plan` in at most 500 runs; `facts` are the outside facts its conditions may ask."""
    # A procedure is walked before it opens.
    always_open = plan.definition.model_copy(update={"opening": Opening()})
    return _Walking(replace(plan, definition=always_open), facts or {}, now).all()


class _Walking:
    def __init__(self, plan: Plan, facts: Declarations, now: datetime) -> None:
        self.plan, self.facts, self.now = plan, facts, now
        self.walker = Walker(plan, facts, now)
        self.runs: list[WalkRun] = []
        self.problems: list[str] = []
        self.reached: dict[Surface, set[_Goal]] = {"talk": set(), "page": set()}

    def all(self) -> Walk:
        goals = list(self._goals())
        for wish in self._plain():
            self._try(wish)
        for goal in goals:
            if any(goal not in self.reached[surface] for surface in _SURFACES):
                looked_for = self._wish(goal)
                if looked_for is not None:
                    self._try(looked_for)
        unreached = [finding for goal in goals if (finding := self._missed(goal))]
        return Walk(tuple(self.runs), tuple(unreached), tuple(dict.fromkeys(self.problems)))

    def _plain(self) -> Iterator[Wish]:
        samples = [len(step.answering.samples(At(self.now))) for step in self.plan.steps.values()]
        for turn in range(min(max(samples, default=1), _PLAIN_RUNS)):
            yield Wish(turn=turn, people=1 + turn % 2)
        yield Wish(people=0)
        # Everything optional left open.
        yield Wish(wanted=dict.fromkeys(self.plan.declarations))

    def _try(self, wish: Wish) -> None:
        if len(self.runs) + len(_SURFACES) > MOST_RUNS:
            return
        walked = [self.walker.go(surface, wish) for surface in _SURFACES]
        for one in walked:
            self.runs.append(
                WalkRun(
                    len(self.runs) + 1, one.surface, one.shown, one.asked, one.answers is not None
                )
            )
            self.reached[one.surface] |= set(self._reached_by(one))
            if one.answers is None:
                self.problems.append(
                    f"{_WHERE[one.surface]}で最後まで進めません（{self._name(one.stuck_at)}）。"
                )
        talk, page = walked
        if talk.answers is not None and page.answers is not None:
            plain = [sorted(map(str, one.answers.values())) for one in walked if one.answers]
            if len(plain) == 2 and plain[0] != plain[1]:
                self.problems.append("トークとページで、受け取る答えが違います。")

    def _goals(self) -> Iterator[_Goal]:
        for place, (section, steps) in enumerate(self.plan.sections):
            if section.when is not None and steps:
                for side in (True, False):
                    yield _Goal(f"sections.{place}.when", True, section.id, side)
        for press, step in placed(self.plan):
            yield _Goal(press, False, step.question.id, True)
            if step.question.when is not None:
                yield _Goal(f"{press}.when", False, step.question.id, False)

    def _reached_by(self, walked: Walked) -> Iterator[_Goal]:
        presses = {step.question.id: press for press, step in placed(self.plan)}
        asked_sections: set[str] = set()
        for place in walked.standing.places:
            question_id = place.step.question.id
            if place.standing == "asked" and place.entry is not None:
                yield _Goal(presses[question_id], False, question_id, True)
                asked_sections.add(place.step.section.id)
            elif place.standing == "not" and place.step.question.when is not None:
                yield _Goal(f"{presses[question_id]}.when", False, question_id, False)
        for number, (section, _steps) in enumerate(self.plan.sections):
            if section.when is not None:
                side = section.id in asked_sections
                yield _Goal(f"sections.{number}.when", True, section.id, side)

    def _wish(self, goal: _Goal) -> Wish | None:
        """Return the answers under which the goal is reached, if there are any."""
        around: Clause | None
        if goal.is_section:
            section = self.plan.section(goal.id)
            when, around = (section.when if section else None), None
        else:
            step = self.plan.steps[goal.id]
            when, around = step.question.when, step.section.when
        if when is None:
            when, around = around, None
        if when is None:
            return Wish()
        target = when if goal.side else opposite(when)
        wanted = wish_for(self.plan, target, around, self.facts, self.now)
        return None if wanted is None else Wish(wanted=wanted)

    def _missed(self, goal: _Goal) -> Unreached | None:
        missing = [surface for surface in _SURFACES if goal not in self.reached[surface]]
        if not missing:
            return None
        where = self._name(goal.id)
        surfaces = "" if len(missing) == len(_SURFACES) else f"（{_WHERE[missing[0]]}）"
        if goal.side:
            sentence = f"どう答えても、ここは聞かれません{surfaces}。"
        else:
            sentence = (
                f"どう答えても、ここは必ず聞かれます{surfaces}。条件がいらないかもしれません。"
            )
        return Unreached(where, sentence, goal.press, is_red=goal.side)

    def _name(self, question_or_section: str) -> str:
        name = question_or_section.rpartition(".")[2]
        step = self.plan.steps.get(name)
        if step is not None:
            return called(step.question)
        section = self.plan.section(question_or_section)
        return called_section(section) if section else "質問"
