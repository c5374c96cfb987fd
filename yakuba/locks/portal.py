"""What residents see of their keys: the code, which doors in which order, from when to when, and what to do."""

from datetime import timedelta
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from yakuba.bookings.models import Booking, BookingItem
from yakuba.kit import clock
from yakuba.locks import queries, rules
from yakuba.locks.models import AccessGrant, Door
from yakuba.locks.operations.telling import hours, spaced
from yakuba.portal.sockets import Card, Preview, ResidentRequest, cards, page
from yakuba.procedures.definition import Text
from yakuba.residents.models import Resident

_SOON = timedelta(hours=24)
_WORDS = {
    "title": Text(ja="鍵の番号", easy="かぎの ばんごう", en="Your door code"),
    "see": Text(ja="番号を見る", easy="みる", en="See the code"),
    "later": Text(
        ja="番号は、利用の前日ごろに用意します。できたらLINEでお知らせします。",
        easy="ばんごうは まえの ひに おしらせします。",
        en="Your code will be ready about a day before. We will tell you on LINE.",
    ),
    "late": Text(
        ja="番号の準備が遅れています。時間になっても届かないときは、お電話ください。",
        easy="ばんごうが まだ できません。でんわ してください。",
        en="Your code is late. If it has not come by the time you need it, please call.",
    ),
    "not_yet_on_door": Text(
        ja="この番号は、まだドアに届いていないかもしれません。",
        easy="この ばんごうは まだ つかえない かも しれません。",
        en="The door may not know this code yet.",
    ),
    "stopped": Text(
        ja="いま、この施設の番号は止めています。お電話ください。",
        easy="いま かぎは つかえません。でんわ してください。",
        en="Codes of this facility are suspended. Please call.",
    ),
    "order": Text(ja="通る順", easy="とおる じゅんばん", en="Doors, in order"),
    "hours": Text(ja="開く時間", easy="あく じかん", en="Opens"),
    "how": Text(ja="使い方", easy="つかいかた", en="How to use it"),
    "secret": Text(
        ja="ほかの人に教えないでください。",
        easy="ほかの ひとに おしえないで ください。",
        en="Please keep it to yourself.",
    ),
    "call": Text(ja="開かないときは", easy="あかない とき", en="If it does not open"),
    "ready": Text(ja="番号ができています", easy="ばんごうが できました", en="Your code is ready"),
}


def words_in(language: str) -> dict[str, str]:
    return {key: text.pick(language) for key, text in _WORDS.items()}


def _preview(**_places: object) -> Preview:
    return Preview(title="鍵の番号")


def mine(resident: Resident) -> Q:
    """The bookings whose key somebody may see: their own, and what they booked for somebody."""
    return Q(resident=resident) | Q(by_resident=resident)


@page("key/<uuid:booking_id>/", name="door_key", preview=_preview)
def key(request: ResidentRequest, booking_id: UUID) -> HttpResponse:
    """The codes of one booking; a booking that is given up shows none from that moment on."""
    bookings = Booking.objects.filter(mine(request.resident), status=Booking.Status.CONFIRMED)
    booking = get_object_or_404(
        bookings.select_related("facility__scope__department"), pk=booking_id
    )
    doors = doors_of_booking(booking)
    if not doors:
        raise Http404
    words = words_in(request.resident.language)
    context = {
        "booking": booking,
        "facility": booking.facility,
        "phone": booking.facility.phone or booking.facility.scope.department.phone,
        "codes": [_code(grant, booking) for grant in queries.grants_for(booking)],
        "state": _state(booking, words),
        "w": words,
    }
    return render(request, "locks/portal/key.html", context)


def doors_of_booking(booking: Booking) -> list[Door]:
    doors = queries.doors_of(booking.facility)
    found = {
        door.pk: door
        for item in booking.items.filter(live=True)
        for door in queries.doors_for(item, doors)
    }
    return sorted(found.values(), key=lambda door: (door.order, door.pk))


def _code(grant: AccessGrant, booking: Booking) -> dict[str, object]:
    abilities = queries.contract_of(grant.connection).abilities
    ready = queries.is_ready(grant)
    near = grant.starts_at - clock.now() < rules.NEAR
    # Shown before the doors know it only when there is no time left, and with what to do at the door.
    may_show = ready or (near and bool(abilities.sync_words) and grant.cloud_is_current)
    is_shown = may_show and queries.is_shown(grant, booking)
    return {
        "code": spaced(grant.code or "") if is_shown else "",
        "hours": hours(grant),
        "doors": [at.door.name for at in grant.at_doors.all()],
        "how": abilities.key_words,
        "sync": abilities.sync_words,
        "is_ready": ready,
    }


def _state(booking: Booking, words: dict[str, str]) -> str:
    if queries.is_suspended(booking.facility):
        return words["stopped"]
    starts = queries.starts_of(booking.pk)
    is_near = starts is not None and starts - clock.now() < rules.NEAR
    return words["late" if is_near else "later"]


@cards.plug
def key_cards(resident: Resident) -> list[Card]:
    """A code that is ready for the next day stands on top of "my page"."""
    now = clock.now()
    words = words_in(resident.language)
    soon = (
        BookingItem.objects.filter(
            booking__in=Booking.objects.filter(mine(resident), status=Booking.Status.CONFIRMED),
            live=True,
            ends_at__gt=now,
            starts_at__lt=now + _SOON,
        )
        .select_related("booking__facility")
        .order_by("starts_at")
    )
    found: dict[UUID, Card] = {}
    for item in soon:
        grants = queries.grants_for(item.booking)
        if any(queries.is_ready(one) and queries.is_shown(one, item.booking) for one in grants):
            found.setdefault(item.booking_id, _card(item, words))
    return list(found.values())


def _card(item: BookingItem, words: dict[str, str]) -> Card:
    return Card(
        title=f"{item.booking.facility.name}　{words['title']}",
        words=words["ready"],
        at=item.starts_at,
        href=reverse("portal:door_key", kwargs={"booking_id": item.booking_id}),
        kind=words["title"],
        is_next=True,
        action=words["see"],
    )
