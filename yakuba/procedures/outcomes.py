"""The outcome that procedures bring along: what was answered becomes what the town knows of the resident."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import product

from yakuba.procedures import queries, rules
from yakuba.procedures.models import Procedure, Run
from yakuba.procedures.rules import Plan
from yakuba.procedures.rules.values import Value
from yakuba.procedures.sockets import Earlier, Outcome, Result, outcomes
from yakuba.residents import queries as residents
from yakuba.residents.models import Resident


@outcomes.plug
class Profile(Outcome):
    """Registration and 受信設定. The answers were kept by the run's last turn; nothing else is made."""

    key = "profile"
    label = "受信設定にする"
    earlier_is_known = True

    def complete(
        self,
        run: Run,
        resident: Resident | None,
        plan: Plan,
        answers: Mapping[str, Value],
        items: Mapping[str, Sequence[str]],
    ) -> Result:
        return Result(subject=resident.public_id if resident else None)

    def earlier(self, procedure: Procedure, resident: Resident) -> Earlier | None:
        """Return what is known of the resident and their children, as answers to the present questions."""
        version = procedure.current
        if version is None:
            return None
        plan = queries.plan_of(version)
        answers = _own(plan, residents.known(resident))
        items, of_family = _family(plan, residents.children(resident))
        if not answers and not of_family:
            return None
        return Earlier(
            subject=resident.public_id,
            version=version,
            answers={**answers, **of_family},
            items=items,
        )


def _own(plan: Plan, known: Mapping[str, residents.Known]) -> dict[str, Value]:
    return {
        step.question.id: _answer(known[step.question.keep_as])
        for section, steps in plan.sections
        for step in steps
        if section.repeat is None and step.question.keep_as and step.question.keep_as in known
    }


def _family(
    plan: Plan, children: Sequence[residents.Child]
) -> tuple[dict[str, list[str]], dict[str, Value]]:
    """Return who is in the sections that keep children, and what is known of each."""
    items: dict[str, list[str]] = {}
    answers: dict[str, Value] = {}
    for section, steps in plan.sections:
        kept = [step for step in steps if step.question.keep_as]
        if section.repeat is None or section.repeat.each != "child" or not kept:
            continue
        items[section.id] = [child.mark for child in children]
        for child, step in product(children, kept):
            value = child.known.get(step.question.keep_as or "")
            if value is not None:
                path = rules.path_of(section, step.question.id, child.mark)
                answers[path] = _named(child) if step.question.kind == "name" else _answer(value)
    return items, answers


def _named(child: residents.Child) -> Value:
    """Return the name in the parts in which it was asked; they were joined by a space."""
    family, _space, given = str(child.known.get("name", "")).partition(" ")
    family_kana, _space, given_kana = str(child.known.get("kana", "")).partition(" ")
    return {
        "family": family,
        "given": given,
        "family_kana": family_kana,
        "given_kana": given_kana,
    }


def _answer(value: residents.Known) -> Value:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, list) else str(value)
