"""Who may do what, and on which days the town hall is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import jpholiday
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import QuerySet
from django.db.models.functions import Lower

from yakuba.kit import clock
from yakuba.townhall import rules
from yakuba.townhall.models import (
    Capability,
    ClosedDay,
    Grant,
    Membership,
    Scope,
    StaffMember,
    Town,
)


def town() -> Town:
    """The town, with empty values where the administrator has not said anything yet."""
    return Town.objects.filter(pk=1).first() or Town(name="")


def may_sign_in(staff: StaffMember) -> bool:
    """Say whether this person works here today."""
    return staff.is_active_on(clock.today())


def licences_needed() -> int:
    """The largest number of people who work here on one day, from today on."""
    people = StaffMember.objects.filter(is_active=True).values_list("active_from", "active_until")
    return rules.peak(people, since=clock.today())


def known_addresses() -> dict[str, bool]:
    """Everybody's address, and whether the person works here now or will."""
    today = clock.today()
    return {
        staff.email.lower(): staff.is_active
        and (staff.active_until is None or staff.active_until >= today)
        for staff in StaffMember.objects.all()
    }


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change-over would do: memberships that end and begin, and how many people would work here."""

    ending: int
    beginning: int
    people: int
    licences: int


def changeover_preview(movers: Sequence[rules.Mover], *, day: date) -> Preview:
    """Count what `movers` would change on `day`."""
    addresses = [mover.email for mover in movers]
    here = StaffMember.objects.active_on(day)
    leaving = [mover.email for mover in movers if mover.kind == "leave"]
    joining = sum(mover.kind == "join" for mover in movers)
    stays = here.annotate(lower=Lower("email")).exclude(lower__in=leaving).count()
    memberships = Membership.objects.annotate(lower=Lower("staff__email"))
    return Preview(
        ending=memberships.filter(lower__in=addresses).count(),
        beginning=sum(len(mover.places) for mover in movers),
        people=stays + joining,
        licences=town().licences,
    )


def second_factors(staff: StaffMember) -> QuerySet[Authenticator]:
    """What this person can use as the second step: authenticators and passkeys, not the printed codes."""
    found: QuerySet[Authenticator] = Authenticator.objects.filter(
        user=staff, type__in=(Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    )
    return found


def code_by_mail_allowed() -> bool:
    """Say whether a code by mail may stand in for an authenticator.

    The administrator must want it, and staff must be known by their network, because whoever reads
    the mailbox could sign in from anywhere else.
    """
    return bool(settings.STAFF_NETWORKS) and town().code_by_mail


def may(staff: StaffMember, capability: str, scope: Scope) -> bool:
    """Say whether `staff` may do `capability` within `scope`. Nothing is allowed without a grant (6(4)ク)."""
    return Scope.objects.visible_to(staff, capability).filter(pk=scope.pk).exists()


def who_may(capability: str, scope: Scope) -> QuerySet[StaffMember]:
    """Everybody who may do `capability` within `scope` today, by reading."""
    roles = [role.value for role in Membership.Role if capability in role.capabilities]
    granted = Grant.objects.filter(scope=scope, capability=capability).values("department")
    able = Membership.objects.filter(
        role__in=roles, department__in=granted, department__closed_on=None
    )
    people = StaffMember.objects.active_on(clock.today()).filter(pk__in=able.values("staff"))
    return people.order_by("kana", "pk")


def may_somewhere(staff: StaffMember, capability: str) -> bool:
    """Say whether there is any scope within which `staff` may do `capability`."""
    return Scope.objects.visible_to(staff, capability).exists()


def may_in_disaster(staff: StaffMember) -> bool:
    """Say whether `staff` may act for everybody in a disaster: messages and menus alike.

    Nobody may until the administrator has entrusted a department with it.
    """
    return Scope.objects.visible_to(staff, Capability.PUBLISH).filter(kind=rules.DISASTER).exists()


def is_open_day(day: date) -> bool:
    """Say whether the town hall is open: no weekend, no national holiday, no closure of the town."""
    if day.weekday() >= 5 or jpholiday.is_holiday(day):
        return False
    return not ClosedDay.objects.filter(day=day).exists()


def next_open_day(after: date) -> date:
    """The first open day later than `after`."""
    closed = set(
        ClosedDay.objects.filter(day__gt=after, day__lte=after + timedelta(days=366)).values_list(
            "day", flat=True
        )
    )
    day = after + timedelta(days=1)
    while day.weekday() >= 5 or jpholiday.is_holiday(day) or day in closed:
        day += timedelta(days=1)
    return day


class TownDays:
    """The town's calendar, with its closed days read once: for whoever asks about many days."""

    def __init__(self) -> None:
        self._closed = dict(ClosedDay.objects.values_list("day", "reason"))

    def why(self, day: date) -> str:
        """Return why `day` is a holiday or a closed day; nothing for any other day."""
        return str(jpholiday.is_holiday_name(day) or self._closed.get(day, ""))

    def is_holiday(self, day: date) -> bool:
        """Say whether it is a national holiday or a closed day of the town; a weekend alone is neither."""
        return day in self._closed or jpholiday.is_holiday(day)

    def is_open(self, day: date) -> bool:
        return day.weekday() < 5 and not self.is_holiday(day)
