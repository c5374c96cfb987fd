import json
from datetime import date

import pytest
import yaml
from hypothesis import given
from pydantic import BaseModel, ValidationError

from tests.conditions import drawn
from yakuba.conditions import checking, tree

WRITTEN = """\
all_of:
- fact: resident.born_on
  operator: age_at_least
  value: 18
  day: '2027-04-01'
- any_of:
  - fact: resident.district
    operator: one_of
    value: [yumisho, otosugi]
  - none_of:
    - {fact: answer.pets, operator: is, value: 'yes'}
- fact: resident.home
  operator: within_metres
  value: 3000
  of: {latitude: 36.6985, longitude: 137.3622, name: 町役場}
"""


def leaf(**changes: object) -> dict[str, object]:
    return {"fact": "answer.q1", "operator": "is", "value": 1, **changes}


def test_a_file_comes_back_exactly_as_it_went_out() -> None:
    document = yaml.safe_load(WRITTEN)

    condition = tree.parse(document)

    assert tree.document_of(condition) == document
    written = yaml.safe_dump(
        tree.document_of(condition), allow_unicode=True, sort_keys=False, default_flow_style=None
    )
    assert yaml.safe_load(written) == document


@given(condition=drawn.conditions)
def test_every_condition_goes_through_yaml_and_json_unchanged(condition: tree.Clause) -> None:
    document = tree.document_of(condition)

    assert tree.parse(json.loads(json.dumps(document))) == condition
    assert tree.parse(yaml.safe_load(yaml.safe_dump(document))) == condition


def test_a_value_keeps_the_type_in_which_it_was_written() -> None:
    values = [True, 1, 1.0, "1", "true"]

    documents = [tree.document_of(tree.parse(leaf(value=value))) for value in values]

    assert [repr(document["value"]) for document in documents] == [repr(value) for value in values]


def test_a_date_of_yaml_becomes_text() -> None:
    condition = tree.parse(leaf(value=date(2026, 4, 1)))

    assert tree.document_of(condition)["value"] == "2026-04-01"


def test_a_condition_can_be_a_field_of_another_document() -> None:
    class Question(BaseModel):
        when: tree.Condition | None = None

    question = Question.model_validate(
        {"when": {"fact": "a", "operator": "age_at_least", "value": 3}}
    )

    assert question.model_dump() == {"when": {"fact": "a", "operator": "age_at_least", "value": 3}}


def test_the_facts_of_a_condition_are_named_once_in_reading_order() -> None:
    condition = tree.parse(yaml.safe_load(WRITTEN))

    assert tree.facts_named(condition) == [
        "resident.born_on",
        "resident.district",
        "answer.pets",
        "resident.home",
    ]
    assert [path for path, _clause in tree.clauses_with_paths(condition)][3:5] == [
        "all_of.1.any_of.0",
        "all_of.1.any_of.1",
    ]


def nested(levels: int) -> dict[str, object]:
    document = leaf()
    for _ in range(levels - 1):
        document = {"all_of": [document]}
    return document


def test_eight_levels_are_enough_and_nine_are_refused() -> None:
    tree.parse(nested(8))

    for levels in (9, 50_000):
        with pytest.raises(checking.BrokenCondition, match="8段まで"):
            checking.read(nested(levels))


def test_two_hundred_nodes_are_enough_and_one_more_is_refused() -> None:
    tree.parse({"any_of": [leaf()] * 199})

    with pytest.raises(checking.BrokenCondition, match="200個まで"):
        checking.read({"any_of": [leaf()] * 200})


def test_a_file_that_names_one_list_a_million_times_is_refused_at_once() -> None:
    bomb: list[object] = [leaf()] * 100
    for _ in range(6):
        bomb = [{"all_of": bomb}] * 100

    with pytest.raises(checking.BrokenCondition, match="200個まで"):
        checking.read({"all_of": bomb})


def test_two_hundred_values_are_enough_and_one_more_is_refused() -> None:
    tree.parse(leaf(operator="one_of", value=list(range(200))))

    with pytest.raises(checking.BrokenCondition, match="並べられる値は200個まで"):
        checking.read(leaf(operator="one_of", value=list(range(201))))


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ({}, "fact（項目）と operator（比べ方）"),
        ("answer.q1", "条件 の値が正しくありません"),
        (leaf(operator="equals"), "「equals」という比べ方はありません"),
        (leaf(because="x"), "「because」という項目は条件に書けません"),
        ({"all_of": [leaf()], "any_of": []}, "「any_of」という項目は条件に書けません"),
        ({"all_of": [{"fact": "a", "operator": "is"}]}, "「value」が書かれていません"),
        ({"all_of": [leaf(value=[1])]}, "「all_of.0.value」 の値が正しくありません"),
        (leaf(value=float("inf")), "「value」 の値が正しくありません"),
        (leaf(value="\0"), "使えない文字"),
        (leaf(value="\ud83d"), "使えない文字"),
        (leaf(operator="grade_in", value=["小9"]), "「小9」という学年はありません"),
        (leaf(operator="age_at_least", value=-1), "「value」 の値が正しくありません"),
        (leaf(operator="between", value=[1]), "「value」 の値が正しくありません"),
    ],
)
def test_what_is_no_condition_is_refused_in_a_sentence(document: object, sentence: str) -> None:
    with pytest.raises(checking.BrokenCondition) as refused:
        checking.read(document)

    assert sentence in str(refused.value)
    assert isinstance(refused.value.__cause__, ValidationError)
