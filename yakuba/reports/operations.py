"""Noting what was tapped."""

from django.db import transaction

from yakuba.kit import clock
from yakuba.reports.models import Tap


@transaction.atomic(savepoint=False)
def tapped(*, kind: str, subject: str, detail: str = "") -> None:
    """Note one tap, in the transaction of what it did, so that it is counted exactly once."""
    Tap.objects.create(at=clock.now(), kind=kind[:30], subject=subject[:120], detail=detail[:80])
