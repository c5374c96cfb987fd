"""Definitions come back from JSON and YAML as they went in, and say why they cannot be read."""

import pytest

from tests.procedures.making import make_choice, make_document, make_question, make_section, when
from yakuba.procedures import definition
from yakuba.procedures.definition import UnreadableDefinition
from yakuba.procedures.sockets import kinds_known

FULL = make_document(
    make_section(
        "main",
        make_question("hello", "message", label={"ja": "ようこそ\n上市町です。", "ja-easy": "ようこそ", "en": "Welcome"}),
        make_choice("pet", "dog", "none", keep_as="pet", hint={"ja": "yes"}),
        make_question("dog_name", when={"any_of": [when("pet", "is", "dog"), when("pet", "one_of", ["none"])]}),
        surface="page",
        repeat={"each": "child", "max": 4, "item": {"ja": "お子さん{number}"}},
    ),
    summary={"ja": "no: 1"},
    opening={"opens_at": "2026-04-01T09:00:00+09:00", "grace_minutes": 5},
    languages=["ja-easy", "en"],
    start_on=["通報"],
    retired_ids=["old_one"],
)  # fmt: skip


class TestRoundTrip:
    def test_of_a_document_is_exact(self) -> None:
        read = definition.read(FULL)

        assert definition.document_of(read) == FULL
        assert definition.read(definition.document_of(read)) == read

    def test_of_a_file_is_exact(self) -> None:
        text = definition.to_yaml(definition.read(FULL))

        assert definition.document_of(definition.from_yaml(text)) == FULL
        assert definition.to_yaml(definition.from_yaml(text)) == text

    def test_the_hash_does_not_depend_on_the_order_of_keys(self) -> None:
        turned = dict(reversed(FULL.items()))

        assert definition.sha256_of(definition.read(turned)) == definition.sha256_of(
            definition.read(FULL)
        )


def refusal(document: object) -> tuple[str, str]:
    with pytest.raises(UnreadableDefinition) as refused:
        definition.read(document, kinds=kinds_known())
    fault = refused.value.faults[0]
    return fault.where, fault.sentence


class TestRefusing:
    def test_another_schema(self) -> None:
        assert refusal({**FULL, "schema": 2})[0] == "schema"
        assert "schema: 2" in refusal({**FULL, "schema": 2})[1]
        assert (
            refusal({key: value for key, value in FULL.items() if key != "schema"})[0] == "schema"
        )
        assert refusal([1])[1] == "手続の定義ではありません。"

    def test_an_unknown_kind_with_those_that_are_known(self) -> None:
        where, sentence = refusal(
            make_document(make_section("main", make_question("one", "telepathy")))
        )

        assert where == "sections.0.questions.0.kind"
        assert "telepathy" in sentence
        assert "short_text" in sentence

    def test_a_misspelt_field(self) -> None:
        document = make_document(make_section("main", make_question("one", requierd=True)))

        assert refusal(document) == (
            "sections.0.questions.0.requierd",
            "この項目は使えません。つづりを確かめてください。",
        )

    def test_an_id_that_is_none(self) -> None:
        where, sentence = refusal(make_document(make_section("main", make_question("One!"))))

        assert where == "sections.0.questions.0.id"
        assert "英小文字" in sentence

    def test_a_moment_without_its_time_zone(self) -> None:
        where, sentence = refusal({**FULL, "opening": {"opens_at": "2026-04-01T09:00:00"}})

        assert where == "opening.opens_at"
        assert "+09:00" in sentence

    def test_a_file_that_is_no_yaml_with_its_line(self) -> None:
        with pytest.raises(UnreadableDefinition) as refused:
            definition.from_yaml("schema: 1\ntitle: [")

        [fault] = refused.value.faults
        assert (fault.where, "「[」" in fault.sentence) == ("2行目の9文字目", True)

    def test_everything_that_is_wrong_with_its_place_in_the_file(self) -> None:
        file = (
            "schema: 1\n"
            "title: {ja: 調査}\n"
            "sections:\n"
            "  - key: about\n"
            "    titel: {ja: あなたについて}\n"
            "    questions:\n"
            "      - key: pet\n"
            "        kind: yes_no\n"
            "        label: {ja: 犬はいますか}\n"
            "        required: yes\n"
        )

        with pytest.raises(UnreadableDefinition) as refused:
            definition.from_yaml(file)

        faults = {fault.where: fault.sentence for fault in refused.value.faults}
        assert "つづりを確かめて" in faults["5行目の5文字目（sections.0.titel）"]
        assert (
            faults["10行目の9文字目（sections.0.questions.0.required）"]
            == "true か false で書いてください。"
        )
        assert not any(sentence.isascii() for sentence in faults.values())

    def test_a_file_that_unfolds(self) -> None:
        bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"

        with pytest.raises(UnreadableDefinition):
            definition.from_yaml(bomb)
