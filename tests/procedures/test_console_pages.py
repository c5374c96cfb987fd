"""The pages around the designer: the list, who may what, publishing, versions, files, links, the phone."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests import cast
from tests.procedures.at_desk import (
    address,
    draft_of,
    make_clerk,
    make_procedure,
    make_question,
    press,
    questions,
    sit_down,
)
from yakuba.procedures import definition, operations
from yakuba.procedures.models import Procedure, Run
from yakuba.townhall.models import Membership

pytestmark = pytest.mark.django_db

PAGES = [
    "procedure",
    "procedure_design",
    "procedure_publish",
    "procedure_walk",
    "procedure_versions",
    "procedure_link",
    "procedure_qr",
    "procedure_copy",
    "procedure_file",
    "procedure_upload",
]
DOORS = [
    "procedure_change",
    "procedure_undo",
    "procedure_status",
    "procedure_trial",
    "procedure_trial_page",
]


def file_of(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("matsuri.yaml", text.encode())


@pytest.mark.parametrize("name", PAGES + DOORS)
def test_the_procedures_of_another_department_do_not_exist(name: str) -> None:
    ours, theirs = make_clerk("企画課"), make_clerk("税務課")
    procedure = make_procedure(ours, make_question(1))
    cast.make_procedure(
        department=theirs.departments.get()
    )  # so that they may do everything somewhere
    client = sit_down(theirs, htmx=False)

    answer = client.get(address(name, procedure))
    posted = client.post(address(name, procedure), {"act": "pause", "rev": 1})

    assert answer.status_code in (404, 405)
    assert posted.status_code == 404
    assert "祭り" not in answer.content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_before_and_after_publishing(name: str) -> None:
    clerk = make_clerk()
    procedure = make_procedure(clerk, make_question(1))
    client = sit_down(clerk, htmx=False)

    before = client.get(address(name, procedure))
    operations.publish(procedure, staff=clerk)
    after = client.get(address(name, procedure))

    assert (before.status_code, after.status_code) == (200, 200)


def test_a_reader_sees_the_list_and_the_procedure_but_cannot_design() -> None:
    clerk = make_clerk()
    procedure = make_procedure(clerk, make_question(1))
    reader = cast.make_staff(department=clerk.departments.get(), role=Membership.Role.READER)
    client = sit_down(reader, htmx=False)

    listed = client.get(reverse("console:procedures")).content.decode()

    assert "祭り" in listed
    assert "手続を作る" not in listed
    assert address("procedure", procedure) in listed
    assert client.get(address("procedure_design", procedure)).status_code == 403
    assert client.post(address("procedure_status", procedure), {"act": "pause"}).status_code == 403


def test_who_may_design_but_not_publish_cannot_publish() -> None:
    manager = make_clerk()
    procedure = make_procedure(manager, make_question(1))
    clerk = cast.make_staff(department=manager.departments.get(), role=Membership.Role.CLERK)
    client = sit_down(clerk, htmx=False)

    page = client.get(address("procedure_publish", procedure)).content.decode()
    posted = client.post(address("procedure_publish", procedure), {"rev": draft_of(procedure).rev})

    assert "公開の権限を持つ人だけ" in page
    assert posted.status_code == 404
    assert procedure.versions.count() == 0


def test_whoever_has_no_department_of_makers_makes_nothing() -> None:
    cast.make_town()
    client = sit_down(cast.make_staff(), htmx=False)

    assert client.get(reverse("console:procedures")).status_code == 200
    assert client.get(reverse("console:new_procedure")).status_code == 403
    assert client.get(reverse("console:import_procedure")).status_code == 403


@pytest.mark.parametrize("beginning", ["blank", "survey", "application", "report"])
def test_a_procedure_is_made_from_nothing_or_from_a_ready_one(beginning: str) -> None:
    clerk = make_clerk()
    client = sit_down(clerk, htmx=False)

    answer = client.post(
        reverse("console:new_procedure"),
        {
            "title": "新しい手続",
            "beginning": beginning,
            "kind": "report",
            "department": clerk.departments.get().pk,
        },
    )

    made = Procedure.objects.get()
    assert answer.headers["Location"] == address("procedure_design", made)
    assert made.title == "新しい手続"
    assert made.kind == ("report" if beginning == "blank" else beginning)
    if beginning != "blank":
        operations.publish(made, staff=clerk)  # a ready one has nothing to mend


def test_publishing_shows_the_difference_and_who_is_in_the_middle() -> None:
    clerk = make_clerk()
    procedure = make_procedure(clerk, make_question(1))
    operations.publish(procedure, staff=clerk)
    procedure.refresh_from_db()
    operations.begin(procedure=procedure, resident=cast.make_resident())
    client = sit_down(clerk, htmx=False)
    press(sit_down(clerk), procedure, "copy", "q-q1")

    page = client.get(address("procedure_publish", procedure)).content.decode()
    client.post(address("procedure_publish", procedure), {"rev": draft_of(procedure).rev})

    assert "を追加しました。" in page
    assert "第1版：1人" in page
    assert procedure.versions.count() == 2


def test_what_was_changed_after_the_page_was_read_is_not_published() -> None:
    clerk = make_clerk()
    procedure = make_procedure(clerk, make_question(1))
    seen = draft_of(procedure).rev
    press(sit_down(clerk), procedure, "copy", "q-q1")

    page = sit_down(clerk, htmx=False).post(address("procedure_publish", procedure), {"rev": seen})

    assert "下書きが変わりました" in page.content.decode()
    assert procedure.versions.count() == 0


def test_the_walk_names_the_question_that_nobody_is_asked() -> None:
    clerk = make_clerk()
    never = {
        "all_of": [
            {"fact": "answer.q1", "operator": "is", "value": True},
            {"fact": "answer.q1", "operator": "is", "value": False},
        ]
    }
    procedure = make_procedure(clerk, make_question(1), make_question(2, when=never))

    page = sit_down(clerk, htmx=False).get(address("procedure_walk", procedure)).content.decode()

    assert "どう答えても、ここは聞かれません" in page
    assert address("procedure_part", procedure, "q-q2") in page


def test_an_older_version_is_compared_and_published_again() -> None:
    clerk = make_clerk()
    procedure = make_procedure(clerk, make_question(1))
    operations.publish(procedure, staff=clerk)
    press(sit_down(clerk), procedure, "copy", "q-q1")
    operations.publish(procedure, staff=clerk)
    client = sit_down(clerk, htmx=False)

    page = client.get(address("procedure_version", procedure, 1)).content.decode()
    client.post(address("procedure_restore", procedure, 1))

    assert "を削除しました。" in page
    procedure.refresh_from_db()
    assert procedure.current is not None
    assert procedure.current.number == 3
    assert [one["id"] for one in questions(procedure)] == ["q1"]


def test_receiving_is_stopped_and_begun_again() -> None:
    clerk = make_clerk()
    procedure = make_procedure(clerk, make_question(1))
    operations.publish(procedure, staff=clerk)
    client = sit_down(clerk, htmx=False)

    client.post(address("procedure_status", procedure), {"act": "pause"})
    procedure.refresh_from_db()
    assert procedure.status == Procedure.Status.PAUSED
    client.post(address("procedure_status", procedure), {"act": "reopen"})

    procedure.refresh_from_db()
    assert procedure.status == Procedure.Status.OPEN


def test_a_file_goes_out_and_comes_back_exactly() -> None:
    clerk = make_clerk()
    procedure = make_procedure(clerk, make_question(1), start_on=["祭り"])
    client = sit_down(clerk, htmx=False)
    text = client.get(address("procedure_file", procedure)).content.decode()

    client.post(
        reverse("console:import_procedure"),
        {"file": file_of(text), "department": clerk.departments.get().pk, "slug": "again"},
    )

    again = Procedure.objects.get(slug="again")
    assert draft_of(again).document == draft_of(procedure).document


def test_a_file_is_taken_only_after_its_difference_was_shown() -> None:
    clerk = make_clerk()
    procedure = make_procedure(clerk, make_question(1))
    client = sit_down(clerk, htmx=False)
    text = definition.to_yaml(definition.read(draft_of(procedure).document))
    changed = text.replace("1つめ", "はじめ")

    shown = client.post(address("procedure_upload", procedure), {"file": file_of(changed)})
    assert questions(procedure)[0]["label"] == {"ja": "1つめ"}
    client.post(
        address("procedure_upload", procedure),
        {"document": shown.context["document"], "rev": shown.context["rev"]},
    )

    assert "「1つめ」から「はじめ」に変えました。" in shown.content.decode()
    assert questions(procedure)[0]["label"] == {"ja": "はじめ"}


def test_a_file_that_somebody_tampered_with_is_not_taken() -> None:
    clerk = make_clerk()
    procedure = make_procedure(clerk, make_question(1))
    before = draft_of(procedure)

    sit_down(clerk, htmx=False).post(
        address("procedure_upload", procedure),
        {"document": json.dumps(before.document), "rev": before.rev},
    )

    assert draft_of(procedure).rev == before.rev


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("schema: 2\nkind: survey\n", "schema: 2"),
        ("schema: 1\nkind: survey\ntitle: {ja: a}\nsections: [{id: s1, questions: [{id: q1, kind: teleport}]}]", "teleport"),
        ("{", "1行目の2文字目：「[」か「{」が閉じていない"),
        ("- a\n- b\n", "手続の定義ではありません"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_procedure_is_refused_with_place_and_reason(
    text: str, reason: str
) -> None:
    clerk = make_clerk()
    procedure = make_procedure(clerk, make_question(1))

    page = sit_down(clerk, htmx=False).post(
        address("procedure_upload", procedure), {"file": file_of(text)}
    )

    assert reason in page.content.decode()
    assert "document" not in page.context


def test_the_link_starts_the_procedure_inside_line_and_the_code_says_the_same() -> None:
    clerk = make_clerk()
    procedure = make_procedure(clerk, make_question(1))
    client = sit_down(clerk, htmx=False)

    page = client.get(address("procedure_link", procedure)).content.decode()
    code = client.get(address("procedure_qr", procedure))

    assert "/x/matsuri/" in page
    assert "<svg" in page
    assert code.headers["Content-Type"] == "image/svg+xml"
    assert code.content.startswith(b"<?xml")


class TestThePhone:
    def ask(self, client: Client, procedure: Procedure, **given: object) -> dict[str, object]:
        answer = client.post(address("procedure_trial", procedure), given)
        assert answer.status_code == 200
        said: dict[str, object] = answer.json()
        return said

    def press(
        self, client: Client, procedure: Procedure, said: dict[str, object], label: str
    ) -> dict[str, object]:
        messages = said["messages"]
        assert isinstance(messages, list)
        found = json.dumps(messages[-1], ensure_ascii=False)
        actions = [part for part in _actions(messages[-1]) if part["label"] == label]
        assert actions, found
        return self.ask(
            client, procedure, state=json.dumps(said["state"]), do="press", data=actions[0]["data"]
        )

    def test_the_draft_runs_for_real_to_its_end_and_nothing_is_kept(self) -> None:
        clerk = make_clerk()
        procedure = make_procedure(clerk, make_question(1))
        client = sit_down(clerk, htmx=False)

        said = self.ask(client, procedure)
        said = self.press(client, procedure, said, "はい")
        said = self.press(client, procedure, said, "この内容で送る")

        assert "どこにも送りません" in str(said["over"])
        assert Run.objects.count() == 0
        assert "trial" not in json.dumps(dict(client.session))

    def test_it_goes_to_the_chosen_question_by_answering_what_is_before(self) -> None:
        clerk = make_clerk()
        never_first = {"fact": "answer.q1", "operator": "is", "value": False}
        procedure = make_procedure(
            clerk,
            make_question(1),
            make_question(2, "telephone"),
            make_question(3, "number", when=never_first),
        )

        said = self.ask(sit_down(clerk, htmx=False), procedure, question="q3")

        assert "3つめ" in json.dumps(said["messages"], ensure_ascii=False)
        assert "2つめ" not in json.dumps(said["messages"], ensure_ascii=False)

    def test_a_procedure_that_is_not_open_yet_can_be_tried(self) -> None:
        clerk = make_clerk()
        procedure = make_procedure(
            clerk, make_question(1), opening={"opens_at": "2099-01-01T00:00:00+09:00"}
        )

        said = self.ask(sit_down(clerk, htmx=False), procedure)

        assert "1つめ" in json.dumps(said["messages"], ensure_ascii=False)

    def test_a_draft_that_cannot_run_says_why(self) -> None:
        clerk = make_clerk()
        procedure = make_procedure(clerk, make_question(1, "number", options={"decimals": 99}))

        said = self.ask(sit_down(clerk, htmx=False), procedure)

        assert "まだ動かせません" in str(said["trouble"])

    @pytest.mark.parametrize("state", ["{", "[]", '{"schema": 9}', '{"answers": 3}', "null"])
    def test_a_state_that_is_none_begins_anew(self, state: str) -> None:
        clerk = make_clerk()
        procedure = make_procedure(clerk, make_question(1))

        said = self.ask(sit_down(clerk, htmx=False), procedure, state=state, do="continue")

        assert said["messages"]

    def test_the_page_says_what_is_wrong_and_goes_on_when_it_is_right(self) -> None:
        clerk = make_clerk()
        procedure = make_procedure(clerk, make_question(1, "telephone"))
        client = sit_down(clerk, htmx=False)
        where = address("procedure_trial_page", procedure)
        given = {"section": "s1", "act": "next", "state": "", "question": "", "language": "ja"}

        wrong = client.post(where, {**given, "q1": "でんわ"})
        right = client.post(where, {**given, "q1": "0764721111"})

        assert "直していただくところが1つあります" in wrong.content.decode()
        assert "076-472-1111" in right.content.decode()
        assert Run.objects.count() == 0


def _actions(message: object) -> list[dict[str, str]]:
    if isinstance(message, dict):
        own = [message] if message.get("type") == "postback" else []
        return own + [one for inner in message.values() for one in _actions(inner)]
    if isinstance(message, list):
        return [one for inner in message for one in _actions(inner)]
    return []
