"""People and conditions drawn at random, close to each other: most values lie at an end of some test."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import TypeVar

from hypothesis import strategies as st

from tests.conditions.cast import DISTRICTS, FACTS, HALL, INTERESTS, LANGUAGES, Person
from yakuba.conditions import tree
from yakuba.conditions.distance import Place
from yakuba.conditions.facts import Kind
from yakuba.conditions.operands import OPERATORS
from yakuba.conditions.tree import AllOf, AnyOf, Clause, NoneOf

Drawn = TypeVar("Drawn")
DAYS = [
    date(2024, 2, 28),
    date(2024, 2, 29),
    date(2026, 4, 1),
    date(2026, 11, 23),
    date(2027, 3, 31),
]
_SPOTS = [
    HALL,
    Place(36.6985, 137.3722),  # 892 m to the east
    Place(36.7165, 137.3622),  # 2,001 m to the north
    Place(35.6895, 139.6917),
    Place(-36.0, -42.0),
    Place(89.9, 10.0),
    Place(36.0, 179.999),
]


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 3, 1)


TEXTS = ["", "a", "カ", "100%", "it's", "髙", "A", "ガ", "%(c1)s", "{}", "NULL"]
TYPED = [*TEXTS, "Ａ", "ｶﾞ", " a "]  # as a clerk may type them; answers are kept normalised
RATIOS = ["-1", "0", "0.1", "0.30", "0.3", "2.5", "3"]
TIMES = [time(0), time(9), time(9, 0, 1), time(9, 30), time(23, 59, 59, 999999)]
BIRTHS = [
    _years_before(day, years) + timedelta(days=shift)
    for day in DAYS
    for years in (0, 1, 3, 6, 7, 12, 18, 65)
    for shift in (-2, -1, 0, 1, 2)
]
MOMENTS = [
    datetime(day.year, day.month, day.day, 15, tzinfo=UTC) + timedelta(microseconds=shift)
    for day in BIRTHS
    for shift in (-1, 0, 1, 12 * 3_600_000_000)
]


def make_crowd(size: int) -> list[Person]:
    """Return `size` people, the same every time, whose answers lie at the ends of the drawn tests."""
    chance = Random(26)

    def some(values: Sequence[Drawn]) -> Drawn | None:
        return None if chance.random() < 0.25 else chance.choice(values)

    def chosen(choices: dict[str, str]) -> frozenset[str] | None:
        return some(
            [frozenset(), *(frozenset(chance.sample(sorted(choices), n)) for n in (1, 2, 3))]
        )

    return [
        Person(
            nickname=some(TEXTS),
            district=some(["yumisho", "otosugi", "shirahagi"]),
            interests=chosen(INTERESTS),
            hobbies=chosen(INTERESTS),
            language=some(sorted(LANGUAGES)),
            has_car=some([True, False]),
            children=some(range(-2, 4)),
            ratio=some([Decimal(ratio) for ratio in RATIOS]),
            paid_yen=some(range(-2, 4)),
            born_on=some(BIRTHS),
            opens_at=some(TIMES),
            seen_at=some(MOMENTS),
            home=some(
                [*_SPOTS, Place(36.69 + chance.random() / 50, 137.35 + chance.random() / 50)]
            ),
            photo=some(["photo"]),
        )
        for _ in range(size)
    ]


todays = st.sampled_from(DAYS)
days = st.sampled_from(BIRTHS)
ratios = st.sampled_from(RATIOS).map(Decimal)
numbers = st.integers(-2, 3)
places = st.sampled_from(_SPOTS) | st.builds(
    Place, st.floats(36.68, 36.72), st.floats(137.34, 137.39)
)

_CHOICES = {
    "district": DISTRICTS,
    "answer.district": DISTRICTS,
    "language": LANGUAGES,
    "interests": INTERESTS,
    "answer.interests": INTERESTS,
    "hobbies": INTERESTS,
}
_SCALARS: dict[Kind, st.SearchStrategy[object]] = {
    Kind.TEXT: st.sampled_from(TYPED),
    Kind.BOOLEAN: st.booleans(),
    Kind.INTEGER: numbers,
    Kind.MONEY: numbers,
    Kind.NUMBER: ratios.map(float) | numbers,
    Kind.DATE: days.map(date.isoformat) | st.just("today"),
    Kind.INSTANT: days.map(date.isoformat) | st.just("today"),
    Kind.TIME: st.sampled_from(TIMES).map(time.isoformat),
}


@st.composite
def leaves(draw: st.DrawFn) -> dict[str, object]:
    """Draw the document of a leaf that fits the facts."""
    fact = draw(st.sampled_from([fact for fact in FACTS.values() if fact.sql]))
    operator = draw(
        st.sampled_from([name for name, kinds in OPERATORS.items() if fact.kind in kinds])
    )
    leaf: dict[str, object] = {"fact": fact.key, "operator": operator}
    scalars = (
        st.sampled_from(sorted(_CHOICES[fact.key]))
        if fact.key in _CHOICES
        else _SCALARS.get(fact.kind)
    )
    year = draw(st.none() | st.integers(2024, 2027))
    match operator:
        case "answered" | "unanswered":
            return leaf
        case "one_of" | "contains_any":
            assert scalars is not None
            leaf["value"] = draw(st.lists(scalars, min_size=1, max_size=3))
        case "between":
            assert scalars is not None
            ends = draw(
                st.lists(scalars.filter(lambda end: end != "today"), min_size=2, max_size=2)
            )
            leaf["value"] = sorted(ends, key=lambda end: (isinstance(end, str), end))
        case "age_at_least" | "age_at_most":
            leaf["value"] = draw(st.sampled_from([0, 1, 3, 6, 18, 65, 150]))
            if draw(st.booleans()):
                leaf["day"] = draw(st.sampled_from(DAYS)).isoformat()
        case "fiscal_age_between":
            leaf["value"] = sorted(draw(st.lists(st.integers(0, 18), min_size=2, max_size=2)))
        case "grade_in":
            leaf["value"] = draw(
                st.lists(st.sampled_from(["年長", "小1", "小2", "高3"]), min_size=1, max_size=3)
            )
        case "within_metres":
            spot = draw(places)
            leaf["value"] = draw(st.sampled_from([1, 800, 900, 2000, 2010, 400_000, 1_000_000]))
            leaf["of"] = {"latitude": spot.latitude, "longitude": spot.longitude}
        case _ if "since" in operator:
            leaf["value"] = draw(st.sampled_from([0, 1, 2, 24, 365, 366, 1096]))
        case _:
            assert scalars is not None
            leaf["value"] = draw(scalars)
    if operator in ("fiscal_age_between", "grade_in") and year:
        leaf["fiscal_year"] = year
    return leaf


conditions: st.SearchStrategy[Clause] = st.recursive(
    leaves().map(tree.parse),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map(lambda clauses: AllOf(all_of=clauses)),
        st.lists(inner, min_size=1, max_size=4).map(lambda clauses: AnyOf(any_of=clauses)),
        st.lists(inner, min_size=1, max_size=3).map(lambda clauses: NoneOf(none_of=clauses)),
    ),
    max_leaves=12,
)
