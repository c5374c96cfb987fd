"""Erasing in time, forgetting people, telling departments again, and changing keys."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from cryptography.fernet import Fernet
from PIL import Image
from pytest_django import Settings

from tests.cast import make_department, make_resident, make_town
from tests.submissions.making import (
    desk_of,
    finish,
    hand_in,
    make_clerk,
    make_procedure,
    make_question,
    make_section,
)
from yakuba.audit.models import Entry
from yakuba.config.cli import main
from yakuba.files import operations as files
from yakuba.files.models import StoredFile
from yakuba.kit import clock
from yakuba.mail.models import Letter, Part
from yakuba.mail.rules import looks_personal
from yakuba.portal.models import Upload
from yakuba.procedures import operations as procedures
from yakuba.residents.models import Resident
from yakuba.submissions import operations, queries
from yakuba.submissions.models import LookupHash, Submission

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)  # 10:00 in Japan, no holiday near


def photo_of(resident: Resident) -> str:
    content = BytesIO()
    Image.new("RGB", (20, 20), "green").save(content, "JPEG")
    file = files.keep(content=content.getvalue(), name="hole.jpg")
    Upload.objects.create(resident=resident, file=file, waits_until="2027-01-01")
    return str(file.pk)


class TestErase:
    def test_what_was_kept_long_enough_is_gone_and_the_figure_stays(
        self, django_capture_on_commit_callbacks: Any
    ) -> None:
        resident = make_resident()
        procedure = make_procedure(
            make_section(
                "place",
                make_question("photo", "photo"),
                make_question("who", "name"),
                make_question("free"),
            ),
            retention={"days": 30},
        )
        answers = {
            "photo": [photo_of(resident)], "free": "x", "who:family": "山田", "who:given": "花子",
            "who:family_kana": "ヤマダ", "who:given_kana": "ハナコ",
        }  # fmt: skip
        submission = hand_in(procedure, resident, place=answers)
        clerk = make_clerk(procedure)
        operations.write_note(submission, text="山田さんに電話した", staff=clerk)
        operations.set_status(submission, status="done", rev=0, staff=clerk)

        with clock.stopped_at(clock.now() + timedelta(days=30)):
            operations.erase_due()
        assert submission.revisions.exists()
        with clock.stopped_at(clock.now() + timedelta(days=31)):
            with django_capture_on_commit_callbacks(execute=True):
                operations.erase_due()

        submission.refresh_from_db()
        assert submission.status == "done"
        assert submission.erased_at is not None
        assert submission.resident is None
        for what in ("revisions", "notes", "hashes", "clear"):
            assert not getattr(submission, what).exists(), what
        assert not StoredFile.objects.exists()
        entry = Entry.objects.get(action="erased")
        assert (entry.staff_id, entry.detail) == (None, {"counts": {"道路の通報": 1}})

    def test_what_somebody_is_still_working_on_stays_and_today_says_so(self) -> None:
        procedure = make_procedure(retention={"days": 1})
        survey = make_procedure(
            department=procedure.scope.department, kind="survey", retention={"days": 1}
        )
        report, answer = hand_in(procedure), hand_in(survey)
        browser = desk_of(make_clerk(procedure))
        make_town()

        with clock.stopped_at(clock.now() + timedelta(days=3)):
            operations.erase_due()
            today = browser.get("/console/").content.decode()

        report.refresh_from_db()
        answer.refresh_from_db()
        assert (report.erased_at is None, answer.erased_at is None) == (True, False)
        assert "保存期間が過ぎた未完了" in today

    def test_a_photo_in_two_revisions_is_erased_once(self) -> None:
        resident = make_resident()
        procedure = make_procedure(
            make_section("place", make_question("photo", "photo"), make_question("free"))
        )
        photo = photo_of(resident)
        submission = hand_in(procedure, resident, place={"photo": [photo], "free": "一"})
        turn = procedures.begin_correction(
            procedure=procedure, resident=resident, earlier=queries.as_earlier(submission)
        )
        finish(turn, place={"photo": [photo], "free": "二"})

        operations.forget(resident)

        assert not StoredFile.objects.exists()
        submission.refresh_from_db()
        assert submission.erased_at is not None

    def test_others_are_not_touched(self) -> None:
        procedure = make_procedure()
        hers, his = make_resident(), make_resident()
        gone, stays = hand_in(procedure, hers), hand_in(procedure, his)

        operations.forget(hers)

        stays.refresh_from_db()
        assert (stays.erased_at, stays.revisions.count(), stays.resident) == (None, 1, his)
        assert gone.revisions.count() == 0


class TestTellAgain:
    def test_what_nobody_began_with_for_three_open_days_is_told_once_more(self) -> None:
        with clock.stopped_at(MONDAY):
            submission = hand_in(make_procedure())
        letters: dict[int, int] = {}

        for days in range(1, 9):  # Tuesday … Tuesday after next
            with clock.stopped_at(MONDAY + timedelta(days=days)):
                operations.tell_again()
            letters[days] = Letter.objects.filter(subject__contains="まだ対応されて").count()

        assert letters == {1: 0, 2: 0, 3: 0, 4: 1, 5: 1, 6: 1, 7: 1, 8: 1}
        words = " ".join(part.text for part in Part.objects.all())
        assert submission.receipt_no in words
        assert f"/console/submissions/{submission.pk}/" in words
        for personal in ("山田", "ヤマダ", "472-1111", "橋のたもと"):
            assert personal not in words
        assert looks_personal(words) == ""

    def test_a_weekend_and_a_closed_day_do_not_count(self) -> None:
        friday = datetime(2026, 6, 5, 1, 0, tzinfo=UTC)

        assert queries.late_before(date(2026, 6, 10)) == datetime(2026, 6, 5, tzinfo=clock.JAPAN)
        assert queries.late_before(date(2026, 6, 11)) > friday

    def test_what_was_begun_with_and_surveys_are_not_told_again(self) -> None:
        department = make_department()
        with clock.stopped_at(MONDAY):
            begun = hand_in(make_procedure(department=department))
            hand_in(make_procedure(department=department, kind="survey"))
            clerk = make_clerk(begun.procedure)
            operations.set_status(begun, status="working", rev=0, staff=clerk)

        with clock.stopped_at(MONDAY + timedelta(days=10)):
            operations.tell_again()

        assert not Letter.objects.filter(subject__contains="まだ対応されて").exists()

    def test_many_late_ones_are_one_letter(self) -> None:
        procedure = make_procedure()
        with clock.stopped_at(MONDAY):
            for _number in range(3):
                hand_in(procedure)

        with clock.stopped_at(MONDAY + timedelta(days=4)):
            operations.tell_again()

        letter = Letter.objects.get(subject__contains="まだ対応されて")
        assert letter.parts.count() == 3


class TestKeys:
    def test_after_rotating_people_are_found_and_the_old_key_can_go(
        self, settings: Settings
    ) -> None:
        old, new = settings.DATA_KEYS[0], Fernet.generate_key().decode()
        resident = make_resident()
        submission = hand_in(make_procedure(), resident)
        turn = procedures.begin_correction(
            procedure=submission.procedure,
            resident=resident,
            earlier=queries.as_earlier(submission),
        )
        finish(turn, place={"what": "tree", "free": "川"})
        clerk = make_clerk(submission.procedure)
        operations.write_note(submission, text="現地を見た", staff=clerk)
        made = operations.ask_for(
            submission.procedure, format="csv", query="q=山田花子", has_personal=True, staff=clerk
        )
        operations.make_export(export_id=str(made.pk))
        made.refresh_from_db()

        settings.DATA_KEYS = [new, old]
        assert list(queries.found("山田花子", staff=clerk)) == [submission]
        main(["keys", "rotate"])
        settings.DATA_KEYS = [new]

        assert list(queries.found("山田花子", staff=clerk)) == [submission]
        assert [
            one.answers["answers"]["what"] for one in submission.revisions.order_by("number")
        ] == ["hole", "tree"]
        assert submission.notes.get().text == "現地を見た"
        _file, pieces = operations.fetch(made, staff=clerk)
        assert "山田" in b"".join(pieces).decode("utf-8-sig")
        assert LookupHash.objects.filter(submission=submission).count() == 3

    def test_without_rotating_nobody_would_be_found(self, settings: Settings) -> None:
        submission = hand_in(make_procedure())
        clerk = make_clerk(submission.procedure)

        settings.DATA_KEYS = [Fernet.generate_key().decode()]

        assert not queries.found("山田花子", staff=clerk).exists()
        assert Submission.objects.count() == 1
