"""The three axes of a submission, and the one word made of them."""

from yakuba.submissions import rules
from yakuba.submissions.models import Submission
from yakuba.submissions.queries.proving import proof
from yakuba.submissions.queries.standing import newest_revision, plan_numbered


def owed(submission: Submission) -> rules.Owed:
    """Say what its charges come to."""
    return "none"


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
