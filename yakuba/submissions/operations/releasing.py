"""Giving back to the registers what an application had taken when it ends without it, and taking it again."""

from django.db import transaction

from yakuba.kit.db import lock
from yakuba.kit.jobs import job
from yakuba.registers import operations as registers
from yakuba.submissions import rules
from yakuba.submissions.models import Submission


@job()
@transaction.atomic
def release_claims(*, submission_id: str) -> None:
    """Release the claims of every revision, so that another application may be made. Twice is the same as once.

    A job, because a register is locked before an application everywhere; so whether it was reopened meanwhile
    is looked at last, and then it keeps what it has.
    """
    found = Submission.objects.filter(pk=submission_id).first()
    if found is None:
        return
    for run_id in found.revisions.values_list("run_id", flat=True):
        registers.release(run_id)
    lock(found)
    if found.status not in (rules.WITHDRAWN, rules.REJECTED):
        transaction.set_rollback(True)


def take_claims_again(submission: Submission) -> None:
    """Take again what was given back when it was rejected. Before the application is locked.

    Raises:
        AlreadyClaimed, NothingLeft: somebody applied meanwhile, because it had been rejected.
    """
    registers.take_again(list(submission.revisions.values_list("run_id", flat=True)))
