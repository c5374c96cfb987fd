"""Codes whose time is long over are emptied; people who are forgotten leave nothing here."""

from datetime import timedelta

from django.db import transaction

from yakuba.kit import clock, upkeep
from yakuba.locks.models import AccessGrant, GrantUse, MakerMessage
from yakuba.portal.queries import machine_now
from yakuba.residents.models import Resident

KEPT = timedelta(days=30)


@upkeep.every(timedelta(hours=6))
def purge() -> None:
    """Empty codes and messages 30 days after their time; that there was one stays for the figures."""
    over = AccessGrant.objects.filter(ends_at__lt=clock.now() - KEPT)
    over.exclude(code=None, wished=None).update(code=None, wished=None)
    MakerMessage.objects.filter(received_at__lt=machine_now() - KEPT).exclude(raw=None).update(
        raw=None
    )


@transaction.atomic
def hand_over(*, before: Resident, after: Resident) -> None:
    """What was for `before` is for `after` from now on: it is the same person."""
    GrantUse.objects.filter(resident=before).update(resident=after)
    AccessGrant.objects.filter(who=f"r{before.pk}").update(who=f"r{after.pk}")


@transaction.atomic
def forget(resident: Resident) -> None:
    """Take the person away from the codes."""
    GrantUse.objects.filter(resident=resident).update(resident=None)
    AccessGrant.objects.filter(who=f"r{resident.pk}").update(who="forgotten")
