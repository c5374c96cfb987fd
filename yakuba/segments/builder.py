"""What stands around a condition that is being built: its vocabulary for the island, its count for the pane."""

import json
import re
from collections.abc import Iterable, Mapping

from django.core.signing import Signer
from django.utils.crypto import constant_time_compare

from yakuba.conditions import operands, tree, wording
from yakuba.conditions.ages import GRADES
from yakuba.conditions.checking import BrokenCondition, read
from yakuba.conditions.facts import Declaration, Kind
from yakuba.segments import queries, sockets
from yakuba.segments.models import Segment
from yakuba.segments.sockets import Group
from yakuba.townhall.models import Capability, Scope, StaffMember

# The first of these that a kind knows is what a clerk most often wants.
_FIRST = {
    Kind.CHOICE: "one_of",
    Kind.CHOICES: "contains_any",
    Kind.DATE: "days_since_at_most",
    Kind.INSTANT: "days_since_at_most",
    Kind.PLACE: "within_metres",
    Kind.BOOLEAN: "is",
    Kind.TEXT: "answered",
    Kind.OTHER: "answered",
}
_LISTS = frozenset({"one_of", "contains_any"})
_OF_VERSION = re.compile(r"(.+):(\d+)")  # an answer of one version: answer.<procedure>.<question>:3


def vocabulary(condition: object) -> dict[str, object]:
    """Return, ready for JSON, what the builder needs at once: facts of people, and those `condition` names.

    The rest, which may be hundreds, it fetches when somebody looks for a fact (`whole_vocabulary`).
    """
    try:
        named = tree.facts_named(read(condition))
    except BrokenCondition:
        named = []
    wanted = {match[1] if (match := _OF_VERSION.fullmatch(key)) else key for key in named}
    return _words(sockets.facts([*named, *wanted]).values())


def whole_vocabulary(staff: StaffMember) -> dict[str, object]:
    """Return everything there is to choose from for `staff`: answers and deliveries only of what they may see.

    The key of such a fact holds a name that cannot be guessed, so what is not offered is not asked about.
    """
    scopes = set(Scope.objects.visible_to(staff, Capability.VIEW).values_list("pk", flat=True))
    facts = sockets.every_fact().values()
    return _words(fact for fact in facts if fact.scope_id is None or fact.scope_id in scopes)


def _words(facts: Iterable[Declaration]) -> dict[str, object]:
    asked = [
        fact for fact in facts if fact.sql is not None and fact.is_offered and _has_values(fact)
    ]
    groups = [group.value for group in Group]
    asked.sort(key=lambda fact: groups.index(fact.group) if fact.group in groups else len(groups))
    versions = _versions(asked)
    return {
        "facts": [_fact(fact, versions) for fact in asked if fact.key not in versions.values()],
        "grades": list(GRADES),
        "operators": {key: str(words) for key, words in wording.OPERATORS.items()},
    }


def _has_values(fact: Declaration) -> bool:
    """Say whether there is something to choose: the first tag makes the fact of tags worth asking about."""
    return bool(fact.choices) or fact.kind not in (Kind.CHOICE, Kind.CHOICES)


def _versions(facts: Iterable[Declaration]) -> Mapping[tuple[str, int], str]:
    """Return the keys of facts that are another fact in one version only, by that fact and the version."""
    keys = {fact.key for fact in facts}
    matches = (_OF_VERSION.fullmatch(key) for key in keys)
    return {(one[1], int(one[2])): one[0] for one in matches if one and one[1] in keys}


def _fact(fact: Declaration, versions: Mapping[tuple[str, int], str]) -> dict[str, object]:
    known = [key for key, kinds in operands.OPERATORS.items() if fact.kind in kinds]
    if not fact.choices:  # a list is picked from choices; a typed one is a group of "is"
        known = [key for key in known if key not in _LISTS]
    first = "age_at_least" if fact.key.endswith("born_on") else _FIRST.get(fact.kind, "at_least")
    mine = sorted((number, key) for (base, number), key in versions.items() if base == fact.key)
    return {
        "key": fact.key,
        "label": fact.label,
        "kind": fact.kind.value,
        "unit": fact.unit,
        "group": fact.group or Group.MORE.value,
        "choices": [list(choice) for choice in fact.choices.items()],
        "operators": sorted(known, key=lambda key: key != first),
        "versions": [[key, f"第{number}版の回答だけ"] for number, key in mine],
    }


def look(
    condition: object, segment: Segment | None = None, *, by: StaffMember | None = None
) -> dict[str, object]:
    """Return what `look.html` says at once: the number, perhaps from a sample, and the sentences.

    The page then asks for the rest by itself (`whole_look`). Other pages that choose people show it too.
    """
    try:
        queries.check(condition, by=by, kept=segment.condition if segment else None)
    except BrokenCondition as broken:
        return {"look_problems": list(dict.fromkeys(one.sentence for one in broken.problems))}
    counted = queries.estimate(condition)
    words = json.dumps(condition)
    return {
        "look_sentences": queries.sentences(condition),
        **_number(condition, counted),
        "look_more": json.dumps(
            {"condition": words, "seal": _seal(words), "segment": segment.pk if segment else ""}
        ),
    }


def _seal(words: str) -> str:
    return Signer(salt="segments.look").signature(words)


def is_sealed(words: str, seal: str) -> bool:
    """Say whether a page of ours has shown this condition: then what it names is looked at no more."""
    return constant_time_compare(_seal(words), seal)


def whole_look(
    condition: object, segment: Segment | None = None, *, by: StaffMember | None = None
) -> dict[str, object]:
    """Return the same with the exact number, clause by clause, who is beyond reach, and what changed."""
    try:
        queries.check(condition, by=by, kept=segment.condition if segment else None)
    except BrokenCondition as broken:
        return {"look_problems": list(dict.fromkeys(one.sentence for one in broken.problems))}
    return {
        "look_sentences": queries.sentences(condition),
        **_number(condition, queries.estimate(condition, patience_ms=queries.LONGEST_MS)),
        **_around(condition, segment),
    }


def _number(condition: object, counted: queries.Count | None) -> dict[str, object]:
    is_delicate = queries.is_delicate(condition)
    return {
        "look_count": queries.coarse(counted) if counted and is_delicate else counted,
        "look_is_veiled": counted is not None and queries.is_veiled(condition, counted.reachable),
        "look_is_delicate": is_delicate,
        "look_floor": queries.FLOOR,
    }


def _around(condition: object, segment: Segment | None) -> dict[str, object]:
    """Nothing of it where it could give somebody away: the difference of two numbers is a number too."""
    if queries.is_delicate(condition):
        return {}
    return {
        "look_examples": queries.examples(condition),
        "look_funnel": queries.funnel(condition),
        "look_beyond": queries.beyond_reach(condition),
        "look_change": queries.changes(segment, condition) if segment else None,
    }
