"""People and conditions drawn at random, close to each other: most values lie at an end of some test."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from tests.conditions.cast import DISTRICTS, FACTS, HALL, INTERESTS, LANGUAGES, Person
from yakuba.conditions import tree
from yakuba.conditions.distance import Place
from yakuba.conditions.facts import Kind
from yakuba.conditions.operands import OPERATORS
from yakuba.conditions.tree import AllOf, AnyOf, Clause, NoneOf

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

todays = st.sampled_from(DAYS)
texts = st.sampled_from(["", "a", "カ", "100%", "it's", "髙", "Ａ", "ｶﾞ", "%(c1)s", "{}", "NULL"])
numbers = st.integers(-2, 3)
ratios = st.sampled_from(["-1", "0", "0.1", "0.30", "0.3", "2.5", "3"]).map(Decimal)
days = st.builds(
    lambda day, years, shift: _years_before(day, years) + timedelta(days=shift),
    st.sampled_from(DAYS),
    st.sampled_from([0, 1, 3, 6, 7, 12, 18, 65]),
    st.integers(-2, 2),
)
times = st.sampled_from([time(0), time(9), time(9, 0, 1), time(9, 30), time(23, 59, 59, 999999)])
moments = st.builds(
    lambda day, shift: (
        datetime(day.year, day.month, day.day, 15, tzinfo=UTC) + timedelta(microseconds=shift)
    ),
    days,
    st.sampled_from([-1, 0, 1, 3_600_000_000]),
)
places = st.one_of(
    st.sampled_from(_SPOTS),
    st.builds(Place, st.floats(36.68, 36.72), st.floats(137.34, 137.39)),
)


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 3, 1)


def _chosen(choices: dict[str, str]) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(sorted(choices)))


people = st.builds(
    Person,
    nickname=st.none() | texts,
    district=st.none() | st.sampled_from(["yumisho", "otosugi", "shirahagi"]),
    interests=st.none() | _chosen(INTERESTS),
    hobbies=st.none() | _chosen(INTERESTS),
    language=st.none() | st.sampled_from(sorted(LANGUAGES)),
    has_car=st.none() | st.booleans(),
    children=st.none() | numbers,
    ratio=st.none() | ratios,
    paid_yen=st.none() | numbers,
    born_on=st.none() | days,
    opens_at=st.none() | times,
    seen_at=st.none() | moments,
    home=st.none() | places,
    photo=st.none() | st.just("photo"),
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
    Kind.TEXT: texts,
    Kind.BOOLEAN: st.booleans(),
    Kind.INTEGER: numbers,
    Kind.MONEY: numbers,
    Kind.NUMBER: ratios.map(float) | numbers,
    Kind.DATE: days.map(date.isoformat) | st.just("today"),
    Kind.INSTANT: days.map(date.isoformat) | st.just("today"),
    Kind.TIME: times.map(time.isoformat),
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
                leaf["on"] = draw(st.sampled_from(DAYS)).isoformat()
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
