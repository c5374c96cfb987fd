"""The yearly change-over: planned from a list, carried out once on its day, old rights ending as new ones begin."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.kit import clock
from yakuba.kit.db import lock, lock_name
from yakuba.kit.errors import Refusal
from yakuba.townhall.models import Changeover, Department, Membership, StaffMember
from yakuba.townhall.operations.access import send_invitation
from yakuba.townhall.operations.staff import check_licences
from yakuba.townhall.operations.trail import tell
from yakuba.townhall.rules import Mover


class DayIsOver(Refusal):
    sentence = _("実施日は、明日以降の日にしてください。")


class NotPlanned(Refusal):
    sentence = _("この異動は、すでに実施されたか、取りやめられています。")


class DepartmentGone(Refusal):
    sentence = _("部署「{code}」がなくなっているため、異動を実施できません。")


@transaction.atomic
def plan_changeover(*, day: date, movers: Sequence[Mover], by: StaffMember) -> Changeover:
    """Plan what the list says for `day`; until then nothing changes, and it can be called off."""
    if day <= clock.today():
        raise DayIsOver
    planned = Changeover.objects.create(
        day=day,
        movers=[mover.as_json() for mover in movers],
        planned_by=by,
        planned_at=clock.now(),
    )
    tell(
        by,
        "planned",
        f"townhall.changeover:{planned.pk}",
        f"{day:%Y-%m-%d}の人事異動（{len(movers)}人）を予定しました。",
    )
    return planned


@transaction.atomic
def cancel_changeover(planned: Changeover, *, by: StaffMember) -> None:
    """Call it off, before it is carried out."""
    lock(planned)
    if planned.state != Changeover.State.PLANNED:
        raise NotPlanned
    planned.state = Changeover.State.CANCELLED
    planned.save(update_fields=["state"])
    tell(
        by,
        "cancelled",
        f"townhall.changeover:{planned.pk}",
        f"{planned.day:%Y-%m-%d}の人事異動を取りやめました。",
    )


def carry_out_changeovers() -> None:
    """Carry out what is due, each in a transaction of its own. May be called as often as one likes."""
    due = Changeover.objects.filter(
        state=Changeover.State.PLANNED, day__lte=clock.today()
    ).order_by("day", "pk")
    for planned in due:
        try:
            _carry_out(planned)
        except Refusal as no:
            _note_refused(planned, str(no))


@transaction.atomic
def _carry_out(planned: Changeover) -> None:
    lock_name("townhall.licences")
    lock(planned)
    if planned.state != Changeover.State.PLANNED:
        return  # somebody else was faster, or it was called off
    departments = {one.code: one for one in Department.objects.filter(closed_on=None)}
    movers = [Mover(**mover) for mover in planned.movers]
    # Leavers first, so that their places count as free.
    for mover in sorted(movers, key=lambda mover: mover.kind != "leave"):
        _move(mover, planned, departments)
    check_licences()
    planned.state = Changeover.State.DONE
    planned.done_at = clock.now()
    planned.save(update_fields=["state", "done_at"])
    tell(
        None,
        "carried_out",
        f"townhall.changeover:{planned.pk}",
        f"{planned.day:%Y-%m-%d}の人事異動を実施しました（{len(movers)}人）。",
        {"planned_by": planned.planned_by_id},
    )


def _move(mover: Mover, planned: Changeover, departments: dict[str, Department]) -> None:
    staff = StaffMember.objects.filter(email__iexact=mover.email).first()
    is_new = staff is None
    if staff is None:
        staff = StaffMember(email=mover.email)
        staff.set_unusable_password()
    else:
        lock(staff)
    staff.name, staff.kana = mover.name or staff.name, mover.kana or staff.kana
    if mover.kind == "leave":
        staff.active_until = planned.day - timedelta(days=1)
        staff.is_administrator = False
    elif mover.kind == "join":
        staff.active_from, staff.active_until, staff.is_active = planned.day, None, True
    staff.save()
    Membership.objects.filter(staff=staff).delete()
    for code, role in mover.places.items():
        if code not in departments:
            raise DepartmentGone(code=code)
        Membership.objects.create(staff=staff, department=departments[code], role=role)
    tell(
        None,
        "moved",
        f"townhall.staff:{staff.pk}",
        f"人事異動により、{staff.name}さんの所属を変えました。",
        {"kind": mover.kind, "places": mover.places, "changeover": planned.pk},
    )
    if is_new:
        send_invitation(staff, by=None)


@transaction.atomic
def _note_refused(planned: Changeover, words: str) -> None:
    """Stop trying, and say why on the page; half of a change-over would be worse than none."""
    lock(planned)
    if planned.state == Changeover.State.PLANNED:
        planned.state = Changeover.State.REFUSED
        planned.trouble = words[:300]
        planned.save(update_fields=["state", "trouble"])
        tell(
            None,
            "refused",
            f"townhall.changeover:{planned.pk}",
            f"{planned.day:%Y-%m-%d}の人事異動を実施できませんでした。",
            {"because": words},
        )
