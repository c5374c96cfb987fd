"""Why somebody gets a message: in sentences for that person, about that person only.

What is said is the person's own answer, never the list they were found by; of anything sensitive only that
it was told. The town's own words (labels, choices) are there in one language.
"""

from collections.abc import Iterator, Mapping

from yakuba.conditions import wording
from yakuba.conditions.checking import BrokenCondition, read, require
from yakuba.conditions.facts import Fact, Kind
from yakuba.conditions.judging import Explanation, explain
from yakuba.conditions.tree import (
    Aged,
    AllOf,
    AnyOf,
    Compared,
    FiscalAged,
    Graded,
    Leaf,
    Listed,
    Near,
    NoneOf,
    facts_named,
)
from yakuba.kit import clock
from yakuba.residents.models import TAGS, Resident
from yakuba.segments.queries.selecting import facts_of

_WORDS: Mapping[str, Mapping[str, str]] = {
    "everybody": {
        "ja": "友だちのみなさんにお送りしています。",
        "ja-easy": "友だちの みなさんに おくっています。",
        "en": "This goes to everybody who added the town's account.",
    },
    "changed": {
        "ja": "お送りしたときの登録内容では、送る相手にあてはまっていました。",
        "ja-easy": "おくったときの とうろくに あわせて おくりました。",
        "en": "It matched what you had told the town when it was sent.",
    },
    "sensitive": {
        "ja": "あなたが登録した内容にあうお知らせです。",
        "ja-easy": "あなたが とうろくした ことに あう お知らせです。",
        "en": "It matches something that you told the town.",
    },
    "tagged": {
        "ja": "役場の名簿などで選んだ方にお送りしています。",
        "ja-easy": "やくばの めいぼなどで えらんだ 人に おくっています。",
        "en": "The town chose the people who get this, for example from a list.",
    },
    "own": {
        "ja": "{label}が「{own}」の方にお送りしています。",
        "ja-easy": "{label}が「{own}」の 人に おくっています。",
        "en": "This goes to people whose “{label}” is “{own}”.",
    },
    "said": {
        "ja": "「{said}」にあてはまる方にお送りしています。",
        "ja-easy": "「{said}」に あてはまる 人に おくっています。",
        "en": "This goes to people of whom this is true: “{said}”.",
    },
    "age_at_least": {"en": "This goes to people aged {years} or over."},
    "age_at_most": {"en": "This goes to people aged {years} or under."},
    "of_family": {
        "ja": "登録されたお子さんの年齢にあうお知らせです。",
        "ja-easy": "とうろくした こどもの 年れいに あう お知らせです。",
        "en": "It suits the age of the children you told us of.",
    },
    "school": {"en": "It suits your age or school year."},
    "near": {"en": "This goes to people near {place}."},
    "not": {
        "ja": "「{said}」にはあてはまらない方にお送りしています。",
        "ja-easy": "「{said}」では ない 人に おくっています。",
        "en": "This goes to people of whom this is not true: “{said}”.",
    },
}


_TAGGED = f"resident.{TAGS}"  # what staff wrote on people; it is not for the eyes of residents


def reasons(condition: object, resident: Resident, language: str = "ja") -> list[str]:
    """Return why `condition` means `resident`, in plain sentences of `language` (ja, ja-easy or en).

    If it does not any more (they changed their settings since), the one sentence says so.
    """
    try:
        document = read(condition)
        facts = facts_of(document)
        require(document, facts, of_everybody=True)
    except BrokenCondition:
        return [_say("changed", language)]
    found = explain(document, facts, resident, today=clock.today(), now=clock.now())
    if found.verdict is not True:
        return [_say("changed", language)]
    sentences = list(dict.fromkeys(_Reader(facts, resident, language).read(found)))
    return sentences or [_say("everybody", language)]


def _say(key: str, language: str, **words: object) -> str:
    texts = _WORDS[key]
    return texts.get(language, texts.get("ja", "")).format(**words)


class _Reader:
    def __init__(
        self, facts: Mapping[str, Fact[Resident]], resident: Resident, language: str
    ) -> None:
        self._facts, self._resident, self._language = facts, resident, language

    def read(self, found: Explanation) -> Iterator[str]:
        """Say what is true of a clause that holds; of alternatives, only those that do."""
        match found.clause:
            case AllOf() | AnyOf():
                for inner in found.inside:
                    if inner.verdict is True:
                        yield from self.read(inner)
            case NoneOf():
                yield self._not(found.clause)
            case _:
                yield self._leaf(found.clause)

    def _not(self, clause: NoneOf) -> str:
        if self._is_sensitive(clause):
            return _say("sensitive", self._language)
        if _TAGGED in facts_named(clause):
            return _say("tagged", self._language)
        inside = wording.sentence(AnyOf(any_of=list(clause.none_of)), self._facts)
        return _say("not", self._language, said=inside)

    def _is_sensitive(self, clause: AllOf | AnyOf | NoneOf | Leaf) -> bool:
        return any(self._facts[key].is_sensitive for key in facts_named(clause))

    def _leaf(self, leaf: Leaf) -> str:
        fact = self._facts[leaf.fact]
        if fact.is_sensitive:
            return _say("sensitive", self._language)
        if leaf.fact == _TAGGED:
            return _say("tagged", self._language)
        if fact.whose:
            return _say("of_family", self._language)
        own = self._own(leaf, fact)
        if own:
            return _say("own", self._language, label=fact.label, own=own)
        if self._language == "en":
            match leaf:
                case Aged():
                    return _say(leaf.operator, "en", years=leaf.value)
                case FiscalAged() | Graded():
                    return _say("school", "en")
                case Near():
                    return _say("near", "en", place=leaf.of.name or "a place in town")
        return _say("said", self._language, said=wording.sentence(leaf, self._facts))

    def _own(self, leaf: Leaf, fact: Fact[Resident]) -> str:
        """Return the person's own choice among those that were asked for; empty where nothing is chosen."""
        if not isinstance(leaf, Compared | Listed) or leaf.operator == "is_not":
            return ""
        value = fact.value(self._resident)
        asked = leaf.value if isinstance(leaf.value, list) else [leaf.value]
        match fact.kind, value:
            case Kind.CHOICE, str():
                return fact.choices.get(value, value)
            case Kind.CHOICES, list() | set() | frozenset() | tuple():
                return "・".join(fact.choices.get(one, one) for one in value if one in asked)
        return ""
