"""What an application took from a register: given back when it ends without it, taken again when it is reopened."""

import pytest

from tests.cast import make_town
from tests.registers.making import HANAKO as LISTED
from tests.registers.making import make_register
from tests.submissions.making import hand_in, make_application, make_clerk
from yakuba.procedures.models import Procedure, Run
from yakuba.registers import operations as registers
from yakuba.registers.models import Claim, Register
from yakuba.submissions import operations
from yakuba.submissions.models import Submission
from yakuba.submissions.operations.deciding import TakenMeanwhile
from yakuba.submissions.operations.releasing import release_claims

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _town() -> None:
    make_town()


@pytest.fixture
def register() -> Register:
    return make_register(rows=[LISTED])


@pytest.fixture
def procedure() -> Procedure:
    return make_application(workflow={"checklist": []})


def hand_in_with(register: Register, procedure: Procedure) -> Submission:
    """Hand in an application that takes the one line of the register."""
    submission = hand_in(procedure)
    run = Run.objects.get(pk=submission.revisions.get().run_id)
    lineage = register.rows.get().lineage
    registers.claim(register, lineage, run=run, resident=submission.resident)
    return submission


def reject(submission: Submission) -> Submission:
    clerk = make_clerk(submission.procedure)
    operations.start(submission, rev=submission.rev, staff=clerk)
    operations.reject(submission, reason="対象外です。", rev=submission.rev, staff=clerk)
    return Submission.objects.get(pk=submission.pk)


def reopen(submission: Submission) -> None:
    second = make_clerk(submission.procedure, "立山 一郎")
    operations.reopen(submission, because="書類が届いた", rev=submission.rev, staff=second)


def release(submission: Submission) -> None:
    release_claims(submission_id=str(submission.pk))


def test_whoever_was_rejected_or_withdrew_lets_another_apply(
    register: Register, procedure: Procedure
) -> None:
    rejected = reject(hand_in_with(register, procedure))
    release(rejected)
    release(rejected)
    withdrawn = hand_in_with(register, procedure)
    assert withdrawn.resident is not None
    operations.withdraw(withdrawn, resident=withdrawn.resident, rev=withdrawn.rev)
    release(withdrawn)

    hand_in_with(register, procedure)

    assert Claim.objects.count() == 3
    assert Claim.objects.standing().count() == 1


def test_what_is_open_keeps_its_line_whoever_runs_the_job(
    register: Register, procedure: Procedure
) -> None:
    submission = hand_in_with(register, procedure)

    release(submission)

    assert Claim.objects.standing().count() == 1


def test_a_rejected_application_that_is_reopened_takes_its_line_again(
    register: Register, procedure: Procedure
) -> None:
    submission = reject(hand_in_with(register, procedure))
    release(submission)
    assert not Claim.objects.standing().exists()

    reopen(submission)
    release(submission)  # a job that was late

    assert Claim.objects.standing().count() == 1
    with pytest.raises(registers.AlreadyClaimed):
        hand_in_with(register, procedure)


def test_it_is_not_reopened_when_somebody_applied_meanwhile(
    register: Register, procedure: Procedure
) -> None:
    submission = reject(hand_in_with(register, procedure))
    release(submission)
    hand_in_with(register, procedure)

    with pytest.raises(TakenMeanwhile, match="別の申請"):
        reopen(submission)

    assert Submission.objects.get(pk=submission.pk).status == "rejected"
    assert Claim.objects.standing().count() == 1
