"""Meeting people: friends come, go and come back; events about it arrive out of order."""

from datetime import UTC, datetime

from django.db import transaction

from yakuba.audit import operations as audit
from yakuba.kit import clock, kana, secrets
from yakuba.kit.db import lock, lock_name
from yakuba.residents.models import CALLED, LineAccount, Resident
from yakuba.townhall.models import StaffMember

_SEEN = """
UPDATE residents_resident AS resident SET last_seen_at = %s FROM residents_lineaccount AS account
WHERE account.resident_id = resident.id AND account.line_user_id = %s
  AND account.detached_at IS NULL
RETURNING resident.*
"""


@transaction.atomic(savepoint=False)
def meet(*, user_id: str, at_ms: int) -> Resident:
    """Return the resident to whom `user_id` is attached, making one for a stranger."""
    resident = Resident.objects.of_line(user_id).first()
    if resident is not None:
        return resident
    lock_name(f"line account {user_id}")
    resident = Resident.objects.of_line(user_id).first()
    if resident is not None:
        return resident
    resident = Resident.objects.create(joined_on=clock.today())
    LineAccount.objects.create(
        line_user_id=user_id, resident=resident, attached_at=_moment(at_ms), changed_by=0
    )
    return resident


@transaction.atomic
def befriend(*, user_id: str, at_ms: int) -> tuple[Resident, bool]:
    """Note that `user_id` added or unblocked the account; say whether this is news.

    Events come out of order: one that is older than what we know changes nothing.
    """
    return _change_friendship(user_id, at_ms, is_friend=True)


@transaction.atomic
def part(*, user_id: str, at_ms: int) -> tuple[Resident, bool]:
    """Note that `user_id` blocked the account; say whether this is news."""
    return _change_friendship(user_id, at_ms, is_friend=False)


def _change_friendship(user_id: str, at_ms: int, *, is_friend: bool) -> tuple[Resident, bool]:
    resident = meet(user_id=user_id, at_ms=at_ms)
    account = LineAccount.objects.select_for_update(no_key=True).get(
        line_user_id=user_id, detached_at=None
    )
    if at_ms <= account.changed_by:
        return resident, False
    account.changed_by = at_ms
    account.is_friend = is_friend
    if is_friend:
        account.friend_since = _moment(at_ms)
    account.save(update_fields=["changed_by", "is_friend", "friend_since"])
    settle_reachable(resident)
    return resident, True


def settle_reachable(resident: Resident) -> None:
    """Write down whether any attached account is a friend now."""
    resident.reachable = resident.accounts.filter(is_friend=True, detached_at=None).exists()
    resident.save(update_fields=["reachable"])


@transaction.atomic(savepoint=False)
def see(*, user_id: str, at_ms: int) -> Resident:
    """Meet the resident who did something just now, and note that they were here."""
    now = clock.now()
    for known in Resident.objects.raw(_SEEN, [now, user_id]):
        return known
    resident = meet(user_id=user_id, at_ms=at_ms)
    resident.last_seen_at = now
    resident.save(update_fields=["last_seen_at"])
    return resident


@transaction.atomic
def set_reading(resident: Resident, *, language: str = "", text_size: str = "") -> None:
    """Keep how the resident wants to read; what is not one of the choices stays as it was."""
    lock(resident)
    if language in ("ja", "ja-easy", "en"):
        resident.language = language
    if text_size in ("m", "l", "xl"):
        resident.text_size = text_size
    resident.save(update_fields=["language", "text_size"])


@transaction.atomic
def call(resident: Resident, *, name: str | None) -> None:
    """Keep the name that LINE shows, which the person let us read, so that staff can find it whole."""
    lock(resident)
    resident.called = name or None
    resident.called_hash = (
        secrets.keyed_hash(kana.search_key(name), purpose=CALLED) if name else None
    )
    resident.save(update_fields=["called", "called_hash"])


@transaction.atomic
def rewrite_names(after: object | None) -> object | None:
    """Hash the LINE names of some residents anew under the first key, for `yakuba keys rotate`."""
    beyond = {"pk__gt": after} if after is not None else {}
    named = Resident.objects.filter(called_hash__isnull=False, **beyond).order_by("pk")
    last: int | None = None
    for resident in named.select_for_update(no_key=True)[:500]:
        key = kana.search_key(resident.called or "")
        resident.called_hash = secrets.keyed_hash(key, purpose=CALLED)
        resident.save(update_fields=["called_hash"])
        last = resident.pk
    return last


@transaction.atomic
def set_tester(resident: Resident, *, is_tester: bool, staff: StaffMember) -> None:
    """Say whether a trial environment may write to the resident."""
    lock(resident)
    if resident.is_tester == is_tester:
        return
    resident.is_tester = is_tester
    resident.save(update_fields=["is_tester"])
    audit.record(
        staff_id=staff.pk,
        actor=staff.name,
        action="changed",
        subject=resident.subject,
        sentence="試用環境で送ってよい人にしました。"
        if is_tester
        else "試用環境で送ってよい人から外しました。",
    )


def _moment(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC) if at_ms else clock.now()
