"""What clerks and residents do with what was handed in; two at once never overwrite each other."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from tests.cast import make_department, make_resident, make_staff
from tests.submissions.making import finish, hand_in, make_clerk, make_procedure
from yakuba.audit.models import Entry
from yakuba.console import operations as console
from yakuba.line.models import Outgoing
from yakuba.mail.models import Part
from yakuba.procedures import operations as procedures
from yakuba.residents import operations as residents
from yakuba.submissions import operations, queries, rules, sockets
from yakuba.submissions.models import Event, Submission
from yakuba.submissions.operations.answering import CannotBeAnswered, LooksPersonal, Unreachable
from yakuba.submissions.operations.changing import ChangedMeanwhile, NotPossibleNow
from yakuba.submissions.operations.handling import CannotHandle, NothingWritten
from yakuba.submissions.operations.withdrawing import CannotBeTakenBack

pytestmark = pytest.mark.django_db


class TestStatus:
    def test_goes_on_with_it_and_remembers_who_did(self) -> None:
        submission = hand_in(make_procedure())
        clerk = make_clerk(submission.procedure)

        operations.set_status(submission, status="working", rev=0, staff=clerk)

        submission.refresh_from_db()
        assert (submission.status, submission.rev) == ("working", 1)
        event = Event.objects.get(submission=submission, what="status")
        assert (event.staff, event.words) == (clerk, "「対応中」にしました。")
        assert Entry.objects.filter(action="status", staff_id=clerk.pk).exists()

    def test_the_second_of_two_clerks_hears_who_was_faster(self) -> None:
        submission = hand_in(make_procedure())
        seen_by_both = Submission.objects.get(pk=submission.pk).rev
        clerk = make_clerk(submission.procedure, "立山 一郎")
        operations.set_status(submission, status="done", rev=seen_by_both, staff=clerk)

        with pytest.raises(ChangedMeanwhile, match="立山 一郎が先に変更しました"):
            operations.assign(submission, to=clerk, rev=seen_by_both, staff=clerk)

        submission.refresh_from_db()
        assert submission.assignee is None

    def test_what_was_taken_back_is_not_gone_on_with(self) -> None:
        resident = make_resident()
        submission = hand_in(make_procedure(), resident)
        operations.withdraw(submission, resident=resident)

        with pytest.raises(NotPossibleNow, match="取下げ"):
            operations.set_status(
                submission, status="done", rev=1, staff=make_clerk(submission.procedure)
            )

    def test_that_it_was_finished_is_announced(self) -> None:
        told: list[Submission] = []
        sockets.decided.connect(told.append)
        submission = hand_in(make_procedure())

        try:
            operations.set_status(
                submission, status="done", rev=0, staff=make_clerk(submission.procedure)
            )
        finally:
            sockets.decided.disconnect(told.append)

        assert told == [submission]


class TestAssign:
    def test_only_somebody_who_may_handle_it_is_responsible(self) -> None:
        submission = hand_in(make_procedure())
        clerk = make_clerk(submission.procedure)
        stranger = make_staff("税務 太郎", department=make_department("税務課"))

        with pytest.raises(CannotHandle, match="税務 太郎"):
            operations.assign(submission, to=stranger, rev=0, staff=clerk)

        operations.assign(submission, to=clerk, rev=0, staff=clerk)
        submission.refresh_from_db()
        assert submission.assignee == clerk


class TestNote:
    def test_two_write_at_once_and_both_notes_stay(self) -> None:
        submission = hand_in(make_procedure())
        clerk = make_clerk(submission.procedure)

        operations.write_note(submission, text="現地を見た", staff=clerk)
        operations.write_note(submission, text="業者に頼んだ", staff=clerk)

        assert [note.text for note in submission.notes.order_by("pk")] == [
            "現地を見た",
            "業者に頼んだ",
        ]

    def test_an_empty_note_is_none(self) -> None:
        submission = hand_in(make_procedure())

        with pytest.raises(NothingWritten):
            operations.write_note(submission, text=" 　", staff=make_clerk(submission.procedure))


class TestAnswer:
    def test_the_resident_hears_a_template_in_the_talk(self) -> None:
        submission = hand_in(make_procedure())
        clerk = make_clerk(submission.procedure)

        operations.answer(submission, template="seen", extra="来週直します。", rev=0, staff=clerk)

        said = str(Outgoing.objects.order_by("-pk")[0].messages)
        assert "内容を町民課で確認しました" in said
        assert "来週直します。" in said
        assert submission.receipt_no in said
        assert f"/submission/{submission.pk}/" in said
        assert "来週直します" in Event.objects.get(submission=submission, what="answered").words

    @pytest.mark.parametrize("extra", ["山田さんへ", "076-472-1111にかけます", "ヤマダ様"])
    def test_nothing_personal_is_said_in_the_talk(self, extra: str) -> None:
        submission = hand_in(make_procedure())
        before = Outgoing.objects.count()

        with pytest.raises(LooksPersonal):
            operations.answer(
                submission,
                template="seen",
                extra=extra,
                rev=0,
                staff=make_clerk(submission.procedure),
            )

        assert Outgoing.objects.count() == before
        assert not Event.objects.filter(what="answered").exists()

    def test_what_came_without_a_name_cannot_be_answered(self) -> None:
        procedure = make_procedure(anonymous=True, kind="survey", correction=None)
        submission = hand_in(procedure)

        assert submission.resident is None
        with pytest.raises(CannotBeAnswered):
            operations.answer(
                submission, template="seen", extra="", rev=0, staff=make_clerk(procedure)
            )

    def test_somebody_who_blocked_us_is_not_written_to(self) -> None:
        submission = hand_in(make_procedure(), make_resident(friend=False))

        with pytest.raises(Unreachable):
            operations.answer(
                submission,
                template="seen",
                extra="",
                rev=0,
                staff=make_clerk(submission.procedure),
            )


class TestWithdraw:
    def test_the_resident_takes_it_back_and_the_department_is_told(self) -> None:
        resident = make_resident()
        submission = hand_in(make_procedure(), resident)

        operations.withdraw(submission, resident=resident)

        submission.refresh_from_db()
        assert submission.status == "withdrawn"
        assert any("取り下げられました" in part.text for part in Part.objects.all())

    def test_what_is_done_is_not_taken_back(self) -> None:
        resident = make_resident()
        submission = hand_in(make_procedure(), resident)
        clerk = make_clerk(submission.procedure)
        operations.set_status(submission, status="done", rev=0, staff=clerk)

        with pytest.raises(CannotBeTakenBack):
            operations.withdraw(submission, resident=resident)

    def test_nobody_takes_back_what_is_anothers(self) -> None:
        submission = hand_in(make_procedure())

        with pytest.raises(PermissionError):
            operations.withdraw(submission, resident=make_resident())


class TestCorrect:
    def test_a_correction_is_a_revision_of_its_own_with_its_difference(self) -> None:
        resident = make_resident()
        submission = hand_in(make_procedure(), resident)

        turn = procedures.begin_correction(
            procedure=submission.procedure,
            resident=resident,
            earlier=queries.as_earlier(submission),
        )
        corrected = finish(turn, place={"what": "tree", "free": "橋のたもと"})

        assert corrected == submission
        second, first = submission.revisions.order_by("-number")
        (change,) = queries.changes(first, second)
        assert (change.before, change.after) == ("hole", "tree")
        assert first.answers["answers"]["what"] == "hole"

    def test_the_clerk_who_saw_the_answers_of_before_hears_of_it(self) -> None:
        resident = make_resident()
        submission = hand_in(make_procedure(), resident)
        turn = procedures.begin_correction(
            procedure=submission.procedure,
            resident=resident,
            earlier=queries.as_earlier(submission),
        )
        finish(turn, place={"what": "tree", "free": "橋のたもと"})

        with pytest.raises(ChangedMeanwhile, match="ご本人が先に変更しました"):
            operations.set_status(
                submission, status="done", rev=0, staff=make_clerk(submission.procedure)
            )


class TestMany:
    def test_all_that_may_be_handled_are_done_and_taken_back(self) -> None:
        ours, theirs = make_procedure(), make_procedure()
        mine = [hand_in(ours) for _number in range(3)]
        other = hand_in(theirs)
        clerk = make_clerk(ours)

        done = operations.set_status_of(Submission.objects.all(), status="done", staff=clerk)
        statuses = set(
            Submission.objects.filter(pk__in=[one.pk for one in mine]).values_list(
                "status", flat=True
            )
        )
        mine[0].refresh_from_db()
        operations.set_status(mine[0], status="working", rev=mine[0].rev, staff=clerk)
        back = operations.take_back_status(done.earlier, staff=clerk)

        other.refresh_from_db()
        mine[0].refresh_from_db()
        assert (done.count, done.left, statuses) == (3, 1, {"done"})
        assert other.status == "new"
        assert (back.count, back.left) == (2, 1)
        assert mine[0].status == "working"

    def test_the_frame_can_take_it_back(self) -> None:
        submission = hand_in(make_procedure())
        clerk = make_clerk(submission.procedure)
        done = operations.assign_all(Submission.objects.all(), to=clerk, staff=clerk)
        undo = console.offer_undo(
            staff_id=clerk.pk,
            kind="submissions.assigned",
            payload={"earlier": dict(done.earlier)},
            sentence="",
        )

        sentence = console.take_back(undo, staff=clerk)

        submission.refresh_from_db()
        assert sentence == "1件を元に戻しました。"
        assert submission.assignee is None


@pytest.mark.django_db(transaction=True)
class TestTwoClerksAtTheSameMoment:
    @staticmethod
    def _race(deeds: list[Callable[[], object]]) -> list[object]:
        """Do all at the same moment, each in a connection of its own; return what came of each."""
        ready = threading.Barrier(len(deeds))
        outcomes: list[object] = [None] * len(deeds)

        def run(place: int, deed: Callable[[], object]) -> None:
            try:
                ready.wait(5)
                deed()
                outcomes[place] = "done"
            except Exception as no:
                outcomes[place] = no
            finally:
                connection.close()

        threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        return outcomes

    def test_one_wins_and_the_other_gets_a_sentence(self) -> None:
        submission = hand_in(make_procedure())
        first = make_clerk(submission.procedure, "中村 恵")
        second = make_clerk(submission.procedure, "立山 一郎")

        def finish_it(clerk: object, status: str) -> Callable[[], object]:
            mine = Submission.objects.get(pk=submission.pk)
            return lambda: operations.set_status(mine, status=status, rev=0, staff=clerk)  # type: ignore[arg-type]

        outcomes = self._race([finish_it(first, "done"), finish_it(second, "working")])

        assert sorted(type(one).__name__ for one in outcomes) == ["ChangedMeanwhile", "str"]
        assert Event.objects.filter(what="status").count() == 1

    def test_the_clerk_finishes_while_the_resident_takes_it_back(self) -> None:
        resident = make_resident()
        submission = hand_in(make_procedure(), resident)
        clerk = make_clerk(submission.procedure)
        theirs = Submission.objects.get(pk=submission.pk)
        ours = Submission.objects.get(pk=submission.pk)

        outcomes = self._race(
            [
                lambda: operations.withdraw(theirs, resident=resident),
                lambda: operations.set_status(ours, status="done", rev=0, staff=clerk),
            ]
        )

        assert sum(one == "done" for one in outcomes) == 1
        assert all(isinstance(one, str | CannotBeTakenBack | ChangedMeanwhile) for one in outcomes)

    def test_without_the_rev_the_later_one_would_have_overwritten_the_first(self) -> None:
        """Shows that the race above can fail: the lock alone does not keep two from writing."""
        submission = hand_in(make_procedure())
        clerk = make_clerk(submission.procedure)

        def blindly(status: str) -> Callable[[], object]:
            mine = Submission.objects.get(pk=submission.pk)

            def deed() -> None:
                now = Submission.objects.get(pk=mine.pk).rev
                for _try in range(5):
                    try:
                        return operations.set_status(mine, status=status, rev=now, staff=clerk)
                    except ChangedMeanwhile:
                        now += 1
                return None

            return deed

        outcomes = self._race([blindly("done"), blindly("working")])

        assert outcomes == ["done", "done"]
        assert Event.objects.filter(what="status").count() == 2


class TestReceiptNumber:
    def test_one_wrong_letter_and_two_swapped_ones_are_found(self) -> None:
        number = rules.receipt_no(number=12_345, year=8, random=77)
        year, body, check = number.split("-")

        assert rules.is_receipt_no(number)
        for place in range(7):
            for letter in rules.ALPHABET:
                if letter != body[place]:
                    wrong = body[:place] + letter + body[place + 1 :]
                    assert not rules.is_receipt_no(f"{year}-{wrong}-{check}")
        for place in range(6):
            swapped = body[:place] + body[place + 1] + body[place] + body[place + 2 :]
            if swapped != body:
                assert not rules.is_receipt_no(f"{year}-{swapped}-{check}")


def test_who_forgets_everything_cannot_be_blamed_for_it() -> None:
    """A resident who is forgotten leaves a figure, and nothing that could be read."""
    resident = make_resident()
    submission = hand_in(make_procedure(), resident)

    residents.forget(resident, staff_id=None, actor="本人")

    submission.refresh_from_db()
    assert submission.erased_at is not None
    assert (submission.resident, submission.revisions.count(), submission.hashes.count()) == (
        None,
        0,
        0,
    )
    assert submission.clear.count() == 0
