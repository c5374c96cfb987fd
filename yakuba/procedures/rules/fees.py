"""What a procedure costs whoever answered so: lines, reductions, nothing at all. Pure, in whole yen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from yakuba.conditions.facts import Value as FactValue
from yakuba.conditions.judging import judged
from yakuba.conditions.tree import Clause
from yakuba.procedures.definition import FeeLine, Text
from yakuba.procedures.rules import wording
from yakuba.procedures.rules.answering import At
from yakuba.procedures.rules.asking import question_in, verdict_of
from yakuba.procedures.rules.plans import ANSWER, Facts, Plan
from yakuba.procedures.rules.says import Cost, CostRow
from yakuba.procedures.rules.values import Value


class UncertainFee(ValueError):
    """The fee cannot be said: `question` is not answered, or not with a number to count by. Nobody guesses."""

    def __init__(self, question: str) -> None:
        super().__init__(f"the fee needs a whole number as the answer to {question}")
        self.question = question


@dataclass(frozen=True, slots=True)
class CountedLine:
    """One line of the fee as it applies: `amount` is `unit` times `quantity`, below 0 for a reduction."""

    id: str
    label: Text
    unit: int
    quantity: int
    amount: int


@dataclass(frozen=True, slots=True)
class FeeSum:
    """What is to be paid; `is_free` if that is nothing, and then no charge is made."""

    lines: tuple[CountedLine, ...]
    total: int

    @property
    def is_free(self) -> bool:
        return self.total == 0


def fee(
    plan: Plan,
    answers: Mapping[str, Value],
    *,
    now: datetime,
    facts: Facts | None = None,
    items: Mapping[str, object] | None = None,
) -> FeeSum:
    """Count the fee of what is handed in: `answers` by path, `items` who is in the repeated sections.

    A line counts if its condition definitely holds; for whom `free_when` definitely holds there are none.
    Reductions never bring the sum below nothing.

    Raises:
        UncertainFee: a line is to be counted by an answer that is not there.
    """
    priced = plan.definition.fee
    if priced is None:
        return FeeSum((), 0)
    counting = _Counting(plan, answers, items or {}, facts or Facts(), At(now))
    if priced.free_when is not None and counting.holds(priced.free_when):
        return FeeSum((), 0)
    lines = []
    for line in priced.lines:
        if line.when is None or counting.holds(line.when):
            quantity = counting.quantity(line)
            if quantity:
                amount = line.unit * quantity
                lines.append(CountedLine(line.id, line.label, line.unit, quantity, amount))
    return FeeSum(tuple(lines), max(0, sum(line.amount for line in lines)))


class _Counting:
    def __init__(
        self,
        plan: Plan,
        answers: Mapping[str, Value],
        items: Mapping[str, object],
        facts: Facts,
        at: At,
    ) -> None:
        self.plan, self.answers, self.items = plan, answers, items
        self.facts, self.at = facts, at
        self.known: dict[str, FactValue] = {}
        for path, value in answers.items():
            question_id, item = question_in(path)
            step = plan.steps.get(question_id)
            judged_as = step.answering.fact_value(value) if step and not item else None
            if judged_as is not None:
                self.known[ANSWER + question_id] = judged_as

    def holds(self, when: Clause) -> bool:
        verdict = judged(
            when, lambda leaf: verdict_of(leaf, self.plan, self.facts, self.known, self.at)
        )
        return verdict is True

    def quantity(self, line: FeeLine) -> int:
        if line.quantity_of is None:
            return 1
        if self.plan.section(line.quantity_of) is not None:
            return self._people(line.quantity_of)
        number = self.known.get(ANSWER + line.quantity_of)
        if isinstance(number, bool) or not isinstance(number, int | Decimal):
            raise UncertainFee(line.quantity_of)
        if number < 0 or number != int(number):
            raise UncertainFee(line.quantity_of)
        return int(number)

    def _people(self, section_id: str) -> int:
        ids = self.items.get(section_id)
        if isinstance(ids, list | tuple):
            return len(ids)
        inside = {
            path.partition("].")[0] for path in self.answers if path.startswith(f"{section_id}[")
        }
        return len(inside)


def cost(sum_: FeeSum, note: Text | None, language: str = "ja") -> Cost:
    """Write a fee as the summary shows it."""
    rows = []
    for line in sum_.lines:
        unit = in_yen(line.unit, language)
        counted = line.quantity != 1
        detail = (
            wording.TIMES.pick(language).format(unit=unit, count=line.quantity) if counted else ""
        )
        rows.append(CostRow(line.label.pick(language), detail, in_yen(line.amount, language)))
    total = wording.FREE.pick(language) if sum_.is_free else in_yen(sum_.total, language)
    return Cost(
        wording.FEE.pick(language),
        tuple(rows),
        wording.TOTAL.pick(language),
        total,
        note.pick(language) if note else "",
    )


def in_yen(amount: int, language: str = "ja") -> str:
    """Write an amount as people read it: 1,200円, −300円."""
    sign = "−" if amount < 0 else ""
    return wording.YEN.pick(language).format(amount=f"{sign}{abs(amount):,}")
