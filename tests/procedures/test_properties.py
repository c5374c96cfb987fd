"""Whatever the procedure and whatever people do: nothing is lost, and nothing forbidden is asked."""

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.procedures import drawn
from tests.procedures.making import NOON, Talk, make_choice, make_question, make_survey, when
from yakuba.procedures import rules
from yakuba.procedures.rules import inputs, says
from yakuba.procedures.rules.walking.going import Walker
from yakuba.procedures.rules.walking.wishes import Wish

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def check_turn(talk: Talk, before: rules.State, move: inputs.Input) -> None:
    plan, after = talk.plan, talk.state
    asked = drawn.oracle(plan, after)
    for path, entry in before.answers.items():
        assert path in after.answers, f"{path} was lost by {move}"
        if entry.how == "given" and not isinstance(move, inputs.Page):
            assert after.answers[path].how == "given"
    for item in talk.say:
        if isinstance(item, says.Ask):
            assert asked.get(item.path) is not None, f"{item.path} is not to be asked"
            assert not plan.steps[rules.question_in(item.path)[0]].needs_page
            assert 1 <= item.number <= item.count
            assert item.nonce == after.nonce
        if isinstance(item, says.OpenPage):
            assert item.path in asked
        if isinstance(item, says.Summary):
            shown = {row.path: row for row in item.rows}
            assert all(asked.get(path) for path in shown)
            assert not item.ready or all(asked.values())
            assert all(row.shown == "入力済み" or not row.is_confidential or after.answers[row.path].how != "given" for row in item.rows)  # fmt: skip
    for effect in talk.effects:
        if isinstance(effect, says.Complete):
            assert dict(effect.answers) == drawn.given(plan, after)
            assert all(asked.values())
    assert after.rev == before.rev + (after != before)


class TestAdvance:
    @settings(max_examples=150, deadline=None, suppress_health_check=SLOW)
    @given(st.data())
    def test_never_loses_an_answer_nor_asks_what_its_condition_forbids(
        self, data: st.DataObject
    ) -> None:
        plan = data.draw(drawn.plans)
        talk = Talk(plan).start()
        old = ["", "n0"]

        for _ in range(data.draw(st.integers(1, 25))):
            before = talk.state
            move = data.draw(drawn.moves(plan, before, old))
            old.append(before.nonce)
            talk.give(move)  # which also stores the state and reads it again
            check_turn(talk, before, move)

    @settings(max_examples=100, deadline=None, suppress_health_check=SLOW)
    @given(drawn.plans, st.integers(0, 5), st.integers(0, 2))
    def test_both_surfaces_hand_in_the_same(self, plan: rules.Plan, turn: int, people: int) -> None:
        walker = Walker(plan, {}, NOON)
        wish = Wish(turn=turn, people=people)

        talk, page = walker.go("talk", wish), walker.go("page", wish)

        assert talk.answers is not None, talk.stuck_at
        assert page.answers is not None, page.stuck_at
        assert by_number(talk.answers) == by_number(page.answers)

    @settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
    @given(drawn.plans, st.integers(0, 5))
    def test_what_was_handed_in_can_be_corrected_without_being_asked_anything(
        self, plan: rules.Plan, turn: int
    ) -> None:
        walked = Walker(plan, {}, NOON).go("page", Wish(turn=turn))
        assert walked.answers is not None

        talk = Talk(plan, rules.State.of_answers(walked.answers)).give(inputs.ShowAll())

        assert talk.the(says.Summary).ready
        assert talk.give(inputs.Submit()).handed_in == dict(walked.answers)

    @settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
    @given(drawn.plans)
    def test_a_walk_never_gets_stuck(self, plan: rules.Plan) -> None:
        walk = rules.walk(plan, now=NOON)

        assert walk.problems == ()
        assert len(walk.runs) <= 500


class TestTheChecks:
    """The checks above notice what they are there to notice."""

    def test_the_oracle_and_the_engine_part_when_a_condition_is_ignored(self) -> None:
        plan = make_survey(
            make_choice("pet", "dog", "none"),
            make_question("dog_name", when=when("pet", "is", "dog")),
        )
        without = make_survey(make_choice("pet", "dog", "none"), make_question("dog_name"))
        talk = Talk(without).start().typed("none")

        assert talk.asks == "dog_name"
        assert "dog_name" not in drawn.oracle(plan, talk.state)


def by_number(answers: object) -> dict[str, object]:
    """Call the people of repeated sections 1, 2, … in the order in which they appear."""
    assert isinstance(answers, dict)
    people: dict[str, int] = {}
    found = {}
    for path, value in answers.items():
        item = re.search(r"^(.*)\[(\w+)\]", path)
        if item is not None:
            alike = [key for key in people if key.startswith(f"{item[1]}[")]
            number = people.setdefault(f"{item[1]}[{item[2]}", len(alike) + 1)
            path = f"{item[1]}[{number}]{path[item.end() :]}"
        found[path] = value
    return found
