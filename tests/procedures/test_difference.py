"""What changed between two definitions, in words."""

from tests.procedures.making import (
    Document,
    make_choice,
    make_document,
    make_question,
    make_section,
    when,
)
from yakuba.procedures import definition, rules


def changed(before: Document, after: Document) -> list[str]:
    return rules.differences(definition.read(before), definition.read(after))


def change(*after: Document) -> list[str]:
    """Return what becomes of two questions."""
    before = make_section("main", make_question("one"), make_choice("two", "dog", "cat"))
    return changed(make_document(before), make_document(make_section("main", *after)))


ONE, TWO = make_question("one"), make_choice("two", "dog", "cat")


class TestWords:
    def test_nothing_changed(self) -> None:
        assert change(ONE, TWO) == []

    def test_a_question_becomes_optional_and_required(self) -> None:
        optional = make_question("one", required=False)

        assert change(optional, TWO) == ["問1「oneは？」が任意になりました。"]
        assert changed(
            make_document(make_section("main", optional)), make_document(make_section("main", ONE))
        ) == ["問1「oneは？」が必須になりました。"]

    def test_choices_come_and_go(self) -> None:
        assert change(ONE, make_choice("two", "dog", "bird")) == [
            "問2「twoは？」の選択肢『cat』を削除しました。",
            "問2「twoは？」に選択肢『bird』を追加しました。",
        ]
        assert change(ONE, make_choice("two", "cat", "dog")) == [
            "問2「twoは？」の選択肢の順番を変えました。"
        ]

    def test_questions_come_go_and_move(self) -> None:
        assert change(ONE, TWO, make_question("three")) == ["問3「threeは？」を追加しました。"]
        assert change(TWO) == ["問1「oneは？」を削除しました。"]
        assert change(TWO, ONE) == ["質問の順番を変えました。"]

    def test_a_text_is_changed_or_translated(self) -> None:
        assert change(make_question("one", label={"ja": "名前は？", "en": "Name?"}), TWO) == [
            "問1「名前は？」の文を「oneは？」から「名前は？」に変えました。",
            "問1「名前は？」の文（英語）を「Name?」にしました。",
        ]

    def test_a_condition_is_said_in_words_if_somebody_can(self) -> None:
        before = definition.read(make_document(make_section("main", ONE, TWO)))
        after = definition.read(
            make_document(make_section("main", ONE, {**TWO, "when": when("one", "is", "あ")}))
        )

        assert rules.differences(before, after) == ["問2「twoは？」を聞く条件を決めました。"]
        assert rules.differences(before, after, condition=lambda clause: "one が「あ」") == [
            "問2「twoは？」は、「one が「あ」」のときに聞くようになりました。"
        ]
        assert rules.differences(after, before) == [
            "問2「twoは？」は、いつも聞くようになりました。"
        ]

    def test_what_holds_for_the_whole(self) -> None:
        section = make_section("main", ONE)
        before = make_document(section, minutes=3, capacity=10)
        after = make_document(section, minutes=5, retention={"months": 24}, start_on=["通報"])

        assert changed(before, after) == [
            "かかる時間を「3」から「5」に変えました。",
            "定員をなくしました。",
            "保存期間を変えました。",
            "開始のことばを決めました。",
        ]

    def test_sections(self) -> None:
        before = make_document(make_section("main", ONE, TWO))
        after = make_document(make_section("main", ONE, surface="page"), make_section("more", TWO))

        assert changed(before, after) == [
            "まとまり「mainについて」はページで聞くようになりました。",
            "まとまり「moreについて」を追加しました。",
            "問2「twoは？」を「moreについて」に移しました。",
        ]
