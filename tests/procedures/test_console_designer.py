"""The designer: what a clerk presses and types becomes the draft, and what cannot be is said."""

from __future__ import annotations

from typing import Any

import pytest

from tests import cast
from tests.procedures.at_desk import (
    address,
    as_shown,
    draft_of,
    ids,
    make_clerk,
    make_procedure,
    make_question,
    press,
    questions,
    sit_down,
    write,
)
from tests.procedures.making import make_section
from tests.procedures.on_page import make_open_procedure
from yakuba.procedures import definition, operations, sockets
from yakuba.procedures.models import Draft, Procedure

pytestmark = pytest.mark.django_db

FULL = {
    "summary": {"ja": "祭りの声を聞きます。", "en": "Tell us."},
    "minutes": 2,
    "bring": [{"ja": "チラシ"}],
    "languages": ["en"],
    "opening": {"opens_at": "2026-12-01T09:00:00+09:00", "grace_minutes": 10},
    "capacity": 50,
    "answers": "once",
    "correction": {"days": 3, "while_status": ["new"]},
    "contact": {"telephone": "076-472-1111"},
    "thanks": {"ja": "ありがとう。", "ja-easy": "ありがとう。"},
    "mail": {"addresses": ["a@example.jp"], "answers": ["q1"]},
    "start_on": ["祭り", "まつり"],
    "go_on_to": ["not-there-any-more"],
    "retired_ids": ["q9"],
}
CHOICES = [
    {"id": "c1", "label": {"ja": "行った", "en": "Yes"}, "kana": "イッタ"},
    {"id": "c2", "label": {"ja": "行かない"}, "closed": True},
]


def rich_questions() -> list[dict[str, Any]]:
    return [
        make_question(1, "choice", options={"choices": CHOICES}, short={"ja": "参加"}),
        make_question(2, "short_text", required=False, options={"most": 50}),
        make_question(
            3,
            "date",
            when={"all_of": [{"fact": "answer.q1", "operator": "is", "value": "c1"},
                             {"fact": "answer.q2", "operator": "answered"}]},
            options={"least": "today"},
        ),
        make_question(4, "location", options={"near": {"latitude": 36.7, "longitude": 137.36, "name": "駅"}, "metres": 500}),
        make_question(5, "file", options={"types": ["pdf"], "most": 2}, confidential=True),
    ]  # fmt: skip


@pytest.mark.parametrize("part", ["whole", "s-s1", "q-q1", "q-q2", "q-q3", "q-q4", "q-q5"])
def test_a_form_that_nobody_touched_changes_nothing(part: str) -> None:
    clerk = make_clerk()
    procedure = make_procedure(clerk, *rich_questions(), **FULL)
    client = sit_down(clerk)
    before = draft_of(procedure)

    write(client, procedure, part)

    after = draft_of(procedure)
    assert after.document == before.document
    assert after.rev == before.rev


@pytest.mark.parametrize("kind", sorted(kind.key for kind in sockets.question_kinds))
def test_every_kind_has_a_form_that_says_only_what_was_typed(kind: str) -> None:
    clerk = make_clerk()
    procedure = make_procedure(clerk)
    client = sit_down(clerk)
    press(client, procedure, "add_question", kind=kind)
    fresh = questions(procedure)[0]

    write(client, procedure, "q-q1", **{"label.ja": "おたずねします。"})

    assert questions(procedure)[0] == {**fresh, "label": {"ja": "おたずねします。"}}


def test_what_can_be_begun_next_is_chosen_and_what_is_gone_is_taken_out() -> None:
    clerk = make_clerk()
    make_open_procedure(
        make_section("one", {"id": "car", "kind": "yes_no", "label": {"ja": "車は？"}}), slug="cars"
    )
    procedure = make_procedure(clerk, make_question(1), go_on_to=["not-there-any-more"])
    client = sit_down(clerk)

    said = write(client, procedure, "whole", go_on_to=["cars"])

    assert draft_of(procedure).document["go_on_to"] == ["cars"]
    assert "つづけて始められる手続" in said


def test_what_is_typed_is_kept_and_its_history_says_what() -> None:
    clerk = make_clerk()
    procedure = make_procedure(clerk, make_question(1, "number"))
    client = sit_down(clerk)

    said = write(client, procedure, "q-q1", **{"options.least": "1", "required": None})

    assert questions(procedure)[0]["options"] == {"least": 1}
    assert questions(procedure)[0]["required"] is False
    assert "保存しました" in said
    assert "問1" in draft_of(procedure).steps.latest("rev").words


def test_a_language_that_is_not_shown_is_not_lost() -> None:
    clerk = make_clerk()
    label = {"ja": "1つめ", "ja-easy": "ひとつめ", "en": "First"}
    procedure = make_procedure(clerk, make_question(1, label=label), languages=["en"])
    client = sit_down(clerk)

    write(client, procedure, "q-q1", **{"label.ja": "変えた", "label.en": "Changed"})

    assert questions(procedure)[0]["label"] == {
        "ja": "変えた",
        "ja-easy": "ひとつめ",
        "en": "Changed",
    }


def test_what_cannot_be_read_is_said_at_its_field_and_not_kept() -> None:
    clerk = make_clerk()
    procedure = make_procedure(clerk, make_question(1))
    client = sit_down(clerk)

    said = write(client, procedure, "whole", minutes="たくさん")

    assert "数字で入力してください。" in said
    assert "まだ保存していません" in said
    assert "minutes" not in draft_of(procedure).document


def test_a_shape_that_no_procedure_has_is_refused_at_its_field() -> None:
    clerk = make_clerk()
    procedure = make_procedure(clerk, make_question(1))
    client = sit_down(clerk)

    said = write(client, procedure, "whole", minutes="999")

    assert "240以下にしてください。" in said
    assert "minutes" not in draft_of(procedure).document


def test_ids_are_never_given_again() -> None:
    clerk = make_clerk()
    procedure = make_procedure(clerk, make_question(1), make_question(2))
    client = sit_down(clerk)

    press(client, procedure, "remove", "q-q2")
    press(client, procedure, "add_question", "q-q1", kind="yes_no")

    assert ids(procedure) == ["q1", "q3"]
    assert draft_of(procedure).document["retired_ids"] == ["q2"]


def test_an_id_of_a_version_that_was_left_behind_is_not_given_again() -> None:
    clerk = make_clerk()
    procedure = make_procedure(clerk, make_question(1))
    operations.publish(procedure, staff=clerk)
    first = procedure.versions.get()
    client = sit_down(clerk)
    press(client, procedure, "add_question", "q-q1", kind="message")
    write(client, procedure, "q-q2", **{"label.ja": "おしらせ"})
    operations.publish(procedure, staff=clerk)
    operations.restore(procedure, version=first, staff=clerk)

    press(client, procedure, "add_question", "q-q1", kind="yes_no")

    assert ids(procedure) == ["q1", "q3"]


def test_questions_move_by_buttons_also_into_the_next_section() -> None:
    clerk = make_clerk()
    procedure = make_procedure(clerk, make_question(1), make_question(2))
    client = sit_down(clerk)
    press(client, procedure, "add_section", "q-q2")

    press(client, procedure, "down", "q-q1")
    assert ids(procedure) == ["q2", "q1"]
    press(client, procedure, "down", "q-q1")

    sections = draft_of(procedure).document["sections"]
    assert [[one["id"] for one in section["questions"]] for section in sections] == [["q2"], ["q1"]]


def test_a_question_is_put_before_another_and_into_a_section() -> None:
    clerk = make_clerk()
    procedure = make_procedure(clerk, make_question(1), make_question(2), make_question(3))
    client = sit_down(clerk)
    press(client, procedure, "add_section", "q-q3")

    press(client, procedure, "put", "q-q3", before="q-q1")
    press(client, procedure, "put", "q-q2", before="s-s2")

    sections = draft_of(procedure).document["sections"]
    assert [[one["id"] for one in section["questions"]] for section in sections] == [
        ["q3", "q1"],
        ["q2"],
    ]


def test_choices_are_added_many_at_once_moved_and_removed() -> None:
    clerk = make_clerk()
    procedure = make_procedure(clerk, make_question(1, "choice", options={"choices": []}))
    client = sit_down(clerk)

    press(client, procedure, "add_choices", "q-q1", labels="春\n夏\n\n秋")
    press(client, procedure, "choice_up", "q-q1", number=2)
    press(client, procedure, "remove_choice", "q-q1", number=0)

    choices = questions(procedure)[0]["options"]["choices"]
    assert [(one["id"], one["label"]["ja"]) for one in choices] == [("c3", "秋"), ("c2", "夏")]


def test_a_published_choice_keeps_its_id_for_itself() -> None:
    clerk = make_clerk()
    options = {
        "choices": [{"id": "c1", "label": {"ja": "春"}}, {"id": "c2", "label": {"ja": "夏"}}]
    }
    procedure = make_procedure(clerk, make_question(1, "choice", options=options))
    operations.publish(procedure, staff=clerk)
    client = sit_down(clerk)

    press(client, procedure, "remove_choice", "q-q1", number=1)
    press(client, procedure, "add_choices", "q-q1", labels="秋")

    assert [one["id"] for one in questions(procedure)[0]["options"]["choices"]] == ["c1", "c3"]


def test_the_choices_of_an_attribute_are_taken_over_with_their_ids() -> None:
    clerk = make_clerk()
    cast.make_district()
    procedure = make_procedure(clerk, make_question(1, "choice", keep_as="district"))
    client = sit_down(clerk)

    press(client, procedure, "take_choices", "q-q1")

    choices = questions(procedure)[0]["options"]["choices"]
    assert [one["id"] for one in choices] == ["otosugi", "yunosho"]


def test_a_condition_is_said_in_japanese_and_one_clause_stands_without_a_group() -> None:
    clerk = make_clerk()
    procedure = make_procedure(clerk, make_question(1), make_question(2))
    client = sit_down(clerk)
    typed = '{"all_of": [{"fact": "answer.q1", "operator": "is", "value": true}]}'

    said = write(client, procedure, "q-q2", when=typed)

    assert questions(procedure)[1]["when"] == {"fact": "answer.q1", "operator": "is", "value": True}
    assert "問1「1つめ」" in said
    assert "ときに聞きます。" in said


def test_a_condition_may_ask_only_what_was_asked_before() -> None:
    clerk = make_clerk()
    procedure = make_procedure(clerk, make_question(1), make_question(2), make_question(3))
    client = sit_down(clerk)

    page = client.get(address("procedure_part", procedure, "q-q2")).content.decode()

    vocabulary = page.partition("when-vocabulary")[2].partition("</script>")[0]
    assert "answer.q1" in vocabulary
    assert "answer.q2" not in vocabulary
    assert "answer.q3" not in vocabulary


def test_only_the_administrator_may_let_an_answer_into_the_talk() -> None:
    clerk = make_clerk()
    chief = cast.make_staff(department=clerk.departments.get(), is_administrator=True)
    procedure = make_procedure(clerk, make_question(1, "telephone"))

    write(sit_down(clerk), procedure, "q-q1", lift_confidential="true")
    assert "lift_confidential" not in questions(procedure)[0]
    write(sit_down(chief), procedure, "q-q1", lift_confidential="true")

    assert questions(procedure)[0]["lift_confidential"] is True


def test_the_kind_of_a_published_question_is_settled() -> None:
    clerk = make_clerk()
    procedure = make_procedure(clerk, make_question(1))
    operations.publish(procedure, staff=clerk)

    write(sit_down(clerk), procedure, "q-q1", kind="number")

    assert questions(procedure)[0]["kind"] == "yes_no"


def test_a_section_begins_and_ends_to_be_gone_through_per_person() -> None:
    clerk = make_clerk()
    procedure = make_procedure(clerk, make_question(1))
    client = sit_down(clerk)

    write(client, procedure, "s-s1", **{"repeat.each": "child"})
    assert draft_of(procedure).document["sections"][0]["repeat"] == {"each": "child"}
    write(client, procedure, "s-s1", **{"repeat.max": "3"})
    assert draft_of(procedure).document["sections"][0]["repeat"] == {"each": "child", "max": 3}
    write(client, procedure, "s-s1", **{"repeat.each": ""})

    assert "repeat" not in draft_of(procedure).document["sections"][0]


def test_the_second_of_two_clerks_changes_nothing_and_reads_what_the_first_wrote() -> None:
    clerk = make_clerk()
    procedure = make_procedure(clerk, make_question(1))
    first, second = sit_down(clerk), sit_down(clerk)
    seen = {**as_shown(second, procedure, "q-q1"), "rev": draft_of(procedure).rev}
    write(first, procedure, "q-q1", **{"label.ja": "先に書いた"})

    said = second.post(
        address("procedure_part", procedure, "q-q1"), {**seen, "label.ja": "あとから書いた"}
    ).content.decode()

    assert questions(procedure)[0]["label"] == {"ja": "先に書いた"}
    assert "ほかの人が先に直しました" in said
    assert "先に書いた" in said
    assert "あとから書いた" in said


def test_undo_says_what_it_took_back_and_an_old_page_takes_back_nothing() -> None:
    clerk = make_clerk()
    procedure = make_procedure(clerk, make_question(1), make_question(2))
    client = sit_down(clerk)
    press(client, procedure, "remove", "q-q2")
    where = address("procedure_undo", procedure)

    client.post(where, {"rev": 1, "part": "whole"})
    assert ids(procedure) == ["q1"]
    said = client.post(where, {"rev": draft_of(procedure).rev, "part": "whole"}).content.decode()

    assert ids(procedure) == ["q1", "q2"]
    assert "取り消しました：質問を消しました。" in said


def test_a_problem_leads_to_its_part_and_field() -> None:
    clerk = make_clerk()
    procedure = make_procedure(clerk, make_question(1, "choice", options={"choices": [
        {"id": "c1", "label": {"ja": ""}}]}))  # fmt: skip

    page = sit_down(clerk, htmx=False).get(address("procedure_design", procedure)).content.decode()

    assert 'data-part="q-q1" data-field="options.choices.0.label"' in page


def test_a_draft_whose_options_are_broken_can_still_be_opened_and_mended() -> None:
    clerk = make_clerk()
    procedure = make_procedure(clerk, make_question(1, "number", options={"decimals": 99}))
    client = sit_down(clerk)

    page = client.get(address("procedure_part", procedure, "q-q1"))
    write(client, procedure, "q-q1", **{"options.decimals": "2"})

    assert page.status_code == 200
    assert questions(procedure)[0]["options"] == {"decimals": 2}


def test_buttons_that_do_not_exist_do_nothing() -> None:
    clerk = make_clerk()
    procedure = make_procedure(clerk, make_question(1))
    client = sit_down(clerk)
    rev = draft_of(procedure).rev

    answers = [
        client.post(address("procedure_change", procedure), {"act": act, "part": part, "rev": rev, **more})
        for act, part, more in [
            ("explode", "q-q1", {}),
            ("remove", "q-q99", {}),
            ("add_question", "q-q1", {"kind": "no_such_kind"}),
            ("remove_choice", "q-q1", {"number": "many"}),
            ("take_choices", "q-q1", {}),
            ("remove", "whole", {}),
        ]
    ]  # fmt: skip

    assert [answer.status_code for answer in answers] == [404] * 6
    assert Draft.objects.get(procedure=procedure).rev == rev
    assert Procedure.objects.count() == 1
    assert definition.read(draft_of(procedure).document)
