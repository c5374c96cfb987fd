from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from tests.conditions.cast import FACTS, HALL, NOW, TODAY, Person
from yakuba.conditions import judging, tree
from yakuba.conditions.distance import Place, metres_between
from yakuba.conditions.facts import UnknownFact
from yakuba.conditions.judging import Verdict

HANAKO = Person(
    nickname="花子",
    district="yumisho",
    interests=frozenset({"music", "garden"}),
    has_car=False,
    children=2,
    ratio=Decimal("0.30"),
    paid_yen=1500,
    born_on=date(2008, 11, 24),
    opens_at=time(9, 30),
    seen_at=datetime(2026, 11, 22, 15, 30, tzinfo=UTC),  # 0:30 on 23 November in Japan
    home=Place(36.7, 137.37),
    photo="photo",
)


def verdict(
    fact: str, operator: str, value: object = None, *, who: Person = HANAKO, **more: object
) -> Verdict:
    document: dict[str, object] = {"fact": fact, "operator": operator, **more}
    if value is not None:
        document["value"] = value
    return judging.judge(tree.parse(document), FACTS, who, today=TODAY, now=NOW)


@pytest.mark.parametrize(
    ("fact", "operator", "value", "expected"),
    [
        ("nickname", "is", "花子", True),
        ("nickname", "is_not", "花子", False),
        ("nickname", "one_of", ["太郎", "花子"], True),
        ("nickname", "one_of", ["太郎"], False),
        ("district", "is", "yumisho", True),
        ("district", "is_not", "otosugi", True),
        ("district", "one_of", ["otosugi", "shirahagi"], False),
        ("interests", "contains", "music", True),
        ("interests", "contains", "sport", False),
        ("interests", "contains_any", ["sport", "garden"], True),
        ("interests", "contains_any", ["sport"], False),
        ("has_car", "is", False, True),
        ("has_car", "is", True, False),
        ("children", "is", 2, True),
        ("children", "at_least", 2, True),
        ("children", "at_least", 3, False),
        ("children", "at_most", 2, True),
        ("children", "at_most", 1, False),
        ("children", "between", [2, 3], True),
        ("children", "between", [0, 1], False),
        ("ratio", "is", 0.3, True),
        ("ratio", "at_most", 0.29, False),
        ("paid", "at_least", 1500, True),
        ("born_on", "is", "2008-11-24", True),
        ("born_on", "before", "2008-11-24", False),
        ("born_on", "before", "2008-11-25", True),
        ("born_on", "after", "2008-11-24", False),
        ("born_on", "after", "2008-11-23", True),
        ("born_on", "at_least", "2008-11-24", True),
        ("born_on", "between", ["2008-11-24", "2008-11-24"], True),
        ("born_on", "before", "today", True),
        ("born_on", "days_since_at_least", 6573, True),
        ("born_on", "days_since_at_least", 6574, False),
        ("opens_at", "before", "09:30", False),
        ("opens_at", "at_most", "09:30", True),
        ("opens_at", "after", "09:29:59", True),
        ("seen_at", "is", "2026-11-23", True),
        ("seen_at", "is", "2026-11-22", False),
        ("seen_at", "is_not", "2026-11-22", True),
        ("seen_at", "before", "2026-11-23", False),
        ("seen_at", "after", "2026-11-22", True),
        ("seen_at", "after", "today", False),
        ("seen_at", "between", ["2026-11-23", "2026-11-23"], True),
        ("seen_at", "days_since_at_least", 0, True),
        ("seen_at", "days_since_at_least", 1, False),
        ("seen_at", "days_since_at_most", 0, True),
        ("seen_at", "hours_since_at_least", 11, True),
        ("seen_at", "hours_since_at_least", 12, False),
        ("seen_at", "hours_since_at_most", 12, True),
        ("seen_at", "hours_since_at_most", 11, False),
        ("photo", "answered", None, True),
        ("photo", "unanswered", None, False),
    ],
)
def test_an_operator_holds_or_does_not(
    fact: str, operator: str, value: object, expected: bool
) -> None:
    assert verdict(fact, operator, value) is expected


def test_eighteen_is_reached_on_the_day_before_the_birthday() -> None:
    born_tomorrow, born_the_day_after = HANAKO, replace(HANAKO, born_on=date(2008, 11, 25))

    assert verdict("born_on", "age_at_least", 18, who=born_tomorrow) is True
    assert verdict("born_on", "age_at_most", 17, who=born_tomorrow) is False
    assert verdict("born_on", "age_at_least", 18, who=born_the_day_after) is False
    assert verdict("born_on", "age_at_most", 17, who=born_the_day_after) is True


def test_an_age_can_be_asked_for_another_day() -> None:
    assert verdict("born_on", "age_at_least", 18, day="2026-11-22") is False
    assert verdict("born_on", "age_at_least", 18, day="2026-11-23") is True


def test_a_child_of_29_february_grows_older_on_the_28th() -> None:
    leap = Person(born_on=date(2020, 2, 29))

    for year in (2026, 2028):
        assert (
            verdict("born_on", "age_at_least", year - 2020, who=leap, day=f"{year}-02-27") is False
        )
        assert (
            verdict("born_on", "age_at_least", year - 2020, who=leap, day=f"{year}-02-28") is True
        )


def test_nobody_unborn_has_an_age() -> None:
    expected = Person(born_on=date(2026, 11, 24))

    assert verdict("born_on", "age_at_most", 3, who=expected) is False
    assert verdict("born_on", "age_at_least", 0, who=expected) is False


def test_school_begins_with_those_born_by_1_april() -> None:
    early, late = Person(born_on=date(2020, 4, 1)), Person(born_on=date(2020, 4, 2))

    assert verdict("born_on", "grade_in", ["小1"], who=early) is True
    assert verdict("born_on", "grade_in", ["小1"], who=late) is False
    assert verdict("born_on", "grade_in", ["年長", "小2"], who=late) is True
    assert verdict("born_on", "grade_in", ["小1"], who=late, fiscal_year=2027) is True
    assert verdict("born_on", "fiscal_age_between", [6, 11], who=early) is True
    assert verdict("born_on", "fiscal_age_between", [6, 11], who=late) is False


def test_what_is_still_to_come_is_not_within_the_last_days() -> None:
    tomorrow = Person(born_on=date(2026, 11, 24), seen_at=datetime(2026, 11, 23, 15, tzinfo=UTC))

    assert verdict("born_on", "days_since_at_most", 3, who=tomorrow) is False
    assert verdict("seen_at", "days_since_at_most", 3, who=tomorrow) is False
    assert verdict("seen_at", "hours_since_at_most", 24, who=tomorrow) is False


def test_within_metres_ends_where_the_distance_does() -> None:
    home = Place(36.7, 137.37)
    away = metres_between(home, HALL)
    hall = {"latitude": HALL.latitude, "longitude": HALL.longitude}

    assert 710 < away < 720  # by hand: 167 m north, 696 m east
    assert verdict("home", "within_metres", int(away) + 1, who=Person(home=home), of=hall) is True
    assert verdict("home", "within_metres", int(away), who=Person(home=home), of=hall) is False


@pytest.mark.parametrize(
    "fact", sorted(key for key in FACTS if not key.startswith(("told_", "marked.")))
)
def test_what_is_unanswered_is_not_known(fact: str) -> None:
    assert verdict(fact, "answered", who=Person()) is False
    assert verdict(fact, "unanswered", who=Person()) is True
    values: dict[str, object] = {"interests": "music", "district": "yumisho", "children": 1}
    if fact in values:
        operator = "contains" if fact == "interests" else "is"
        assert verdict(fact, operator, values[fact], who=Person()) is None


def test_an_empty_list_is_an_answer() -> None:
    nothing = Person(interests=frozenset())

    assert verdict("interests", "answered", who=nothing) is True
    assert verdict("interests", "contains", "music", who=nothing) is False


def test_typed_text_is_compared_as_answers_are_stored() -> None:
    assert verdict("nickname", "is", "ｶﾞｯｺｳ　１", who=Person(nickname="ガッコウ 1")) is True


def test_an_unknown_age_is_not_turned_into_yes() -> None:
    grown_up = tree.parse(
        {"none_of": [{"fact": "born_on", "operator": "age_at_most", "value": 17}]}
    )

    assert judging.judge(grown_up, FACTS, Person(), today=TODAY, now=NOW) is None
    assert judging.judge(grown_up, FACTS, HANAKO, today=TODAY, now=NOW) is True


KLEENE: list[tuple[list[Verdict], Verdict, Verdict, Verdict]] = [
    # of the clauses, all of, any of, none of
    ([], True, False, True),
    ([True, None], None, True, False),
    ([False, None], False, None, None),
    ([True, False], False, True, False),
    ([None, None], None, None, None),
    ([False, False], False, False, True),
]


@pytest.mark.parametrize(("inside", "all_of", "any_of", "none_of"), KLEENE)
def test_groups_follow_the_logic_of_three_values(
    inside: list[Verdict], all_of: Verdict, any_of: Verdict, none_of: Verdict
) -> None:
    verdicts = {"f1": True, "f0": False, "fn": None}
    keys = {True: "f1", False: "f0", None: "fn"}
    leaves = [tree.parse({"fact": keys[one], "operator": "answered"}) for one in inside]

    results = [
        judging.judged(group, lambda leaf: verdicts[leaf.fact])
        for group in (
            tree.AllOf(all_of=leaves),
            tree.AnyOf(any_of=leaves),
            tree.NoneOf(none_of=leaves),
        )
    ]

    assert results == [all_of, any_of, none_of]


def test_an_explanation_says_what_came_of_every_clause() -> None:
    condition = tree.parse(
        {
            "all_of": [
                {"fact": "children", "operator": "at_least", "value": 1},
                {"any_of": [{"fact": "language", "operator": "is", "value": "en"}]},
            ]
        }
    )

    explained = judging.explain(condition, FACTS, HANAKO, today=TODAY, now=NOW)

    assert explained.verdict is None
    assert [clause.verdict for clause in explained.inside] == [True, None]
    assert explained.inside[1].inside[0].clause == tree.parse(
        {"fact": "language", "operator": "is", "value": "en"}
    )


def test_a_fact_that_nobody_declares_is_no_answer() -> None:
    with pytest.raises(UnknownFact, match=r"answer\.gone"):
        verdict("answer.gone", "answered")


def test_a_reading_that_breaks_its_word_is_not_compared() -> None:
    wrong = {"children": replace(FACTS["children"], value=lambda person: "2")}
    condition = tree.parse({"fact": "children", "operator": "is", "value": 2})

    with pytest.raises(TypeError, match="'children' is integer"):
        judging.judge(condition, wrong, HANAKO, today=TODAY, now=NOW)


def test_whether_somebody_is_in_a_list_is_known_of_everybody() -> None:
    assert verdict("told_children", "is", False, who=Person()) is True
    assert verdict("told_children", "answered", who=Person()) is True
    assert verdict("told_children", "is_not", False, who=Person(children=0)) is True
