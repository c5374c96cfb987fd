"""How anything about a submission is changed: locked as the clerk saw it, written with its event."""

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.audit import operations as audit
from yakuba.kit import clock
from yakuba.kit.db import lock
from yakuba.kit.errors import Refusal
from yakuba.submissions.models import Event, Submission
from yakuba.townhall.models import StaffMember

_MOST_WORDS = 300  # letters of an event
_BY_ITSELF = ("displayed", "reminded", "lapse", "unpaid_lapse", "unreached", "paid", "overdue")


class ChangedMeanwhile(Refusal):
    sentence = _("{who}が先に変更しました。いまの内容を確かめて、もう一度押してください。")


class NotPossibleNow(Refusal):
    sentence = _("受付番号{receipt_no}は「{status}」のため、「{wanted}」にはできません。")


def subject_of(submission: Submission) -> str:
    return f"submissions.submission:{submission.pk}"


def lock_as_seen(submission: Submission, *, rev: int) -> None:
    """Lock what the clerk saw; refuse if somebody has changed it since."""
    lock(submission)
    if submission.rev == rev:
        return
    last = submission.events.select_related("staff").order_by("-pk").first()
    if last and last.staff:
        who = last.staff.name
    else:
        who = _t("システム") if last and last.what in _BY_ITSELF else _t("ご本人")
    raise ChangedMeanwhile(who=who)


def changed(
    submission: Submission, *, what: str, words: str, staff: StaffMember | None, fields: list[str]
) -> None:
    """Save what was changed, the next `rev`, and what happened; by staff it is in the audit too."""
    submission.rev += 1
    submission.changed_at = clock.now()
    submission.save(update_fields=[*fields, "rev", "changed_at"])
    Event.objects.create(
        submission=submission,
        happened_at=submission.changed_at,
        staff=staff,
        what=what,
        words=words[:_MOST_WORDS],
    )
    if staff is not None:
        audit.record(
            staff_id=staff.pk,
            actor=staff.name,
            action=what,
            subject=subject_of(submission),
            sentence=f"受付番号{submission.receipt_no}：{words}",
        )
