"""Photos and files in one ZIP: a folder for each receipt number, names that Windows can write, rights as for answers."""

import io
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.cast import make_resident, make_staff, make_town
from tests.submissions.making import (
    HANAKO,
    PLACE,
    begin_to_correct,
    desk_of,
    finish,
    hand_in,
    make_clerk,
    make_procedure,
    make_question,
    make_questions,
    make_section,
)
from yakuba.audit.models import Entry
from yakuba.console.models import Progress
from yakuba.files import operations as files
from yakuba.files import storage
from yakuba.files.models import StoredFile
from yakuba.portal.models import Upload
from yakuba.procedures.models import Procedure
from yakuba.residents.models import Resident
from yakuba.submissions import operations
from yakuba.submissions.models import Export, Submission
from yakuba.submissions.operations import packing
from yakuba.submissions.operations.exporting import MayNotExport, NotThere
from yakuba.submissions.rules import folders
from yakuba.townhall.models import Membership, StaffMember

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _town(settings: Any, tmp_path: Path) -> None:
    settings.FILES_URL = f"file://{tmp_path}/files"
    make_town()


def make_with_photos() -> Procedure:
    spot = make_question(
        "photo", "photo", label={"ja": "写真"}, required=False, options={"most": 3}
    )
    paper = make_question("paper", "file", label={"ja": "書類"}, required=False)
    return make_procedure(*make_questions(), make_section("more", spot, paper))


def upload(resident: Resident, name: str, colour: str = "green") -> StoredFile:
    content = BytesIO()
    Image.new("RGB", (40, 30), colour).save(content, "JPEG")
    file = files.keep(content=content.getvalue(), name=name)
    Upload.objects.create(resident=resident, file=file, waits_until="2099-01-01")
    return file


def hand_in_with(
    procedure: Procedure, *photos: str, paper: str = "", resident: Resident | None = None
) -> Submission:
    resident = resident or make_resident()
    more: dict[str, Any] = {"photo": [str(upload(resident, one).pk) for one in photos]}
    more["paper"] = [str(upload(resident, paper).pk)] if paper else []
    return hand_in(procedure, resident, place=PLACE, contact=HANAKO, more=more)


def packed(
    procedure: Procedure,
    *,
    has_personal: bool = True,
    query: str = "",
    staff: StaffMember | None = None,
) -> Export:
    wanted = operations.ask_for(
        procedure,
        format="zip",
        query=query,
        has_personal=has_personal,
        staff=staff or make_clerk(procedure),
    )
    operations.make_export(export_id=str(wanted.pk))
    wanted.refresh_from_db()
    return wanted


def archive(made: Export) -> zipfile.ZipFile:
    _file, pieces = operations.fetch(made, staff=made.staff)
    return zipfile.ZipFile(io.BytesIO(b"".join(pieces)))


class TestZip:
    def test_files_lie_in_a_folder_for_each_receipt_number_as_they_came(self) -> None:
        procedure = make_with_photos()
        first = hand_in_with(procedure, "hole.jpg", "HOLE.jpg")
        second = hand_in_with(procedure, "橋.jpg")
        hand_in_with(procedure)

        box = archive(packed(procedure))

        assert sorted(box.namelist()) == sorted(
            [
                f"{first.receipt_no}/hole.jpg",
                f"{first.receipt_no}/HOLE_2.jpg",
                f"{second.receipt_no}/橋.jpg",
            ]
        )
        assert box.testzip() is None
        assert box.read(f"{second.receipt_no}/橋.jpg").startswith(b"\xff\xd8")

    def test_of_a_corrected_one_only_what_stands_now_is_in_it(self) -> None:
        procedure, hanako = make_with_photos(), make_resident()
        submission = hand_in_with(procedure, "old.jpg", resident=hanako)
        new = str(upload(hanako, "new.jpg").pk)
        finish(
            begin_to_correct(submission, hanako), place=PLACE, contact=HANAKO, more={"photo": [new]}
        )

        box = archive(packed(procedure))

        assert box.namelist() == [f"{submission.receipt_no}/new.jpg"]

    def test_files_of_confidential_questions_need_the_wish_and_the_right_for_personal_data(
        self,
    ) -> None:
        procedure = make_with_photos()
        submission = hand_in_with(procedure, "hole.jpg", paper="戸籍.jpg")
        reader = make_clerk(procedure, role=Membership.Role.READER)

        plain = archive(packed(procedure, has_personal=False))
        whole = archive(packed(procedure))

        assert plain.namelist() == [f"{submission.receipt_no}/hole.jpg"]
        assert len(whole.namelist()) == 2
        with pytest.raises(MayNotExport):
            packed(procedure, staff=reader)

    def test_what_the_list_was_narrowed_to_is_packed_and_it_is_in_the_trail(self) -> None:
        procedure = make_with_photos()
        hand_in_with(procedure, "a.jpg")
        wanted = hand_in_with(procedure, "b.jpg")

        made = packed(procedure, query=f"q={wanted.receipt_no}")

        assert archive(made).namelist() == [f"{wanted.receipt_no}/b.jpg"]
        trail = list(
            Entry.objects.filter(action="exported")
            .order_by("pk")
            .values_list("sentence", flat=True)
        )
        assert len(trail) == 2
        assert "写真・ファイル（ZIP）" in trail[0]
        assert "受け取りました" in trail[1]

    def test_bytes_that_are_gone_are_listed_instead_of_stopping_the_rest(self) -> None:
        procedure = make_with_photos()
        submission = hand_in_with(procedure, "a.jpg", "b.jpg")
        lost = submission.revisions.get().files.order_by("pk")[0].file
        storage.here().delete(str(lost.pk))

        box = archive(packed(procedure))

        assert f"{submission.receipt_no}/b.jpg" in box.namelist()
        assert "a.jpg" in box.read(packing.NOTHING).decode("utf-8-sig")

    def test_too_much_for_one_zip_is_said(self, monkeypatch: pytest.MonkeyPatch) -> None:
        procedure = make_with_photos()
        hand_in_with(procedure, "a.jpg")
        monkeypatch.setattr(packing, "_LARGEST", 10)

        made = packed(procedure)

        assert made.ready_at is None
        assert "多すぎて" in Progress.objects.get(pk=made.progress_id).sentence
        with pytest.raises(NotThere):
            operations.fetch(made, staff=made.staff)

    def test_another_department_cannot_fetch_it(self) -> None:
        procedure = make_with_photos()
        hand_in_with(procedure, "a.jpg")
        made = packed(procedure)
        address = f"/console/submissions/exports/{made.pk}/file/"

        mine = desk_of(made.staff).get(address)
        theirs = desk_of(make_staff("税 一郎")).get(address)

        assert mine.status_code == 200
        assert theirs.status_code in (403, 404)


class TestNames:
    @pytest.mark.parametrize(
        ("given", "written"),
        [
            ("写真 1.jpg", "写真 1.jpg"),
            ("../../etc/passwd.pdf", "＿..＿etc＿passwd.pdf"),
            ('a<b>:"c|d?*.jpg', "a＿b＿＿＿c＿d＿＿.jpg"),
            ("CON.jpg", "＿CON.jpg"),
            ("lpt1.tar.pdf", "＿lpt1.tar.pdf"),
            (".jpg", "jpg"),
            ("", "ファイル"),
            ("終わり. .", "終わり"),
            ("a\u202egpj.exe", "a＿gpj.exe"),
        ],
    )
    def test_windows_can_write_it(self, given: str, written: str) -> None:
        assert folders.safe(given) == written

    def test_a_long_name_leaves_room_for_its_folder(self) -> None:
        assert len(folders.safe("あ" * 200 + ".pdf")) <= folders.LONGEST + 1
        assert folders.safe("あ" * 200 + ".pdf").endswith(".pdf")

    def test_two_of_one_name_stand_beside_each_other(self) -> None:
        assert folders.apart("A.jpg", {"a.jpg", "a_2.JPG"}) == "A_3.jpg"
