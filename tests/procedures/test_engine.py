"""The engine asks, takes, goes back and hands in."""

from datetime import UTC, datetime

from tests.procedures.making import (
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


class TestAsking:
    def test_says_what_it_is_and_asks_the_first_question(self) -> None:
        plan = make_survey(
            make_question("age", "number"),
            make_question("hobby"),
            minutes=3,
            bring=[{"ja": "保険証"}],
        )

        talk = Talk(plan).start()

        introduction, ask = talk.the(says.Introduction), talk.the(says.Ask)
        assert (introduction.minutes, introduction.bring) == (3, ("保険証",))
        assert (ask.path, ask.number, ask.count, ask.nonce) == ("age", 1, 2, "n1")

    def test_goes_from_question_to_question_and_hands_in_after_the_summary(self) -> None:
        talk = Talk(make_survey(make_question("age", "number"), make_question("hobby"))).start()

        talk.typed("３歳").typed("つり")
        summary = talk.the(says.Summary)
        talk.press(".submit")

        assert [(row.path, row.shown) for row in summary.rows] == [("age", "3"), ("hobby", "つり")]
        assert talk.handed_in == {"age": 3, "hobby": "つり"}
        assert talk.the(says.Done).thanks == "ありがとうございました。"

    def test_asks_only_what_its_condition_holds_for(self) -> None:
        plan = make_survey(
            make_choice("pet", "dog", "none"),
            make_question("dog_name", when=when("pet", "is", "dog")),
            make_question("end"),
        )

        with_dog = Talk(plan).start().typed("dog")
        without = Talk(plan).start().typed("none")

        assert (with_dog.asks, without.asks) == ("dog_name", "end")

    def test_counts_what_may_still_be_asked(self) -> None:
        plan = make_survey(
            make_choice("pet", "dog", "none"),
            make_question("dog_name", when=when("pet", "is", "dog")),
            make_question("end"),
        )

        talk = Talk(plan).start()
        first = talk.the(says.Ask)
        after = talk.typed("none").the(says.Ask)

        assert (first.number, first.count) == (1, 3)
        assert (after.number, after.count) == (2, 2)

    def test_a_message_is_shown_and_nothing_is_asked_for_it(self) -> None:
        plan = make_survey(
            make_question("hello", "message", label={"ja": "ようこそ"}), make_question("hobby")
        )

        talk = Talk(plan).start()

        assert talk.words == "ようこそ"
        assert (talk.the(says.Ask).number, talk.the(says.Ask).count) == (1, 1)

    def test_unanswered_is_not_no(self) -> None:
        plan = make_survey(
            make_question("age", "number", required=False),
            make_question(
                "adult_only", when={"none_of": [when("age", "at_most", 17)]}, required=False
            ),
        )

        talk = Talk(plan).start().press(".skip")

        assert talk.asks == "summary"

    def test_asks_by_what_is_known_of_the_resident(self) -> None:
        from yakuba.conditions.facts import Declaration, Kind

        district = Declaration(key="resident.district", label="地区", kind=Kind.TEXT)
        condition = {"fact": "resident.district", "operator": "is", "value": "音杉"}
        plan = make_survey(make_question("bus", when=condition), make_question("end"))

        here = Talk(plan, facts=rules.Facts({district.key: district}, {district.key: "音杉"}))
        elsewhere = Talk(
            plan, facts=rules.Facts({district.key: district}, {district.key: "相ノ木"})
        )
        unknown = Talk(plan)

        assert plan.outside_facts == ("resident.district",)
        assert [one.start().asks for one in (here, elsewhere, unknown)] == ["bus", "end", "end"]


class TestChangingOnesMind:
    def test_going_back_keeps_the_answer_until_there_is_another(self) -> None:
        talk = Talk(make_survey(make_question("one"), make_question("two"))).start().typed("あ")

        talk.press(".back")
        asked = talk.the(says.Ask)
        kept = talk.press(".skip")

        assert (asked.path, asked.now) == ("one", "あ")
        assert kept.asks == "two"
        assert talk.state.answers["one"].value == "あ"

    def test_an_answer_that_is_no_longer_asked_is_kept_aside_and_not_handed_in(self) -> None:
        plan = make_survey(
            make_choice("pet", "dog", "none"),
            make_question("dog_name", when=when("pet", "is", "dog")),
        )
        talk = Talk(plan).start().typed("dog", "ポチ")

        talk.give(inputs.Correct("pet")).typed("none")
        talk.press(".submit")

        assert talk.handed_in == {"pet": "none"}
        assert talk.state.answers["dog_name"].value == "ポチ"

    def test_an_answer_kept_aside_decides_nothing(self) -> None:
        plan = make_survey(
            make_choice("pet", "dog", "none"),
            make_choice("kind", "big", "small", when=when("pet", "is", "dog")),
            make_question("leash", when=when("kind", "is", "big")),
        )
        talk = Talk(plan).start().typed("dog", "big", "革")

        talk.give(inputs.Correct("pet")).typed("none")

        assert talk.asks == "summary"
        assert [row.path for row in talk.the(says.Summary).rows] == ["pet"]

    def test_a_row_of_the_summary_is_corrected_by_its_button(self) -> None:
        talk = (
            Talk(make_survey(make_question("one"), make_question("two"))).start().typed("あ", "い")
        )

        talk.press(talk.the(says.Summary).rows[1].token)
        talk.typed("う")

        assert [row.shown for row in talk.the(says.Summary).rows] == ["あ", "う"]

    def test_stopping_is_asked_back(self) -> None:
        talk = Talk(make_survey(make_question("one"))).start()

        talk.typed("やめる")
        confirm = talk.the(says.Confirm)
        stayed = Talk(talk.plan, talk.state).press(".no")
        talk.press(".yes")

        assert confirm.choices[0].token == ".yes"
        assert stayed.asks == "one"
        assert talk.effects == (says.Stopped(),)

    def test_beginning_anew_forgets_the_answers_only_when_one_is_sure(self) -> None:
        talk = Talk(make_survey(make_question("one"), make_question("two"))).start().typed("あ")

        talk.press(".restart")
        assert talk.state.answers
        talk.press(".yes")

        assert talk.asks == "one"
        assert not talk.state.answers

    def test_it_can_be_continued_later(self) -> None:
        talk = Talk(make_survey(make_question("one"), make_question("two"))).start().typed("あ")

        talk.press(".later")
        paused = talk.effects
        talk.press(rules.CONTINUE, nonce="")

        assert paused == (says.Paused(),)
        assert talk.asks == "two"

    def test_a_person_can_be_asked_at_any_question(self) -> None:
        plan = make_survey(
            make_question("one"),
            contact={"telephone": "076-472-1111", "hours": {"ja": "平日 8:30〜17:15"}},
        )

        talk = Talk(plan).start().typed("人に聞く")

        contact = talk.the(says.Contact)
        assert (contact.telephone, contact.hours) == ("076-472-1111", "平日 8:30〜17:15")
        assert talk.effects == (says.PersonWanted("one"),)
        assert talk.typed("あ").asks == "summary"


class TestWhatPeopleSend:
    def test_an_old_button_changes_nothing_and_shows_the_present_question(self) -> None:
        plan = make_survey(make_choice("pet", "dog", "cat"), make_choice("size", "big", "small"))
        talk = Talk(plan).start()
        old = talk.the(says.Ask)
        talk.press("c0")

        talk.press("c1", nonce=old.nonce)

        assert "前の質問" in talk.words
        assert talk.asks == "size"
        assert talk.state.answers["pet"].value == "dog"

    def test_pressing_twice_is_no_mistake(self) -> None:
        plan = make_survey(make_choice("pet", "dog", "cat"), make_choice("size", "big", "small"))
        talk = Talk(plan).start()
        nonce = talk.the(says.Ask).nonce

        talk.press("c0").press("c0", nonce=nonce)

        assert "もう受け取って" in talk.words
        assert talk.asks == "size"

    def test_a_sticker_is_thanked_for_and_the_question_asked_again(self) -> None:
        talk = Talk(make_survey(make_question("age", "number"))).start()

        talk.send(inputs.Sticker())

        assert "スタンプ" in talk.words
        assert "数字" in talk.words
        assert talk.asks == "age"

    def test_from_the_third_misunderstanding_on_a_page_or_a_person_is_offered(self) -> None:
        talk = Talk(make_survey(make_question("age", "number"))).start()

        twice = talk.typed("むかし", "ずっと").asks
        talk.typed("えーと")

        assert twice == "age"
        tokens = [choice.token for choice in talk.the(says.Confirm).choices]
        assert tokens == [".page", ".person", ".again", ".later", ".stop"]
        assert talk.press(".page").the(says.OpenPage).section == "main"

    def test_a_photo_where_a_text_is_asked_is_not_taken(self) -> None:
        talk = Talk(make_survey(make_question("hobby"))).start()

        talk.send(inputs.Photo("00000000-0000-0000-0000-000000000001"))

        assert "写真" in talk.words
        assert not talk.state.answers

    def test_the_second_of_two_photos_sent_at_once_is_not_the_next_answer(self) -> None:
        plan = make_survey(make_question("before", "photo"), make_question("after", "photo"))
        talk = Talk(plan).start()

        talk.send(inputs.Photo("a", "set")).send(inputs.Photo("b", "set"))
        told = talk.words
        talk.send(inputs.Photo("c", "set"))
        quiet = talk.words
        talk.send(inputs.Photo("d"))
        talk.press(".submit")

        assert "1枚だけ" in told
        assert quiet == ""
        assert talk.handed_in == {"before": [{"file": "a"}], "after": [{"file": "d"}]}

    def test_several_photos_are_taken_where_several_are_wanted(self) -> None:
        plan = make_survey(make_question("holes", "photo", options={"most": 3}))
        talk = Talk(plan).start()

        talk.send(inputs.Photo("a", "set")).send(inputs.Photo("b", "set"))
        prompt = talk.the(says.Ask).text
        talk.typed("これで終わり").press(".submit")

        assert "2枚受け取りました" in prompt
        assert talk.handed_in == {"holes": [{"file": "a"}, {"file": "b"}]}

    def test_a_my_number_is_not_taken(self) -> None:
        talk = Talk(make_survey(make_question("remark"))).start()

        talk.typed("番号は 1234 5678 9018 です")

        assert "マイナンバー" in talk.words
        assert says.NumberMasked("remark") in talk.effects
        assert not talk.state.answers

    def test_a_choice_named_like_a_way_out_is_a_choice(self) -> None:
        talk = Talk(
            make_survey(
                make_question(
                    "plan",
                    "choice",
                    options={"choices": [{"id": "stop", "label": {"ja": "やめる"}}]},
                )
            )
        ).start()

        talk.typed("やめる")

        assert talk.asks == "summary"


class TestHandingIn:
    def test_needs_the_summary_first(self) -> None:
        talk = Talk(make_survey(make_question("one"))).start()

        talk.give(inputs.Submit())

        assert not talk.effects
        assert talk.asks == "one"

    def test_a_survey_of_one_question_needs_no_summary(self) -> None:
        talk = Talk(make_survey(make_question("one"), confirm=False)).start()

        talk.typed("あ")

        assert talk.handed_in == {"one": "あ"}

    def test_an_answer_changed_after_the_page_drew_the_summary_is_shown_again(self) -> None:
        talk = Talk(make_survey(make_question("one"))).start().typed("あ")
        drawn = talk.state.rev
        talk.give(inputs.Correct("one")).typed("い")

        talk.give(inputs.Submit(rev=drawn))

        assert not talk.effects
        assert talk.the(says.Summary).rows[0].shown == "い"

    def test_the_clock_of_the_server_decides_and_grace_is_given(self) -> None:
        opening = {"closes_at": "2026-11-23T17:15:00+09:00", "grace_minutes": 15}
        plan = make_survey(make_question("one"), opening=opening)
        in_grace = Talk(plan).start().typed("あ")
        too_late = Talk(plan).start().typed("あ")

        in_grace.now = datetime(2026, 11, 23, 8, 29, tzinfo=UTC)
        too_late.now = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)

        assert in_grace.press(".submit").handed_in == {"one": "あ"}
        assert "終了" in too_late.press(".submit").words
        assert not too_late.effects

    def test_nothing_begins_before_it_opens(self) -> None:
        opening = {"opens_at": "2026-12-01T09:00:00+09:00"}
        talk = Talk(make_survey(make_question("one"), opening=opening)).start()

        assert "まだ受付" in talk.words
        assert talk.state == rules.State()

    def test_a_question_that_midnight_brought_is_asked_before_handing_in(self) -> None:
        born = {"fact": "answer.born", "operator": "age_at_least", "value": 18}
        plan = make_survey(make_question("born", "date"), make_question("vote", when=born))
        talk = Talk(plan, now=datetime(2026, 11, 22, 14, 59, tzinfo=UTC)).start()
        talk.typed("2008-11-24")
        assert talk.asks == "summary"

        talk.now = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
        talk.press(".submit")

        assert talk.asks == "vote"
        assert not talk.effects

    def test_a_day_that_has_passed_meanwhile_is_asked_again(self) -> None:
        plan = make_survey(make_question("day", "date", options={"least": "today"}))
        talk = Talk(plan).start().typed("2026-11-23")

        talk.now = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
        talk.press(".submit")

        assert "以降" in talk.words
        assert talk.asks == "day"
        assert talk.state.answers["day"].value == "2026-11-23"

    def test_what_is_done_stays_done(self) -> None:
        talk = Talk(make_survey(make_question("one"))).start().typed("あ").press(".submit")
        nonce, state = talk.state.nonce, talk.state

        talk.press(".submit", nonce=nonce)

        assert not talk.effects
        assert talk.state == state


class TestConfidential:
    def test_is_never_asked_in_the_talk(self) -> None:
        plan = make_plan(
            make_section("wish", make_question("topic")),
            make_section("you", make_question("phone", "telephone"), make_question("note")),
        )
        talk = Talk(plan).start().typed("道路")

        page = talk.the(says.OpenPage)
        typed = talk.typed("076-472-1111")

        assert (page.section, page.path) == ("you", "phone")
        assert not talk.said(says.Ask)
        assert "phone" not in typed.state.answers

    def test_the_talk_goes_on_after_the_page(self) -> None:
        plan = make_plan(
            make_section("you", make_question("phone", "telephone")),
            make_section("wish", make_question("topic")),
        )
        talk = Talk(plan).start()

        talk.post("you", {"phone": "０７６４７２１１１１"})

        assert talk.effects == (says.SectionDone("you"),)
        assert talk.asks == "topic"

    def test_is_masked_in_the_summary_of_the_talk_and_shown_on_our_page(self) -> None:
        plan = make_survey(make_question("phone", "telephone"))
        talk = Talk(plan).start().post("main", {"phone": "076-472-1111"})

        masked = talk.the(says.Summary)
        full = rules.summary(plan, talk.state, facts=talk.facts, now=talk.now)

        assert masked.rows[0].shown == "入力済み"
        assert full.rows[0].shown == "076-472-1111"

    def test_in_an_application_everything_but_choices_is(self) -> None:
        questions = [
            make_question("why"),
            make_choice("how", "a", "b"),
            make_question("ok", "yes_no"),
        ]
        survey = make_survey(*questions)
        application = make_survey(*questions, kind="application")

        assert [step.is_confidential for step in survey.steps.values()] == [False, False, False]
        assert [step.is_confidential for step in application.steps.values()] == [True, False, False]

    def test_a_clerk_tightens_it_and_only_lifting_loosens_it(self) -> None:
        plan = make_survey(
            make_question("topic", confidential=True),
            make_question("phone", "telephone", lift_confidential=True),
        )

        assert [step.is_confidential for step in plan.steps.values()] == [True, False]


class TestCorrecting:
    def test_what_was_left_open_is_not_asked_again(self) -> None:
        plan = make_survey(make_question("one"), make_question("two", required=False))

        talk = Talk(plan, rules.State.of_answers({"one": "あ"})).give(inputs.ShowAll())

        summary = talk.the(says.Summary)
        assert summary.ready
        assert [row.shown for row in summary.rows] == ["あ", "（答えなし）"]

    def test_begins_with_what_it_is_and_the_summary(self) -> None:
        plan = make_survey(make_question("one"), make_question("two", required=False))

        talk = Talk(plan, rules.State.of_answers({"one": "あ"})).start()

        assert talk.the(says.Introduction).title == "町のアンケート"
        assert talk.the(says.Summary).ready

    def test_what_was_handed_in_empty_is_not_begun_anew(self) -> None:
        plan = make_survey(make_question("one", required=False))

        talk = Talk(plan, rules.State.of_answers({})).give(inputs.ShowAll())

        assert talk.the(says.Summary).ready

    def test_only_the_named_questions_may_be_changed(self) -> None:
        plan = make_survey(make_question("one"), make_question("two"))
        state = rules.State.of_answers({"one": "あ", "two": "い"}, editable=["two"])
        talk = Talk(plan, state)

        refused = talk.give(inputs.Correct("one")).said(says.Problem)
        talk.post("main", {"one": "か", "two": "き"})
        problem = talk.the(says.Problem)
        talk.give(inputs.Submit())

        assert refused[0].path == "one"
        assert problem.path == "one"
        assert talk.handed_in == {"one": "あ", "two": "き"}

    def test_a_question_that_a_correction_opens_is_asked_although_it_was_not_named(self) -> None:
        plan = make_survey(
            make_choice("pet", "dog", "none"),
            make_question("dog_name", when=when("pet", "is", "dog")),
        )
        state = rules.State.of_answers({"pet": "none"}, editable=["pet"])

        talk = Talk(plan, state).give(inputs.Correct("pet")).typed("dog")

        assert talk.asks == "dog_name"
        assert talk.typed("ポチ").press(".submit").handed_in == {"pet": "dog", "dog_name": "ポチ"}
