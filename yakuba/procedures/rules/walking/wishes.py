"""What a walk wants to be answered: values by fact, turned into what a person would send."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from yakuba.conditions.facts import Declarations
from yakuba.conditions.facts import Value as FactValue
from yakuba.conditions.searching import satisfying
from yakuba.conditions.tree import AllOf, Clause, NoneOf, facts_named
from yakuba.procedures.rules.answering import At, Given, Sample
from yakuba.procedures.rules.asking import question_in
from yakuba.procedures.rules.inputs import Found, Raw, Sent, Typed
from yakuba.procedures.rules.linting.conditions import may_answer, stored_form
from yakuba.procedures.rules.plans import ANSWER, Plan, Step
from yakuba.procedures.rules.says import Find
from yakuba.procedures.rules.values import Value

Wanted: TypeAlias = Mapping[str, FactValue | None]


@dataclass(frozen=True, slots=True)
class Wish:
    """How one run is to be answered: `wanted` by fact, else the sample whose turn it is."""

    wanted: Wanted = field(default_factory=dict)
    turn: int = 0
    people: int = 1  # in each repeated section, as far as it allows


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: what to send in the talk (nothing: only a page can say it), and what to post."""

    messages: tuple[Sent, ...]
    raw: Raw
    skips: bool = False


def reply_to(step: Step, wish: Wish, at: At) -> Reply:
    """Return how to answer a question under a wish."""
    key = ANSWER + step.question.id
    if key in wish.wanted:
        wanted = wish.wanted[key]
        if wanted is None and not step.question.required:
            return Reply((), "", skips=True)
        found = None if wanted is None else _answering_with(step, wanted, at)
        if found is not None:
            return found
    samples = step.answering.samples(at)
    if not samples:
        return Reply((), "", skips=True)
    return _reply(step, samples[wish.turn % len(samples)], at)


def found_by(plan: Plan, wanted: Find, wish: Wish, at: At) -> Found:
    """Find an automatic answer as a wish says: a walk and a trial look nothing up."""
    step = plan.steps[question_in(wanted.path)[0]]
    samples = step.answering.samples(at)
    key = ANSWER + step.question.id
    if key in wish.wanted:
        as_wanted = [
            one for one in samples if step.answering.fact_value(one.value) == wish.wanted[key]
        ]
        samples = as_wanted or samples
    value = samples[wish.turn % len(samples)].value if samples else None
    return Found(wanted.path, value, section=wanted.section)


def wish_for(
    plan: Plan, target: Clause, section_when: Clause | None, outside: Declarations, now: datetime
) -> Wanted | None:
    """Return values under which `target` holds and what it looks at is really asked; None if none."""
    whole = AllOf(all_of=[*_below(plan, target), *([section_when] if section_when else []), target])
    for tree in (whole, target):
        try:
            known = {key: {**outside, **plan.declarations}[key] for key in facts_named(tree)}
        except KeyError:
            return None  # the linter names the fact that is not known

        found = satisfying(
            tree,
            known,
            today=At(now).today,
            now=now,
            accepts=lambda key, value: _fits(plan, key, value),
        )
        if found.found is not None:
            return found.found
    return None


def opposite(when: Clause) -> Clause:
    return NoneOf(none_of=[when])


def _below(plan: Plan, target: Clause) -> list[Clause]:
    """Return the conditions under which the questions that `target` names are asked, and theirs."""
    found: list[Clause] = []
    open_keys, seen = facts_named(target), set[str]()
    while open_keys:
        key = open_keys.pop()
        step = plan.steps.get(key.removeprefix(ANSWER)) if key.startswith(ANSWER) else None
        if step is None or key in seen:
            continue
        seen.add(key)
        for when in (step.section.when, step.question.when):
            if when is not None:
                found.append(when)
                open_keys += facts_named(when)
    return found


def _fits(plan: Plan, key: str, value: object) -> bool:
    step = plan.steps.get(key.removeprefix(ANSWER)) if key.startswith(ANSWER) else None
    if step is None:
        return True
    if value is None:
        return not step.question.required or step.question.when is not None
    return may_answer(step, value)


def _answering_with(step: Step, wanted: FactValue, at: At) -> Reply | None:
    for sample in step.answering.samples(at):
        if step.answering.fact_value(sample.value) == wanted:
            return _reply(step, sample, at)
    stored = stored_form(wanted)
    if stored is None:
        return None
    try:
        raw = step.answering.fill(stored)
    except TypeError:
        return None
    reading = step.answering.read_form(raw, at)
    if not isinstance(reading, Given) or step.answering.fact_value(reading.value) != wanted:
        return None
    return _reply(step, Sample(reading.value, None, raw), at)


def _reply(step: Step, sample: Sample, at: At) -> Reply:
    if sample.messages:
        return Reply(sample.messages, sample.form)
    typed = _typed(step, sample.value, at)
    return Reply((typed,) if typed else (), sample.form)


def _typed(step: Step, value: Value, at: At) -> Sent | None:
    """Return a message that says the value, if one message can."""
    for words in (step.answering.show(value), value if isinstance(value, str) else ""):
        if words:
            sent = Typed(words)
            reading = step.answering.read_talk(sent, at)
            if isinstance(reading, Given) and reading.value == value:
                return sent
    return None
