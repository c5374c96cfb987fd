"""The word that is displayed, written whenever one of its three parts changes."""

from yakuba.submissions import queries
from yakuba.submissions.models import Submission

SHOWN = ["owed", "proof", "display"]


def show(submission: Submission) -> None:
    """Work out money, proof and the displayed word of a locked submission; the caller saves `SHOWN`."""
    submission.owed = queries.owed(submission)
    submission.proof = queries.proof(submission)
    submission.display = queries.displayed(submission)
