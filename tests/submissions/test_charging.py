"""What an application costs: asked for, paid, corrected, given up; nothing where it is free."""

import threading
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from tests.cast import make_resident, make_town
from tests.portal.signing import signed_in
from tests.submissions.making import (
    begin_to_correct,
    desk_of,
    finish,
    hand_in,
    make_application,
    make_choice,
    make_clerk,
    make_question,
    make_section,
)
from tests.submissions.paying import begin_to_pay, money_comes, pay
from yakuba.kit import clock
from yakuba.line.models import Outgoing
from yakuba.payments import operations as payments
from yakuba.payments import queries as ledger
from yakuba.payments.models import Attempt, Charge, RefundTask
from yakuba.procedures.models import Procedure
from yakuba.residents.models import Resident
from yakuba.submissions import operations, queries
from yakuba.submissions.models import Submission
from yakuba.submissions.operations.charging import AmountNotPossible, CannotBeCharged
from yakuba.submissions.operations.deciding import StillOwed

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 12, 1, 12, tzinfo=clock.JAPAN)
FEE: dict[str, Any] = {
    "lines": [{"id": "copies", "label": {"ja": "写し"}, "unit": 300, "quantity_of": "copies"}],
    "free_when": {"fact": "answer.why", "operator": "is", "value": "pension"},
}


@pytest.fixture(autouse=True)
def _town() -> None:
    make_town()


def make_certificate(**fields: object) -> Procedure:
    """Copies at 300 yen each; for a pension they are free."""
    copies = make_question(
        "copies", "number", label={"ja": "何通"}, options={"least": 1, "most": 9}
    )
    document: dict[str, Any] = {"fee": FEE, "payment": {}, "workflow": {"checklist": []}, **fields}
    return make_application(
        make_section("place", make_choice("why", "bank", "pension"), copies), **document
    )


def ask(
    procedure: Procedure, resident: Resident, copies: str = "2", why: str = "bank"
) -> Submission:
    return hand_in(procedure, resident, place={"why": why, "copies": copies})


def fresh(submission: Submission) -> Submission:
    found = Submission.objects.get(pk=submission.pk)
    assert found.display == queries.displayed(found), "what is stored is what would be computed"
    return found


def the_charge(submission: Submission) -> Charge:
    return queries.owing(submission)[-1].charge


def send_back(submission: Submission, clerk: Any) -> None:
    now = fresh(submission)
    operations.start(now, rev=now.rev, staff=clerk)
    operations.return_for_correction(
        now,
        comments={"copies": "何通ですか"},
        message="",
        due_on=clock.today() + timedelta(days=5),
        rev=now.rev,
        staff=clerk,
    )


class TestAtFirst:
    def test_the_fee_is_asked_for_when_it_is_handed_in_and_paid_it_goes_on(self) -> None:
        hanako = make_resident()
        submission = ask(make_certificate(), hanako)
        charge = the_charge(submission)
        waiting = fresh(submission).display

        pay(charge)

        assert (charge.amount, charge.kind, charge.resident) == (600, "initial", hanako)
        assert charge.back_to == f"submission/{submission.pk}/"
        assert (waiting, fresh(submission).display) == ("payment_requested", "paid")
        assert "お支払いを確認しました" in str(Outgoing.objects.order_by("-pk")[0].messages)

    def test_e33_free_of_charge_there_is_no_charge_and_no_attempt_at_all(self) -> None:
        submission = ask(make_certificate(), make_resident(), why="pension")

        assert not Charge.objects.exists()
        assert not Attempt.objects.exists()
        assert fresh(submission).display == "submitted"

    def test_a_clerk_asks_when_the_procedure_leaves_it_to_them(self) -> None:
        submission = ask(make_certificate(payment={"timing": "on_request"}), make_resident())
        clerk = make_clerk(submission.procedure)
        before = fresh(submission).display

        operations.request_fee(submission, rev=submission.rev, staff=clerk)

        assert (before, fresh(submission).display) == ("submitted", "payment_requested")
        with pytest.raises(CannotBeCharged):
            operations.request_fee(submission, rev=submission.rev, staff=clerk)

    def test_the_resident_sees_what_is_to_be_paid_and_where(self) -> None:
        hanako = make_resident()
        submission = ask(make_certificate(), hanako)
        address = f"/p/submission/{submission.pk}/"

        before = signed_in(hanako).get(address).content.decode()
        pay(the_charge(submission))
        after = signed_in(hanako).get(address).content.decode()

        assert "600円" in before
        assert f"/p/pay/{the_charge(submission).public_id}/" in before
        assert "内訳を見て支払う" in before
        assert "支払い済み" in after
        assert "内訳を見て支払う" not in after


class TestMore:
    def test_a_clerk_asks_for_more_with_reason_and_day_and_it_goes_on_when_paid(self) -> None:
        submission = ask(make_certificate(), make_resident())
        clerk = make_clerk(submission.procedure)
        pay(the_charge(submission))
        now = fresh(submission)
        operations.start(now, rev=now.rev, staff=clerk)
        operations.approve(now, words="", despite="", rev=now.rev, staff=clerk)

        operations.request_more(
            now,
            label="速達料",
            amount=110,
            reason="速達をご希望のため",
            due_on=clock.today() + timedelta(days=7),
            rev=now.rev,
            staff=clerk,
        )
        said = str(Outgoing.objects.order_by("-pk")[0].messages)
        asked = fresh(submission).display
        with pytest.raises(StillOwed):
            operations.issue(now, words="", despite="", rev=now.rev, staff=clerk)
        pay(the_charge(submission))
        now = fresh(submission)
        operations.issue(now, words="", despite="", rev=now.rev, staff=clerk)

        assert "110円" in said
        assert "速達をご希望" not in said
        assert asked == "additional_payment"
        assert fresh(submission).display == "issued"

    def test_what_is_over_is_not_charged_any_more_and_nothing_is_no_amount(self) -> None:
        submission = ask(make_certificate(), make_resident(), why="pension")
        clerk = make_clerk(submission.procedure)
        wish: dict[str, Any] = {
            "label": "速達料",
            "reason": "速達",
            "due_on": clock.today() + timedelta(days=7),
            "staff": clerk,
        }

        with pytest.raises(AmountNotPossible):
            operations.request_more(submission, amount=0, rev=submission.rev, **wish)
        now = fresh(submission)
        operations.start(now, rev=now.rev, staff=clerk)
        operations.reject(now, reason="だめ", rev=now.rev, staff=clerk)
        with pytest.raises(CannotBeCharged, match="不承認"):
            operations.request_more(now, amount=110, rev=now.rev, **wish)

        assert not Charge.objects.exists()

    def test_the_desk_asks_by_a_preset_and_takes_it_back(self) -> None:
        procedure = make_certificate(
            workflow={
                "checklist": [],
                "charges": [{"label": {"ja": "速達料"}, "amount": 300}],
            }
        )
        submission = ask(procedure, make_resident(), why="pension")
        browser = desk_of(make_clerk(procedure))
        address = f"/console/submissions/{submission.pk}/"

        shown = browser.get(address).content.decode()
        browser.post(
            f"{address}work/",
            {
                "do": "charge",
                "rev": fresh(submission).rev,
                "preset": "速達料|300",
                "reason": "速達",
                "due_on": (clock.today() + timedelta(days=3)).isoformat(),
            },
        )
        charge = the_charge(submission)
        browser.post(
            f"{address}work/",
            {"do": "void", "rev": fresh(submission).rev, "charge": charge.pk, "reason": "誤り"},
        )

        assert "速達料" in shown
        assert (charge.amount, charge.reason) == (300, "速達")
        charge.refresh_from_db()
        assert charge.is_voided
        assert fresh(submission).display == "submitted"


class TestE18:
    def test_before_it_is_paid_the_new_amount_takes_the_place_of_the_old(self) -> None:
        hanako = make_resident()
        submission = ask(make_certificate(), hanako)
        send_back(submission, make_clerk(submission.procedure))

        finish(begin_to_correct(submission, hanako), place={"why": "bank", "copies": "3"})

        assert [(one.charge.amount, one.standing) for one in queries.owing(submission)] == [
            (600, "none"),
            (900, "due"),
        ]
        assert fresh(submission).display == "payment_requested"

    def test_a_higher_fee_after_payment_asks_for_the_difference(self) -> None:
        hanako = make_resident()
        submission = ask(make_certificate(), hanako)
        pay(the_charge(submission))
        send_back(submission, make_clerk(submission.procedure))

        finish(begin_to_correct(submission, hanako), place={"why": "bank", "copies": "3"})

        last = the_charge(submission)
        assert (last.amount, last.kind) == (300, "correction")
        assert fresh(submission).display == "additional_payment"

    def test_a_lower_fee_after_payment_gives_the_difference_back(self) -> None:
        hanako = make_resident()
        submission = ask(make_certificate(), hanako, copies="3")
        pay(the_charge(submission))
        send_back(submission, make_clerk(submission.procedure))

        finish(begin_to_correct(submission, hanako), place={"why": "bank", "copies": "1"})

        assert [task.amount for task in RefundTask.objects.all()] == [600]
        assert fresh(submission).display == "resubmitted"

    def test_the_same_fee_changes_nothing(self) -> None:
        hanako = make_resident()
        submission = ask(make_certificate(), hanako)
        pay(the_charge(submission))
        send_back(submission, make_clerk(submission.procedure))

        finish(begin_to_correct(submission, hanako), place={"why": "bank", "copies": "2"})

        assert Charge.objects.count() == 1
        assert not RefundTask.objects.exists()


class TestGivenUp:
    def test_unpaid_it_is_void_when_it_is_taken_back(self) -> None:
        hanako = make_resident()
        submission = ask(make_certificate(), hanako)

        operations.withdraw(submission, resident=hanako)

        assert the_charge(submission).is_voided
        assert not RefundTask.objects.exists()

    def test_paid_it_goes_back_when_it_is_rejected(self) -> None:
        submission = ask(make_certificate(), make_resident())
        clerk = make_clerk(submission.procedure)
        pay(the_charge(submission))
        now = fresh(submission)
        operations.start(now, rev=now.rev, staff=clerk)

        operations.reject(now, reason="要件に合わない", rev=now.rev, staff=clerk)

        assert RefundTask.objects.get().amount == 600
        assert fresh(submission).display == "rejected"

    def test_e24_money_that_comes_after_the_void_goes_back(self) -> None:
        hanako = make_resident()
        submission = ask(make_certificate(), hanako)
        attempt = begin_to_pay(the_charge(submission))
        operations.withdraw(submission, resident=hanako)

        money_comes(attempt)

        assert RefundTask.objects.get().amount == 600
        assert fresh(submission).status == "withdrawn"

    def test_e32_a_chargeback_after_issue_is_shown_and_undoes_nothing(self) -> None:
        submission = ask(make_certificate(), make_resident())
        clerk = make_clerk(submission.procedure)
        pay(the_charge(submission))
        now = fresh(submission)
        operations.start(now, rev=now.rev, staff=clerk)
        operations.approve(now, words="", despite="", rev=now.rev, staff=clerk)
        operations.issue(now, words="", despite="", rev=now.rev, staff=clerk)

        operations.money_changed(the_charge(submission), words="支払いが取り消されました。")

        assert fresh(submission).display == "issued"
        assert submission.events.filter(words="支払いが取り消されました。").exists()

    def test_e45_whoever_is_forgotten_owes_nothing_any_more(self) -> None:
        hanako = make_resident()
        submission = ask(make_certificate(), hanako)
        charge = the_charge(submission)

        operations.forget(hanako)

        charge.refresh_from_db()
        assert charge.is_voided
        assert Submission.objects.get(pk=submission.pk).erased_at is not None


class TestOverdue:
    def _unpaid(self, **payment: object) -> Submission:
        with clock.stopped_at(NOON):
            return ask(make_certificate(payment={"due_days": 7, **payment}), make_resident())

    def _on(self, day: int) -> None:
        with clock.stopped_at(datetime(2026, 12, day, 12, tzinfo=clock.JAPAN)):
            operations.remind_of_payment()
            payments.announce_overdue()

    def test_it_is_reminded_of_once(self) -> None:
        submission = self._unpaid(remind_days=2)
        sent = Outgoing.objects.count()

        for day in (5, 6, 7):
            self._on(day)

        assert the_charge(submission).due_on == date(2026, 12, 8)
        assert Outgoing.objects.count() == sent + 1

    def test_t14_it_ends_by_policy(self) -> None:
        submission = self._unpaid(unpaid="withdraw")

        self._on(9)

        assert fresh(submission).status == "withdrawn"
        assert the_charge(submission).is_voided

    def test_without_the_policy_person_and_department_hear_of_it(self) -> None:
        submission = self._unpaid()

        self._on(9)

        assert fresh(submission).display == "payment_requested"
        assert submission.events.filter(what="overdue").exists()


@pytest.mark.django_db(transaction=True)
class TestVoidVersusLatePayment:
    @staticmethod
    def _race(*deeds: Any) -> list[object]:
        ready = threading.Barrier(len(deeds))
        outcomes: list[object] = [None] * len(deeds)

        def run(place: int) -> None:
            try:
                ready.wait(30)
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
            thread.join(60)
        return outcomes

    def test_whoever_is_first_the_money_goes_back_and_nobody_waits_for_ever(self) -> None:
        for _time in range(5):
            hanako = make_resident()
            submission = ask(make_certificate(), hanako)
            attempt = begin_to_pay(the_charge(submission))
            mine = Submission.objects.get(pk=submission.pk)

            outcomes = self._race(
                lambda attempt=attempt: money_comes(attempt),
                lambda mine=mine, hanako=hanako: operations.withdraw(mine, resident=hanako),
            )

            assert outcomes == ["done", "done"]
            assert ledger.standing(the_charge(submission)) == "refund_due"
            assert fresh(submission).status == "withdrawn"

    def test_with_the_locks_the_other_way_round_they_would_wait_for_each_other(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Shows that the race above can fail: without locking the money first there is a deadlock."""
        from yakuba.submissions.operations import charging

        monkeypatch.setattr(charging, "lock_money", lambda _submission: [])
        meeting = threading.Barrier(2, timeout=30)
        real_void, real_of = payments.void, charging.submission_of

        def void(charge: Charge, **fields: Any) -> None:
            meeting.wait()
            real_void(charge, **fields)

        def submission_of(charge: Charge) -> Submission | None:
            meeting.wait()
            return real_of(charge)

        monkeypatch.setattr(payments, "void", void)
        monkeypatch.setattr(charging, "submission_of", submission_of)
        hanako = make_resident()
        submission = ask(make_certificate(), hanako)
        attempt = begin_to_pay(the_charge(submission))

        outcomes = self._race(
            lambda: money_comes(attempt),
            lambda: operations.withdraw(submission, resident=hanako),
        )

        assert any("deadlock" in str(one) for one in outcomes)
