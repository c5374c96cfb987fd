"""What stands around a condition that is being built: its vocabulary for the island, its count for the pane."""

from collections.abc import Mapping

from yakuba.conditions import operands, wording
from yakuba.conditions.ages import GRADES
from yakuba.conditions.checking import BrokenCondition
from yakuba.conditions.facts import Declaration, Kind
from yakuba.segments import queries

# The first of these that a kind knows is what a clerk most often wants.
_FIRST = {
    Kind.CHOICE: "one_of",
    Kind.CHOICES: "contains_any",
    Kind.DATE: "days_since_at_most",
    Kind.INSTANT: "days_since_at_most",
    Kind.PLACE: "within_metres",
    Kind.BOOLEAN: "is",
}
_LISTS = frozenset({"one_of", "contains_any"})


def vocabulary(facts: Mapping[str, Declaration]) -> dict[str, object]:
    """Return, ready for JSON, every fact that can be asked of everybody and its operators in order."""
    return {
        "facts": [_fact(fact) for fact in facts.values() if fact.sql is not None],
        "grades": list(GRADES),
        "operators": {key: str(words) for key, words in wording.OPERATORS.items()},
    }


def _fact(fact: Declaration) -> dict[str, object]:
    known = [key for key, kinds in operands.OPERATORS.items() if fact.kind in kinds]
    if not fact.choices:  # a list is picked from choices; a typed one is a group of "is"
        known = [key for key in known if key not in _LISTS]
    first = "age_at_least" if fact.key.endswith("born_on") else _FIRST.get(fact.kind, "at_least")
    return {
        "key": fact.key,
        "label": fact.label,
        "kind": fact.kind.value,
        "unit": fact.unit,
        "choices": [list(choice) for choice in fact.choices.items()],
        "operators": sorted(known, key=lambda key: key != first),
    }


def look(condition: object) -> dict[str, object]:
    """Return what `look.html` says about a condition; other pages that choose people show it too."""
    try:
        queries.check(condition)
    except BrokenCondition as broken:
        return {"look_problems": list(dict.fromkeys(one.sentence for one in broken.problems))}
    counted = queries.estimate(condition)
    return {
        "look_sentences": queries.sentences(condition),
        "look_count": counted,
        "look_is_veiled": counted is not None and queries.is_veiled(condition, counted.reachable),
        "look_is_delicate": queries.is_delicate(condition),
        "look_examples": queries.examples(condition) if counted and not counted.is_sampled else [],
        "look_floor": queries.FLOOR,
    }
