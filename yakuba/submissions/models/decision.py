"""Sending back, checking and deciding: what clerks put on record about a submission."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yakuba.files.models import StoredFile
from yakuba.kit.fields import EncryptedJSON, EncryptedText
from yakuba.submissions.models.submission import Revision, Submission
from yakuba.townhall.models import StaffMember


class ReturnRequest(models.Model):
    """Something is to be corrected: which questions, what is wrong with each, and until when."""

    sealed_under = "submission_id"

    class Outcome(models.TextChoices):
        OPEN = "open", _("待っています")
        RESUBMITTED = "resubmitted", _("直されました")
        LAPSED = "lapsed", _("期限が過ぎました")
        WITHDRAWN = "withdrawn", _("取り下げられました")

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="returns")
    revision = models.ForeignKey(Revision, models.CASCADE, related_name="+")  # what was looked at
    items = EncryptedJSON()  # [{"path": …, "comment": …}]; empty: nothing in the answers
    message = EncryptedText()
    due_on = models.DateField()  # the last day
    returned_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    returned_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=Outcome, default=Outcome.OPEN)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_open_return", fields=["submission"], condition=Q(closed_at=None)
            )
        ]
        indexes = [
            models.Index(name="return_due", fields=["due_on"], condition=Q(closed_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id} until {self.due_on}"


class ChecklistTick(models.Model):
    """One line of the checklist that somebody has checked; `number` is its place in the version."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="ticks")
    number = models.PositiveSmallIntegerField()
    staff = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    ticked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="tick_once", fields=["submission", "number"])]

    def __str__(self) -> str:
        return f"{self.submission_id} {self.number}"


class Decision(models.Model):
    """Approved or rejected: by whom, on which answers, after which checks. Reopening leaves it as it was."""

    sealed_under = "submission_id"

    class Verdict(models.TextChoices):
        APPROVED = "approved", _("承認する")
        REJECTED = "rejected", _("不承認とする")

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="decisions")
    revision = models.ForeignKey(Revision, models.SET_NULL, null=True, related_name="+")
    verdict = models.CharField(max_length=8, choices=Verdict)
    reason = EncryptedText()  # told to the applicant; empty where there is nothing to say
    checks = models.JSONField()  # [{"words", "by", "at"}], as they were ticked
    proof = models.CharField(max_length=10)  # rules.Proof at that moment
    staff = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    reopened_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    reopened_at = models.DateTimeField(null=True)
    reopened_because = EncryptedText(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_standing_decision", fields=["submission"], condition=Q(reopened_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.submission_id} {self.verdict}"


class OfficialLetter(models.Model):
    """A letter of the town to the applicant; a job makes the PDF of `content` and tells the person."""

    sealed_under = "submission_id"

    class Kind(models.TextChoices):
        APPROVAL = "approval", _("承認の通知")
        ISSUE = "issue", _("交付の通知")
        REJECTION = "rejection", _("不承認の通知")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="letters")
    kind = models.CharField(max_length=9, choices=Kind)
    content = EncryptedJSON()  # rules.letters.Content
    written_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    read_at = models.DateTimeField(null=True)  # when the applicant first opened it
    recalled_at = models.DateTimeField(null=True)  # the decision was taken up again

    class Meta:
        indexes = [
            models.Index(name="letter_to_make", fields=["written_at"], condition=Q(file=None))
        ]

    def __str__(self) -> str:
        return f"{self.submission_id} {self.kind}"
