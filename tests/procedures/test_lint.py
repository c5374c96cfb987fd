"""The linter names each problem and where to press."""

import pytest

from tests.procedures.making import (
    Document,
    make_choice,
    make_document,
    make_question,
    make_section,
    when,
)
from yakuba.conditions.facts import Declaration, Kind
from yakuba.procedures import definition, rules
from yakuba.procedures.sockets import question_kinds

FACTS = {"resident.born_on": Declaration(key="resident.born_on", label="生年月日", kind=Kind.DATE)}


def look(document: Document, previous: Document | None = None) -> list[tuple[str, str, str]]:
    """Return severity, place and sentence of every finding."""
    found = rules.lint(
        definition.read(document),
        question_kinds,
        facts=FACTS,
        previous=definition.read(previous) if previous else None,
    )
    return [(one.severity, one.press, one.sentence) for one in found]


def look_at(*questions: Document, **fields: object) -> list[tuple[str, str, str]]:
    return look(make_document(make_section("main", *questions), **fields))


def presses(found: list[tuple[str, str, str]], severity: str = "red") -> list[str]:
    return [press for one, press, _sentence in found if one == severity]


Q = "sections.0.questions"


class TestACleanProcedure:
    def test_has_no_findings(self) -> None:
        assert look_at(
            make_choice("pet", "dog", "none"),
            make_question("dog_name", when=when("pet", "is", "dog")),
            make_question(
                "vote",
                when={"fact": "resident.born_on", "operator": "age_at_least", "value": 18},
            ),
        ) == []  # fmt: skip


class TestConditions:
    def test_on_a_later_question(self) -> None:
        found = look_at(make_question("one", when=when("two", "is", "あ")), make_question("two"))

        assert presses(found) == [f"{Q}.0.when"]
        assert "あとの質問「two" in found[0][2]

    def test_on_itself_on_nothing_and_on_a_message(self) -> None:
        found = look_at(
            make_question("hello", "message"),
            make_question("one", when=when("one", "is", "あ")),
            make_question("two", when=when("gone", "is", "あ")),
            make_question("three", when=when("hello", "is", "あ")),
            make_question("four", when={"fact": "resident.nobody", "operator": "answered"}),
        )

        assert presses(found) == [f"{Q}.{number}.when" for number in (1, 2, 3, 4)]

    def test_on_a_person_of_another_section(self) -> None:
        found = look(
            make_document(
                make_section(
                    "children", make_question("school", "yes_no"), repeat={"each": "child"}
                ),
                make_section("end", make_question("bus", when=when("school", "is", True))),
            )
        )

        assert presses(found) == ["sections.1.questions.0.when"]

    @pytest.mark.parametrize(
        ("operator", "value"), [("is", "cat"), ("at_least", 3), ("contains", "dog")]
    )
    def test_that_do_not_fit_the_answer(self, operator: str, value: object) -> None:
        found = look_at(
            make_choice("pet", "dog", "none"),
            make_question("name", when=when("pet", operator, value)),
        )

        assert presses(found) == [f"{Q}.1.when"]

    @pytest.mark.parametrize(
        "never",
        [
            {"all_of": [when("pet", "is", "dog"), when("pet", "is", "none")]},
            when("age", "at_least", 200),
            {"none_of": [{"fact": "answer.age", "operator": "answered"}]},
        ],
    )
    def test_that_can_never_hold(self, never: Document) -> None:
        found = look_at(
            make_choice("pet", "dog", "none"),
            make_question("age", "number", options={"most": 120}),
            make_question("name", when=never),
        )

        assert presses(found) == [f"{Q}.2.when"]
        assert "成り立つことはありません" in found[0][2]

    def test_that_always_hold(self) -> None:
        found = look_at(
            make_question("age", "number", options={"least": 0}),
            make_question("name", when=when("age", "at_least", 0)),
        )

        assert presses(found, "yellow") == [f"{Q}.1.when"]

    def test_that_a_skipped_answer_makes_unknown(self) -> None:
        found = look_at(
            make_choice("pet", "dog", "none", required=False),
            make_question("name", when=when("pet", "is", "dog")),
            make_question(
                "open",
                when={
                    "any_of": [
                        when("pet", "is", "dog"),
                        {"fact": "answer.pet", "operator": "unanswered"},
                    ]
                },
            ),
        )

        assert presses(found, "yellow") == [f"{Q}.1.when"]
        assert "答えなくてもよい" in found[0][2]


class TestPersonalData:
    def test_forced_into_the_talk(self) -> None:
        document = make_document(
            make_section("you", make_question("phone", "telephone"), surface="talk")
        )

        assert presses(look(document)) == ["sections.0.surface"]

    @pytest.mark.parametrize(
        ("kind", "label", "severity"),
        [
            ("short_text", "マイナンバーを入力してください", "red"),
            ("photo", "クレジットカードの写真", "red"),
            ("date", "個人番号カードの有効期限", "yellow"),
            ("yes_no", "マイナンバーカードをお持ちですか", ""),
            ("short_text", "好きなカード", ""),
        ],
    )
    def test_that_nobody_may_ask_for(self, kind: str, label: str, severity: str) -> None:
        found = look_at(make_question("it", kind, label={"ja": label}))

        assert [one for one, press, _sentence in found] == ([severity] if severity else [])

    def test_in_a_mail(self) -> None:
        found = look_at(
            make_question("phone", "telephone"),
            make_choice("topic", "road", "water"),
            mail={
                "addresses": ["kensetsu@town.example.jp", "nobody"],
                "answers": ["phone", "topic", "gone"],
            },
        )

        assert presses(found) == ["mail.addresses.1", "mail.answers.0", "mail.answers.2"]

    def test_without_a_retention_period(self) -> None:
        assert presses(look_at(make_question("one"), retention=None)) == ["retention"]
        assert presses(look_at(make_question("one"), retention={"days": 3, "months": 3})) == [
            "retention"
        ]

    def test_of_nobody(self) -> None:
        found = look_at(
            make_question("one", keep_as="hobby"), make_question("who", "name"), anonymous=True
        )

        assert presses(found) == [f"{Q}.0.keep_as"]
        assert presses(found, "yellow") == [f"{Q}.1"]


class TestTexts:
    def test_missing_in_an_offered_language(self) -> None:
        found = look_at(
            make_question("one", label={"ja": "問い", "en": "Question"}),
            languages=["en", "ja-easy"],
        )

        assert presses(found, "yellow") == [
            "title", "title", "sections.0.title", "sections.0.title", f"{Q}.0.label",
        ]  # fmt: skip

    def test_too_long_for_a_button(self) -> None:
        long = "とても長い名前のついた地区でボタンに入りきらないもの"
        choices = [{"id": "long", "label": {"ja": long}}, {"id": "short", "label": {"ja": "短い"}}]
        alike = [
            {"id": "first", "label": {"ja": f"{long}その一"}},
            {"id": "second", "label": {"ja": f"{long}その二"}},
        ]

        cut = look_at(make_question("one", "choice", options={"choices": choices}))
        same = look_at(make_question("one", "choice", options={"choices": alike}))

        assert presses(cut, "yellow") == [f"{Q}.0.options.choices.0.label"]
        assert presses(same) == [f"{Q}.0.options.choices.{n}.label" for n in (0, 1)]

    def test_too_long_for_line(self) -> None:
        found = look_at(
            make_question("one", "message", label={"ja": "😀" * 2300}), make_question("two")
        )

        assert presses(found) == [f"{Q}.0.label"]

    def test_missing_altogether(self) -> None:
        found = look_at(make_question("one", label={"ja": ""}), title={"ja": ""})

        assert presses(found) == ["title", f"{Q}.0.label"]


class TestIds:
    def test_used_twice(self) -> None:
        found = look_at(make_question("one"), make_question("one"))

        assert presses(found) == [f"{Q}.0.id", f"{Q}.1.id"]

    def test_of_choices_used_twice(self) -> None:
        found = look_at(make_choice("pet", "dog", "dog"))

        assert presses(found) == [f"{Q}.0.options.choices.1"]

    def test_used_by_a_question_that_was_removed(self) -> None:
        before = make_document(make_section("main", make_question("two")), retired_ids=["one"])

        assert presses(
            look_at(make_question("one"), make_question("two"), retired_ids=["one"])
        ) == [f"{Q}.0.id"]
        assert presses(look(make_document(make_section("main", make_question("one"), make_question("two"))), before)) == [f"{Q}.0.id"]  # fmt: skip

    def test_kept_while_the_kind_changed(self) -> None:
        before = make_document(make_section("main", make_question("one", "number")))

        found = look(make_document(make_section("main", make_question("one"))), before)

        assert presses(found) == [f"{Q}.0.kind"]


class TestTheWhole:
    def test_that_asks_nothing(self) -> None:
        assert presses(look(make_document())) == ["sections"]
        assert presses(look(make_document(make_section("main")))) == ["sections", "sections.0"]

    def test_that_skips_the_summary_of_two_questions(self) -> None:
        assert presses(look_at(make_question("one"), make_question("two"), confirm=False)) == [
            "confirm"
        ]

    def test_that_closes_before_it_opens(self) -> None:
        opening = {
            "opens_at": "2026-12-01T09:00:00+09:00",
            "closes_at": "2026-11-01T09:00:00+09:00",
        }

        assert presses(look_at(make_question("one"), opening=opening)) == ["opening"]

    def test_that_begins_with_a_word_everybody_needs(self) -> None:
        assert presses(look_at(make_question("one"), start_on=["通報", "やめる"])) == ["start_on.1"]

    def test_with_choices_that_nobody_can_choose(self) -> None:
        assert presses(look_at(make_question("one", "choice"))) == [f"{Q}.0.options.choices"]

    def test_with_options_of_another_kind(self) -> None:
        assert presses(look_at(make_question("one", "yes_no", options={"most": 3}))) == [
            f"{Q}.0.options.most"
        ]


class TestFurigana:
    def test_a_button_is_as_long_as_its_words_without_the_reading(self) -> None:
        label = {"ja": "上市町民文化会館大研修室全部《かみいちちょうみんぶんかかいかん》"}
        options = {"choices": [{"id": "a", "label": label}, {"id": "b", "label": {"ja": "別"}}]}

        assert look_at(make_question("hall", "choice", options=options)) == []

    def test_a_reading_that_is_none_is_named_with_an_example(self) -> None:
        found = look_at(make_question("form", label={"ja": "様式《第1号》は？"}))

        assert presses(found, "yellow") == [f"{Q}.0.label"]
        assert "上市町《かみいちまち》" in found[0][2]
