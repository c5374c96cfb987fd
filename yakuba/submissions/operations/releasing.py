"""Giving back to the registers what an application had taken, when it is withdrawn or rejected."""

from yakuba.kit.jobs import job
from yakuba.registers import operations as registers
from yakuba.submissions import rules
from yakuba.submissions.models import Submission


@job()
def release_claims(*, submission_id: str) -> None:
    """Release the claims of every revision, so that another application may be made. Twice is the same as once.

    A job, because a register is locked before an application elsewhere; a reopened one keeps what it has.
    """
    found = Submission.objects.filter(pk=submission_id).first()
    if found is None or found.status not in (rules.WITHDRAWN, rules.REJECTED):
        return
    for run_id in found.revisions.values_list("run_id", flat=True):
        registers.release(run_id)
