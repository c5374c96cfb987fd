import pytest
from hypothesis import given

from tests.conditions import drawn
from tests.conditions.cast import FACTS, Person, make_fact
from yakuba.conditions import tree, wording
from yakuba.conditions.facts import Kind

ADULT = {"fact": "born_on", "operator": "age_at_least", "value": 18}
NEARBY = {"fact": "district", "operator": "one_of", "value": ["yumisho", "otosugi"]}


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        (ADULT, "18歳以上"),
        (
            {**ADULT, "operator": "age_at_most", "day": "2027-04-01"},
            "令和9年4月1日（木）の時点で18歳以下",
        ),
        (NEARBY, "地区が弓庄または音杉"),
        ({"fact": "district", "operator": "is_not", "value": "yumisho"}, "地区が弓庄ではない"),
        ({"fact": "interests", "operator": "contains", "value": "music"}, "関心で音楽を選んでいる"),
        (
            {"fact": "interests", "operator": "contains_any", "value": ["music", "garden"]},
            "関心で音楽または園芸を選んでいる",
        ),
        ({"fact": "has_car", "operator": "is", "value": True}, "『車がある』が「はい」"),
        ({"fact": "nickname", "operator": "is", "value": "花子"}, "呼び名が「花子」"),
        ({"fact": "children", "operator": "at_least", "value": 2}, "お子さんの数が2人以上"),
        (
            {"fact": "children", "operator": "between", "value": [1, 3]},
            "お子さんの数が1人から3人まで",
        ),
        ({"fact": "paid", "operator": "at_most", "value": 1500}, "料金が1,500円以下"),
        (
            {"fact": "seen_at", "operator": "at_least", "value": "2026-11-23"},
            "最後の利用が令和8年11月23日（月）以降",
        ),
        ({"fact": "seen_at", "operator": "before", "value": "today"}, "最後の利用が今日より前"),
        ({"fact": "opens_at", "operator": "after", "value": "09:30"}, "開く時刻が9:30より後"),
        (
            {"fact": "seen_at", "operator": "days_since_at_most", "value": 30},
            "最後の利用から30日以内",
        ),
        (
            {"fact": "born_on", "operator": "grade_in", "value": ["小1", "小2"]},
            "今年度の学年が小1または小2",
        ),
        (
            {
                "fact": "born_on",
                "operator": "fiscal_age_between",
                "value": [6, 11],
                "fiscal_year": 2027,
            },
            "2027年度の年度年齢（4月1日の年齢）が6歳から11歳まで",
        ),
        (
            {
                "fact": "home",
                "operator": "within_metres",
                "value": 2500,
                "of": {"latitude": 36.7, "longitude": 137.4, "name": "町役場"},
            },
            "自宅が町役場から2.5km以内",
        ),
        (
            {
                "fact": "home",
                "operator": "within_metres",
                "value": 800,
                "of": {"latitude": 36.7, "longitude": 137.4},
            },
            "自宅が地図で選んだ地点から800m以内",
        ),
        ({"fact": "photo", "operator": "answered"}, "写真が入力されている"),
        ({"fact": "photo", "operator": "unanswered"}, "写真が入力されていない"),
        ({"none_of": [ADULT]}, "「18歳以上」ではない"),
        ({"none_of": [ADULT, NEARBY]}, "「18歳以上」でも「地区が弓庄または音杉」でもない"),
        ({"all_of": [ADULT, NEARBY]}, "「18歳以上」かつ「地区が弓庄または音杉」"),
        (
            {"any_of": [ADULT, {"all_of": [NEARBY, ADULT]}]},
            "「18歳以上」または（「地区が弓庄または音杉」かつ「18歳以上」）",
        ),
        ({"all_of": []}, "だれでも"),
    ],
)
def test_a_condition_is_said_in_japanese(document: dict[str, object], sentence: str) -> None:
    assert wording.sentence(tree.parse(document), FACTS) == sentence


def test_what_must_all_hold_is_said_line_by_line() -> None:
    condition = tree.parse({"all_of": [ADULT, {"any_of": [NEARBY, ADULT]}]})

    assert wording.sentences(condition, FACTS) == [
        "18歳以上",
        "「地区が弓庄または音杉」または「18歳以上」",
    ]


def test_an_age_says_whose_it_is() -> None:
    child = make_fact("child", Kind.DATE, lambda p: p.born_on, whose="いちばん下の子")
    condition = tree.parse({"fact": "child", "operator": "age_at_most", "value": 2})
    grade = tree.parse({"fact": "child", "operator": "grade_in", "value": ["年長"]})

    assert wording.sentence(condition, {"child": child}) == "いちばん下の子が2歳以下"
    assert wording.sentence(grade, {"child": child}) == "いちばん下の子の今年度の学年が年長"


@given(condition=drawn.conditions)
def test_every_condition_can_be_said(condition: tree.Clause) -> None:
    said = wording.sentences(condition, FACTS)

    assert all(said)
    assert all(Person.__name__ not in line for line in said)
