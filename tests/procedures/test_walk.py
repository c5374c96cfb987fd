"""The walk asks every question and makes each condition true and false, in the talk and on pages."""

from datetime import UTC, datetime

from tests.procedures.making import (
    NOON,
    Document,
    make_choice,
    make_plan,
    make_question,
    make_section,
    make_survey,
    when,
)
from tests.procedures.test_kinds import TYPICAL
from yakuba.conditions.facts import Declaration, Kind
from yakuba.procedures import rules
from yakuba.procedures.sockets import question_kinds


def make_branches(depth: int) -> list[Document]:
    """Return questions each of which is asked only after the right choice in the one before."""
    questions = [make_choice("q0", "left", "right")]
    for number in range(1, depth):
        condition = when(f"q{number - 1}", "is", "right")
        questions.append(make_choice(f"q{number}", "left", "right", when=condition))
    return questions


class TestTheWalk:
    def test_reaches_every_question_of_every_kind_on_both_surfaces(self) -> None:
        questions = [
            make_question(kind.key, kind.key, options=TYPICAL.get(kind.key, {}))
            for kind in question_kinds
        ]

        walk = rules.walk(make_survey(*questions), now=NOON)

        assert walk.problems == ()
        assert walk.unreached == ()
        assert {run.surface for run in walk.runs} == {"talk", "page"}
        assert all(run.handed_in for run in walk.runs)

    def test_finds_its_way_through_branches(self) -> None:
        walk = rules.walk(make_survey(*make_branches(6)), now=NOON)

        assert walk.unreached == ()
        assert max(len(run.asked) for run in walk.runs) == 6
        assert len(walk.runs) <= 60

    def test_finds_the_answer_that_a_condition_waits_for(self) -> None:
        plan = make_survey(
            make_question("born", "birth_date"),
            make_question("copies", "number", options={"least": 1, "most": 500}),
            make_question(
                "guardian",
                when={"fact": "answer.born", "operator": "age_at_most", "value": 17},
            ),
            make_question("why", when=when("copies", "is", 137)),
            make_question("words"),
            make_question("magic", when=when("words", "is", "合言葉")),
        )

        walk = rules.walk(plan, now=NOON)

        assert walk.unreached == ()

    def test_asks_by_what_is_known_of_the_resident(self) -> None:
        fact = Declaration(key="resident.child", label="お子さん", kind=Kind.BOOLEAN)
        condition: Document = {"fact": fact.key, "operator": "is", "value": True}
        plan = make_survey(make_question("school", when=condition), make_question("end"))

        known = rules.walk(plan, now=NOON, facts={fact.key: fact})
        unknown = rules.walk(plan, now=NOON)

        assert known.unreached == ()
        assert [one.press for one in unknown.unreached] == ["sections.0.questions.0"]

    def test_goes_through_people(self) -> None:
        plan = make_plan(
            make_section(
                "children",
                make_question("child"),
                make_choice("school", "yes", "no"),
                make_question("grade", "number", when=when("school", "is", "no")),
                repeat={"each": "child", "max": 2},
            ),
            make_section("end", make_question("remark", required=False)),
        )

        walk = rules.walk(plan, now=NOON)

        assert walk.unreached == ()
        assert walk.problems == ()
        assert {len(run.asked) for run in walk.runs} >= {1, 3, 7}

    def test_names_what_no_answer_reaches(self) -> None:
        plan = make_survey(
            make_choice("one", "left", "right"),
            make_choice("two", "left", "right", when=when("one", "is", "left")),
            make_question(
                "never", when={"all_of": [when("two", "is", "left"), when("one", "is", "right")]}
            ),
        )

        walk = rules.walk(plan, now=NOON)

        assert [(one.press, one.is_red) for one in walk.unreached] == [
            ("sections.0.questions.2", True)
        ]

    def test_names_a_condition_that_never_fails(self) -> None:
        plan = make_survey(
            make_question("age", "number", options={"least": 0}),
            make_question("name", when=when("age", "at_least", 0)),
        )

        walk = rules.walk(plan, now=NOON)

        assert [(one.press, one.is_red) for one in walk.unreached] == [
            ("sections.0.questions.1.when", False)
        ]

    def test_walks_before_it_opens_and_after_it_closed(self) -> None:
        opening = {"opens_at": "2030-01-01T00:00:00+09:00"}
        plan = make_survey(make_question("one"), opening=opening)

        assert rules.walk(plan, now=NOON).unreached == ()

    def test_is_never_longer_than_500_runs(self) -> None:
        questions = [make_choice("first", *[f"c{n}" for n in range(150)])]
        questions += [make_question(f"q{n}", when=when("first", "is", f"c{n}")) for n in range(150)]

        walk = rules.walk(make_survey(*questions), now=datetime(2026, 4, 1, tzinfo=UTC))

        assert len(walk.runs) <= 500
        assert walk.unreached == ()
