"""What somebody wishes, and whether it can be had at all; before anybody races for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yakuba.bookings import queries, sockets
from yakuba.bookings.models import Offer, Session
from yakuba.bookings.rules import fees, minutes
from yakuba.bookings.rules.minutes import Span
from yakuba.kit.errors import Refusal
from yakuba.residents.models import Group, Resident
from yakuba.townhall.models import StaffMember

_MOST = 999  # things or people in one item


class CannotBeBooked(Refusal):
    sentence = _("{why}")


class NothingWished(Refusal):
    sentence = _("予約する日時を選んでください。")


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing and one time, so many of it; a session is named by itself."""

    offer: Offer
    starts: datetime
    ends: datetime
    quantity: int = 1
    session: Session | None = None
    seats: tuple[int, ...] = ()
    choice: fees.Choice = field(default_factory=fees.Choice)

    @property
    def span(self) -> Span:
        return minutes.of(self.starts), minutes.of(self.ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """For whom, and who did it for them."""

    resident: Resident | None = None
    group: Group | None = None
    made_for: Mapping[str, str] = field(default_factory=dict)  # name, kana, phone: without LINE
    by_resident: Resident | None = None
    by_staff: StaffMember | None = None


def possible(
    wishes: Sequence[Wish], who: Who, now: datetime, *, partly: bool
) -> tuple[list[Wish], list[tuple[Wish, str]]]:
    """Return the wishes that nothing but a rival could hinder, sorted as claims are made; and the others."""
    if not wishes:
        raise NothingWished()
    fine: list[Wish] = []
    missed: list[tuple[Wish, str]] = []
    for wish in wishes:
        why = why_not(wish, who, now)
        if why and not partly:
            raise CannotBeBooked(why=why)
        if why:
            missed.append((wish, why))
        else:
            fine.append(wish)
    if not fine:
        raise CannotBeBooked(why=missed[0][1])
    return in_order(fine), missed


def in_order(wishes: Sequence[Wish]) -> list[Wish]:
    """Return the wishes in the order in which everybody claims: by unit and time, seats last.

    Two baskets in opposite orders would wait for each other.
    """
    units = queries.units_of({wish.offer.pk: wish.offer for wish in wishes}.values())

    def place(wish: Wish) -> tuple[bool, int, datetime]:
        if wish.session is not None:
            return True, wish.session.pk, wish.starts
        return False, min(units.get(wish.offer.pk, ()), default=0), wish.starts

    return sorted(wishes, key=place)


def why_not(wish: Wish, who: Who, now: datetime) -> str:
    """Return what speaks against a wish before anybody races for it; a clerk's hand is not bound by notice."""
    why = _why_not_at_all(wish)
    if not why and not who.by_staff:
        why = queries.why_not(wish.offer, wish.span, now=now) or _why_not_so_many(wish)
    if why or who.resident is None:
        return why
    said = sockets.objections(who.resident, wish.offer, wish.starts, wish.ends)
    return said[0] if said else ""


def _why_not_at_all(wish: Wish) -> str:
    """Return what is wrong with a wish whoever makes it: pages do not offer such, but anybody may send them."""
    session = wish.session
    if not wish.starts < wish.ends:
        return gettext("終わりの時刻は、始まりより後にしてください。")
    if not 1 <= wish.quantity <= _MOST:
        return gettext("人数・数は、1から{most}までにしてください。").format(most=_MOST)
    if (wish.offer.shape == Offer.Shape.SESSIONS) != (session is not None):
        return gettext("{offer}の回を選び直してください。").format(offer=wish.offer)
    if session is None:
        return ""
    fits = (session.offer_id, session.starts_at, session.ends_at)
    if fits != (wish.offer.pk, wish.starts, wish.ends):
        return gettext("{offer}の回を選び直してください。").format(offer=wish.offer)
    if session.cancelled_at is not None:
        return gettext("{offer}のその回は、中止になりました。").format(offer=wish.offer)
    return ""


def _why_not_so_many(wish: Wish) -> str:
    most = queries.terms_of(wish.offer).most_seats
    if wish.session is None or wish.quantity <= most:
        return ""
    return gettext("1回の予約は{most}人分までです。").format(most=most)
