import pytest

from tests.conditions.cast import FACTS
from yakuba.conditions import checking, tree
from yakuba.conditions.facts import Kind
from yakuba.conditions.operands import OPERATORS
from yakuba.conditions.wording import KINDS
from yakuba.conditions.wording import OPERATORS as WORDS


@pytest.mark.parametrize(
    ("leaf", "sentence"),
    [
        (
            {"fact": "district", "operator": "at_least", "value": 3},
            "「地区」（選択肢から1つ）に「以上・以降」という比べ方は使えません。",
        ),
        (
            {"fact": "interests", "operator": "is", "value": "music"},
            "「関心」（選択肢からいくつでも）に「である」という比べ方は使えません。",
        ),
        (
            {"fact": "photo", "operator": "is", "value": "x"},
            "「写真」（写真・ファイルなど）に「である」という比べ方は使えません。",
        ),
        (
            {"fact": "district", "operator": "is", "value": "tokyo"},
            "「地区」に「tokyo」という選択肢はありません。",
        ),
        # What YAML makes of an unquoted yes.
        (
            {"fact": "district", "operator": "is", "value": True},
            "「地区」に「True」という選択肢はありません。",
        ),
        (
            {"fact": "interests", "operator": "contains_any", "value": ["music", "tv"]},
            "「関心」に「tv」という選択肢はありません。",
        ),
        ({"fact": "nickname", "operator": "is", "value": 5}, "「呼び名」と比べる値は文字で"),
        ({"fact": "has_car", "operator": "is", "value": "yes"}, "true（はい）か false（いいえ）"),
        (
            {"fact": "children", "operator": "at_least", "value": "2"},
            "整数にしてください（いまの値：2）",
        ),
        ({"fact": "children", "operator": "at_least", "value": True}, "整数にしてください"),
        ({"fact": "children", "operator": "at_least", "value": 1.5}, "整数にしてください"),
        ({"fact": "paid", "operator": "is", "value": "1,000"}, "整数にしてください"),
        ({"fact": "ratio", "operator": "is", "value": "0.3"}, "「割合」と比べる値は数に"),
        ({"fact": "born_on", "operator": "before", "value": "2026-02-30"}, "2026-04-01 か today"),
        ({"fact": "born_on", "operator": "before", "value": "0001-01-01"}, "2026-04-01 か today"),
        ({"fact": "born_on", "operator": "is", "value": 20260401}, "2026-04-01 か today"),
        # What YAML makes of an unquoted 9:30.
        ({"fact": "opens_at", "operator": "before", "value": 570}, "引用符をつけて"),
        ({"fact": "opens_at", "operator": "before", "value": "9時"}, "引用符をつけて"),
        ({"fact": "children", "operator": "between", "value": [3, 1]}, "範囲が逆です"),
        ({"fact": "born_on", "operator": "fiscal_age_between", "value": [6, 3]}, "範囲が逆です"),
        ({"fact": "nickname", "operator": "one_of", "value": []}, "比べる値がありません"),
        (
            {"fact": "answer.gone", "operator": "answered"},
            "「answer.gone」という項目は見つかりません",
        ),
    ],
)
def test_a_leaf_that_does_not_fit_its_fact_is_named(leaf: dict[str, object], sentence: str) -> None:
    condition = tree.parse({"all_of": [{"fact": "children", "operator": "answered"}, leaf]})

    found = checking.problems(condition, FACTS)

    assert [(problem.path, problem.fact) for problem in found] == [("all_of.1", leaf["fact"])]
    assert sentence in found[0].sentence


def test_all_problems_are_found_at_once() -> None:
    condition = tree.parse(
        {
            "any_of": [
                {"fact": "answer.gone", "operator": "answered"},
                {"none_of": []},
                {"fact": "children", "operator": "is", "value": "x"},
            ]
        }
    )

    assert [problem.path for problem in checking.problems(condition, FACTS)] == [
        "any_of.0",
        "any_of.1",
        "any_of.2",
    ]
    with pytest.raises(checking.BrokenCondition, match="条件に直すところがあります"):
        checking.require(condition, FACTS)


def test_an_empty_whole_means_everybody_and_an_empty_part_is_forgotten_work() -> None:
    assert checking.problems(tree.AllOf(all_of=[]), FACTS) == []
    assert checking.problems(tree.AnyOf(any_of=[]), FACTS) != []
    assert checking.problems(tree.NoneOf(none_of=[tree.AllOf(all_of=[])]), FACTS) != []


def test_a_tree_that_was_built_too_deep_is_found_too() -> None:
    condition: tree.Clause = tree.Known(fact="children", operator="answered")
    for _ in range(8):
        condition = tree.AllOf(all_of=[condition])

    found = checking.problems(condition, FACTS)

    assert [problem.sentence for problem in found] == ["条件の入れ子は8段までです。"]


def test_a_fact_without_sql_is_refused_only_where_everybody_is_asked() -> None:
    condition = tree.parse({"fact": "run.answer", "operator": "answered"})

    assert checking.problems(condition, FACTS) == []
    assert "使えません" in checking.problems(condition, FACTS, of_everybody=True)[0].sentence


def test_every_operator_and_kind_has_a_name_for_clerks() -> None:
    assert set(WORDS) == set(OPERATORS)
    assert set(KINDS) == set(Kind)
