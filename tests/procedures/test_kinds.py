"""Every kind of question: what it promises to the engine, and what people really send."""

from datetime import date
from decimal import Decimal

import pytest

from tests.procedures.making import NOON, Talk, make_question, make_survey
from yakuba.conditions.facts import Declaration, typed
from yakuba.procedures.rules import inputs, says
from yakuba.procedures.rules.answering import At, Blank, Given, More, Wrong
from yakuba.procedures.rules.values import Value
from yakuba.procedures.sockets import Options, question_kinds

CHOICES: dict[str, object] = {"choices": [{"id": "yumisho", "label": {"ja": "弓庄"}, "kana": "ゆみしょう"}, {"id": "otosugi", "label": {"ja": "音杉"}}, {"id": "none", "label": {"ja": "特になし"}, "alone": True}]}  # fmt: skip
TYPICAL: dict[str, dict[str, object]] = {
    "choice": CHOICES,
    "choices": CHOICES,
    "consent": {"text": {"ja": "個人情報の扱いに同意します。", "en": "I agree."}},
    "number": {"least": 1, "most": 120, "unit": "歳"},
    "money": {"least": 100, "most": 50_000},
    "date": {"least": "today", "most": "today+30"},
    "time": {"least": "09:00", "most": "17:00", "step": 30},
    "photo": {"most": 3},
}
AT = At(NOON)
# What is found is not asked; those kinds are tried by whoever looks.
KINDS = [kind.key for kind in question_kinds if not (kind.is_message or kind.is_automatic)]


def make_options(kind: str, options: dict[str, object] | None = None) -> Options:
    return question_kinds[kind].reads(TYPICAL.get(kind, {}) if options is None else options)


def taken(answering: Options, messages: tuple[inputs.Sent, ...]) -> Value:
    """Return what messages sent one after the other become."""
    so_far: Value = None
    for sent in messages:
        reading = answering.read_talk(sent, AT, so_far)
        if isinstance(reading, Given):
            assert answering.check(reading.value, AT) is None
            return reading.value
        assert isinstance(reading, More)
        so_far = reading.so_far
    raise AssertionError("the answer was never complete")


def heard(kind: str, text: str, options: dict[str, object] | None = None) -> Value | str:
    """Return what an answer typed in the talk becomes, or the sentence that refuses it."""
    answering = make_options(kind, options)
    reading = answering.read_talk(inputs.Typed(text), AT)
    if isinstance(reading, Given):
        wrong = answering.check(reading.value, AT)
        return wrong.sentence if wrong else reading.value
    if isinstance(reading, Wrong):
        return reading.sentence or "?"
    return reading.so_far


@pytest.mark.parametrize("kind", KINDS)
class TestEveryKind:
    def test_reads_its_own_samples_alike_in_the_talk_and_on_the_page(self, kind: str) -> None:
        answering = make_options(kind)

        samples = answering.samples(AT)

        assert samples
        for sample in samples:
            assert answering.read_form(sample.form, AT) == Given(sample.value)
            assert answering.check(sample.value, AT) is None
            assert taken(answering, sample.messages) == sample.value

    def test_a_form_that_is_filled_in_again_gives_the_same_answer(self, kind: str) -> None:
        answering = make_options(kind)

        for sample in answering.samples(AT):
            assert answering.read_form(answering.fill(sample.value), AT) == Given(sample.value)

    def test_refuses_its_bad_samples_with_a_sentence(self, kind: str) -> None:
        answering = make_options(kind)

        for raw in answering.bad_samples(AT):
            reading = answering.read_form(raw, AT)
            wrong = answering.check(reading.value, AT) if isinstance(reading, Given) else reading
            assert isinstance(wrong, Wrong), raw
            assert wrong.sentence.endswith(("。", "」", "）")), wrong.sentence

    def test_an_empty_form_is_blank(self, kind: str) -> None:
        answering = make_options(kind)

        blanks: list[inputs.Raw] = ["", [], dict.fromkeys(answering.view(AT).widget.parts, "　")]

        for raw in blanks:
            assert isinstance(answering.read_form(raw, AT), Blank)

    def test_shows_exports_and_projects_what_it_took(self, kind: str) -> None:
        answering = make_options(kind)
        fact = answering.fact()
        declaration = Declaration(key="answer.x", label="x", kind=fact.kind, choices=fact.choices)

        for sample in answering.samples(AT):
            assert answering.show(sample.value)
            assert len(answering.cells(sample.value)) == len(answering.headings("問"))
            assert len(answering.cells(None)) == len(answering.headings("問"))
            typed(declaration, answering.fact_value(sample.value))
            answering.clear(sample.value)

    @pytest.mark.parametrize(
        "sent",
        [
            inputs.Sticker(),
            inputs.Voice(),
            inputs.Pressed("c999"),
            inputs.Typed("\u200b"),
            inputs.Typed("ほげほげ？"),
        ],
    )
    def test_survives_whatever_is_sent(self, kind: str, sent: inputs.Sent) -> None:
        plan = make_survey(
            make_question("it", kind, options=TYPICAL.get(kind, {}), lift_confidential=True)
        )

        talk = Talk(plan).start().send(sent)

        assert talk.say

    def test_asks_in_three_languages(self, kind: str) -> None:
        answering = make_options(kind)

        how = {answering.view(At(NOON, language)).how for language in ("ja", "ja-easy", "en")}

        assert len(how) == 3


class TestWhatPeopleType:
    @pytest.mark.parametrize(
        "text", ["弓庄", "1", "１", "①", "1番", "ゆみしょう", "ユミショウ", "弓庄 "]
    )
    def test_choice(self, text: str) -> None:
        assert heard("choice", text) == "yumisho"

    def test_an_unknown_choice_is_named(self) -> None:
        assert heard("choice", "大岩") == "「大岩」は選択肢にありません。"

    def test_a_closed_choice_is_not_offered_and_not_taken(self) -> None:
        options: dict[str, object] = {
            "choices": [
                {"id": "am", "label": {"ja": "午前"}, "closed": True},
                {"id": "pm", "label": {"ja": "午後"}},
            ]
        }

        assert heard("choice", "午前", options) == "「午前」は、いま選べません。"
        assert [one.label for one in make_options("choice", options).view(AT).choices] == ["午後"]

    @pytest.mark.parametrize("text", ["1、2", "弓庄と音杉", "1 2", "弓庄、音杉", "音杉・弓庄"])
    def test_choices(self, text: str) -> None:
        assert heard("choices", text) == ["yumisho", "otosugi"]

    def test_one_of_several_choices_is_kept_until_that_is_all(self) -> None:
        plan = make_survey(make_question("it", "choices", options=CHOICES))
        talk = Talk(plan).start()

        talk.press("c1")
        ask = talk.the(says.Ask)
        talk.press("done")

        assert "音杉" in ask.text
        assert [choice.label for choice in ask.view.choices] == ["弓庄", "特になし"]
        assert talk.state.answers["it"].value == ["otosugi"]

    def test_none_of_them_excludes_the_others(self) -> None:
        answering = make_options("choices")

        wrong = answering.check(["yumisho", "none"], AT)

        assert wrong is not None
        assert "一緒には選べません" in wrong.sentence
        assert heard("choices", "特になし") == ["none"]

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("はい", True),
            ("うん", True),
            ("OK", True),
            ("いや", False),
            ("いいえ。", False),
            ("ない", False),
        ],
    )
    def test_yes_no(self, text: str, value: bool) -> None:
        assert heard("yes_no", text) is value

    @pytest.mark.parametrize("text", ["35", "３５", "35歳", "３５才", " 35 "])
    def test_number(self, text: str) -> None:
        assert heard("number", text) == 35

    def test_number_outside_its_limits(self) -> None:
        assert heard("number", "121") == "120歳以下で答えてください。"
        assert heard("number", "1.5") == "小数は使えません。きりのよい数で答えてください。"

    def test_number_with_decimals_is_kept_exactly(self) -> None:
        options: dict[str, object] = {"decimals": 1, "unit": "m"}

        assert heard("number", "１．５m", options) == "1.5"
        assert make_options("number", options).cells("1.5") == [Decimal("1.5")]

    @pytest.mark.parametrize(
        "text", ["令和8年12月1日", "R8.12.1", "R８．１２．１", "2026/12/1", "12月1日", "20261201"]
    )
    def test_date(self, text: str) -> None:
        assert heard("date", text) == "2026-12-01"

    def test_date_outside_its_limits_is_said_with_the_limit(self) -> None:
        assert heard("date", "2026/11/22") == "令和8年11月23日（月）以降の日付にしてください。"

    def test_date_of_birth_leans_on_the_past(self) -> None:
        assert heard("birth_date", "昭和60年1月2日") == "1985-01-02"
        assert heard("birth_date", "2027/1/1") == "令和8年11月23日（月）以前の日付にしてください。"

    def test_date_picked(self) -> None:
        reading = make_options("date").read_talk(inputs.Picked("2026-12-01"), AT)

        assert reading == Given("2026-12-01")

    @pytest.mark.parametrize("text", ["14:30", "午後2時半", "１４時３０分"])
    def test_time(self, text: str) -> None:
        assert heard("time", text) == "14:30"

    def test_time_off_the_step(self) -> None:
        assert heard("time", "9:10") == "30分きざみで答えてください。"

    def test_money(self) -> None:
        assert heard("money", "１，２００円") == 1200
        assert heard("money", "3万円") == 30_000
        assert heard("money", "99円") == "100円以上で答えてください。"

    def test_rating(self) -> None:
        assert heard("rating", "５") == 5
        assert heard("rating", "★★★") == 3
        assert heard("rating", "6") == "1から5までの数で答えてください。"

    def test_text_is_stored_in_one_form(self) -> None:
        assert heard("short_text", "  ＡＢＣ１２３  ") == "ABC123"
        assert heard("short_text", "長" * 101).startswith("長すぎます")  # type: ignore[union-attr]

    def test_reading_of_a_text_in_kana(self) -> None:
        assert heard("short_text", "かみいち", {"letters": "kana"}) == "カミイチ"
        assert "ひらがな" in str(heard("short_text", "上市", {"letters": "kana"}))

    def test_name_in_one_message_or_in_two(self) -> None:
        plan = make_survey(make_question("who", "name", lift_confidential=True))
        whole = {
            "family": "上市",
            "given": "花子",
            "family_kana": "カミイチ",
            "given_kana": "ハナコ",
        }

        at_once = Talk(plan).start().typed("上市　花子　かみいち　はなこ")
        asked = Talk(plan).start().typed("上市 花子")
        prompt = asked.the(says.Ask).text
        asked.typed("カミイチ　ハナコ")

        assert "ふりがな" in prompt
        assert at_once.state.answers["who"].value == asked.state.answers["who"].value == whole

    def test_address_with_its_postal_code(self) -> None:
        assert heard("address", "〒930-0393 富山県中新川郡上市町法音寺1-2") == {
            "postal": "9300393",
            "town": "富山県中新川郡上市町法音寺",
            "house": "1-2",
            "building": "",
        }

    def test_location_sent_from_the_map(self) -> None:
        placed = inputs.Placed(36.69871234567, 137.3627, "上市町稗田", "上市駅")

        reading = make_options("location").read_talk(placed, AT)

        assert reading == Given(
            {"latitude": 36.698712, "longitude": 137.3627, "words": "上市駅 上市町稗田"}
        )

    def test_location_outside_the_town_is_said(self) -> None:
        near = {"latitude": 36.6987, "longitude": 137.3627, "name": "町役場"}
        answering = make_options("location", {"near": near, "metres": 15_000})

        wrong = answering.check({"latitude": 35.68, "longitude": 139.76, "words": ""}, AT)

        assert wrong is not None
        assert "町役場から離れています" in wrong.sentence

    def test_consent_keeps_which_text_it_was(self) -> None:
        value = heard("consent", "同意します")
        other = make_options("consent", {"text": {"ja": "別の文"}})

        assert isinstance(value, dict)
        assert value["agreed"] is True
        assert other.check(value, AT) is not None
        assert "先に進めません" in str(heard("consent", "いいえ"))

    def test_a_file_of_another_type_is_refused(self) -> None:
        sent = inputs.Document("x", "a.zip", "application/zip", 10)

        reading = make_options("file").read_talk(sent, AT)

        assert isinstance(reading, Wrong)
        assert "PDF・写真" in reading.sentence

    def test_more_choices_than_buttons_are_shown_on_a_page(self) -> None:
        many: dict[str, object] = {
            "choices": [{"id": f"c{n}", "label": {"ja": f"地区{n}"}} for n in range(14)]
        }

        assert make_options("choice", many).view(AT).on_list_page
        assert not make_options("choice").view(AT).on_list_page


class TestFacts:
    def test_moving_limits_move(self) -> None:
        from yakuba.procedures.kinds.date import day_of

        today = date(2026, 11, 23)

        assert day_of("today-7", today) == date(2026, 11, 16)
        assert day_of("today+30", today) == date(2026, 12, 23)
        assert day_of("2026-04-01", today) == date(2026, 4, 1)
