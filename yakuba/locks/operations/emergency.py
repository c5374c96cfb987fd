"""In a disaster: shelters' doors held open, all codes suspended; and back again."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.audit import operations as audit
from yakuba.bookings.models import Facility
from yakuba.kit import clock, upkeep
from yakuba.kit.errors import OutsideFailure, Refusal
from yakuba.kit.jobs import job
from yakuba.locks import queries, rules
from yakuba.locks.models import Door, Emergency
from yakuba.locks.operations import planning
from yakuba.locks.operations.connecting import memory_of
from yakuba.portal.queries import machine_now
from yakuba.townhall.models import StaffMember


class NoReason(Refusal):
    sentence = _("理由を書いてください。記録に残ります。")


class NothingToDo(Refusal):
    sentence = _("対象の施設がありません。もう同じ操作が行われているかもしれません。")


@transaction.atomic
def open_shelters(facilities: Iterable[Facility], *, reason: str, staff: StaffMember) -> int:
    """Hold every shelter's doors open, and return how many doors those are.

    Raises:
        NoReason, NothingToDo
    """
    begun = _begin(Emergency.Kind.OPEN, facilities, reason, staff)
    doors = Door.objects.filter(facility__in=begun, is_shelter=True, is_on=True)
    count = doors.update(want_open=True, opening=Door.Opening.ASKED, open_next_at=machine_now())
    _record(begun, staff, "opened", f"避難所の入口{count}か所の開放を始めました。理由：{reason}")
    return count


@transaction.atomic
def suspend(facilities: Iterable[Facility], *, reason: str, staff: StaffMember) -> int:
    """Take every code of these facilities out of force, and return how many facilities those are.

    Raises:
        NoReason, NothingToDo
    """
    begun = _begin(Emergency.Kind.SUSPEND, facilities, reason, staff)
    _record(begun, staff, "suspended", f"{len(begun)}施設の鍵の番号を止めました。理由：{reason}")
    for facility in begun:
        planning.plan(facility)
    return len(begun)


@transaction.atomic
def back_again(emergency: Emergency, *, staff: StaffMember) -> None:
    """Go back to normal: doors close, and whoever has a booking gets a new code. Twice is the same as once."""
    held = Emergency.objects.select_for_update().get(pk=emergency.pk)
    if held.ended_at is not None:
        return
    held.ended_at, held.ended_by = clock.now(), staff
    held.save(update_fields=["ended_at", "ended_by"])
    if held.kind == Emergency.Kind.OPEN:
        Door.objects.filter(facility=held.facility, want_open=True).update(
            want_open=False, opening=Door.Opening.ASKED, open_next_at=machine_now()
        )
    _record([held.facility], staff, "ended", f"「{held.get_kind_display()}」を終わりました。")
    planning.plan(held.facility)


def _begin(
    kind: str, facilities: Iterable[Facility], reason: str, staff: StaffMember
) -> list[Facility]:
    if not reason.strip():
        raise NoReason
    rows = [
        Emergency(
            kind=kind,
            facility=facility,
            reason=reason.strip()[:200],
            began_at=clock.now(),
            began_by=staff,
        )
        for facility in facilities
    ]
    open_now = {
        one.facility_id
        for one in Emergency.objects.filter(kind=kind, ended_at=None).select_for_update()
    }
    fresh = [one for one in rows if one.facility_id not in open_now]
    if not fresh:
        raise NothingToDo
    Emergency.objects.bulk_create(fresh, ignore_conflicts=True)
    return [one.facility for one in fresh]


def _record(facilities: list[Facility], staff: StaffMember, action: str, sentence: str) -> None:
    for facility in facilities:
        audit.record(
            staff_id=staff.pk,
            actor=staff.name,
            action=action,
            subject=facility.subject,
            sentence=sentence,
        )


@upkeep.every(timedelta(seconds=5))
def hold_doors() -> None:
    """Give the doors that are to be held open, or no longer, to the workers."""
    now = machine_now()
    for door in Door.objects.filter(opening=Door.Opening.ASKED, open_next_at__lte=now):
        hold_door.defer(door_id=door.pk)


@job(queue="locks")
def hold_door(*, door_id: int) -> None:
    """Tell one maker how one door is wanted; a door without network is a task of a person."""
    door = Door.objects.select_related("connection").get(pk=door_id)
    wanted = door.want_open
    contract = queries.contract_of(door.connection)
    if contract.abilities.can_open_remotely:
        try:
            contract.hold_open(door.device, memory_of(door.connection), is_open=wanted)
        except OutsideFailure:
            later = machine_now() + rules.wait(4, 1.0)
            Door.objects.filter(pk=door.pk).update(open_next_at=later)
            return
    state = Door.Opening.DONE if wanted else Door.Opening.NORMAL
    Door.objects.filter(pk=door.pk, want_open=wanted).update(opening=state, open_next_at=None)
