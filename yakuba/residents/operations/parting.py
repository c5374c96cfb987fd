"""Forgetting somebody: one member of staff asks, another does it, because nothing brings it back."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.audit import operations as audit
from yakuba.kit import clock
from yakuba.kit.db import lock
from yakuba.kit.errors import Refusal
from yakuba.residents import sockets
from yakuba.residents.models import Forgetting, Resident
from yakuba.residents.queries import REGISTER
from yakuba.townhall import operations as townhall
from yakuba.townhall.models import Department, Scope, StaffMember


class SecondPersonNeeded(Refusal):
    sentence = _("削除は元に戻せないため、依頼した人とは別の職員が確かめて行います。")


class NotAsked(Refusal):
    sentence = _("削除の依頼は、もうありません。画面を開き直してください。")


@transaction.atomic
def forget(resident: Resident, *, staff_id: int | None, actor: str) -> None:
    """Remove the resident and everything personal that anybody holds of them."""
    lock(resident)
    subject = resident.subject
    sockets.forgotten.announce(resident)
    resident.delete()
    audit.record(
        staff_id=staff_id,
        actor=actor,
        action="forgotten",
        subject=subject,
        sentence="登録されていた情報をすべて削除しました。",
    )


@transaction.atomic
def ask_to_forget(resident: Resident, *, reason: str, staff: StaffMember) -> Forgetting:
    """Ask a second person to have the resident forgotten; asking again changes who asks and why."""
    lock(resident)
    asked, _new = Forgetting.objects.update_or_create(
        resident=resident, defaults={"asked_by": staff, "reason": reason, "asked_at": clock.now()}
    )
    _note(resident, staff, "asked_to_forget", "登録情報の削除を依頼しました。")
    return asked


@transaction.atomic
def agree_to_forget(resident: Resident, *, staff: StaffMember) -> None:
    """Forget the resident, as somebody else asked.

    Raises:
        NotAsked: nobody asks any more.
        SecondPersonNeeded: the one who asked cannot agree with themselves.
    """
    lock(resident)
    asked = Forgetting.objects.filter(resident=resident).first()
    if asked is None:
        raise NotAsked
    if asked.asked_by_id == staff.pk:
        raise SecondPersonNeeded
    forget(resident, staff_id=staff.pk, actor=staff.name)


@transaction.atomic
def keep_after_all(resident: Resident, *, staff: StaffMember) -> None:
    """Withdraw the wish to have the resident forgotten, whoever had it."""
    lock(resident)
    gone, _rows = Forgetting.objects.filter(resident=resident).delete()
    if gone:
        _note(resident, staff, "cancelled", "登録情報の削除の依頼を取りやめました。")


@transaction.atomic
def entrust(*, department: Department, staff: StaffMember | None) -> Scope:
    """Make the register of residents a matter of `department`; whoever else may, is granted on the rights page.

    Entrusting twice is the same as once; another department does not take it from the first.
    """
    scope = Scope.objects.select_for_update(no_key=True).filter(kind=REGISTER).first()
    if scope is None:
        scope = townhall.own(department=department, kind=REGISTER, name="住民の台帳")
        audit.record(
            staff_id=staff.pk if staff else None,
            actor=staff.name if staff else "yakuba",
            action="granted",
            subject=f"townhall.scope:{scope.pk}",
            sentence=f"住民の台帳を{department.name}の担当にしました。",
        )
    return scope


def _note(resident: Resident, staff: StaffMember, action: str, sentence: str) -> None:
    audit.record(
        staff_id=staff.pk,
        actor=staff.name,
        action=action,
        subject=resident.subject,
        sentence=sentence,
    )
