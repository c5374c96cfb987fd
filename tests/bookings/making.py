"""Facilities of the tests: plain functions that make them."""

from collections.abc import Sequence

from tests.cast import make_department
from yakuba.bookings.models import Facility, Offer, OfferUnit, OpeningRule, Unit
from yakuba.kit import clock
from yakuba.townhall.models import Capability, Department, Grant, Scope

EVERY_DAY = [0, 1, 2, 3, 4, 5, 6]


def make_facility(
    name: str = "中央体育館",
    kana: str = "ちゅうおうたいいくかん",
    *,
    units: Sequence[str] = ("アリーナ左", "アリーナ右"),
    department: Department | None = None,
    opens: int = 9 * 60,
    closes: int = 21 * 60,
) -> Facility:
    """Make a facility that is open every day, with its units in the order given."""
    department = department or make_department("生涯学習課")
    scope = Scope.objects.create(department=department, kind="bookings", name=name)
    for capability in Capability:
        Grant.objects.create(scope=scope, department=department, capability=capability)
    facility = Facility.objects.create(
        scope=scope, name=name, kana=kana, is_open=True, changed_at=clock.now()
    )
    for order, unit in enumerate(units):
        Unit.objects.create(facility=facility, name=unit, order=order)
    OpeningRule.objects.create(
        facility=facility, weekdays=EVERY_DAY, opens_minute=opens, closes_minute=closes
    )
    return facility


def make_offer(
    facility: Facility,
    name: str = "アリーナ全面",
    *,
    units: Sequence[str] = (),
    shape: str = Offer.Shape.GRID,
    takes: str = Offer.Takes.ALL,
    needs_approval: bool = False,
    **rules: object,
) -> Offer:
    """Make an offer of the named units (all of them when none are named)."""
    offer = Offer.objects.create(
        facility=facility,
        name=name,
        shape=shape,
        takes=takes,
        rules=rules,
        needs_approval=needs_approval,
        is_open=True,
    )
    for unit in facility.units.all():
        if not units or unit.name in units:
            OfferUnit.objects.create(offer=offer, unit=unit)
    return offer
