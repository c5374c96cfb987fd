"""The checklist, the decision, its letter, and taking a decision up again."""

from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from tests.cast import make_department, make_resident, make_town
from tests.portal.signing import signed_in
from tests.submissions.making import desk_of, hand_in, make_application, make_clerk, make_procedure
from yakuba.audit.models import Entry
from yakuba.files import queries as files
from yakuba.files.models import StoredFile
from yakuba.line.models import Outgoing
from yakuba.residents.models import Resident
from yakuba.submissions import operations
from yakuba.submissions.models import Decision, OfficialLetter, Submission
from yakuba.submissions.operations.deciding import NotChecked, SecondPersonNeeded
from yakuba.submissions.operations.handling import NothingWritten
from yakuba.townhall.models import Membership, StaffMember

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _town() -> None:
    make_town()


def fresh(submission: Submission) -> Submission:
    return Submission.objects.get(pk=submission.pk)


def checked(resident: Resident | None = None, clerk: StaffMember | None = None) -> Submission:
    submission = hand_in(make_application(), resident)
    clerk = clerk or make_clerk(submission.procedure)
    operations.start(submission, rev=0, staff=clerk)
    for number in (0, 1):
        operations.tick(submission, number=number, is_done=True, staff=clerk)
    return fresh(submission)


def approve(submission: Submission, staff: StaffMember, words: str = "") -> Submission:
    operations.approve(submission, words=words, despite="", rev=submission.rev, staff=staff)
    return fresh(submission)


def printed(letter: OfficialLetter) -> str:
    letter.refresh_from_db()
    assert letter.file is not None
    reader = PdfReader(BytesIO(files.read(letter.file)))
    return "".join(one.extract_text() for one in reader.pages).replace("\n", "")


def page(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


class TestChecklist:
    def test_who_checked_what_when_stays_with_the_decision(self) -> None:
        submission = checked()
        clerk = make_clerk(submission.procedure, "立山 一郎")

        approve(submission, clerk)

        decision = Decision.objects.get(submission=submission)
        assert [(one["words"], one["by"]) for one in decision.checks] == [
            ("お名前を確かめた", "中村 恵"),
            ("場所を確かめた", "中村 恵"),
        ]
        assert (decision.staff, decision.verdict) == (clerk, "approved")

    def test_nothing_is_approved_before_everything_is_checked(self) -> None:
        submission = checked()
        clerk = make_clerk(submission.procedure)
        operations.tick(submission, number=1, is_done=False, staff=clerk)

        with pytest.raises(NotChecked, match="まだ1つ残っています"):
            approve(submission, clerk)

        assert fresh(submission).status == "working"
        assert not OfficialLetter.objects.exists()


class TestLetter:
    def test_it_is_a_pdf_with_japanese_letters_made_once_and_the_talk_gets_only_the_link(
        self,
    ) -> None:
        hanako = make_resident()
        submission = checked(hanako)
        approve(submission, make_clerk(submission.procedure), words="10日までにお越しください。")
        letter = OfficialLetter.objects.get()
        sent = Outgoing.objects.count()

        operations.make_letter(letter_id=str(letter.pk))
        operations.make_letter(letter_id=str(letter.pk))

        text = printed(letter)
        for words in (
            "承認通知書",
            "山田 花子 様",
            submission.receipt_no,
            "10日までにお越しください",
        ):
            assert words in text
        assert Outgoing.objects.count() == sent + 1
        said = str(Outgoing.objects.order_by("-pk")[0].messages)
        assert f"/submission/{submission.pk}/letter/{letter.pk}/" in said
        assert "山田" not in said
        assert "10日" not in said
        assert StoredFile.objects.count() == 1

    def test_the_applicant_reads_it_on_a_page_and_the_department_sees_that(self) -> None:
        hanako = make_resident()
        submission = checked(hanako)
        clerk = make_clerk(submission.procedure)
        approve(submission, clerk)
        letter = OfficialLetter.objects.get()
        operations.make_letter(letter_id=str(letter.pk))
        address = f"/p/submission/{submission.pk}/letter/{letter.pk}/"

        shown = page(signed_in(hanako).get(f"/p/submission/{submission.pk}/"))
        answer = signed_in(hanako).get(address)
        other = signed_in(make_resident()).get(address)

        assert address in shown
        assert answer["Content-Type"] == "application/pdf"
        assert other.status_code == 404
        assert "本人が開きました" in page(
            desk_of(clerk).get(f"/console/submissions/{submission.pk}/")
        )

    def test_staff_open_it_only_with_the_right_to_personal_data_and_it_is_recorded(self) -> None:
        submission = checked()
        clerk = make_clerk(submission.procedure)
        approve(submission, clerk)
        letter = OfficialLetter.objects.get()
        operations.make_letter(letter_id=str(letter.pk))
        address = f"/console/submissions/{submission.pk}/letters/{letter.pk}/"
        reader = make_clerk(submission.procedure, "閲覧 者", role=Membership.Role.READER)
        elsewhere = make_clerk(make_procedure(department=make_department("税務課")))

        answers = [desk_of(one).get(address).status_code for one in (clerk, reader, elsewhere)]

        assert answers == [200, 404, 404]
        assert Entry.objects.filter(sentence__contains="承認の通知を開きました").count() == 1

    def test_it_is_erased_with_the_application(self) -> None:
        hanako = make_resident()
        submission = checked(hanako)
        approve(submission, make_clerk(submission.procedure))
        operations.make_letter(letter_id=str(OfficialLetter.objects.get().pk))

        operations.forget(hanako)

        assert not OfficialLetter.objects.exists()
        assert not StoredFile.objects.exists()
        assert Decision.objects.get().reason == ""


class TestReject:
    def test_it_needs_a_reason_and_tells_where_to_object(self) -> None:
        submission = checked()
        clerk = make_clerk(submission.procedure)

        with pytest.raises(NothingWritten):
            operations.reject(submission, reason=" ", rev=submission.rev, staff=clerk)
        operations.reject(
            submission, reason="道路の幅が足りないため。", rev=submission.rev, staff=clerk
        )
        letter = OfficialLetter.objects.get()
        operations.make_letter(letter_id=str(letter.pk))

        text = printed(letter)
        for words in ("不承認通知書", "道路の幅が足りないため", "審査請求をすることができます"):
            assert words in text
        assert fresh(submission).display == "rejected"


class TestReopen:
    def test_only_a_second_person_takes_a_decision_up_again(self) -> None:
        submission = checked()
        first = make_clerk(submission.procedure)
        second = make_clerk(submission.procedure, "立山 一郎")
        approved = approve(submission, first)

        with pytest.raises(SecondPersonNeeded, match="中村 恵"):
            operations.reopen(approved, because="見落とし", rev=approved.rev, staff=first)
        operations.reopen(approved, because="見落とし", rev=approved.rev, staff=second)

        decision = Decision.objects.get()
        assert (decision.reopened_by, decision.reopened_because) == (second, "見落とし")
        assert OfficialLetter.objects.get().recalled_at is not None
        assert fresh(submission).status == "working"

    def test_a_letter_that_is_not_made_yet_is_not_sent_after_that(self) -> None:
        submission = checked(make_resident())
        approved = approve(submission, make_clerk(submission.procedure))
        second = make_clerk(submission.procedure, "立山 一郎")
        operations.reopen(approved, because="見落とし", rev=approved.rev, staff=second)
        sent = Outgoing.objects.count()

        operations.make_letter(letter_id=str(OfficialLetter.objects.get().pk))

        assert Outgoing.objects.count() == sent
        assert not StoredFile.objects.exists()


class TestDesk:
    def _press(self, browser: Any, submission: Submission, **fields: object) -> str:
        now = fresh(submission)
        address = f"/console/submissions/{submission.pk}/"
        return page(browser.post(f"{address}work/", {"rev": now.rev, **fields}, follow=True))

    def test_an_application_goes_from_the_list_to_issue_by_what_is_offered(self) -> None:
        submission = hand_in(make_application())
        browser = desk_of(make_clerk(submission.procedure))

        begun = self._press(browser, submission, do="start")
        for number in (0, 1):
            self._press(browser, submission, do="tick", number=number, done="1")
        approved = self._press(browser, submission, do="approve", words="")
        issued = self._press(browser, submission, do="issue", words="")

        assert "この内容で承認する" in begun
        assert "この内容で交付する" not in begun
        assert "この内容で交付する" in approved
        assert "交付済み" in issued
        assert "この内容で" not in issued

    def test_who_may_not_decide_is_not_offered_it(self) -> None:
        submission = hand_in(make_application())
        submission.procedure.scope.grants.filter(capability="decide").delete()
        browser = desk_of(make_clerk(submission.procedure))

        shown = self._press(browser, submission, do="start")
        told = self._press(browser, submission, do="reject", reason="だめ")

        assert "補正をお願いして、送る" in shown
        assert "この内容で承認する" not in shown
        assert "決定する権限がありません" in told
        assert fresh(submission).status == "working"

    def test_the_list_says_in_words_how_much_of_the_promised_time_is_left(self) -> None:
        submission = hand_in(make_application(workflow={"days_to_decide": 2}))
        browser = desk_of(make_clerk(submission.procedure))

        shown = page(browser.get("/console/submissions/"))

        assert "あと2開庁日" in shown
        assert "受付（審査前）" in shown
