"""What is kept no longer, what belongs to somebody else now, and hashes under a new key."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from yakuba.identity import queries, rules
from yakuba.identity.models import Evidence, Heard, IdentityCheck
from yakuba.identity.operations.beginning import _end
from yakuba.kit import clock, datakeys, upkeep
from yakuba.kit.secrets import keyed_hash
from yakuba.procedures.models import Run
from yakuba.residents.models import Resident

_AT_ONCE = 500
_RAW_DAYS = 30  # what providers and browsers said; evidence keeps what it is made of
_UNUSED_DAYS = 30  # checks of runs that were never handed in
_GONE = (Run.Status.STOPPED, Run.Status.EXPIRED)


@transaction.atomic
def erase(run_ids: Collection[UUID]) -> int:
    """Erase what was proven in these runs, because what they handed in is erased; return how many checks."""
    return _erase(IdentityCheck.objects.filter(run_id_kept__in=list(run_ids)))


@transaction.atomic
def _erase(rows: QuerySet[IdentityCheck]) -> int:
    """Erase checks with evidence, looks and what was heard, and the keys that their evidence lies under."""
    keys = list(rows.values_list("pk", flat=True))
    IdentityCheck.objects.filter(pk__in=keys).delete()
    datakeys.destroy(keys)
    return len(keys)


@upkeep.every(timedelta(hours=6))
def erase_unused() -> None:
    """Erase checks of runs that were given up, and those of finished runs that proved nothing."""
    before = clock.now() - timedelta(days=_UNUSED_DAYS)
    given_up = Q(run__status__in=_GONE) | Q(run=None, evidence=None)
    in_vain = ~Q(state=IdentityCheck.State.VERIFIED) & Q(ended_at__lt=before)
    rows = IdentityCheck.objects.filter((given_up & Q(begun_at__lt=before)) | in_vain)
    _erase(rows.order_by("pk")[:_AT_ONCE])


@upkeep.every(timedelta(hours=6))
def empty_old_words() -> None:
    """Empty what was heard long ago; that it was heard stays, so that nothing is taken twice."""
    before = clock.now() - timedelta(days=_RAW_DAYS)
    old = Heard.objects.filter(received_at__lt=before, is_emptied=False).order_by("pk")
    keys = list(old.values_list("pk", flat=True)[:_AT_ONCE])
    Heard.objects.filter(pk__in=keys).update(raw="", is_emptied=True)


@transaction.atomic
def forget(resident: Resident) -> None:
    """Erase everything that proves who the resident is."""
    _erase(IdentityCheck.objects.filter(resident=resident))


@transaction.atomic
def hand_over(*, before: Resident, after: Resident) -> None:
    """Give what was proven to `after`, whose LINE account it is now.

    What was proven by a run that is not handed in yet is to be proven again: another account is at it now.
    """
    rows = IdentityCheck.objects.select_for_update(no_key=True).filter(resident=before)
    alive = (*rules.OPEN, IdentityCheck.State.VERIFIED)
    for check in rows.filter(run__status=Run.Status.ACTIVE, state__in=alive):
        _end(check, "account_moved")
    IdentityCheck.objects.filter(resident=before).update(resident=after)


@transaction.atomic
def rewrite_hashes(after: object | None) -> object | None:
    """Hash persons and verifications anew under the first key, for `yakuba keys rotate`."""
    beyond = {"pk__gt": after} if after is not None else {}
    rows = list(
        IdentityCheck.objects.select_for_update(no_key=True, of=("self",))
        .filter(**beyond)
        .select_related("evidence")
        .order_by("pk")[:_AT_ONCE]
    )
    for check in rows:
        if check.reference:
            check.reference_hash = keyed_hash(check.reference, purpose=queries.VERIFICATION)
            check.save(update_fields=["reference_hash"])
        evidence = getattr(check, "evidence", None)
        if isinstance(evidence, Evidence):
            _hash(evidence)
    return rows[-1].pk if rows else None


def _hash(evidence: Evidence) -> None:
    evidence.verification_hash = keyed_hash(evidence.verification_id, purpose=queries.VERIFICATION)
    if evidence.person_id:
        evidence.person_hash = keyed_hash(evidence.person_id, purpose=queries.PERSON)
    evidence.save(update_fields=["verification_hash", "person_hash"])
