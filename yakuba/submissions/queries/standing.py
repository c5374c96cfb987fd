"""Where a submission stands, and what may still be done with it."""

from datetime import timedelta

from yakuba.kit import clock
from yakuba.procedures import queries as procedures
from yakuba.procedures.definition import Definition, Workflow
from yakuba.procedures.rules import Plan
from yakuba.procedures.sockets import Earlier
from yakuba.submissions import rules
from yakuba.submissions.models import Decision, ReturnRequest, Revision, Submission
from yakuba.townhall import queries as townhall


def newest_revision(submission: Submission) -> Revision:
    """Return the answers as they stand now."""
    return submission.revisions.select_related("version").order_by("-number")[0]


def plan_numbered(version_id: int) -> Plan:
    """Return the plan of the version with this key, which every process makes only once."""
    return procedures.plan_of_version(version_id)


def definition_of(submission: Submission) -> Definition:
    """Return the definition that the answers belong to."""
    return plan_numbered(newest_revision(submission).version_id).definition


def workflow_of(submission: Submission) -> Workflow | None:
    """Return how the department works on it; None: it is not decided, only done."""
    return definition_of(submission).workflow


def open_return(submission: Submission) -> ReturnRequest | None:
    """Return what the resident is to correct now."""
    return submission.returns.select_related("returned_by").filter(closed_at=None).first()


def standing_decision(submission: Submission) -> Decision | None:
    """Return the decision that holds: not one that was taken up again."""
    return submission.decisions.select_related("staff").filter(reopened_at=None).first()


def age_of(submission: Submission, *, days: townhall.TownDays | None = None) -> rules.Age | None:
    """Say how much of the promised time is left; None: nothing was promised, or the days stand still.

    `days` is the calendar, for whoever asks about many.
    """
    if submission.decide_by is None or submission.status not in (rules.NEW, rules.WORKING):
        return None
    return rules.age(
        clock.today(), submission.decide_by, is_open=(days or townhall.TownDays()).is_open
    )


def may_be_corrected(submission: Submission, definition: Definition) -> bool:
    """Say whether the resident may change what they handed in, now."""
    if submission.status == rules.RETURNED and not submission.erased_at:
        return True  # asked to; until the return lapses
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
    """Return what was handed in, as a run that corrects it begins with; of a return, only what it opened."""
    revision = newest_revision(submission)
    asked = open_return(submission)
    return Earlier(
        subject=submission.pk,
        version=revision.version,
        answers=revision.answers["answers"],
        items=revision.answers["items"],
        editable=None if asked is None else _opened(asked, plan_numbered(revision.version_id)),
    )


def _opened(asked: ReturnRequest, plan: Plan) -> tuple[str, ...]:
    """Return what was named, and what has to be signed anew when something signed is changed (E21)."""
    named = [item["path"] for item in asked.items]
    proofs = [step.question.id for step in plan.steps.values() if step.question.kind == "identity"]
    return tuple(dict.fromkeys([*named, *(proofs if named else [])]))
