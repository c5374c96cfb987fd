"""Facilities that come with a sample town: made once, from a file."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from yakuba.bookings.models import Facility, OpeningRule
from yakuba.bookings.operations import arranging
from yakuba.bookings.rules.terms import Terms
from yakuba.townhall.models import Department, StaffMember

_ABOUT = ("about", "to_bring", "address", "phone", "latitude", "longitude")
EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)


@transaction.atomic
def make_sample(whole: Mapping[str, Any], *, department: Department, staff: StaffMember) -> bool:
    """Make a facility with its units, offers and hours; say whether it was new. One that is there stays as it is.

    Raises:
        ValueError: with what cannot be read in the file.
    """
    if Facility.objects.filter(public_id=whole["public_id"]).exists():
        return False
    facility = arranging.make_facility(
        department=department,
        name=whole["name"],
        kana=whole["kana"],
        staff=staff,
        public_id=UUID(whole["public_id"]),
        **{name: whole[name] for name in _ABOUT if name in whole},
    )
    units = {
        one["name"]: arranging.add_unit(facility, staff=staff, **one) for one in whole["units"]
    }
    for one in whole["offers"]:
        arranging.save_offer(
            facility,
            offer=None,
            staff=staff,
            name=one["name"],
            shape=one.get("shape", "grid"),
            takes=one.get("takes", "all"),
            units=[units[name] for name in one.get("units", units)],
            terms=Terms.model_validate(one.get("rules", {})),
            needs_approval=one.get("needs_approval", False),
            is_open=True,
            periods=[
                (name, minute(starts), minute(ends))
                for name, starts, ends in one.get("periods", ())
            ],
        )
    rules = [
        {
            "weekdays": list(one.get("weekdays", EVERY_DAY)),
            "opens_minute": minute(one["opens"]),
            "closes_minute": minute(one["closes"]),
            "holidays": one.get("holidays", OpeningRule.Holidays.AS_WEEKDAY),
        }
        for one in whole["hours"]
    ]
    arranging.set_hours(facility, rules, staff=staff)
    arranging.change_facility(facility, staff=staff, is_open=True)
    return True


def minute(text: str) -> int:
    """Read 9:00 or 25:30 as the minute of a day.

    Raises:
        ValueError: it is no time.
    """
    hours, colon, minutes = str(text).partition(":")
    if not (colon and hours.isdecimal() and minutes.isdecimal() and int(minutes) < 60):
        raise ValueError(f"「{text}」は時刻ではありません（例：9:00）")
    return int(hours) * 60 + int(minutes)
