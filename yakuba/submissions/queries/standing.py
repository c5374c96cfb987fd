"""Where a submission stands, and what may still be done with it."""

from datetime import timedelta

from yakuba.kit import clock
from yakuba.procedures import queries as procedures
from yakuba.procedures.definition import Definition
from yakuba.procedures.rules import Plan
from yakuba.procedures.sockets import Earlier
from yakuba.submissions.models import Revision, Submission


def newest_revision(submission: Submission) -> Revision:
    """Return the answers as they stand now."""
    return submission.revisions.select_related("version").order_by("-number")[0]


def plan_numbered(version_id: int) -> Plan:
    """Return the plan of the version with this key, which every process makes only once."""
    return procedures.plan_of_version(version_id)


def definition_of(submission: Submission) -> Definition:
    """Return the definition that the answers belong to."""
    return plan_numbered(newest_revision(submission).version_id).definition


def may_be_corrected(submission: Submission, definition: Definition) -> bool:
    """Say whether the resident may change what they handed in, now."""
    allowed = definition.correction
    if allowed is None or submission.erased_at or submission.status not in allowed.while_status:
        return False
    now = clock.now()
    if allowed.until is not None and now > allowed.until:
        return False
    if allowed.days is not None:
        return now <= submission.submitted_at + timedelta(days=allowed.days)
    return True


def as_earlier(submission: Submission) -> Earlier:
    """Return what was handed in, as a run that corrects it begins with."""
    revision = newest_revision(submission)
    return Earlier(
        subject=submission.pk,
        version=revision.version,
        answers=revision.answers["answers"],
        items=revision.answers["items"],
    )
