"""The three axes of a submission, and the one word made of them."""

from dataclasses import dataclass

from yakuba.payments import queries as payments
from yakuba.payments.models import Charge
from yakuba.payments.rules import Standing
from yakuba.submissions import rules
from yakuba.submissions.models import Submission, SubmissionCharge
from yakuba.submissions.queries.proving import proof
from yakuba.submissions.queries.standing import newest_revision, plan_numbered
from yakuba.townhall.models import StaffMember


@dataclass(frozen=True, slots=True)
class Owing:
    """One charge and how it stands by the ledger."""

    charge: Charge
    standing: Standing

    @property
    def is_open(self) -> bool:
        return self.standing in ("due", "partly_paid")


def owing(submission: Submission) -> list[Owing]:
    """Return the charges of a submission, in the order in which they were made."""
    mine = SubmissionCharge.objects.filter(submission=submission).values("charge")
    charges = list(Charge.objects.filter(pk__in=mine).order_by("pk"))
    standing = payments.standing_of(charges)
    return [Owing(one, standing[one.pk]) for one in charges]


def behind(charge: Charge, staff: StaffMember) -> Submission | None:
    """Return the submission that a charge is for, if `staff` may see it."""
    row = SubmissionCharge.objects.filter(charge=charge).values_list("submission", flat=True)
    return Submission.objects.visible_to(staff).filter(pk__in=row).first()


def owed(submission: Submission) -> rules.Owed:
    """Say what its charges come to."""
    return rules.owed([(one.charge.kind, one.standing) for one in owing(submission)])


def displayed(submission: Submission) -> str:
    """Return the word for where it stands, worked out anew; `Submission.display` is the same, stored."""
    newest = newest_revision(submission)
    return rules.display(
        submission.status,
        owed(submission),
        proof(submission),
        is_decided=plan_numbered(newest.version_id).definition.workflow is not None,
        revision=newest.number,
    )
