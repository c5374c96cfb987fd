"""Sent back for correction: what is open, until when, who hears of it, and what comes of it."""

import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from tests.cast import make_resident, make_town
from tests.portal.signing import signed_in
from tests.submissions.making import (
    HANAKO,
    PLACE,
    begin_to_correct,
    desk_of,
    finish,
    hand_in,
    make_application,
    make_choice,
    make_clerk,
    make_question,
    make_section,
    publish_again,
)
from yakuba.kit import clock
from yakuba.line.models import Outgoing
from yakuba.procedures.models import Procedure
from yakuba.residents.models import Resident
from yakuba.submissions import operations, queries
from yakuba.submissions.models import ReturnRequest, Submission
from yakuba.submissions.operations.changing import ChangedMeanwhile
from yakuba.submissions.operations.returning import DayNotPossible, NoSuchQuestion, NothingNamed
from yakuba.submissions.operations.withdrawing import AlreadyAsked, TownWasFaster

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 12, 1, 12, tzinfo=clock.JAPAN)


@pytest.fixture(autouse=True)
def _town() -> None:
    make_town()


def fresh(submission: Submission) -> Submission:
    return Submission.objects.get(pk=submission.pk)


def send_back(
    submission: Submission, *paths: str, message: str = "", days: int = 14
) -> ReturnRequest:
    """Begin to check it, and have the named questions corrected."""
    clerk = make_clerk(submission.procedure)
    now = fresh(submission)
    if now.status == "new":
        operations.start(now, rev=now.rev, staff=clerk)
    return operations.return_for_correction(
        now,
        comments=dict.fromkeys(paths, "もう一度お願いします"),
        message=message,
        due_on=clock.today() + timedelta(days=days),
        rev=now.rev,
        staff=clerk,
    )


def said_last() -> str:
    return str(Outgoing.objects.order_by("-pk")[0].messages)


def page(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


class TestReturn:
    def test_the_talk_hears_until_when_and_nothing_of_what(self) -> None:
        submission = hand_in(make_application())

        with clock.stopped_at(NOON):
            send_back(submission, "free", message="橋のたもとの写真がありません")

        assert "令和8年12月15日（火）までに直してください" in said_last()
        assert f"/submission/{submission.pk}/" in said_last()
        for personal in ("橋", "山田", "もう一度お願いします"):
            assert personal not in said_last()
        assert fresh(submission).display == "returned"

    @pytest.mark.parametrize(
        ("comments", "message", "days", "refusal"),
        [
            ({}, " ", 5, NothingNamed),
            ({"nonsense": "?"}, "", 5, NoSuchQuestion),
            ({"free": "?"}, "", 0, DayNotPossible),
            ({"free": "?"}, "", 400, DayNotPossible),
        ],
    )
    def test_what_cannot_be_corrected_is_not_sent_back(
        self, comments: dict[str, str], message: str, days: int, refusal: type[Exception]
    ) -> None:
        submission = hand_in(make_application())
        clerk = make_clerk(submission.procedure)
        operations.start(submission, rev=0, staff=clerk)

        with pytest.raises(refusal):
            operations.return_for_correction(
                submission,
                comments=comments,
                message=message,
                due_on=clock.today() + timedelta(days=days),
                rev=1,
                staff=clerk,
            )

        assert fresh(submission).status == "working"

    def test_only_what_was_named_can_be_changed(self) -> None:
        resident = make_resident()
        submission = hand_in(make_application(), resident)
        send_back(submission, "free")

        corrected = finish(
            begin_to_correct(submission, resident), place={"what": "tree", "free": "駅の前"}
        )

        newest = queries.newest_revision(corrected).answers["answers"]
        assert (newest["what"], newest["free"]) == ("hole", "駅の前")
        assert (corrected.status, corrected.display) == ("new", "resubmitted")

    def test_a_page_that_was_open_before_changes_nothing_else(self) -> None:
        """A correction begun while everything was open goes on with what the town asks for only."""
        resident = make_resident()
        submission = hand_in(make_application(), resident)
        before = begin_to_correct(submission, resident)
        send_back(submission, "free")

        after = begin_to_correct(submission, resident)

        before.run.refresh_from_db()
        assert before.run.status == "stopped"
        assert after.run.pk != before.run.pk

    def test_the_clerk_reads_the_difference_field_by_field(self) -> None:
        resident = make_resident()
        submission = hand_in(make_application(), resident)
        send_back(submission, "free", "who")
        finish(
            begin_to_correct(submission, resident),
            place={**PLACE, "free": "駅の前"},
            contact={**HANAKO, "who:given": "花"},
        )

        shown = page(
            desk_of(make_clerk(submission.procedure)).get(f"/console/submissions/{submission.pk}/")
        )

        assert "「くわしく」が変わりました（個人情報のため表示していません）" in shown
        assert "「お名前」が変わりました（個人情報のため表示していません）" in shown
        assert "再提出（審査前）" in shown

    def test_what_was_checked_is_checked_again_after_a_correction(self) -> None:
        resident = make_resident()
        submission = hand_in(make_application(), resident)
        clerk = make_clerk(submission.procedure)
        operations.tick(submission, number=0, is_done=True, staff=clerk)
        send_back(submission, "free")

        finish(begin_to_correct(submission, resident), place={**PLACE, "free": "駅の前"})

        assert not fresh(submission).ticks.exists()

    def test_the_resident_sees_what_until_when_and_corrects_it_on_the_page(self) -> None:
        hanako = make_resident()
        submission = hand_in(make_application(), hanako)
        with clock.stopped_at(NOON):
            send_back(submission, "free", message="地図と合いません")
            shown = page(signed_in(hanako).get(f"/p/submission/{submission.pk}/"))

        for words in (
            "直していただきたいところ",
            "令和8年12月15日",
            "くわしく",
            "地図と合いません",
        ):
            assert words in shown
        assert "取り下げる" in shown


def test_e2_a_choice_that_is_gone_since_stays_valid_when_it_is_handed_in_again() -> None:
    resident = make_resident()
    procedure = make_application()
    submission = hand_in(procedure, resident)
    send_back(submission, "free")
    publish_again(
        procedure,
        make_section("place", make_choice("what", "tree", "snow"), make_question("free")),
    )

    corrected = finish(begin_to_correct(submission, resident), place={**PLACE, "free": "駅の前"})

    newest = queries.newest_revision(corrected)
    assert newest.answers["answers"]["what"] == "hole"
    assert newest.version == corrected.revisions.order_by("number")[0].version


def test_what_closed_meanwhile_can_still_be_corrected() -> None:
    resident = make_resident()
    closes = datetime(2026, 12, 5, 12, tzinfo=clock.JAPAN)
    procedure = make_application(opening={"closes_at": closes.isoformat()})
    with clock.stopped_at(NOON):
        submission = hand_in(procedure, resident)
        send_back(submission, "free")

    with clock.stopped_at(closes + timedelta(days=3)):
        corrected = finish(
            begin_to_correct(submission, resident), place={**PLACE, "free": "駅の前"}
        )

    assert corrected.display == "resubmitted"


class TestDueDate:
    def _sent_back(self, **workflow: object) -> tuple[Submission, Resident]:
        resident = make_resident()
        with clock.stopped_at(NOON):
            submission = hand_in(make_application(workflow=dict(workflow)), resident)
            send_back(submission, "free", days=10)  # until 11 December
        return submission, resident

    def _on(self, day: int, hour: int = 12) -> None:
        with clock.stopped_at(datetime(2026, 12, day, hour, tzinfo=clock.JAPAN)):
            operations.remind_and_lapse()

    def test_it_is_reminded_of_once_by_day_before_it_is_over(self) -> None:
        submission, _resident = self._sent_back()
        sent = Outgoing.objects.count()

        self._on(7)
        self._on(8, hour=3)
        assert Outgoing.objects.count() == sent
        self._on(8)
        self._on(9)

        assert Outgoing.objects.count() == sent + 1
        assert "ご相談ください" in said_last()
        assert submission.returns.get().reminded_at is not None

    def test_it_lapses_by_policy_and_the_person_hears_of_it(self) -> None:
        submission, _resident = self._sent_back()

        self._on(11)
        still = fresh(submission).status
        self._on(12)

        assert (still, fresh(submission).status) == ("returned", "withdrawn")
        assert submission.returns.get().outcome == "lapsed"
        assert "期限までに直されなかった" in said_last()

    def test_without_the_policy_it_waits_for_a_clerk(self) -> None:
        submission, _resident = self._sent_back(lapse="keep")

        self._on(20)

        with clock.stopped_at(datetime(2026, 12, 20, 12, tzinfo=clock.JAPAN)):
            assert list(queries.uncorrected()) == [submission]
        assert fresh(submission).status == "returned"

    def test_a_clerk_gives_more_time_and_it_is_said(self) -> None:
        submission, _resident = self._sent_back()
        clerk = make_clerk(submission.procedure)

        with clock.stopped_at(datetime(2026, 12, 10, 12, tzinfo=clock.JAPAN)):
            operations.prolong(
                submission, due_on=date(2026, 12, 25), rev=fresh(submission).rev, staff=clerk
            )
        self._on(12)

        assert fresh(submission).status == "returned"

    def test_e19_who_was_at_it_when_time_ran_out_has_another_day(self) -> None:
        submission, resident = self._sent_back()
        with clock.stopped_at(datetime(2026, 12, 11, 22, tzinfo=clock.JAPAN)):
            turn = begin_to_correct(submission, resident)  # and the provider is out

        self._on(12)
        assert fresh(submission).status == "returned"
        with clock.stopped_at(datetime(2026, 12, 12, 13, tzinfo=clock.JAPAN)):
            corrected = finish(turn, place={**PLACE, "free": "駅の前"})

        assert corrected.display == "resubmitted"

    def test_e19_and_a_page_that_is_left_lying_lapses_in_the_end(self) -> None:
        submission, resident = self._sent_back()
        with clock.stopped_at(datetime(2026, 12, 11, 22, tzinfo=clock.JAPAN)):
            begin_to_correct(submission, resident)

        self._on(13)

        assert fresh(submission).status == "withdrawn"

    def test_e44_what_is_sent_back_is_not_erased_whatever_its_retention(self) -> None:
        resident = make_resident()
        with clock.stopped_at(NOON):
            submission = hand_in(
                make_application(retention={"days": 1}, workflow={"lapse": "keep"}), resident
            )
            send_back(submission, "free")

        with clock.stopped_at(datetime(2027, 1, 20, 12, tzinfo=clock.JAPAN)):
            operations.erase_due()
            stale = list(queries.stale())

        assert fresh(submission).erased_at is None
        assert stale == [submission]


class TestWithdraw:
    def _checked(self, procedure: Procedure, resident: Resident) -> Submission:
        submission = hand_in(procedure, resident)
        operations.start(submission, rev=0, staff=make_clerk(procedure))
        return fresh(submission)

    def test_while_it_is_checked_it_is_taken_back_or_asked_for_as_the_procedure_says(self) -> None:
        hanako, taro = make_resident(), make_resident()
        free = self._checked(make_application(), hanako)
        asking = self._checked(make_application(workflow={"withdrawing": "ask"}), taro)

        ways = [
            operations.withdraw(free, resident=hanako),
            operations.withdraw(asking, resident=taro),
        ]

        assert ways == ["at once", "by asking"]
        assert (fresh(free).status, fresh(asking).status) == ("withdrawn", "working")
        with pytest.raises(AlreadyAsked):
            operations.withdraw(asking, resident=taro)

    def test_a_clerk_grants_what_was_asked_or_calls(self) -> None:
        resident = make_resident()
        submission = self._checked(make_application(workflow={"withdrawing": "ask"}), resident)
        clerk = make_clerk(submission.procedure)
        operations.withdraw(submission, resident=resident)

        operations.refuse_withdrawal(submission, rev=submission.rev, staff=clerk)
        refused = fresh(submission)
        operations.withdraw(submission, resident=resident)
        operations.grant_withdrawal(submission, rev=submission.rev, staff=clerk)

        assert (refused.status, refused.withdrawal_asked_at) == ("working", None)
        assert fresh(submission).status == "withdrawn"
        assert submission.is_open is False

    def test_e20_the_page_from_before_the_return_takes_nothing_back_unseen(self) -> None:
        hanako = make_resident()
        submission = hand_in(make_application(), hanako)
        browser = signed_in(hanako)
        seen = fresh(submission).rev
        send_back(submission, "free")

        shown = page(browser.post(f"/p/submission/{submission.pk}/withdraw/", {"rev": str(seen)}))

        assert "役場が先に「補正待ち」にしました" in shown
        assert fresh(submission).status == "returned"
        operations.withdraw(submission, resident=hanako, rev=fresh(submission).rev)
        assert submission.returns.get().outcome == "withdrawn"

    def test_e20_the_clerk_who_is_slower_hears_that_it_was_taken_back(self) -> None:
        hanako = make_resident()
        submission = hand_in(make_application(), hanako)
        clerk = make_clerk(submission.procedure)
        operations.start(submission, rev=0, staff=clerk)
        operations.withdraw(fresh(submission), resident=hanako)

        with pytest.raises(ChangedMeanwhile, match="ご本人が先に変更しました"):
            operations.return_for_correction(
                submission,
                comments={"free": "？"},
                message="",
                due_on=clock.today() + timedelta(days=5),
                rev=1,
                staff=clerk,
            )

        assert not submission.returns.exists()

    def test_who_saw_another_state_is_told_so(self) -> None:
        hanako = make_resident()
        submission = hand_in(make_application(), hanako)

        with pytest.raises(TownWasFaster):
            operations.withdraw(submission, resident=hanako, rev=99)


@pytest.mark.django_db(transaction=True)
class TestE20AtTheSameMoment:
    @staticmethod
    def _race(*deeds: Callable[[], object]) -> list[object]:
        ready = threading.Barrier(len(deeds))
        outcomes: list[object] = [None] * len(deeds)

        def run(place: int) -> None:
            try:
                ready.wait(5)
                deeds[place]()
                outcomes[place] = "done"
            except Exception as no:
                outcomes[place] = no
            finally:
                connection.close()

        threads = [threading.Thread(target=run, args=(place,)) for place in range(len(deeds))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        return outcomes

    def _both(self, *, blindly: bool) -> tuple[list[object], Submission]:
        """Return it and take it back at once; `blindly` does not say what was seen."""
        hanako = make_resident()
        submission = hand_in(make_application(), hanako)
        clerk = make_clerk(submission.procedure)
        operations.start(submission, rev=0, staff=clerk)
        theirs, ours = fresh(submission), fresh(submission)

        def send() -> None:
            operations.return_for_correction(
                ours,
                comments={"free": "？"},
                message="",
                due_on=clock.today() + timedelta(days=5),
                rev=1,
                staff=clerk,
            )

        outcomes = self._race(
            send,
            lambda: operations.withdraw(theirs, resident=hanako, rev=None if blindly else 1),
        )
        return outcomes, fresh(submission)

    def test_one_wins_and_the_other_gets_a_sentence(self) -> None:
        outcomes, after = self._both(blindly=False)

        assert sum(one == "done" for one in outcomes) == 1
        assert all(isinstance(one, str | ChangedMeanwhile | TownWasFaster) for one in outcomes)
        assert after.status == ("returned" if outcomes[0] == "done" else "withdrawn")

    def test_without_saying_what_was_seen_it_is_taken_back_whoever_was_first(self) -> None:
        """Shows that the race above can fail: the lock alone lets a withdrawal pass over a return unseen."""
        outcomes, after = self._both(blindly=True)

        assert outcomes[1] == "done"
        assert after.status == "withdrawn"
