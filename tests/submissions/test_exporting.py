"""Files of what came in: every version in one table, harmless in Excel, for their maker only."""

import csv
import io
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client

from tests.cast import make_department, make_resident, make_staff, make_town
from tests.submissions.making import (
    HANAKO,
    desk_of,
    hand_in,
    make_choice,
    make_clerk,
    make_procedure,
    make_question,
    make_questions,
    make_section,
    publish_again,
)
from yakuba.audit.models import Entry
from yakuba.console.models import Progress
from yakuba.files import storage
from yakuba.files.models import StoredFile
from yakuba.kit import clock
from yakuba.procedures.models import Procedure
from yakuba.submissions import operations
from yakuba.submissions.models import Export
from yakuba.submissions.operations.exporting import MayNotExport, NotThere
from yakuba.townhall import operations as townhall
from yakuba.townhall.models import Membership, StaffMember

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _town(settings: Any, tmp_path: Path) -> None:
    settings.FILES_URL = f"file://{tmp_path}/files"
    make_town()


def export(
    procedure: Procedure,
    *,
    format: str = "xlsx",
    query: str = "",
    has_personal: bool = True,
    staff: StaffMember | None = None,
) -> Export:
    """Ask for a file and let the worker make it."""
    wanted = operations.ask_for(
        procedure,
        format=format,
        query=query,
        has_personal=has_personal,
        staff=staff or make_clerk(procedure),
    )
    operations.make_export(export_id=str(wanted.pk))
    wanted.refresh_from_db()
    assert wanted.ready_at is not None, Progress.objects.get(pk=wanted.progress_id).sentence
    return wanted


def content(made: Export) -> bytes:
    _file, pieces = operations.fetch(made, staff=made.staff)
    return b"".join(pieces)


def sheets(made: Export) -> dict[str, list[list[Any]]]:
    book = openpyxl.load_workbook(io.BytesIO(content(made)))
    return {
        sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()]
        for sheet in book.worksheets
    }


def column(rows: list[list[Any]], heading: str) -> list[Any]:
    return [row[rows[0].index(heading)] for row in rows[1:]]


class TestTable:
    def test_every_answer_has_its_typed_cell_and_telephones_keep_their_zero(self) -> None:
        procedure = make_procedure(
            *make_questions(make_question("size", "number"), make_question("seen", "date"))
        )
        place = {"what": "hole", "free": "橋", "size": "30", "seen": "2026-11-20"}
        submission = hand_in(procedure, place=place, contact=HANAKO)

        rows = sheets(export(procedure))["回答"]

        assert column(rows, "受付番号") == [submission.receipt_no]
        assert column(rows, "電話番号 [phone]") == ["076-472-1111"]
        assert column(rows, "お名前［姓］ [who]") == ["山田"]
        assert column(rows, "sizeは？ [size]") == [30]
        assert column(rows, "seenは？ [seen]") == [datetime(2026, 11, 20)]
        assert isinstance(column(rows, "受付日時")[0], datetime)

    def test_answers_of_all_versions_stand_in_one_table_by_question(self) -> None:
        """E46: a renamed label, a removed question and a removed choice."""
        procedure = make_procedure(
            make_section(
                "place",
                make_question("free", label={"ja": "くわしく"}),
                make_question("old", label={"ja": "いまは聞かないこと"}),
                make_choice("sorts", "ice", "snow", kind="choices"),
            )
        )
        hand_in(procedure, place={"free": "一", "old": "昔", "sorts": ["ice", "snow"]})
        publish_again(
            procedure,
            make_section(
                "place",
                make_choice("sorts", "snow", "leaves", kind="choices"),
                make_question("free", label={"ja": "ことばで"}),
                make_question("fresh", label={"ja": "新しいこと"}),
            ),
            retired_ids=["old"],
        )
        hand_in(procedure, place={"free": "二", "fresh": "新", "sorts": ["leaves"]})

        rows = sheets(export(procedure))["回答"]

        assert rows[0][6:] == [
            "sortsは？［snow］ [sorts]",
            "sortsは？［leaves］ [sorts]",
            "ことばで [free]",
            "新しいこと [fresh]",
            "いまは聞かないこと（旧） [old]",
            "sortsは？［ice］（旧） [sorts]",
        ]
        assert [row[6:] for row in rows[1:]] == [
            [1, None, "一", None, "昔", 1],
            [0, 1, "二", "新", None, None],
        ]
        assert column(rows, "版") == [1, 2]

    def test_people_of_a_repeated_section_stand_on_a_second_sheet(self) -> None:
        procedure = make_procedure(
            make_section("place", make_question("free")),
            make_section(
                "children", make_question("called"), repeat={"each": "child", "min": 1, "max": 3}
            ),
        )
        submission = hand_in(
            procedure,
            items={"children": ["a", "b"]},
            place={"free": "x"},
            children={"children[a].called": "たろう", "children[b].called": "はなこ"},
        )

        found = sheets(export(procedure))

        assert found["childrenについて"] == [
            ["受付番号", "番号", "calledは？ [called]"],
            [submission.receipt_no, 1, "たろう"],
            [submission.receipt_no, 2, "はなこ"],
        ]
        assert "calledは？ [called]" not in found["回答"][0]

    def test_what_excel_would_calculate_is_text(self) -> None:
        """E47."""
        procedure = make_procedure(make_section("place", make_question("free")))
        hand_in(procedure, place={"free": "=1+1"})
        clerk = make_clerk(procedure)

        book = openpyxl.load_workbook(io.BytesIO(content(export(procedure, staff=clerk))))
        in_csv = content(export(procedure, format="csv", staff=clerk)).decode("utf-8-sig")

        (cell,) = [one for one in book["回答"][2] if one.value == "=1+1"]
        assert (cell.data_type, cell.quotePrefix) == ("s", True)
        assert list(csv.reader(io.StringIO(in_csv)))[1][-1] == "'=1+1"

    def test_csv_opens_in_excel_and_in_old_programs(self) -> None:
        procedure = make_procedure(make_section("place", make_question("free")))
        hand_in(procedure, place={"free": "髙橋と𠮷田☕"})
        clerk = make_clerk(procedure)

        plain = export(procedure, format="csv", staff=clerk)
        old = export(procedure, format="cp932", staff=clerk)

        assert content(plain).startswith(b"\xef\xbb\xbf")
        with zipfile.ZipFile(io.BytesIO(content(old))) as packed:
            assert sorted(packed.namelist()) == ["入らなかった文字.csv", "回答.csv"]
            answers = packed.read("回答.csv").decode("cp932")
            unfit = packed.read("入らなかった文字.csv").decode("utf-8-sig")
        assert "髙橋と〓田〓" in answers
        assert [row[1:] for row in csv.reader(io.StringIO(unfit))][1:] == [
            ["2", "7", "𠮷"],
            ["2", "7", "☕"],
        ]
        assert (old.name.endswith(".zip"), old.unfit) == (True, 2)
        assert "2字あり" in Progress.objects.get(pk=old.progress_id).sentence


class TestRights:
    def test_without_the_right_to_persons_their_columns_are_left_out_and_this_is_said(self) -> None:
        procedure = make_procedure()
        hand_in(procedure)

        made = export(procedure, has_personal=False)

        (rows,) = sheets(made).values()
        assert rows[0][6:] == ["whatは？ [what]", "くわしく [free]"]
        assert "山田" not in str(rows)
        assert "個人情報の列は入っていません" in Progress.objects.get(pk=made.progress_id).sentence

    def test_who_may_not_see_persons_cannot_export_them(self) -> None:
        procedure = make_procedure()
        other = make_department("企画課")
        colleague = make_staff(department=other, role=Membership.Role.CLERK)
        for capability in ("view", "export"):
            townhall.grant(procedure.scope, department=other, capability=capability)

        with pytest.raises(MayNotExport):
            operations.ask_for(
                procedure, format="csv", query="", has_personal=True, staff=colleague
            )
        export(procedure, has_personal=False, staff=colleague)

    def test_a_question_that_was_once_confidential_stays_so_for_old_answers(self) -> None:
        procedure = make_procedure(
            make_section("place", make_question("free", confidential=True, label={"ja": "事情"}))
        )
        hand_in(procedure, place={"free": "ひみつ"})
        publish_again(procedure, make_section("place", make_question("free", label={"ja": "事情"})))

        made = export(procedure, has_personal=False)

        assert "ひみつ" not in str(sheets(made))

    def test_a_right_that_was_taken_away_before_the_job_ran_counts(self) -> None:
        procedure = make_procedure()
        clerk = make_clerk(procedure)
        wanted = operations.ask_for(
            procedure, format="csv", query="", has_personal=False, staff=clerk
        )
        department = procedure.scope.department
        townhall.revoke(procedure.scope, department=department, capability="export")

        operations.make_export(export_id=str(wanted.pk))

        progress = Progress.objects.get(pk=wanted.progress_id)
        assert (progress.state, "権限がありません" in progress.sentence) == ("failed", True)

    def test_the_file_is_for_its_maker_only_and_only_while_he_may(self) -> None:
        procedure = make_procedure()
        hand_in(procedure)
        made = export(procedure)
        address = f"/console/submissions/exports/{made.pk}/"
        maker, colleague = desk_of(made.staff), desk_of(make_clerk(procedure))

        fetched = maker.get(f"{address}file/")
        assert fetched.status_code == 200
        assert b"".join(fetched.streaming_content) == content(made)  # type: ignore[attr-defined]
        assert colleague.get(address).status_code == 404
        assert colleague.get(f"{address}file/").status_code == 404

        department = procedure.scope.department
        townhall.revoke(procedure.scope, department=department, capability="personal")
        with pytest.raises(MayNotExport):
            operations.fetch(made, staff=made.staff)

    def test_who_exported_what_is_in_the_audit_without_the_words_searched_for(self) -> None:
        procedure = make_procedure()
        submission = hand_in(procedure)
        hand_in(
            procedure,
            place={"what": "tree", "free": "x"},
            contact=dict(HANAKO) | {"who:family": "森"},
        )

        made = export(procedure, query="q=山田花子&status=new")

        entry = Entry.objects.get(action="exported")
        assert (entry.staff_id, entry.detail["rows"]) == (made.staff_id, 1)
        assert entry.detail["filter"] == {"q": "（検索語）", "status": "new"}
        assert entry.detail["personal"] is True
        assert column(sheets(made)["回答"], "受付番号") == [submission.receipt_no]


class TestFile:
    def test_a_job_that_is_run_twice_makes_one_file(self) -> None:
        procedure = make_procedure()
        made = export(procedure)

        operations.make_export(export_id=str(made.pk))

        assert Entry.objects.filter(action="exported").count() == 1

    def test_is_sealed_in_the_storage_and_gone_after_a_week(
        self, django_capture_on_commit_callbacks: Any
    ) -> None:
        procedure = make_procedure()
        hand_in(procedure)
        made = export(procedure, format="csv")
        [name] = [name for name, _written in storage.here().names()]
        sealed = storage.here().read(name)

        with clock.stopped_at(clock.now() + timedelta(days=8)):
            with pytest.raises(NotThere):
                operations.fetch(made, staff=made.staff)
            with django_capture_on_commit_callbacks(execute=True):
                operations.erase_old_exports()

        assert sealed is not None
        assert "山田".encode() not in sealed
        assert list(storage.here().names()) == []
        assert not Export.objects.exists()

    def test_that_files_erased_by_itself_is_said_to_be_gone(self) -> None:
        made = export(make_procedure())
        StoredFile.objects.all().delete()
        made.refresh_from_db()

        answer = desk_of(made.staff).get(
            f"/console/submissions/exports/{made.pk}/file/", follow=True
        )

        assert "このファイルはもうありません" in answer.content.decode()


class TestPages:
    def test_a_clerk_asks_and_is_led_to_the_file(self) -> None:
        procedure = make_procedure()
        hand_in(procedure)
        browser = desk_of(make_clerk(procedure))

        asked = browser.post(
            f"/console/submissions/export/?procedure={procedure.pk}&status=new&cols=status",
            {"procedure": procedure.pk, "format": "xlsx"},
            follow=True,
        )
        wanted = Export.objects.get()
        operations.make_export(export_id=str(wanted.pk))
        seen = browser.get("/console/submissions/").content.decode()

        assert "書き出しています" in asked.content.decode()
        assert wanted.query == "status=new"
        assert f"/console/submissions/exports/{wanted.pk}/" in seen
        assert "1件を書き出しました" in seen

    def test_the_questions_are_a_table_of_their_own(self) -> None:
        procedure = make_procedure()
        browser = desk_of(make_clerk(procedure))

        answer = browser.post(
            "/console/submissions/export/",
            {"procedure": procedure.pk, "format": "xlsx", "questions": "1"},
        )

        rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.values)  # type: ignore[union-attr]
        assert [row[2] for row in rows[1:]] == ["what", "free", "who", "phone"]
        assert rows[1][7] == "hole\ntree\nsnow"
        assert rows[3][9] == "はい"
        assert Entry.objects.filter(action="exported", sentence__contains="質問の一覧").exists()

    def test_who_may_not_export_has_no_page(self) -> None:
        procedure = make_procedure()
        reader = make_clerk(procedure, role=Membership.Role.READER)

        assert desk_of(reader).get("/console/submissions/export/").status_code == 403
        assert Client().get("/console/submissions/export/").status_code == 302

    def test_anothers_procedure_cannot_be_chosen(self) -> None:
        ours, theirs = make_procedure(), make_procedure(title="税の相談")
        hand_in(theirs, make_resident())

        answer = desk_of(make_clerk(ours)).post(
            "/console/submissions/export/", {"procedure": theirs.pk, "format": "csv"}
        )

        assert answer.status_code == 200
        assert not Export.objects.exists()
