"""What the builder of conditions has to know in the designer: which facts a part may ask, and how."""

from collections.abc import Mapping
from dataclasses import replace

from yakuba.conditions import operands, wording
from yakuba.conditions.ages import GRADES
from yakuba.conditions.checking import BrokenCondition, problems, read
from yakuba.conditions.facts import Declaration, Kind
from yakuba.conditions.wording import sentences
from yakuba.procedures import definition
from yakuba.procedures.console.documents import Document, Part, parts
from yakuba.procedures.console.drafts import facts_known
from yakuba.procedures.rules.plans import ANSWER

# The first of these that a kind knows is what a clerk most often wants.
_FIRST = {
    Kind.CHOICE: "is",
    Kind.CHOICES: "contains",
    Kind.BOOLEAN: "is",
    Kind.TEXT: "answered",
    Kind.PLACE: "answered",
    Kind.OTHER: "answered",
}
_LISTS = frozenset({"one_of", "contains_any"})


def vocabulary(document: Document, part: Part) -> dict[str, object]:
    """Return, ready for JSON, the facts that are known before `part` is asked, its own answers first."""
    facts = facts_known(definition.read(document))
    earlier = {ANSWER + key.removeprefix("q-") for key in _before(document, part)}
    own = [fact for key, fact in facts.items() if key in earlier]
    others = [fact for key, fact in facts.items() if not key.startswith(ANSWER)]
    numbers = _numbers(document)
    return {
        "facts": [
            *(_fact(fact, f"問{numbers[fact.key]}　{fact.label}") for fact in own),
            *(_fact(fact, f"住民の情報　{fact.label}") for fact in others),
        ],
        "grades": list(GRADES),
        "operators": {key: str(words) for key, words in wording.OPERATORS.items()},
    }


def said(document: Document, when: object) -> tuple[list[str], list[str]]:
    """Return the condition in Japanese, line by line, and what is wrong with it."""
    if when is None:
        return [], []
    facts = facts_known(definition.read(document))
    try:
        tree = read(when)
    except BrokenCondition as broken:
        return [], [problem.sentence for problem in broken.problems]
    numbers = _numbers(document)
    facts = {
        key: _spoken(fact, numbers[key]) if key in numbers else fact for key, fact in facts.items()
    }
    wrong = [problem.sentence for problem in problems(tree, facts)]
    return ([] if wrong else sentences(tree, facts)), wrong


def _spoken(fact: Declaration, number: int) -> Declaration:
    """Return an answer as it stands in a sentence: 問1「参加しましたか」 and 「行かなかった」."""
    label = f"問{number}「{fact.label.rstrip('。')}」"
    choices = {key: f"「{words}」" for key, words in fact.choices.items()}
    return replace(fact, label=label, choices=choices)


def _before(document: Document, part: Part) -> list[str]:
    """Return the keys of the questions that come before `part`."""
    keys = []
    for one in parts(document):
        if one.key == part.key:
            break
        if one.key.startswith("q-"):
            keys.append(one.key)
    return keys


def _numbers(document: Document) -> Mapping[str, int]:
    asked = [
        one.key
        for one in parts(document)
        if one.key.startswith("q-") and one.document.get("kind") != "message"
    ]
    return {ANSWER + key.removeprefix("q-"): place for place, key in enumerate(asked, start=1)}


def _fact(fact: Declaration, label: str) -> dict[str, object]:
    known = [key for key, kinds in operands.OPERATORS.items() if fact.kind in kinds]
    if not fact.choices:  # a list is picked from choices; a typed one is a group of "is"
        known = [key for key in known if key not in _LISTS]
    first = "age_at_least" if fact.key.endswith("born_on") else _FIRST.get(fact.kind, "at_least")
    return {
        "key": fact.key,
        "label": label,
        "kind": fact.kind.value,
        "unit": fact.unit,
        "choices": [list(choice) for choice in fact.choices.items()],
        "operators": sorted(known, key=lambda key: key != first),
    }
