"""The linter's look at each condition: what it names, whether it can hold, what a skipped answer does."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal

from yakuba.conditions.distance import Place
from yakuba.conditions.facts import Declaration, Declarations, Kind
from yakuba.conditions.judging import judged
from yakuba.conditions.operands import Fault, Mismatch, test_of
from yakuba.conditions.searching import falsifying, satisfying
from yakuba.conditions.tree import (
    AllOf,
    AnyOf,
    Clause,
    Known,
    NoneOf,
    clauses_with_paths,
    facts_named,
)
from yakuba.procedures.definition import Section
from yakuba.procedures.rules.answering import At
from yakuba.procedures.rules.linting.findings import (
    Finding,
    called,
    called_section,
    red,
    yellow,
)
from yakuba.procedures.rules.plans import ANSWER, Plan, Step
from yakuba.procedures.rules.values import Value

# A day to try conditions on; whether they can hold at all does not depend on it.
_NOW = datetime(2026, 4, 1, 3, tzinfo=UTC)

_FAULTS = {
    Fault.OPERATOR: "「{label}」には、この比べ方は使えません。",
    Fault.CHOICE: "「{label}」に「{value}」という選択肢はありません。",
    Fault.TEXT: "「{label}」と比べる値は、文字にしてください（いまの値：{value}）。",
    Fault.YES_NO: "「{label}」と比べる値は、はい か いいえ にしてください（いまの値：{value}）。",
    Fault.WHOLE_NUMBER: "「{label}」と比べる値は、整数にしてください（いまの値：{value}）。",
    Fault.NUMBER: "「{label}」と比べる値は、数にしてください（いまの値：{value}）。",
    Fault.DAY: "「{label}」と比べる値は、日付にしてください（いまの値：{value}）。",
    Fault.TIME: "「{label}」と比べる値は、時刻にしてください（いまの値：{value}）。",
    Fault.ORDER: "「{label}」の範囲が逆です。小さいほうを先にしてください（{value}）。",
}


def look(ready: Plan, outside: Declarations) -> list[Finding]:
    """Return what is wrong with the conditions of a plan; `outside` are the facts besides answers."""
    found: list[Finding] = []
    earlier: dict[str, Step] = {}
    for place, (section, steps) in enumerate(ready.sections):
        if section.when is not None:
            press = f"sections.{place}.when"
            scope = Scope(ready, outside, dict(earlier), section, own=())
            found += scope.look(section.when, called_section(section), press)
        inside: dict[str, Step] = {}
        for number, step in enumerate(steps):
            if step.question.when is not None:
                press = f"sections.{place}.questions.{number}.when"
                scope = Scope(ready, outside, earlier | inside, section, own=tuple(inside))
                found += scope.look(step.question.when, called(step.question), press)
            inside[step.question.id] = step
        earlier |= inside
    return found


class Scope:
    """What one condition may name: earlier answers, those of the same person, outside facts."""

    def __init__(
        self,
        ready: Plan,
        outside: Declarations,
        earlier: Mapping[str, Step],
        section: Section,
        *,
        own: tuple[str, ...],
    ) -> None:
        self.ready, self.outside, self.earlier, self.section = ready, outside, earlier, section
        self.own = own

    def look(self, when: Clause, where: str, press: str) -> Iterator[Finding]:
        sentences = [sentence for key in facts_named(when) if (sentence := self._naming(key))]
        sentences += self._mismatches(when)
        if sentences:
            yield from (red(where, sentence, press) for sentence in sentences)
            return
        yield from self._holding(when, where, press)
        yield from self._skipping(when, where, press)

    def _naming(self, key: str) -> str:
        if not key.startswith(ANSWER):
            return "" if key in self.outside else f"条件の「{key}」という項目はありません。"
        question_id = key.removeprefix(ANSWER)
        step = self.ready.steps.get(question_id)
        if step is None:
            return f"条件の「{question_id}」という質問はありません。"
        if step.kind.is_message:
            return f"{called(step.question)}はお知らせなので、答えがありません。"
        if question_id not in self.earlier:
            return f"条件が、あとの質問{called(step.question)}の答えを使っています。前の質問だけが使えます。"
        if step.section.repeat is not None and question_id not in self.own:
            return f"{called(step.question)}は人ごとに聞く質問なので、ほかのまとまりの条件に使えません。"
        return ""

    def _declaration(self, key: str) -> Declaration:
        return self.ready.declarations.get(key) or self.outside[key]

    def _mismatches(self, when: Clause) -> list[str]:
        sentences = []
        known = {**self.outside, **self.ready.declarations}
        for path, clause in clauses_with_paths(when):
            if isinstance(clause, AllOf | AnyOf | NoneOf):
                if not clause.clauses and (path or not isinstance(clause, AllOf)):
                    sentences.append(
                        "条件のまとまりが空です。条件を入れるか、まとまりを外してください。"
                    )
                continue
            if clause.fact not in known:
                continue
            try:
                test_of(clause, known[clause.fact], today=At(_NOW).today, now=_NOW)
            except Mismatch as mismatch:
                sentence = _FAULTS[mismatch.fault]
                sentences.append(
                    sentence.format(label=known[clause.fact].label, value=mismatch.value)
                )
        return sentences

    def _holding(self, when: Clause, where: str, press: str) -> Iterator[Finding]:
        known = {key: self._declaration(key) for key in facts_named(when)}
        today = At(_NOW).today
        holds = satisfying(when, known, today=today, now=_NOW, accepts=self._accepts)
        if holds.found is None and holds.complete:
            yield red(where, "この条件が成り立つことはありません。この質問は聞かれません。", press)
            return
        fails = falsifying(when, known, today=today, now=_NOW, accepts=self._accepts)
        if fails.found is None and fails.complete and not self._may_be_unknown(when):
            yield yellow(where, "この条件はいつも成り立ちます。条件はいりません。", press)

    def _skipping(self, when: Clause, where: str, press: str) -> Iterator[Finding]:
        for key in facts_named(when):
            step = self.earlier.get(key.removeprefix(ANSWER))
            if step is None or not key.startswith(ANSWER):
                continue
            if self._may_be_open(step) and self._is_lost_without(when, key):
                reason = (
                    "答えなくてもよい" if not step.question.required else "聞かれないことがある"
                )
                sentence = f"{called(step.question)}は{reason}質問です。答えがないと、この質問は聞かれません。"
                # A question below another's branch is meant so; only a skipped answer surprises.
                if not step.question.required:
                    yield yellow(where, sentence, press)

    def _is_lost_without(self, when: Clause, key: str) -> bool:
        """Whether nothing could make the condition true while this answer is missing."""
        known = {name: self._declaration(name) for name in facts_named(when)}

        def accepts(name: str, value: object) -> bool:
            return value is None if name == key else self._accepts(name, value)

        found = satisfying(when, known, today=At(_NOW).today, now=_NOW, accepts=accepts)
        return found.found is None

    def _may_be_unknown(self, when: Clause) -> bool:
        """Whether some answer may be missing so that the condition is not known."""
        missing = {
            key
            for key in facts_named(when)
            if not key.startswith(ANSWER)
            or self._may_be_open(self.ready.steps[key.removeprefix(ANSWER)])
        }
        verdict = judged(
            when,
            lambda leaf: None if leaf.fact in missing and not isinstance(leaf, Known) else True,
        )
        return bool(missing) and verdict is not True

    def _may_be_open(self, step: Step) -> bool:
        return (
            not step.question.required
            or step.question.when is not None
            or step.section.when is not None
        )

    def _accepts(self, key: str, value: object) -> bool:
        """Whether anybody may answer so."""
        if not key.startswith(ANSWER):
            return True
        step = self.ready.steps[key.removeprefix(ANSWER)]
        if value is None:
            return self._may_be_open(step)
        return may_answer(step, value)


def at_the_end(ready: Plan, outside: Declarations) -> Scope:
    """Return what a condition may name that is judged when everything was answered: the fee's."""
    return Scope(ready, outside, ready.steps, Section(id="the_end"), own=())


def may_answer(step: Step, value: object) -> bool:
    """Say whether the question could be answered so that conditions see `value`."""
    at = At(_NOW)
    if step.answering.fact().kind is Kind.BOOLEAN:
        return value in [
            step.answering.fact_value(sample.value) for sample in step.answering.samples(at)
        ]
    stored = stored_form(value)
    if stored is None:
        return True
    try:
        return step.answering.check(stored, at) is None
    except TypeError:
        return True  # a kind that stores more than what conditions see of it


def stored_form(value: object) -> Value:
    """Return a condition's value as simple kinds store it; None where it cannot be said."""
    match value:
        case bool() | str():
            return value
        case Decimal():
            return (
                int(value) if value == value.to_integral_value() else format(value.normalize(), "f")
            )
        case int():
            return value
        case datetime():
            return None
        case date():
            return value.isoformat()
        case time():
            return value.strftime("%H:%M")
        case frozenset():
            return [*sorted(str(one) for one in value)]
        case Place():
            return {"latitude": value.latitude, "longitude": value.longitude, "words": ""}
    return None
