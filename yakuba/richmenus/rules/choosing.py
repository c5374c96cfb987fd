"""Who sees which menu: of all rules in force, the first that means the person; else the default."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as far as choosing goes: `rank` is its kind's (disaster before all others, the default last)."""

    id: int
    menu: int
    rank: int
    priority: int
    is_default: bool = False
    is_for_everybody: bool = False


def in_order(rules: Iterable[Rule]) -> list[Rule]:
    """Sort as they are judged; of two with the same number the older goes first."""
    return sorted(rules, key=lambda rule: (rule.rank, rule.priority, rule.id))


def chosen(rules: Iterable[Rule], means: Mapping[int, bool]) -> Rule | None:
    """Return the rule whose menu the person sees; `means` says, by id, which rules mean the person."""
    return next((rule for rule in in_order(rules) if means.get(rule.id, False)), None)


def everybodys(rules: Iterable[Rule]) -> Rule | None:
    """Return the rule whose menu is the default of all: the first that means everybody."""
    return next((rule for rule in in_order(rules) if rule.is_for_everybody), None)


def before_everybodys(rules: Iterable[Rule]) -> list[Rule]:
    """Return the rules that can give somebody another menu than the default of all, in order.

    What stands behind a rule for everybody is never reached: disaster mode silences the others.
    """
    found = []
    for rule in in_order(rules):
        if rule.is_for_everybody:
            break
        found.append(rule)
    return found


@dataclass(frozen=True, slots=True)
class Reason:
    """What became of one rule when a person's menu was chosen: chosen, beaten (by an earlier one), or no."""

    rule: int
    verdict: str


def reasons(rules: Sequence[Rule], means: Mapping[int, bool]) -> list[Reason]:
    """Say of every rule in force, in order, why the person sees its menu or does not."""
    found: list[Reason] = []
    is_decided = False
    for rule in in_order(rules):
        if not means.get(rule.id, False):
            found.append(Reason(rule.id, "no"))
        elif is_decided:
            found.append(Reason(rule.id, "beaten"))
        else:
            found.append(Reason(rule.id, "chosen"))
            is_decided = True
    return found
