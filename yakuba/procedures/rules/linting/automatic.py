"""The linter's look at questions that nobody is asked: what they are found by, and what they fill in."""

from collections.abc import Iterator

from yakuba.conditions.tree import (
    AllOf,
    Clause,
    Compared,
    Listed,
    NoneOf,
    clauses_with_paths,
    facts_named,
)
from yakuba.procedures.rules.linting.findings import Finding, called, red
from yakuba.procedures.rules.linting.questions import placed
from yakuba.procedures.rules.plans import ANSWER, Plan, Step, conditions_of


def look(ready: Plan) -> Iterator[Finding]:
    """Return what is wrong with the automatic questions of a plan."""
    order = list(ready.steps)
    for press, step in placed(ready):
        if step.kind.gathers and step.section.repeat is not None:
            sentence = (
                "人ごとにくり返すまとまりには入れられません。くり返さないまとまりへ移してください。"
            )
            yield red(called(step.question), sentence, press)
        if not step.kind.is_automatic:
            continue
        yield from _without_path(ready, step, press)
        here = order.index(step.question.id)
        for question_id in step.answering.depends_on():
            sentence = _cannot_depend(ready, step, question_id, order[:here])
            if sentence:
                yield red(called(step.question), sentence, f"{press}.options")
        for question_id in step.answering.fills():
            sentence = _cannot_fill(ready, step, question_id, order[here + 1 :])
            if sentence:
                yield red(called(step.question), sentence, f"{press}.options")


def _without_path(ready: Plan, step: Step, press: str) -> Iterator[Finding]:
    """Find what may come of looking and leads nowhere."""
    needed = step.answering.paths_needed()
    named = _named(ready, ANSWER + step.question.id) if needed else set()
    words = step.answering.fact().choices
    for value in needed:
        if value not in named and "" not in named:
            yield red(
                called(step.question),
                f"「{words.get(value, value)}」のときに進む道がありません。"
                "そのときだけ出すお知らせか質問を作るか、言葉を伝えて止めるようにしてください。",
                f"{press}.options",
            )


def _named(ready: Plan, fact: str) -> set[str]:
    """Return the values that conditions name of `fact`; an empty one if some say what it is not."""
    named: set[str] = set()
    for when in conditions_of(ready.definition):
        for _path, clause in clauses_with_paths(when):
            if isinstance(clause, NoneOf) and fact in facts_named(clause):
                named.add("")
            if isinstance(clause, Compared | Listed) and clause.fact == fact:
                values = clause.value if isinstance(clause, Listed) else [clause.value]
                named |= {""} if clause.operator == "is_not" else set(map(str, values))
    return named


def _cannot_depend(ready: Plan, step: Step, question_id: str, earlier: list[str]) -> str:
    other = ready.steps.get(question_id)
    if other is None:
        return f"「{question_id}」という質問はありません。照らし合わせる質問を選び直してください。"
    name = called(other.question)
    if other.kind.is_message:
        return f"{name}はお知らせなので、答えがありません。"
    if question_id not in earlier:
        return f"{name}は、この質問より前に置いてください。答えがないと確かめられません。"
    if other.section.repeat is not None and other.section.id != step.section.id:
        return f"{name}は人ごとに聞く質問なので、ここでは使えません。"
    if not other.question.required and not other.kind.is_automatic:
        return (
            f"{name}は答えなくてもよい質問です。答えがないと確かめられません。必須にしてください。"
        )
    if not _is_asked_with(other, step):
        return f"{name}は聞かれないことがあります。この質問にも、同じ条件を付けてください。"
    return ""


def _is_asked_with(other: Step, step: Step) -> bool:
    """Whether whoever comes to `step` was surely asked `other`: its conditions are conditions of `step` too."""
    own = [*parts_of(step.section.when), *parts_of(step.question.when)]
    return all(
        part in own for when in (other.section.when, other.question.when) for part in parts_of(when)
    )


def parts_of(when: Clause | None) -> list[Clause]:
    """Return what must hold all together for `when` to hold."""
    if when is None:
        return []
    return list(when.clauses) if isinstance(when, AllOf) else [when]


def _cannot_fill(ready: Plan, step: Step, question_id: str, later: list[str]) -> str:
    other = ready.steps.get(question_id)
    if other is None:
        return f"「{question_id}」という質問はありません。答えを入れる質問を選び直してください。"
    name = called(other.question)
    if other.kind.is_message or other.kind.is_automatic:
        return f"{name}には、答えを入れられません。"
    if question_id not in later:
        return f"{name}は、この質問より後に置いてください。前の質問には答えを入れられません。"
    is_near = other.section.id == step.section.id
    if not is_near and (other.section.repeat is not None or step.section.repeat is not None):
        return f"{name}は、くり返しのまとまりをまたぐので、答えを入れられません。"
    return ""
