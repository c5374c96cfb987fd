"""The table of transitions: what may follow what, by whose hand, and the word that is displayed."""

from datetime import date, datetime, timedelta
from itertools import product

import pytest

from tests.cast import make_department, make_resident, make_staff
from tests.submissions.making import (
    PLACE,
    begin_to_correct,
    finish,
    hand_in,
    make_application,
    make_clerk,
    make_procedure,
)
from yakuba.kit import clock
from yakuba.submissions import operations, queries, rules
from yakuba.submissions.models import Event, Submission
from yakuba.submissions.operations import many, stages
from yakuba.submissions.operations.changing import ChangedMeanwhile, NotPossibleNow
from yakuba.submissions.operations.handling import HasItsOwnWay
from yakuba.submissions.operations.stages import MayNot, NotDecided
from yakuba.townhall.models import StaffMember

pytestmark = pytest.mark.django_db
# The rows of the fact sheet; T1 and T13 are of the run.
TABLE = """
T2 new start working
T3 working return returned
T4 returned resubmit new
T5 returned lapse withdrawn
T6 working approve approved
T7 approved issue done
T8 working reject rejected
T9 new withdraw withdrawn
T10 working withdraw withdrawn
T11 returned withdraw withdrawn
T12 approved withdraw withdrawn
T14 new unpaid_lapse withdrawn
T15 approved reopen working
T16 rejected reopen working
T17 working release new
"""
EVENTS: list[rules.Event] = list(stages.WANTED)


def fresh(submission: Submission) -> Submission:
    return Submission.objects.get(pk=submission.pk)


def is_stored_as_computed(submission: Submission) -> bool:
    return fresh(submission).display == queries.displayed(fresh(submission))


def check(submission: Submission, clerk: StaffMember) -> Submission:
    """Begin to check it, and tick everything."""
    operations.start(submission, rev=submission.rev, staff=clerk)
    for number in range(len(stages.workflow_of(submission).checklist)):
        operations.tick(submission, number=number, is_done=True, staff=clerk)
    return fresh(submission)


class TestTable:
    def test_it_is_the_table_that_was_agreed(self) -> None:
        written = [line.split() for line in TABLE.strip().splitlines()]

        assert [
            [one.name, one.source, one.event, one.target] for one in rules.TRANSITIONS
        ] == written

    def test_nothing_leads_out_of_what_is_issued_or_withdrawn(self) -> None:
        assert not [one for one in rules.TRANSITIONS if one.source in ("done", "withdrawn")]

    @pytest.mark.parametrize("stage", Submission.Status.values)
    def test_what_the_table_does_not_have_is_refused_with_a_sentence(self, stage: str) -> None:
        submission = hand_in(make_application())
        clerk = make_clerk(submission.procedure)
        Submission.objects.filter(pk=submission.pk).update(status=stage)

        for event in EVENTS:
            found = fresh(submission)
            if rules.transition(stage, event) is None:
                with pytest.raises(NotPossibleNow, match=submission.receipt_no):
                    stages.apply(found, event, words="", staff=clerk)

        assert fresh(submission).status == stage

    def test_only_who_may_decide_decides(self) -> None:
        procedure = make_application()
        submission = check(hand_in(procedure), make_clerk(procedure))
        procedure.scope.grants.filter(capability="decide").delete()

        with pytest.raises(MayNot, match="決定する権限がありません"):
            operations.approve(
                submission, words="", despite="", rev=submission.rev, staff=make_clerk(procedure)
            )

        assert fresh(submission).status == "working"

    def test_somebody_of_another_department_takes_no_step(self) -> None:
        submission = hand_in(make_application())
        stranger = make_staff("税務 太郎", department=make_department("税務課"))

        with pytest.raises(MayNot):
            operations.start(submission, rev=0, staff=stranger)


class TestDisplay:
    def test_returned_comes_before_money_and_money_before_the_stage(self) -> None:
        def shown(stage: str, money: rules.Owed) -> str:
            return rules.display(stage, money, "verified", is_decided=True)

        assert shown("returned", "additional") == "returned"
        assert shown("working", "additional") == "additional_payment"
        assert shown("working", "initial") == "payment_requested"
        assert shown("working", "paid") == "under_review"
        assert shown("new", "paid") == "paid"
        assert shown("done", "refund_due") == "issued"

    def test_additional_money_comes_before_the_first(self) -> None:
        assert rules.owed([("initial", "due"), ("additional", "due")]) == "additional"
        assert rules.owed([("initial", "partly_paid"), ("additional", "paid")]) == "initial"
        assert rules.owed([("initial", "paid"), ("correction", "overpaid")]) == "refund_due"
        assert rules.owed([]) == "none"

    def test_every_combination_has_a_word_with_a_name(self) -> None:
        money: list[rules.Owed] = ["none", "initial", "additional", "paid", "refund_due"]
        proofs: list[rules.Proof] = ["none", "pending", "verified", "failed", "stale", "revoked"]

        words = {
            rules.display(stage, owed, proof, is_decided=True, revision=revision)
            for stage, owed, proof, revision in product(
                Submission.Status.values, money, proofs, (1, 2)
            )
        }

        assert words <= set(Submission.Display.values)

    def test_what_is_stored_is_what_would_be_computed_at_every_step(self) -> None:
        resident = make_resident()
        procedure = make_application()
        first, second = make_clerk(procedure), make_clerk(procedure, "立山 一郎")
        submission = hand_in(procedure, resident)
        seen = [submission.display]

        def note() -> Submission:
            assert is_stored_as_computed(submission)
            seen.append(fresh(submission).display)
            return fresh(submission)

        now = check(submission, first)
        now = note()
        operations.return_for_correction(
            now,
            comments={"what": "場所を選び直してください"},
            message="",
            due_on=clock.today() + timedelta(days=7),
            rev=now.rev,
            staff=first,
        )
        note()
        finish(begin_to_correct(fresh(submission), resident), place={**PLACE, "what": "tree"})
        now = note()
        now = check(now, first)
        operations.approve(now, words="", despite="", rev=now.rev, staff=first)
        now = note()
        operations.reopen(now, because="添付を見落とした", rev=now.rev, staff=second)
        now = note()
        operations.reject(now, reason="要件に合わない", rev=now.rev, staff=second)
        now = note()
        operations.reopen(now, because="要件を見直した", rev=now.rev, staff=first)
        now = note()
        operations.approve(now, words="", despite="", rev=now.rev, staff=first)
        now = fresh(submission)
        operations.issue(now, words="", despite="", rev=now.rev, staff=first)
        note()

        assert seen == [
            "submitted",
            "under_review",
            "returned",
            "resubmitted",
            "approved",
            "under_review",
            "rejected",
            "under_review",
            "issued",
        ]

    def test_a_report_keeps_its_simple_moves(self) -> None:
        submission = hand_in(make_procedure())
        clerk = make_clerk(submission.procedure)

        operations.set_status(submission, status="working", rev=0, staff=clerk)

        assert fresh(submission).display == "working"
        assert is_stored_as_computed(submission)
        with pytest.raises(NotDecided):
            operations.start(submission, rev=1, staff=clerk)

    def test_an_application_is_not_just_finished(self) -> None:
        submission = hand_in(make_application())

        with pytest.raises(HasItsOwnWay):
            operations.set_status(
                submission, status="done", rev=0, staff=make_clerk(submission.procedure)
            )


class TestStarting:
    def test_whoever_begins_is_responsible_and_gives_it_back(self) -> None:
        submission = hand_in(make_application())
        clerk = make_clerk(submission.procedure)

        operations.start(submission, rev=0, staff=clerk)
        begun_by = fresh(submission).assignee
        operations.release(submission, rev=1, staff=clerk)

        assert begun_by == clerk
        assert (fresh(submission).status, fresh(submission).assignee) == ("new", None)
        assert list(
            Event.objects.filter(submission=submission)
            .order_by("pk")
            .values_list("what", flat=True)
        ) == ["handed_in", "start", "release"]

    def test_the_second_of_two_clerks_hears_who_was_faster(self) -> None:
        submission = hand_in(make_application())
        seen = fresh(submission)
        operations.start(submission, rev=0, staff=make_clerk(submission.procedure, "立山 一郎"))

        with pytest.raises(ChangedMeanwhile, match="立山 一郎が先に変更しました"):
            operations.start(seen, rev=0, staff=make_clerk(submission.procedure))

    def test_many_are_begun_and_taken_back(self) -> None:
        procedure = make_application()
        rows = [hand_in(procedure) for _number in range(3)]
        clerk = make_clerk(procedure)

        done = operations.set_status_of(Submission.objects.all(), status="working", staff=clerk)
        begun = {fresh(one).display for one in rows}
        back = operations.take_back_status(done.earlier, staff=clerk)

        assert (done.count, done.left, begun) == (3, 0, {"under_review"})
        assert back.count == 3
        assert {fresh(one).display for one in rows} == {"submitted"}

    def test_of_many_the_ones_that_cannot_be_issued_say_why(self) -> None:
        procedure = make_application()
        ready, unready = hand_in(procedure), hand_in(procedure)
        clerk = make_clerk(procedure)
        now = check(ready, clerk)
        operations.approve(now, words="", despite="", rev=now.rev, staff=clerk)

        done, reasons = many.do_all(
            Submission.objects.all(),
            lambda one: operations.issue(one, words="", despite="", rev=one.rev, staff=clerk),
            staff=clerk,
        )

        assert (done.count, done.left) == (1, 1)
        assert fresh(ready).status == "done"
        assert unready.receipt_no in reasons[0]


class TestPromisedDays:
    def test_they_are_open_days_and_stand_still_while_something_is_corrected(self) -> None:
        resident = make_resident()
        procedure = make_application(workflow={"days_to_decide": 5})
        clerk = make_clerk(procedure)
        with clock.stopped_at(datetime(2026, 12, 1, 10, tzinfo=clock.JAPAN)):  # Tuesday
            submission = hand_in(procedure, resident)
            promised = submission.decide_by
            operations.start(submission, rev=0, staff=clerk)
        with clock.stopped_at(datetime(2026, 12, 3, 10, tzinfo=clock.JAPAN)):
            now = fresh(submission)
            operations.return_for_correction(
                now,
                comments={},
                message="確認書を送ってください",
                due_on=date(2026, 12, 20),
                rev=now.rev,
                staff=clerk,
            )
            waiting = fresh(submission)
        with clock.stopped_at(datetime(2026, 12, 14, 10, tzinfo=clock.JAPAN)):
            finish(begin_to_correct(waiting, resident), place=PLACE)
            again = fresh(submission)

        assert promised == date(2026, 12, 8)
        assert (waiting.decide_by, waiting.days_left) == (None, 3)
        assert (again.decide_by, again.days_left) == (date(2026, 12, 17), None)

    def test_what_is_over_is_said_in_words_and_found_by_a_filter(self) -> None:
        procedure = make_application(workflow={"days_to_decide": 1})
        with clock.stopped_at(datetime(2026, 12, 1, 10, tzinfo=clock.JAPAN)):
            submission = hand_in(procedure)

        with clock.stopped_at(datetime(2026, 12, 4, 10, tzinfo=clock.JAPAN)):
            age = queries.age_of(fresh(submission))
            found = list(queries.overdue())

        assert age == rules.Age("over", 2)
        assert found == [submission]
