"""The editor's pages and JSON: what is kept, who may, and what a second clerk is told."""

import io
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from tests.cast import make_department, make_staff
from tests.townhall.factories import make_town
from yakuba.broadcasts.models import Media
from yakuba.files import operations as files
from yakuba.files.models import StoredFile
from yakuba.kit import clock
from yakuba.richmenus import definition, operations, queries, samples
from yakuba.richmenus.console import essentials
from yakuba.richmenus.models import Draft, RichMenu
from yakuba.richmenus.operations import laying
from yakuba.richmenus.rules import checking, grids
from yakuba.townhall.models import Department, StaffMember

pytestmark = pytest.mark.django_db


@pytest.fixture
def department() -> Department:
    make_town(phone="076-472-1111")
    return make_department("企画課")


@pytest.fixture
def clerk(department: Department) -> StaffMember:
    return make_staff(department=department)


@pytest.fixture
def menu(department: Department, clerk: StaffMember) -> RichMenu:
    return operations.make(
        department=department,
        key="menu",
        name="町民向け",
        document=samples.document_for("six", phone=""),
        staff=clerk,
    )


def at_desk(staff: StaffMember) -> Client:
    client = Client()
    client.force_login(staff)
    return client


def save(
    client: Client, menu: RichMenu, document: Any, rev: int = 1, words: str = "直しました"
) -> Any:
    return client.post(
        f"/console/menus/{menu.public_id}/draft/",
        json.dumps({"document": document, "rev": rev, "words": words}),
        content_type="application/json",
    )


def changed(menu: RichMenu, **first: Any) -> Any:
    document = Draft.objects.get(menu=menu).document
    document["tabs"][0]["cells"][0].update(first)
    return document


class TestBeginning:
    @pytest.mark.parametrize("beginning", samples.BEGINNINGS, ids=lambda one: one.key)
    def test_every_ready_menu_is_a_menu_whose_areas_cover_it(
        self, beginning: samples.Beginning
    ) -> None:
        read = definition.read(samples.document_for(beginning.key, phone="076-472-1111"))

        for tab in read.tabs:
            assert (
                grids.faults(grids.Grid(*tab.grid), [grids.At(*one.at) for one in tab.cells]) == []
            )
        red = [
            one for one in checking.findings(read, checking.Surroundings()) if one.severity == "red"
        ]
        assert beginning.key == "blank" or red == []

    def test_a_clerk_begins_with_a_name_and_a_ready_menu(
        self, department: Department, clerk: StaffMember
    ) -> None:
        answer = at_desk(clerk).post(
            "/console/menus/new/",
            {"name": "町民向け", "department": department.pk, "beginning": "tabs"},
        )

        made = RichMenu.objects.get()
        assert answer.headers["Location"] == f"/console/menus/{made.public_id}/edit/"
        assert [tab["name"] for tab in made.draft.document["tabs"]] == ["くらし", "防災"]
        call = made.draft.document["tabs"][1]["cells"][5]["action"]
        assert call == {"do": "telephone", "number": "076-472-1111"}

    def test_whoever_may_not_make_menus_is_turned_away(self, department: Department) -> None:
        viewer = make_staff(department=department, role="reader")

        assert at_desk(viewer).get("/console/menus/new/").status_code == 403


class TestKeeping:
    def test_what_the_editor_sends_is_kept_with_what_was_changed(
        self, menu: RichMenu, clerk: StaffMember
    ) -> None:
        answer = save(
            at_desk(clerk), menu, changed(menu, title="お知らせ"), words="見出しを直しました"
        )

        draft = Draft.objects.get()
        assert answer.json()["rev"] == draft.rev == 2
        assert draft.document["tabs"][0]["cells"][0]["title"] == "お知らせ"
        assert draft.steps.get().words == "見出しを直しました"
        assert [one["cell"] for one in answer.json()["problems"]] == [0, 1, 2, 3, 4]

    def test_the_second_of_two_clerks_is_told_and_changes_nothing(
        self, menu: RichMenu, clerk: StaffMember, department: Department
    ) -> None:
        other = make_staff(department=department, name="山田 太一")
        save(at_desk(other), menu, changed(menu, title="お知らせ"))

        answer = save(at_desk(clerk), menu, changed(menu, title="役場から"))

        assert answer.status_code == 409
        assert answer.json()["by"] == "山田 太一"
        assert answer.json()["document"]["tabs"][0]["cells"][0]["title"] == "お知らせ"
        assert Draft.objects.get().document["tabs"][0]["cells"][0]["title"] == "お知らせ"

    @pytest.mark.parametrize(
        "sent",
        [
            b"",
            b"{",
            b"[]",
            b'{"document": {}, "rev": 1, "words": "x"}',
            b'{"document": 1, "rev": "x"}',
        ],
    )
    def test_what_is_no_menu_is_refused_in_a_sentence(
        self, menu: RichMenu, clerk: StaffMember, sent: bytes
    ) -> None:
        answer = at_desk(clerk).post(
            f"/console/menus/{menu.public_id}/draft/", sent, content_type="application/json"
        )

        assert answer.status_code == 422
        assert "保存できませんでした" in answer.json()["sentence"]
        assert Draft.objects.get().rev == 1

    def test_labels_are_counted_as_line_counts_them(
        self, menu: RichMenu, clerk: StaffMember
    ) -> None:
        family = "👨‍👩‍👧" * 20

        fits = save(at_desk(clerk), menu, changed(menu, label=family))
        long = save(at_desk(clerk), menu, changed(menu, label=family + "字"), rev=2)

        assert fits.status_code == 200
        assert long.status_code == 422

    @pytest.mark.parametrize("what", ["edit/", "draft/", "face/a/", "upload/"])
    def test_another_department_finds_no_such_menu(self, menu: RichMenu, what: str) -> None:
        elsewhere = make_department("税務課")
        stranger = make_staff(department=elsewhere)
        theirs = samples.document_for("six", phone="")
        operations.make(department=elsewhere, key="tax", name="税", document=theirs, staff=None)

        answers = [
            getattr(at_desk(stranger), method)(f"/console/menus/{menu.public_id}/{what}")
            for method in ("get", "post")
        ]

        assert {answer.status_code for answer in answers} <= {404, 405}

    def test_an_area_too_small_for_a_finger_is_told_where_it_is(
        self, menu: RichMenu, clerk: StaffMember
    ) -> None:
        document = changed(menu)
        board = grids.READY["half"][20]
        cells = [{**document["tabs"][0]["cells"][5], "at": [*at]} for at in board.cells]
        document["tabs"][0].update(height="half", grid=[*board.grid], cells=cells)

        answer = save(at_desk(clerk), menu, document)

        small = [
            one for one in answer.json()["problems"] if "指で押すには小さい" in one["sentence"]
        ]
        assert [one["cell"] for one in small] == [*range(20)]


class TestFace:
    def test_the_picture_of_the_draft_is_shown_at_twice_the_width_of_a_telephone(
        self, menu: RichMenu, clerk: StaffMember
    ) -> None:
        client = at_desk(clerk)
        before = client.get(f"/console/menus/{menu.public_id}/face/a/")
        save(client, menu, changed(menu, title="お知らせ"))
        after = client.get(f"/console/menus/{menu.public_id}/face/a/")

        assert Image.open(io.BytesIO(before.content)).size == (780, 526)
        assert before.content != after.content

    def test_a_tab_that_is_gone_has_no_picture(self, menu: RichMenu, clerk: StaffMember) -> None:
        assert at_desk(clerk).get(f"/console/menus/{menu.public_id}/face/z/").status_code == 404

    def test_a_picture_that_is_gone_leaves_a_grey_one_and_a_problem(
        self, menu: RichMenu, clerk: StaffMember
    ) -> None:
        document = changed(menu)
        document["tabs"][0]["picture"] = {"file": "00000000-0000-4000-8000-000000000000"}

        problems = save(at_desk(clerk), menu, document).json()["problems"]
        face = at_desk(clerk).get(f"/console/menus/{menu.public_id}/face/a/")

        assert "絵のファイルがありません" in problems[0]["sentence"]
        assert Image.open(io.BytesIO(face.content)).size == (780, 526)


class TestUpload:
    def send(self, clerk: StaffMember, menu: RichMenu, width: int, height: int, **more: str) -> Any:
        written = io.BytesIO()
        Image.new("RGB", (width, height), "#00118f").save(written, "PNG")
        file = SimpleUploadedFile("絵.png", written.getvalue(), "image/png")
        return at_desk(clerk).post(
            f"/console/menus/{menu.public_id}/upload/", {"file": file, "height": "full", **more}
        )

    def test_a_good_picture_is_kept_at_once(self, menu: RichMenu, clerk: StaffMember) -> None:
        answer = self.send(clerk, menu, 2500, 1686)

        assert answer.json() == {"file": str(StoredFile.objects.get().pk)}

    def test_nothing_is_cut_off_without_a_yes(self, menu: RichMenu, clerk: StaffMember) -> None:
        asked = self.send(clerk, menu, 2500, 2000)
        assert asked.json() == {"asks": ["上下を切り取ります（全体の16%）。"]}
        assert not StoredFile.objects.exists()

        agreed = self.send(clerk, menu, 2500, 2000, yes="1")
        assert agreed.json() == {"file": str(StoredFile.objects.get().pk)}

    def test_what_is_no_picture_is_refused_in_a_sentence(
        self, menu: RichMenu, clerk: StaffMember
    ) -> None:
        address = f"/console/menus/{menu.public_id}/upload/"
        small = self.send(clerk, menu, 300, 200)
        other = at_desk(clerk).post(
            address, {"file": SimpleUploadedFile("a.png", b"%PDF-1.7"), "height": "full"}
        )
        nothing = at_desk(clerk).post(address, {"height": "full"})

        assert "小さすぎます" in small.json()["sentence"]
        assert "JPEG、PNG" in other.json()["sentence"]
        assert "届きませんでした" in nothing.json()["sentence"]
        assert {one.status_code for one in (small, other, nothing)} == {422}


class TestWithoutScript:
    def post(self, clerk: StaffMember, menu: RichMenu, **typed: str) -> Any:
        return at_desk(clerk).post(
            f"/console/menus/{menu.public_id}/edit/", {"rev": "1", **typed}, follow=True
        )

    def test_the_fields_of_an_area_are_kept_and_the_rest_stays(
        self, menu: RichMenu, clerk: StaffMember
    ) -> None:
        before = Draft.objects.get().document

        self.post(
            clerk,
            menu,
            **{"t0-c0-title": "ごみ", "t0-c0-do": "telephone", "t0-c0-content": "076-472-1111"},
        )

        after = Draft.objects.get().document
        assert after["tabs"][0]["cells"][0]["title"] == "ごみ"
        assert after["tabs"][0]["cells"][0]["action"]["number"] == "076-472-1111"
        assert after["tabs"][0]["cells"][1:] == before["tabs"][0]["cells"][1:]

    def test_too_long_a_word_is_said_and_what_was_typed_stays(
        self, menu: RichMenu, clerk: StaffMember
    ) -> None:
        answer = self.post(clerk, menu, chat_bar="あ" * 15)

        assert "長すぎる" in answer.content.decode()
        assert "あ" * 15 in answer.content.decode()
        assert Draft.objects.get().rev == 1

    def test_a_second_clerk_is_told(self, menu: RichMenu, clerk: StaffMember) -> None:
        self.post(clerk, menu, chat_bar="くらし")

        answer = self.post(clerk, menu, chat_bar="町から")

        assert "ほかの人が先に直しました" in answer.content.decode()
        assert Draft.objects.get().document["chat_bar"] == "くらし"

    def test_fewer_areas_keep_the_first(self, menu: RichMenu, clerk: StaffMember) -> None:
        self.post(clerk, menu, **{"t0-areas": "4"})

        tab = Draft.objects.get().document["tabs"][0]
        assert tab["grid"] == [2, 2]
        assert [one["title"] for one in tab["cells"]][:2] == ["お知らせの設定", "ごみ・リサイクル"]

    def test_a_number_that_is_no_board_changes_nothing(self, menu: RichMenu) -> None:
        document = Draft.objects.get().document

        assert essentials.posted(document, {"t0-areas": "9" * 30}) == document
        assert essentials.posted(document, {"t0-areas": "5"}) == document


class TestAttackers:
    def test_a_file_that_is_somebody_elses_is_no_picture_of_a_menu(
        self, menu: RichMenu, clerk: StaffMember
    ) -> None:
        written = io.BytesIO()
        Image.new("RGB", (2500, 1686), "red").save(written, "PNG")
        file = files.keep(content=written.getvalue(), name="a.png")
        document = Draft.objects.get(menu=menu).document
        document["tabs"][0]["picture"] = {"file": str(file.pk)}
        tab = definition.read(document).tabs[0]
        assert laying.picture_of(definition.read(document), tab).content

        Media.objects.create(file=file, made_at=clock.now(), made_by=clerk)

        with pytest.raises(laying.NoPicture):
            laying.picture_of(definition.read(document), tab)
        save(at_desk(clerk), menu, document)
        face = at_desk(clerk).get(f"/console/menus/{menu.public_id}/face/{tab.key}/")
        assert Image.open(io.BytesIO(face.content)).getpixel((5, 5)) == (230, 230, 230)
        said = [one.sentence for one in queries.findings(menu, definition.read(document))]
        assert any("絵" in one or "画像" in one for one in said)

    def test_a_document_without_a_bottom_gets_a_sentence(
        self, menu: RichMenu, clerk: StaffMember
    ) -> None:
        answer = at_desk(clerk).post(
            f"/console/menus/{menu.public_id}/draft/",
            "[" * 200_000,
            content_type="application/json",
        )

        assert answer.status_code == 422
