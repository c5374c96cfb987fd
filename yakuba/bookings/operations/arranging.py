"""Setting up what can be booked: facilities, their parts, offers, hours. A clerk does this without a programmer (6(5)ア)."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.audit import operations as audit
from yakuba.bookings.models import (
    Booking,
    Claim,
    Facility,
    Offer,
    OfferUnit,
    OpeningChange,
    OpeningRule,
    Period,
    ReminderRule,
    Unit,
)
from yakuba.bookings.rules.terms import Terms
from yakuba.kit import clock
from yakuba.kit.db import lock, refusing
from yakuba.kit.errors import Refusal
from yakuba.townhall import operations as townhall
from yakuba.townhall.models import Department, StaffMember


class NameTaken(Refusal):
    sentence = _("「{name}」は、この施設にもうあります。別の名前にしてください。")


class StillUsed(Refusal):
    sentence = _(
        "「{name}」には、これからの予約が{count}件あります。予約を移すか取り消してからにしてください。"
    )


class BookingsInTheWay(Refusal):
    """Bookings stand in what would be closed; `facts["bookings"]` are they, and `confirmed=True` closes all the same."""

    sentence = _(
        "休みにする時間に、予約が{count}件あります。予約は取り消されません。一覧を見て、利用者に連絡してください。"
    )


@transaction.atomic
def make_facility(
    *,
    department: Department,
    name: str,
    kana: str,
    staff: StaffMember,
    public_id: uuid.UUID | None = None,
    **about: Any,
) -> Facility:
    """Make a facility that is open every day from 9:00 to 21:00, and that residents do not see yet."""
    facility = Facility.objects.create(
        public_id=public_id or uuid.uuid4(),
        scope=townhall.own(department=department, kind="bookings", name=name),
        name=name,
        kana=kana,
        changed_at=clock.now(),
        **about,
    )
    ReminderRule.objects.create(facility=facility)
    note(facility, staff, "created", f"施設「{name}」を作りました。")
    return facility


def note(facility: Facility, staff: StaffMember | None, action: str, words: str) -> None:
    audit.record(
        staff_id=staff.pk if staff else None,
        actor=str(staff) if staff else "",
        action=action,
        subject=facility.subject,
        sentence=words,
    )


@transaction.atomic
def change_facility(facility: Facility, *, staff: StaffMember, **about: Any) -> None:
    """Change what is said of a facility, and whether residents see it."""
    lock(facility)
    for name, value in about.items():
        setattr(facility, name, value)
    facility.changed_at = clock.now()
    facility.save(update_fields=[*about, "changed_at"])
    note(facility, staff, "changed", f"施設「{facility.name}」の案内を変えました。")


@transaction.atomic
def add_unit(
    facility: Facility, *, name: str, turnover_minutes: int = 0, staff: StaffMember
) -> Unit:
    lock(facility)
    with refusing("unit_name_once", NameTaken, name=name):
        unit = Unit.objects.create(
            facility=facility,
            name=name,
            turnover_minutes=turnover_minutes,
            order=facility.units.count(),
        )
    note(facility, staff, "changed", f"区画「{name}」を加えました。")
    return unit


@transaction.atomic
def close_unit(unit: Unit, *, staff: StaffMember) -> None:
    """Take a part away from now on; its past stays.

    Raises:
        StillUsed: somebody has booked it.
    """
    facility = unit.facility
    lock(facility)
    ahead = Claim.objects.filter(unit=unit, live=True, during__endswith__gt=clock.now()).count()
    if ahead:
        raise StillUsed(name=unit.name, count=ahead)
    unit.closed_at = clock.now()
    unit.save(update_fields=["closed_at"])
    note(facility, staff, "changed", f"区画「{unit.name}」を閉じました。")


@transaction.atomic
def save_offer(
    facility: Facility,
    *,
    offer: Offer | None,
    staff: StaffMember,
    name: str,
    shape: str,
    takes: str,
    units: Sequence[Unit],
    terms: Terms,
    needs_approval: bool,
    is_open: bool,
    periods: Sequence[tuple[str, int, int]] = (),
) -> Offer:
    """Make an offer, or change one; what is booked already stays as it was promised."""
    lock(facility)
    row = offer or Offer(facility=facility, order=facility.offers.count())
    row.name, row.shape, row.takes = name, shape, takes
    row.rules = terms.model_dump(mode="json")
    row.needs_approval, row.is_open = needs_approval, is_open
    with refusing("offer_name_once", NameTaken, name=name):
        row.save()
    OfferUnit.objects.filter(offer=row).exclude(unit__in=units).delete()
    for unit in units:
        OfferUnit.objects.get_or_create(offer=row, unit=unit)
    Period.objects.filter(offer=row).delete()
    Period.objects.bulk_create(
        Period(offer=row, name=said, starts_minute=starts, ends_minute=ends)
        for said, starts, ends in periods
    )
    note(
        facility,
        staff,
        "changed",
        f"予約できるもの「{name}」を{'変えました' if offer else '加えました'}。",
    )
    return row


@transaction.atomic
def set_hours(
    facility: Facility, rules: Sequence[Mapping[str, Any]], *, staff: StaffMember | None
) -> None:
    """Set when a facility is open, all rules at once. Bookings that stand outside of it stay: see `outside_hours`."""
    lock(facility)
    OpeningRule.objects.filter(facility=facility, offer=None).delete()
    OpeningRule.objects.bulk_create(OpeningRule(facility=facility, **rule) for rule in rules)
    note(facility, staff, "changed", "開館の決まりを変えました。")


@transaction.atomic
def change_hours_once(
    facility: Facility,
    *,
    starts: datetime,
    ends: datetime,
    is_open: bool,
    reason: str,
    staff: StaffMember,
    confirmed: bool = False,
) -> OpeningChange:
    """Open or close otherwise, once.

    Raises:
        BookingsInTheWay: bookings stand in what would be closed; nothing is cancelled silently.
    """
    lock(facility)
    standing = [] if is_open else bookings_between(facility, starts, ends)
    if standing and not confirmed:
        raise BookingsInTheWay(count=len(standing), bookings=standing)
    change = OpeningChange.objects.create(
        facility=facility,
        starts_at=starts,
        ends_at=ends,
        is_open=is_open,
        reason=reason,
        made_by=staff,
        made_at=clock.now(),
    )
    note(facility, staff, "changed", f"{'臨時開館' if is_open else '臨時休館'}：{reason}")
    return change


@transaction.atomic
def take_back_change(change: OpeningChange, *, staff: StaffMember) -> None:
    facility = change.facility
    change.delete()
    note(facility, staff, "changed", f"臨時の開館・休館「{change.reason}」を取りやめました。")


def bookings_between(facility: Facility, starts: datetime, ends: datetime) -> list[Booking]:
    """Return the standing bookings of a facility in a time, the earliest first."""
    found = (
        Booking.objects.standing()
        .filter(
            facility=facility,
            items__live=True,
            items__starts_at__lt=ends,
            items__ends_at__gt=starts,
        )
        .order_by("items__starts_at", "pk")
    )
    return list(dict.fromkeys(found))
