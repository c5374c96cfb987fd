"""Who a charge belongs to when telephones change hands, and when people are to be forgotten."""

from django.db import transaction

from yakuba.payments.models import Attempt, Charge
from yakuba.residents.models import Resident


@transaction.atomic
def hand_over(*, before: Resident, after: Resident) -> None:
    """What `before` was asked to pay is asked of `after` from now on: it is the same person."""
    Charge.objects.filter(resident=before).update(resident=after)
    Attempt.objects.filter(started_by=before).update(started_by=after)


@transaction.atomic
def forget(resident: Resident) -> None:
    """Take the person away from the money; what was owed and paid stays for the accounts (E45)."""
    Charge.objects.filter(resident=resident).update(resident=None)
    Attempt.objects.filter(started_by=resident).update(started_by=None)
