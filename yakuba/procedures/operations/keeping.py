"""What was handed in becomes what the town knows of the resident, where questions say so (`keep_as`)."""

from collections.abc import Mapping

from yakuba.procedures import rules, sockets
from yakuba.procedures.definition import Section
from yakuba.procedures.rules import says
from yakuba.procedures.rules.plans import Step
from yakuba.procedures.rules.values import Value
from yakuba.residents import operations as residents
from yakuba.residents.models import FamilyMember, Resident

_RELATIONS = {"child": FamilyMember.Relation.CHILD, "person": FamilyMember.Relation.OTHER}


def keep(plan: rules.Plan, effect: says.Complete, resident: Resident) -> None:
    """Remember the answers of questions that say so; those of a repeated section make the family.

    Where what is known was shown first, leaving it empty forgets it. Taking out the last child always does.
    """
    for key, item, value in rules.kept(plan, effect.answers):
        if not item:
            residents.keep(resident, key=key, value=_plain(value))
    if sockets.outcomes[plan.definition.outcome].earlier_is_known:
        for path in effect.left:
            step = plan.steps.get(path)
            if step is not None and step.question.keep_as:
                residents.keep(resident, key=step.question.keep_as, value=None)
    for section, steps in plan.sections:
        kept = [step for step in steps if step.question.keep_as]
        if section.repeat is not None and kept and section.id in effect.items:
            residents.keep_family(
                resident,
                members=[_member(section, kept, item, effect) for item in effect.items[section.id]],
                relation=_RELATIONS[section.repeat.each],
            )


def _member(
    section: Section, kept: list[Step], item: str, effect: says.Complete
) -> dict[str, residents.Value]:
    member: dict[str, residents.Value] = {"record": item}
    for step in kept:
        key = step.question.keep_as or ""
        value = effect.answers.get(rules.path_of(section, step.question.id, item))
        if key == "name" and isinstance(value, dict):
            member["name"] = _joined(value, "family", "given")
            member["kana"] = _joined(value, "family_kana", "given_kana")
        else:
            member[key] = _plain(value)
    return member


def _plain(value: Value) -> residents.Value:
    """Return an answer as attributes hold it; what is composed of parts cannot be one."""
    if isinstance(value, list):
        return [str(one) for one in value]
    if isinstance(value, dict):
        raise TypeError("an answer of several parts cannot be kept as an attribute")
    return str(value) if value is not None else None


def _joined(value: Mapping[str, Value], *parts: str) -> str:
    return " ".join(str(value[part]) for part in parts if value.get(part))
