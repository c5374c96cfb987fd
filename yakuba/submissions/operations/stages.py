"""One way through the table of transitions: lock, look, write stage and event, announce."""

from collections.abc import Callable, Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.kit import clock
from yakuba.kit.db import lock
from yakuba.kit.errors import Refusal
from yakuba.procedures.definition import Workflow
from yakuba.submissions import queries, rules, sockets
from yakuba.submissions.models import ReturnRequest, Submission
from yakuba.submissions.operations import charging
from yakuba.submissions.operations.changing import NotPossibleNow, changed, lock_as_seen
from yakuba.submissions.operations.releasing import release_claims
from yakuba.submissions.operations.settling import settle_latest
from yakuba.submissions.operations.showing import SHOWN, show
from yakuba.submissions.operations.telling import tell_department
from yakuba.townhall import queries as townhall
from yakuba.townhall.models import Capability, StaffMember

_CLOSES_RETURN: Mapping[str, str] = {
    "resubmit": ReturnRequest.Outcome.RESUBMITTED,
    "lapse": ReturnRequest.Outcome.LAPSED,
    "withdraw": ReturnRequest.Outcome.WITHDRAWN,
}
_STAGED = ["status", "stage_since", "decide_by", "days_left", "withdrawal_asked_at", *SHOWN]


class NotDecided(Refusal):
    sentence = _(
        "「{title}」には審査の手順がありません。「対応中にする」「完了にする」を使ってください。"
    )


class MayNot(Refusal):
    sentence = _("この手続を{what}権限がありません。責任者か管理者に確かめてください。")


def workflow_of(submission: Submission) -> Workflow:
    """Return how the department works on it.

    Raises:
        NotDecided: the procedure has no workflow.
    """
    workflow = queries.workflow_of(submission)
    if workflow is None:
        raise NotDecided(title=submission.procedure.title)
    return workflow


def lock_for(submission: Submission, *, rev: int | None, with_money: bool = False) -> None:
    """Lock the submission, as the clerk saw it if `rev` says what that was; first its charges, if they may change."""
    if with_money:
        charging.lock_money(submission)
    if rev is None:
        lock(submission)
    else:
        lock_as_seen(submission, rev=rev)


@transaction.atomic
def apply(
    submission: Submission, event: rules.Event, *, words: str, staff: StaffMember | None
) -> None:
    """Take one step of the table; the caller has locked the submission and checked what is its own.

    `words` say what happened; `staff` is who did it, None the applicant or the system.

    Raises:
        NotPossibleNow: the table has no such step from here.
        MayNot: the person has not the right that the step needs.
    """
    step = rules.transition(submission.status, event)
    if step is None or submission.erased_at is not None:
        raise NotPossibleNow(
            receipt_no=submission.receipt_no,
            status=submission.get_display_display(),
            wanted=WANTED[event],
        )
    _check_hand(submission, step, staff)
    _stop_or_start_the_days(submission, event)
    submission.status = step.target
    submission.stage_since = clock.now()
    submission.withdrawal_asked_at = None
    if event in _CLOSES_RETURN:
        submission.returns.filter(closed_at=None).update(
            closed_at=clock.now(), outcome=_CLOSES_RETURN[event]
        )
    if step.target in (rules.WITHDRAWN, rules.REJECTED):
        charging.give_up_money(submission, reason=words, staff=staff)
        release_claims.defer(submission_id=str(submission.pk))
    show(submission)
    changed(submission, what=event, words=words, staff=staff, fields=_STAGED)
    if announce := _ANNOUNCED.get(step.target):
        announce(submission)


def _check_hand(submission: Submission, step: rules.Transition, staff: StaffMember | None) -> None:
    needed = Capability.DECIDE if step.actor == "decider" else Capability.HANDLE
    if step.actor in ("staff", "decider") and staff is None:
        raise ValueError(f"{step.name} is a step of staff")
    if staff is not None and not townhall.may(staff, needed, submission.procedure.scope):
        raise MayNot(what=_("決定する") if needed == Capability.DECIDE else _("処理する"))


def _stop_or_start_the_days(submission: Submission, event: rules.Event) -> None:
    """The promised days do not run while the applicant has to correct something."""
    is_open = townhall.TownDays().is_open
    if event == "return" and submission.decide_by is not None:
        left = rules.open_days_between(clock.today(), submission.decide_by, is_open=is_open)
        submission.days_left, submission.decide_by = left, None
    elif event == "resubmit" and submission.days_left is not None:
        submission.decide_by = rules.promised_day(
            clock.today(), submission.days_left, is_open=is_open
        )
        submission.days_left = None


def _withdrawn(submission: Submission) -> None:
    if submission.resident_id is not None:
        settle_latest([submission.resident_id])
    tell_department(submission, queries.definition_of(submission).mail, news="withdrawn")
    sockets.withdrawn.announce(submission)


_ANNOUNCED: Mapping[str, Callable[[Submission], None]] = {
    rules.DONE: sockets.decided.announce,
    rules.REJECTED: sockets.decided.announce,
    rules.WITHDRAWN: _withdrawn,
}
WANTED: Mapping[rules.Event, object] = {
    "start": _("審査中"),
    "return": _("補正待ち"),
    "resubmit": _("再提出"),
    "lapse": _("期限切れ"),
    "approve": _("承認"),
    "issue": _("交付"),
    "reject": _("不承認"),
    "withdraw": _("取下げ"),
    "unpaid_lapse": _("未払いによる取下げ"),
    "reopen": _("審査のやり直し"),
    "release": _("審査前"),
}


@transaction.atomic
def start(submission: Submission, *, rev: int, staff: StaffMember) -> None:
    """Begin to check it (T2); whoever begins is responsible, unless somebody is already."""
    lock_for(submission, rev=rev)
    workflow_of(submission)
    if submission.assignee_id is None:
        submission.assignee = staff
        submission.save(update_fields=["assignee"])
    apply(submission, "start", words="審査を始めました。", staff=staff)


@transaction.atomic
def release(submission: Submission, *, rev: int, staff: StaffMember) -> None:
    """Give it back to the pile (T17): nobody is responsible any more."""
    lock_for(submission, rev=rev)
    workflow_of(submission)
    submission.assignee = None
    submission.save(update_fields=["assignee"])
    apply(submission, "release", words="審査前に戻し、担当を外しました。", staff=staff)
