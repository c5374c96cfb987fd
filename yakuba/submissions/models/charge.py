"""What an application costs: its charges."""

from django.db import models

from yakuba.payments.models import Charge
from yakuba.submissions.models.submission import Submission


class SubmissionCharge(models.Model):
    """A charge is for this submission. The amount and what was paid are the charge's and the ledger's."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="charges")
    charge = models.OneToOneField(Charge, models.PROTECT, related_name="+")
    reminded_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.submission_id} {self.charge_id}"
