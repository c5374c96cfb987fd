"""Who works here, where, and until when."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.kit import clock
from yakuba.kit.db import lock, lock_name, refusing
from yakuba.kit.errors import Refusal
from yakuba.townhall import queries
from yakuba.townhall.models import Department, Membership, StaffMember
from yakuba.townhall.operations.access import choose_password, send_invitation
from yakuba.townhall.operations.trail import tell

Places = Mapping[int, str]  # department's id → role


class LicencesUsedUp(Refusal):
    sentence = _(
        "職員IDは{licences}人分までで、このままでは{needed}人になります。"
        "使わなくなった人を止めるか、「町の情報」で上限を増やしてください。"
    )


class AddressTaken(Refusal):
    sentence = _("このメールアドレスは、すでに登録されています。")


class LastAdministrator(Refusal):
    sentence = _(
        "管理者が1人もいなくなるため、変更できません。先にほかの人を管理者にしてください。"
    )


class EndsBeforeItBegins(Refusal):
    sentence = _("利用の終了日が開始日より前になっています。")


@transaction.atomic
def invite(
    *,
    email: str,
    name: str,
    kana: str = "",
    is_administrator: bool = False,
    active_from: date | None = None,
    active_until: date | None = None,
    places: Places,
    by: StaffMember | None,
) -> StaffMember:
    """Register a colleague and send the link to choose a password.

    Raises:
        LicencesUsedUp: on some day more people would work here than the licence says (5(3)ア).
        AddressTaken: somebody has this address.
    """
    lock_name("townhall.licences")
    staff = StaffMember(
        email=email.lower(),
        name=name,
        kana=kana,
        is_administrator=is_administrator,
        active_from=active_from,
        active_until=active_until,
    )
    staff.set_unusable_password()
    _check_days(staff)
    if StaffMember.objects.filter(email__iexact=email).exists():
        raise AddressTaken
    with refusing("townhall_staffmember_email_key", AddressTaken):
        staff.save()
    _place(staff, places)
    check_licences()
    send_invitation(staff, by=by)
    return staff


@transaction.atomic
def change(
    staff: StaffMember,
    *,
    name: str,
    kana: str,
    is_administrator: bool,
    active_from: date | None,
    active_until: date | None,
    places: Places,
    by: StaffMember,
) -> None:
    """Correct what is known of a person, and where the person works. Rights follow at once."""
    lock_name("townhall.licences")
    lock(staff)
    staff.name, staff.kana = name, kana
    staff.is_administrator = is_administrator
    staff.active_from, staff.active_until = active_from, active_until
    _check_days(staff)
    staff.save(update_fields=["name", "kana", "is_administrator", "active_from", "active_until"])
    _place(staff, places)
    check_licences()
    _check_administrators()
    tell(
        by,
        "changed",
        f"townhall.staff:{staff.pk}",
        f"{staff.name}さんの登録を変えました。",
        {
            "administrator": is_administrator,
            "from": active_from,
            "until": active_until,
            "places": {str(department): role for department, role in places.items()},
        },
    )


@transaction.atomic
def set_active(staff: StaffMember, *, is_active: bool, by: StaffMember) -> None:
    """Stop a person from using the system at once, or let them again. Stopping twice is the same as once."""
    lock_name("townhall.licences")
    lock(staff)
    if staff.is_active == is_active:
        return
    staff.is_active = is_active
    staff.save(update_fields=["is_active"])
    check_licences()
    _check_administrators()
    words = _("の利用を再開しました。") if is_active else _("の利用を止めました。")
    tell(by, "changed", f"townhall.staff:{staff.pk}", f"{staff.name}さん{words}")


@transaction.atomic
def create_administrator(*, email: str, name: str, password: str | None = None) -> StaffMember:
    """Make an administrator from the machine's command line, where nobody is signed in yet.

    Without a password an invitation goes out by mail.
    """
    staff = invite(email=email, name=name, is_administrator=True, places={}, by=None)
    if password is not None:
        choose_password(staff, password=password)
    return staff


def check_licences() -> None:
    """Refuse what has just been written if too many people would work here on some day."""
    licences, needed = queries.town().licences, queries.licences_needed()
    if needed > licences:
        raise LicencesUsedUp(licences=licences, needed=needed)


def _check_administrators() -> None:
    if not StaffMember.objects.active_on(clock.today()).filter(is_administrator=True).exists():
        raise LastAdministrator


def _check_days(staff: StaffMember) -> None:
    if staff.active_from and staff.active_until and staff.active_until < staff.active_from:
        raise EndsBeforeItBegins


def _place(staff: StaffMember, places: Places) -> None:
    Membership.objects.filter(staff=staff).exclude(department__in=list(places)).delete()
    for department in Department.objects.filter(pk__in=list(places)):
        Membership.objects.update_or_create(
            staff=staff,
            department=department,
            defaults={"role": Membership.Role(places[department.pk])},
        )
