"""Automatic questions: found and not asked, found anew when what they were found by changes."""

from collections.abc import Iterator

import pytest

from tests.cast import make_resident
from tests.portal.signing import signed_in
from tests.procedures import found
from tests.procedures.found import Listed
from tests.procedures.making import (
    NOON,
    Document,
    Talk,
    make_document,
    make_plan,
    make_question,
    make_section,
    when,
)
from tests.procedures.on_page import make_open_procedure
from yakuba.procedures import definition, operations, rules, sockets
from yakuba.procedures.console import trying
from yakuba.procedures.models import Procedure, Run
from yakuba.procedures.rules import inputs, says
from yakuba.procedures.sockets import question_kinds
from yakuba.residents.models import Resident


@pytest.fixture(autouse=True)
def _kinds() -> Iterator[None]:
    with found.plugged():
        Listed.rows = {"花子": "法音寺", "太郎": "稗田"}
        yield


def sections(*, lock: bool = False, shows: bool = True) -> list[Document]:
    options = {"name": "who", "into": "district", "lock": lock, "shows": shows}
    return [
        make_section("first", make_question("who"), make_question("old", required=False)),
        make_section(
            "second",
            make_question("list", "listed", options=options),
            make_question("district", when=when("list", "is", "found")),
            make_question("reason", when=when("list", "is", "not_found")),
        ),
    ]


class Looking(Talk):
    """A talk in which the list is looked up as operations do."""

    def give(self, given: inputs.Input) -> "Looking":
        super().give(given)
        say, effects = self.say, self.effects
        while wanted := [one for one in self.effects if isinstance(one, says.Find)]:
            name = str(self.state.answers["who"].value)
            district = Listed.rows.get(name)
            value = "found" if district else "not_found"
            locked = self.plan.steps["list"].answering.locked(value)
            fills = {"district": district} if district else {}
            (one,) = wanted
            super().give(inputs.Found(one.path, value, fills, locked, section=one.section))
            say, effects = say + self.say, effects + self.effects
        self.say, self.effects = say, tuple(x for x in effects if not isinstance(x, says.Find))
        return self


class TestTheEngine:
    def test_asks_for_it_to_be_found_where_it_comes_to_it(self) -> None:
        talk = Talk(make_plan(*sections())).start().typed("花子")

        talk.give(inputs.Skip())

        assert talk.effects[-1] == says.Find("list")
        assert talk.asks == ""

    def test_goes_on_by_what_was_found(self) -> None:
        on_it = Looking(make_plan(*sections())).start().typed("花子").give(inputs.Skip())
        not_on_it = Looking(make_plan(*sections())).start().typed("次郎").give(inputs.Skip())

        assert on_it.asks == "summary"
        assert on_it.state.answers["district"].value == "法音寺"
        assert not_on_it.asks == "reason"

    def test_a_number_of_questions_never_counts_what_nobody_is_asked(self) -> None:
        talk = Looking(make_plan(*sections())).start()

        assert talk.the(says.Ask).count == 4

    def test_what_was_filled_in_can_be_changed_unless_it_is_locked(self) -> None:
        free = Looking(make_plan(*sections())).start().typed("花子").give(inputs.Skip())
        locked = Looking(make_plan(*sections(lock=True))).start().typed("花子").give(inputs.Skip())

        free.give(inputs.Correct("district")).typed("森尻")
        locked.give(inputs.Correct("district"))

        assert free.state.answers["district"].value == "森尻"
        assert "直せません" in locked.words
        row = next(one for one in locked.the(says.Summary).rows if one.path == "district")
        assert (row.may_correct, row.source) == (False, "名簿から")

    def test_another_name_finds_anew_and_takes_back_what_was_filled_in(self) -> None:
        talk = Looking(make_plan(*sections(lock=True))).start().typed("花子").give(inputs.Skip())

        talk.give(inputs.Correct("who")).typed("太郎")
        assert talk.state.answers["district"].value == "稗田"

        talk.give(inputs.Correct("who")).typed("次郎")
        assert talk.asks == "reason"
        answers = rules.handed_in(talk.plan, talk.state, facts=rules.Facts(), now=NOON)
        assert answers == {"who": "次郎", "list": "not_found"}

    def test_an_answer_that_it_was_not_found_by_changes_nothing(self) -> None:
        talk = Looking(make_plan(*sections())).start().typed("花子", "昔の名")
        before = talk.state.answers["list"]

        talk.give(inputs.Correct("old")).typed("別の名")

        assert talk.state.answers["list"] == before

    def test_what_somebody_typed_stays_theirs_when_it_is_found_anew(self) -> None:
        talk = Looking(make_plan(*sections())).start().typed("花子").give(inputs.Skip())
        talk.give(inputs.Correct("district")).typed("森尻")

        talk.give(inputs.Correct("who")).typed("太郎")

        assert talk.state.answers["district"].value == "森尻"

    def test_a_branch_that_is_closed_hands_in_nothing_of_what_was_filled_in(self) -> None:
        plan = make_plan(
            make_section("first", make_question("who"), make_question("by", "yes_no")),
            make_section(
                "second",
                make_question("list", "listed", options={"into": "district"}),
                when=when("by", "is", True),
            ),
            make_section("third", make_question("district")),
        )
        talk = Looking(plan).start().typed("花子").press("yes")
        assert talk.asks == "summary"

        talk.give(inputs.Correct("by")).press("no")

        assert talk.asks == "district"

    def test_a_page_stays_until_what_was_found_there_is_answered_too(self) -> None:
        talk = Looking(make_plan(*sections()))
        talk.start().post("first", {"who": "次郎", "old": ""})
        assert any(isinstance(one, says.SectionDone) for one in talk.effects)

        page = rules.page(talk.plan, talk.state, "second", facts=rules.Facts(), now=NOON)
        talk.post("second", {"list": "found", "reason": "越してきたばかり"})

        assert [(one.path, one.shown) for one in page.fields] == [
            ("list", "見つかりませんでした"),
            ("reason", ""),
        ]
        assert talk.state.answers["list"].value == "not_found"
        assert talk.asks == "summary"

    def test_a_result_without_words_is_shown_nowhere_but_handed_in(self) -> None:
        talk = Looking(make_plan(*sections(shows=False))).start().typed("花子").give(inputs.Skip())

        rows = [one.path for one in talk.the(says.Summary).rows]
        page = rules.page(talk.plan, talk.state, "second", facts=rules.Facts(), now=NOON)

        assert rows == ["who", "old", "district"]
        assert [one.path for one in page.fields] == ["district"]
        assert talk.press(".fix2").asks == "district"
        assert talk.give(inputs.Submit()).handed_in["list"] == "found"

    def test_a_fill_that_the_question_would_refuse_is_asked_instead(self) -> None:
        plan = make_plan(
            make_section(
                "main",
                make_question("who"),
                make_question("list", "listed", options={"into": "age"}),
                make_question("age", "number"),
            )
        )

        talk = Looking(plan)
        talk.start()
        Talk.give(talk, inputs.Answer(inputs.Typed("花子")))
        Talk.give(talk, inputs.Found("list", "found", {"age": "法音寺"}, ("age",)))

        assert talk.asks == "age"

    def test_a_correction_keeps_what_was_found_and_what_is_locked(self) -> None:
        plan = make_plan(*sections(lock=True))
        answers = {"who": "花子", "list": "found", "district": "法音寺"}
        talk = Looking(plan, rules.State.of_answers(answers)).give(inputs.ShowAll())
        assert talk.the(says.Summary).ready

        talk.give(inputs.Correct("district"))
        assert "直せません" in talk.words

        talk.give(inputs.Correct("who")).typed("太郎")
        assert talk.state.answers["district"].value == "稗田"

    def test_each_person_of_a_repeated_section_is_found_alone(self) -> None:
        section = make_section(
            "child",
            make_question("who"),
            make_question("list", "listed", options={"into": "district"}),
            make_question("district"),
            repeat={"min": 2, "max": 2, "item": {"ja": "{number}人目"}},
        )
        talk = Talk(make_plan(section)).start().typed("花子")
        assert talk.effects == (says.Find("child[1].list"),)

        talk.give(inputs.Found("child[1].list", "found", {"district": "法音寺"}))
        assert talk.asks == "child[2].who"
        assert talk.state.answers["child[1].district"].value == "法音寺"

        talk.typed("次郎").give(inputs.Found("child[2].list", "not_found"))
        assert talk.asks == "child[2].district"


@pytest.mark.django_db
class TestOperations:
    def open(self, *, lock: bool = False) -> Procedure:
        return make_open_procedure(*sections(lock=lock))

    def at_list(self, name: str) -> tuple[Resident, operations.Turn]:
        resident = make_resident()
        run = operations.begin(procedure=self.open(), resident=resident).run
        operations.take(run, given=inputs.Answer(inputs.Typed(name)))
        return resident, operations.take(run, given=inputs.Skip())

    def test_finds_inside_the_turn_and_says_what_comes_after(self) -> None:
        _resident, turn = self.at_list("花子")

        assert Listed.asked == [("list", "花子", False)]
        assert isinstance(turn.say[-1], says.Summary)
        assert turn.effects == ()

    def test_one_that_comes_first_is_found_as_the_run_begins(self) -> None:
        procedure = make_open_procedure(
            make_section(
                "main",
                make_question("list", "listed", options={"name": ""}),
                make_question("reason", when=when("list", "is", "not_found")),
            )
        )

        turn = operations.begin(procedure=procedure, resident=make_resident())

        assert isinstance(turn.say[-1], says.Ask)
        assert turn.say[-1].path == "reason"
        assert Run.objects.get().state["answers"]["list"]["value"] == "not_found"

    def test_a_refusal_is_told_and_looked_for_again_the_next_time(self) -> None:
        _resident, turn = self.at_list("しつこい人")
        (problem,) = [one for one in turn.say if isinstance(one, says.Problem)]
        assert "回数が多すぎます" in problem.sentence
        assert turn.run.state["answers"]["who"]["value"] == "しつこい人"

        operations.take(turn.run, given=inputs.Continue())
        assert len(Listed.asked) == 2

        turn = operations.take(turn.run, given=inputs.Correct("who"))
        turn = operations.take(turn.run, given=inputs.Answer(inputs.Typed("花子")))
        assert isinstance(turn.say[-1], says.Summary)

    def test_it_is_taken_for_good_when_the_run_is_handed_in(self) -> None:
        resident, turn = self.at_list("花子")

        turn = operations.take(turn.run, given=inputs.Submit())

        assert Listed.taken == {"花子"}
        assert turn.run.status == Run.Status.DONE
        assert resident.submissions.count() == 1

    def test_who_was_faster_is_said_and_nothing_is_handed_in(self) -> None:
        resident, turn = self.at_list("花子")
        Listed.taken.add("花子")

        turn = operations.take(turn.run, given=inputs.Submit())

        (problem,) = turn.say
        assert isinstance(problem, says.Problem)
        assert problem.sentence == "この方の申請は、すでに受け付けています。"
        assert turn.run.status == Run.Status.ACTIVE
        assert not resident.submissions.exists()

    def test_the_page_shows_what_is_locked_with_its_source_and_nothing_to_type_into(self) -> None:
        procedure = self.open(lock=True)
        browser = signed_in(make_resident())
        browser.get(f"/p/x/{procedure.slug}/")
        run = Run.objects.get()
        browser.post(f"/p/run/{run.pk}/first", {"who": "花子", "old": ""})

        page = browser.get(f"/p/run/{run.pk}/second").content.decode()
        summary = browser.get(f"/p/run/{run.pk}").content.decode()

        assert "法音寺" in page
        assert "名簿から" in page
        assert 'name="district"' not in page
        assert "名簿から" in summary
        assert "#f-district" not in summary

    def test_nobody_can_post_what_is_found_or_locked(self) -> None:
        procedure = self.open(lock=True)
        browser = signed_in(make_resident())
        browser.get(f"/p/x/{procedure.slug}/")
        run = Run.objects.get()
        browser.post(f"/p/run/{run.pk}/first", {"who": "花子", "old": ""})

        browser.post(f"/p/run/{run.pk}/second", {"list": "not_found", "district": "東京"})

        run.refresh_from_db()
        answers = run.state["answers"]
        assert (answers["list"]["value"], answers["district"]["value"]) == ("found", "法音寺")

    def test_a_problem_on_the_page_stays_on_the_page(self) -> None:
        procedure = self.open()
        browser = signed_in(make_resident())
        browser.get(f"/p/x/{procedure.slug}/")
        run = Run.objects.get()

        page = browser.post(f"/p/run/{run.pk}/first", {"who": "しつこい人", "old": ""})

        assert "確かめる回数が多すぎます" in page.content.decode()
        assert 'name="who"' in page.content.decode()


class TestMakers:
    def lint(self, *parts: Document) -> list[str]:
        read = definition.read(make_document(*parts))
        return [one.sentence for one in rules.lint(read, question_kinds) if one.severity == "red"]

    def test_what_it_is_found_by_comes_earlier_and_is_asked_for_sure(self) -> None:
        listed = make_question("list", "listed", options={"name": "who"})
        branch = when("by", "is", True)
        by = make_question("by", "yes_no")

        later = self.lint(make_section("main", listed, make_question("who")))
        missing = self.lint(make_section("main", listed))
        optional = self.lint(make_section("main", make_question("who", required=False), listed))
        perhaps = self.lint(make_section("main", by, make_question("who", when=branch), listed))
        both = self.lint(
            make_section("main", by, make_question("who", when=branch), {**listed, "when": branch})
        )

        assert later == [
            "「whoは？」は、この質問より前に置いてください。答えがないと確かめられません。"
        ]
        assert "「who」という質問はありません" in missing[0]
        assert "必須にしてください" in optional[0]
        assert "同じ条件を付けてください" in perhaps[0]
        assert both == []

    def test_what_it_fills_in_comes_later(self) -> None:
        listed = make_question("list", "listed", options={"name": "who", "into": "who"})

        found = self.lint(make_section("main", make_question("who"), listed))

        assert found == [
            "「whoは？」は、この質問より後に置いてください。前の質問には答えを入れられません。"
        ]

    def test_a_walk_finds_both_ways_on_both_surfaces(self) -> None:
        walk = rules.walk(make_plan(*sections()), now=NOON)

        assert walk.problems == ()
        assert walk.unreached == ()

    @pytest.mark.django_db
    def test_a_trial_looks_nothing_up(self) -> None:
        document = make_document(*sections())

        one = trying.trial(document, question="reason", language="ja")
        reached = trying.reach(one)

        assert Listed.asked == []
        assert isinstance(reached.say[-1], says.Ask)
        assert reached.say[-1].path == "reason"

    def test_it_has_a_column_of_its_own_in_an_export(self) -> None:
        plan = make_plan(*sections())

        columns = {one.question: one.headings for one in rules.columns(plan)}

        assert columns["list"] == ("listは？",)
        assert rules.cells(plan, "list", "found") == ["確かめました"]

    def test_a_kind_of_the_engine_alone_is_refused_by_name(self) -> None:
        step = make_plan(*sections()).steps["list"]

        assert sockets.options_of(step).depends_on() == ("who",)
