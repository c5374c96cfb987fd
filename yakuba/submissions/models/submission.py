"""What was handed in: the submission, its revisions, and how it is found again."""

import uuid
from typing import Self

from django.db import models
from django.db.models import BinaryField, OuterRef, Q, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from yakuba.files.models import StoredFile
from yakuba.kit.fields import EncryptedJSON, EncryptedText
from yakuba.kit.models import DataKey
from yakuba.procedures.models import Procedure, Version
from yakuba.residents.models import Resident
from yakuba.submissions import rules
from yakuba.townhall.models import Capability, Scope, StaffMember


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def visible_to(self, staff: StaffMember, capability: str = Capability.VIEW) -> Self:
        return self.filter(procedure__scope__in=Scope.objects.visible_to(staff, capability))

    def at_hand(self) -> Self:
        """Keep what still has its answers; of the rest only the figures are left."""
        return self.filter(erased_at=None)

    def needs_work(self) -> Self:
        """Keep what a department has to do something about: neither closed nor returned, and no survey."""
        return (
            self.at_hand()
            .filter(status__in=rules.AT_DESK)
            .exclude(procedure__kind__in=(Procedure.Kind.SURVEY, Procedure.Kind.REGISTRATION))
        )


def newest(column: str) -> Subquery:
    """Return what reads a column of a submission's newest revision along with its row."""
    found = Revision.objects.filter(submission=OuterRef("pk")).order_by("-number")
    return Subquery(found.values(column)[:1])


def newest_sealed() -> dict[str, Combinable]:
    """Return what reads the newest answers as they lie there, and the key to them, along with a row.

    Lists read many rows and draw few names: `queries.opened` opens what is drawn, and no key is asked for.
    """
    key = DataKey.objects.filter(pk=OuterRef("pk")).values("wrapped")
    return {"sealed": Cast(newest("answers"), BinaryField()), "wrapped": Subquery(key)}


class Submission(models.Model):
    """One thing handed in. Its answers are in its newest revision."""

    class Status(models.TextChoices):
        NEW = "new", _("未対応")
        WORKING = "working", _("対応中")
        RETURNED = "returned", _("補正待ち")
        APPROVED = "approved", _("承認")
        DONE = "done", _("完了")
        REJECTED = "rejected", _("不承認")
        WITHDRAWN = "withdrawn", _("取下げ")

    class Display(models.TextChoices):
        """The word for stage, money and proof together; `rules.display` makes it."""

        NEW = "new", _("未対応")
        WORKING = "working", _("対応中")
        SUBMITTED = "submitted", _("受付（審査前）")
        RESUBMITTED = "resubmitted", _("再提出（審査前）")
        PAID = "paid", _("支払い済み（審査前）")
        UNDER_REVIEW = "under_review", _("審査中")
        RETURNED = "returned", _("補正待ち")
        PAYMENT_REQUESTED = "payment_requested", _("支払い待ち")
        ADDITIONAL_PAYMENT = "additional_payment", _("追加の支払い待ち")
        PROOF_DOUBTFUL = "proof_doubtful", _("本人確認の見直し")
        APPROVED = "approved", _("承認")
        ISSUED = "issued", _("交付済み")
        DONE = "done", _("完了")
        REJECTED = "rejected", _("不承認")
        WITHDRAWN = "withdrawn", _("取下げ")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    receipt_no = models.CharField(max_length=20, unique=True)
    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="submissions")
    resident = models.ForeignKey(
        Resident, models.SET_NULL, null=True, related_name="submissions"
    )  # None: anonymous, or the person was forgotten
    status = models.CharField(max_length=10, choices=Status, default=Status.NEW)
    # The other two axes as they were last known, and what is displayed; `operations.show` writes all three.
    owed = models.CharField(max_length=10, default="none")  # rules.Owed
    proof = models.CharField(max_length=10, default="none")  # rules.Proof
    display = models.CharField(max_length=20, choices=Display, default=Display.NEW)
    stage_since = models.DateTimeField(null=True)  # when it reached its stage; None: never moved
    decide_by = models.DateField(null=True)  # promised; None: nothing was, or it is returned
    days_left = models.PositiveSmallIntegerField(null=True)  # open days, while it is returned
    withdrawal_asked_at = models.DateTimeField(null=True)  # the resident asks, a clerk confirms
    assignee = models.ForeignKey(
        StaffMember, models.SET_NULL, null=True, related_name="submissions"
    )
    submitted_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    kept_until = models.DateField(null=True)  # from the procedure's retention period
    rev = models.PositiveIntegerField(
        default=0
    )  # grows with each change; two clerks are told apart
    reminded_at = models.DateTimeField(null=True)  # the department was told again
    erased_at = models.DateTimeField(null=True)  # answers and person are gone, the figure stays

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(name="submission_newest", fields=["procedure", "-submitted_at"]),
            models.Index(
                name="submission_waiting",
                fields=["status", "submitted_at"],
                condition=Q(status__in=("new", "working", "returned", "approved")),  # rules.OPEN
            ),
            models.Index(
                name="submission_to_erase", fields=["kept_until"], condition=Q(erased_at=None)
            ),
        ]

    def __str__(self) -> str:
        return self.receipt_no

    @property
    def is_open(self) -> bool:
        return self.status in rules.OPEN and self.erased_at is None


class Revision(models.Model):
    """The answers as handed in once; never changed (a trigger keeps it so)."""

    sealed_under = "submission_id"

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")
    answers = EncryptedJSON()  # {path: value in the kind's stored form}
    run_id = models.UUIDField(unique=True)  # a run hands in exactly once
    handed_in_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="revision_number_once", fields=["submission", "number"])
        ]

    def __str__(self) -> str:
        return f"{self.submission_id} r{self.number}"


class RevisionFile(models.Model):
    revision = models.ForeignKey(Revision, models.CASCADE, related_name="files")
    path = models.CharField(max_length=120)  # the question
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.revision_id} {self.path}"


class ClearAnswer(models.Model):
    """An answer that is not confidential, projected in clear for search, segments and figures.

    `is_latest`: the submission is the newest of this resident and procedure that was not taken back. Groups
    ask only such rows, so that everybody has one answer to a question.
    """

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="clear")
    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="+")
    resident = models.ForeignKey(Resident, models.SET_NULL, null=True, related_name="+")
    question = models.CharField(max_length=40, db_collation="C")
    path = models.CharField(max_length=120, db_collation="C")
    version = models.PositiveIntegerField(default=0)  # the number of the version that was answered
    is_latest = models.BooleanField(default=False)
    choice = models.CharField(max_length=40, blank=True, db_collation="C")
    text = models.TextField(blank=True)
    number = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    day = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(
                name="clear_answer_choice",
                fields=["procedure", "question", "choice"],
                # Everything a group asks is in the index; only texts are read from the table.
                include=["resident", "number", "day", "version", "is_latest"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id} {self.path}"


class LookupHash(models.Model):
    """A keyed hash by which a submission is found: name, kana, telephone, in normalised form."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="hashes")
    purpose = models.CharField(max_length=10)  # name, kana, phone
    hash = models.BinaryField(max_length=16)

    class Meta:
        indexes = [models.Index(name="lookup_hash", fields=["hash", "purpose"])]

    def __str__(self) -> str:
        return f"{self.submission_id} {self.purpose}"


class Note(models.Model):
    """What a clerk wrote beside a submission; residents do not see it."""

    sealed_under = "submission_id"

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="notes")
    staff = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    text = EncryptedText()
    written_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"note {self.pk}"


class Event(models.Model):
    """Something that happened to a submission, in the order in which it did."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="events")
    happened_at = models.DateTimeField()
    staff = models.ForeignKey(StaffMember, models.PROTECT, null=True, related_name="+")
    what = models.CharField(max_length=30)  # handed_in, corrected, assigned, status, answered, …
    words = models.CharField(max_length=300)  # without personal data

    def __str__(self) -> str:
        return f"{self.submission_id} {self.what}"
