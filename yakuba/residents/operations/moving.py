"""A new telephone: giving somebody's record to another LINE account, and taking that back."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.audit import operations as audit
from yakuba.kit import clock
from yakuba.kit.db import lock
from yakuba.kit.errors import Refusal
from yakuba.residents import queries, sockets
from yakuba.residents.models import LineAccount, Reattachment, Resident
from yakuba.residents.operations.meeting import meet, settle_reachable
from yakuba.townhall.models import StaffMember


class AlreadyAttached(Refusal):
    sentence = _("このLINEアカウントは、すでにこの住民のものです。")


class CannotTakeBack(Refusal):
    sentence = _(
        "付け替えのあとで、さらにアカウントが変わっています。台帳で確かめて、付け替え直してください。"
    )


@transaction.atomic
def reattach(*, user_id: str, to: Resident, staff: StaffMember, reason: str) -> Reattachment:
    """Give the LINE account `user_id` to the resident `to`, whom staff have identified as `reason` says.

    Used when somebody has a new telephone or lost the account: what the town knows stays with the
    person. The accounts `to` had before are detached; what `before` began is handed over.

    Raises:
        AlreadyAttached: it is theirs already.
    """
    before = meet(user_id=user_id, at_ms=0)
    _lock_both(before, to)
    if before.pk == to.pk:
        raise AlreadyAttached
    now = clock.now()
    account = LineAccount.objects.select_for_update(no_key=True).get(
        line_user_id=user_id, detached_at=None
    )
    earlier = list(to.accounts.filter(detached_at=None).values_list("pk", "is_friend"))
    to.accounts.filter(detached_at=None).update(detached_at=now, is_friend=False)
    account.detached_at = now
    account.save(update_fields=["detached_at"])
    attached = LineAccount.objects.create(
        line_user_id=user_id,
        resident=to,
        is_friend=account.is_friend,
        friend_since=account.friend_since,
        changed_by=account.changed_by,
        attached_at=now,
        attached_by_staff=staff.pk,
    )
    held = queries.rows_of(before)
    _settle(to, before)
    sockets.moved.announce(before, to)
    done = Reattachment.objects.create(
        before=before,
        to=to,
        account=attached,
        detached=account,
        earlier=earlier,
        handed_over=queries.now_of(to, held),
        identified_by=reason,
        staff_id=staff.pk,
        at=now,
    )
    _note(
        to, staff, "reattached", "本人確認のうえ、LINEアカウントを付け替えました。", before, reason
    )
    return done


@transaction.atomic
def take_back(done: Reattachment, *, staff: StaffMember) -> None:
    """Give the account back to whom it was taken from, with exactly what was handed over.

    Raises:
        CannotTakeBack: the accounts changed since, so that taking back would hurt somebody else.
    """
    _lock_both(done.before, done.to)
    lock(done)
    account = done.account
    account.refresh_from_db()
    if done.taken_back_at is not None or account.detached_at is not None:
        raise CannotTakeBack
    earlier = dict(done.earlier)
    old = LineAccount.objects.filter(pk__in=earlier)
    elsewhere = LineAccount.objects.filter(
        line_user_id__in=old.values("line_user_id"), detached_at=None
    )
    if elsewhere.exists():
        raise CannotTakeBack
    now = clock.now()
    account.detached_at = now
    account.save(update_fields=["detached_at"])
    # The friendship as it is now: the person may have blocked us since.
    LineAccount.objects.filter(pk=done.detached_id).update(
        detached_at=None,
        is_friend=account.is_friend,
        friend_since=account.friend_since,
        changed_by=account.changed_by,
    )
    for row in old:
        row.detached_at, row.is_friend = None, earlier[row.pk]
        row.save(update_fields=["detached_at", "is_friend"])
    _hand_back(done)
    done.taken_back_at = now
    done.save(update_fields=["taken_back_at"])
    _settle(done.to, done.before)
    sockets.returned.announce(done.to, done.before)
    _note(
        done.to, staff, "reattached", "LINEアカウントの付け替えを元に戻しました。", done.before, ""
    )


def _hand_back(done: Reattachment) -> None:
    for relation in queries.relations():
        keys = done.handed_over.get(queries.name_of(relation), [])
        rows = relation.related_model._base_manager.filter(
            pk__in=keys, **{relation.field.name: done.to}
        )
        rows.update(**{relation.field.name: done.before})


def _lock_both(one: Resident, other: Resident) -> None:
    """In one order, whoever comes first: two who swap telephones must not wait for each other."""
    for resident in sorted({one.pk: one, other.pk: other}.values(), key=lambda row: row.pk):
        lock(resident)


def _settle(*residents: Resident) -> None:
    for resident in residents:
        resident.refresh_from_db()
        settle_reachable(resident)


def _note(
    to: Resident, staff: StaffMember, action: str, sentence: str, before: Resident, reason: str
) -> None:
    audit.record(
        staff_id=staff.pk,
        actor=staff.name,
        action=action,
        subject=to.subject,
        sentence=sentence,
        detail={"reason": reason, "from": before.number},
    )
