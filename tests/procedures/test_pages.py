"""The same run, answered on pages: sections, people of a repeated section, two surfaces at once."""

from tests.procedures.making import (
    NOON,
    Talk,
    make_choice,
    make_plan,
    make_question,
    make_section,
    make_survey,
    when,
)
from yakuba.procedures import rules
from yakuba.procedures.rules import inputs, says


def page_of(talk: Talk, section: str) -> rules.PageView:
    return rules.page(talk.plan, talk.state, section, facts=talk.facts, now=NOON)


class TestAPage:
    def test_shows_what_is_asked_and_what_is_filled_in(self) -> None:
        plan = make_survey(
            make_choice("pet", "dog", "none"),
            make_question("dog_name", when=when("pet", "is", "dog")),
            make_question("phone", "telephone", required=False),
        )
        talk = Talk(plan).start().typed("dog")

        view = page_of(talk, "main")

        assert [(field.path, field.filled) for field in view.fields] == [
            ("pet", "dog"),
            ("dog_name", ""),
            ("phone", ""),
        ]
        assert [field.widget.name for field in view.fields] == ["radio", "text", "tel"]
        assert [field.required for field in view.fields] == [True, True, False]

    def test_a_question_that_an_answer_opens_is_read_in_the_same_post(self) -> None:
        plan = make_survey(
            make_choice("pet", "dog", "none"),
            make_question("dog_name", when=when("pet", "is", "dog")),
        )

        talk = Talk(plan).post("main", {"pet": "dog", "dog_name": "ポチ"})

        assert talk.effects == (says.SectionDone("main"),)
        assert rules.handed_in(plan, talk.state, facts=talk.facts, now=NOON) == {
            "pet": "dog",
            "dog_name": "ポチ",
        }

    def test_keeps_what_is_right_and_says_what_is_wrong(self) -> None:
        plan = make_survey(make_question("age", "number"), make_question("hobby"))

        talk = Talk(plan).post("main", {"age": "たくさん", "hobby": "つり"})

        assert [problem.path for problem in talk.said(says.Problem)] == ["age"]
        assert talk.state.answers["hobby"].value == "つり"
        assert not talk.effects

    def test_what_is_required_must_be_filled_in_and_the_rest_may_be_left(self) -> None:
        plan = make_survey(make_question("one"), make_question("two", required=False))

        talk = Talk(plan).post("main", {"one": "", "two": ""})
        problem = talk.the(says.Problem)
        talk.post("main", {"one": "あ", "two": ""})

        assert problem.path == "one"
        assert rules.next_section(plan, talk.state, facts=talk.facts, now=NOON) is None

    def test_gathers_a_form_into_one_value_per_question(self) -> None:
        plan = make_survey(
            make_question("who", "name"), make_choice("topics", "x", "y", kind="choices")
        )
        view = page_of(Talk(plan), "main")

        raw = rules.raw_answers(
            view, {"who:family": ["上市"], "who:given": ["花子"], "topics": ["x", "y"]}
        )

        assert raw == {
            "who": {"family": "上市", "given": "花子", "family_kana": "", "given_kana": ""},
            "topics": ["x", "y"],
        }

    def test_leads_from_section_to_section_to_the_summary(self) -> None:
        plan = make_plan(
            make_section("one", make_question("first")),
            make_section("two", make_question("second")),
        )
        talk = Talk(plan)

        def following() -> str | None:
            return rules.next_section(plan, talk.state, facts=talk.facts, now=NOON)

        assert following() == "one"
        talk.post("one", {"first": "あ"})
        assert following() == "two"
        assert page_of(talk, "two").number == 2
        talk.post("two", {"second": "い"})
        assert following() is None
        assert talk.give(inputs.Submit()).handed_in == {"first": "あ", "second": "い"}


class TestTalkAndPageAtOnce:
    def test_a_newer_answer_is_not_overwritten_by_a_page_drawn_before(self) -> None:
        talk = Talk(make_survey(make_question("one"), make_question("two"))).start()
        drawn = page_of(talk, "main").rev
        talk.typed("トークから")

        talk.post("main", {"one": "ページから", "two": "い"}, rev=drawn)

        assert talk.the(says.Problem).path == "one"
        assert talk.state.answers["one"].value == "トークから"
        assert talk.state.answers["two"].value == "い"

    def test_the_same_answer_from_both_is_no_conflict(self) -> None:
        talk = Talk(make_survey(make_question("one"), make_question("two"))).start()
        drawn = page_of(talk, "main").rev
        talk.typed("同じ")

        talk.post("main", {"one": "同じ", "two": "い"}, rev=drawn)

        assert talk.effects == (says.SectionDone("main"),)

    def test_the_talk_does_not_ask_again_what_the_page_has_answered(self) -> None:
        talk = Talk(make_survey(make_question("one"), make_question("two"))).start()

        talk.post("main", {"one": "あ"})
        talk.give(inputs.Continue())

        assert talk.asks == "two"

    def test_the_page_answers_what_the_talk_is_asking(self) -> None:
        talk = Talk(make_survey(make_question("one"), make_choice("two", "x", "y"))).start()
        nonce = talk.typed("あ").the(says.Ask).nonce

        talk.post("main", {"two": "y"})
        talk.press("c0", nonce=nonce)

        assert "前の質問" in talk.words
        assert talk.state.answers["two"].value == "y"


def make_family(**repeat: object) -> rules.Plan:
    fields = {"each": "child", "min": 0, "max": 3, "item": {"ja": "お子さん{number}"}, **repeat}
    return make_plan(
        make_section(
            "children",
            make_question("child_name"),
            make_choice("school", "yes", "no"),
            make_question("grade", "number", when=when("school", "is", "yes")),
            repeat=fields,
        ),
        make_section("end", make_question("remark")),
    )


class TestPeople:
    def test_are_asked_one_after_the_other_in_the_talk(self) -> None:
        talk = Talk(make_family()).start()
        first = talk.the(says.Confirm)

        talk.press(".add")
        asked = talk.the(says.Ask)
        talk.typed("太郎", "yes", "2").press(".add").typed("次郎", "no").press(".enough")
        talk.typed("なし").press(".submit")

        assert [choice.token for choice in first.choices] == [".add", ".enough", ".back"]
        assert (asked.path, asked.text) == ("children[1].child_name", "お子さん1：child_nameは？")
        assert talk.handed_in == {
            "children[1].child_name": "太郎",
            "children[1].school": "yes",
            "children[1].grade": 2,
            "children[2].child_name": "次郎",
            "children[2].school": "no",
            "remark": "なし",
        }
        complete = talk.effects[0]
        assert isinstance(complete, says.Complete)
        assert complete.items == {"children": ("1", "2")}

    def test_the_fewest_are_there_without_being_added_and_the_most_end_the_asking(self) -> None:
        talk = Talk(make_family(min=1, max=1)).start()

        assert talk.asks == "children[1].child_name"
        assert talk.typed("太郎", "no").asks == "remark"

    def test_are_named_by_the_page_that_added_them(self) -> None:
        plan = make_family()
        talk = Talk(plan)

        talk.post(
            "children",
            {
                "children[a].child_name": "太郎",
                "children[a].school": "no",
                "children[b].child_name": "次郎",
                "children[b].school": "no",
            },
            items=["a", "b"],
        )

        assert talk.effects == (says.SectionDone("children"),)
        assert [item.label for item in page_of(talk, "children").items] == [
            "お子さん1",
            "お子さん2",
        ]

    def test_a_post_that_does_not_say_who_is_there_does_not_end_the_asking(self) -> None:
        talk = Talk(make_family()).start().press(".add").typed("太郎")

        talk.post("children", {"children[1].school": "no"})
        talk.give(inputs.Continue())

        assert talk.the(says.Confirm).choices[0].token == ".add"

    def test_one_who_is_taken_out_stays_aside(self) -> None:
        talk = Talk(make_family()).start().press(".add").typed("太郎", "no")
        talk.press(".add").typed("次郎", "no").press(".enough").typed("なし")

        talk.give(inputs.RemoveItem("children", "1")).press(".submit")

        assert talk.handed_in == {
            "children[2].child_name": "次郎",
            "children[2].school": "no",
            "remark": "なし",
        }
        assert talk.state.answers["children[1].child_name"].value == "太郎"

    def test_one_added_later_never_gets_the_answers_of_another(self) -> None:
        talk = Talk(make_family()).start().press(".add").typed("太郎", "no").press(".enough")

        talk.give(inputs.RemoveItem("children", "1")).give(inputs.AddItem("children"))

        assert talk.asks == "children[2].child_name"

    def test_not_more_than_the_most_can_be_added(self) -> None:
        talk = Talk(make_family(max=1)).start().press(".add").typed("太郎", "no")

        talk.give(inputs.AddItem("children"))

        assert "1人まで" in talk.words

    def test_a_section_that_is_not_asked_asks_nobody(self) -> None:
        plan = make_plan(
            make_section("first", make_question("any", "yes_no")),
            make_section(
                "children",
                make_question("child_name"),
                repeat={"each": "child", "min": 1},
                when=when("any", "is", True),
            ),
        )

        assert Talk(plan).start().typed("いいえ").asks == "summary"
        assert Talk(plan).start().typed("はい").asks == "children[1].child_name"

    def test_nobody_is_asked_who_else_there_is_when_nobody_would_be_asked_anything(self) -> None:
        plan = make_plan(
            make_section("first", make_question("any", "yes_no")),
            make_section(
                "children",
                make_question("child_name", when=when("any", "is", True)),
                repeat={"each": "child", "min": 1},
            ),
        )

        handed_in = Talk(plan).start().typed("いいえ")
        corrected = Talk(plan, rules.State.of_answers({"any": False})).give(inputs.ShowAll())

        assert handed_in.asks == "summary"
        assert corrected.the(says.Summary).ready

    def test_are_corrected_with_their_answers(self) -> None:
        plan = make_family()
        answers = {
            "children[x].child_name": "太郎",
            "children[x].school": "no",
            "remark": "なし",
        }

        talk = Talk(plan, rules.State.of_answers(answers)).give(inputs.ShowAll())

        assert talk.the(says.Summary).ready
        assert talk.press(".submit").handed_in == answers
