from collections.abc import Mapping

from hypothesis import given, settings

from tests.conditions import drawn
from tests.conditions.cast import FACTS, NOW, TODAY
from yakuba.conditions import operands, searching, tree
from yakuba.conditions.judging import Verdict, judged, passes
from yakuba.conditions.searching import Search


def search(
    document: Mapping[str, object], *, wanted: bool = True, most_tries: int = 20_000
) -> Search:
    look = searching.satisfying if wanted else searching.falsifying
    return look(tree.parse(document), FACTS, today=TODAY, now=NOW, most_tries=most_tries)


def verdict_of(condition: tree.Clause, answers: searching.Answers) -> Verdict:
    """Judge with answers that are all given; a fact that is not among them does not matter."""

    def of_leaf(leaf: tree.Leaf) -> Verdict:
        test = operands.test_of(leaf, FACTS[leaf.fact], today=TODAY, now=NOW)
        return passes(test, answers.get(leaf.fact))

    return judged(condition, of_leaf)


@settings(max_examples=300, deadline=None)
@given(condition=drawn.conditions)
def test_what_is_found_makes_the_condition_true_and_false(condition: tree.Clause) -> None:
    true = searching.satisfying(condition, FACTS, today=TODAY, now=NOW, most_tries=500)
    false = searching.falsifying(condition, FACTS, today=TODAY, now=NOW, most_tries=500)

    if true.found is not None:
        assert verdict_of(condition, true.found) is True
    if false.found is not None:
        assert verdict_of(condition, false.found) is False


def test_every_operator_can_be_made_true_and_false() -> None:
    documents: list[dict[str, object]] = [
        {"fact": "nickname", "operator": "is", "value": "花子"},
        {"fact": "nickname", "operator": "is_not", "value": "花子"},
        {"fact": "district", "operator": "one_of", "value": ["yumisho", "otosugi"]},
        {"fact": "interests", "operator": "contains", "value": "music"},
        {"fact": "interests", "operator": "contains_any", "value": ["music", "sport"]},
        {"fact": "has_car", "operator": "is", "value": True},
        {"fact": "children", "operator": "at_least", "value": 2},
        {"fact": "children", "operator": "between", "value": [2, 2]},
        {"fact": "ratio", "operator": "at_most", "value": 0.5},
        {"fact": "paid", "operator": "is_not", "value": 0},
        {"fact": "born_on", "operator": "before", "value": "2020-02-29"},
        {"fact": "born_on", "operator": "age_at_least", "value": 18},
        {"fact": "born_on", "operator": "age_at_most", "value": 17},
        {"fact": "born_on", "operator": "fiscal_age_between", "value": [6, 11]},
        {"fact": "born_on", "operator": "grade_in", "value": ["小1", "中3"]},
        {"fact": "opens_at", "operator": "after", "value": "09:30"},
        {"fact": "seen_at", "operator": "is", "value": "today"},
        {"fact": "seen_at", "operator": "hours_since_at_most", "value": 24},
        {
            "fact": "home",
            "operator": "within_metres",
            "value": 500,
            "of": {"latitude": 36.7, "longitude": 137.4},
        },
        {"fact": "photo", "operator": "answered"},
        {"fact": "photo", "operator": "unanswered"},
    ]
    for document in documents:
        assert search(document).found is not None, document
        assert search(document, wanted=False).found is not None, document


def test_leaves_on_one_fact_are_made_true_together() -> None:
    found = search(
        {
            "all_of": [
                {"fact": "children", "operator": "at_least", "value": 3},
                {"fact": "children", "operator": "is_not", "value": 3},
                {"fact": "interests", "operator": "contains", "value": "music"},
                {"none_of": [{"fact": "interests", "operator": "contains", "value": "sport"}]},
                {"fact": "interests", "operator": "contains", "value": "garden"},
            ]
        }
    ).found

    assert found == {"children": 4, "interests": frozenset({"music", "garden"})}


def test_a_condition_that_can_never_hold_is_known_as_such() -> None:
    never = {
        "all_of": [
            {"fact": "children", "operator": "at_least", "value": 3},
            {"fact": "children", "operator": "at_most", "value": 2},
        ]
    }

    assert search(never) == Search(None, complete=True)
    assert search(never, wanted=False).found is not None


def test_a_search_that_was_given_up_says_so() -> None:
    never = {
        "all_of": [
            {
                "any_of": [
                    {"fact": fact, "operator": "is", "value": 0} for fact in ("children", "paid")
                ]
            },
            {"fact": "children", "operator": "is_not", "value": 0},
            {"fact": "paid", "operator": "is_not", "value": 0},
        ]
    }

    assert search(never, most_tries=3) == Search(None, complete=False)
    assert search(never) == Search(None, complete=True)


def test_only_answers_that_somebody_may_give_are_tried() -> None:
    condition = tree.parse({"fact": "children", "operator": "at_least", "value": 5})

    found = searching.satisfying(
        condition,
        FACTS,
        today=TODAY,
        now=NOW,
        accepts=lambda key, value: isinstance(value, int) and 1 <= value <= 5,
    )
    nothing = searching.satisfying(
        condition, FACTS, today=TODAY, now=NOW, accepts=lambda key, value: value == 4
    )

    assert found.found == {"children": 5}
    assert nothing == Search(None, complete=True)
