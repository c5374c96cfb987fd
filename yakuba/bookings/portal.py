"""What residents see: what can be booked, which days and times are free, and what they have."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from yakuba.bookings import operations, queries, sockets
from yakuba.bookings.models import Booking, Offer, Session
from yakuba.bookings.operations import Who, Wish
from yakuba.bookings.rules import fees, minutes, slots
from yakuba.bookings.rules.minutes import Span
from yakuba.bookings.wording import STATES, words_in
from yakuba.kit import clock, wareki
from yakuba.kit.errors import Refusal
from yakuba.kit.numbers import counted
from yakuba.portal.sockets import Card, Preview, ResidentRequest, cards, offers, page
from yakuba.portal.sockets import Offer as Beginning
from yakuba.residents.models import Resident

_MARKS = {"free": "○", "some": "△", "full": "×", "closed": "－"}
_MOST_WEEKS = 8


def _preview(**_places: object) -> Preview:
    return Preview(title="施設の予約", words="空いている日と時間を見て、予約できます。")


@offers.plug
def to_book(resident: Resident) -> list[Beginning]:
    """One thing to begin, if anything can be booked at all."""
    if not Offer.objects.shown().exists():
        return []
    words = words_in(resident.language)
    return [
        Beginning(title=words["title"], words=words["words"], href=reverse("portal:facilities"))
    ]


@cards.plug
def booked(resident: Resident) -> list[Card]:
    """The resident's bookings; what is to be paid comes first."""
    rows = Booking.objects.of(resident).filter(erased_at=None).select_related("facility")
    found = []
    for one in rows.order_by("-made_at")[:30]:
        first = one.items.filter(live=True).order_by("starts_at").first()
        when = wareki.span(first.starts_at, first.ends_at) if first else ""
        found.append(
            Card(
                title=one.facility.name,
                words=f"{STATES[one.status].pick(resident.language)}　{when}",
                at=one.changed_at,
                href=reverse("portal:booking", args=[one.pk]),
                kind=words_in(resident.language)["booking"],
                is_next=one.status == Booking.Status.HELD,
                is_under_way=one.status in (Booking.Status.PENDING, Booking.Status.CONFIRMED),
            )
        )
    return found


@page("book/", name="facilities", preview=_preview)
def facilities(request: ResidentRequest) -> HttpResponse:
    """The facilities in the order of their kana, with what each offers."""
    found: dict[str, list[Offer]] = {}
    for offer in Offer.objects.shown().select_related("facility"):
        found.setdefault(offer.facility.name, []).append(offer)
    context = {"facilities": found.items(), "w": words_in(request.resident.language)}
    return render(request, "bookings/portal/facilities.html", context)


def _offer(offer_id: UUID) -> Offer:
    return get_object_or_404(
        Offer.objects.shown().select_related("facility__scope__department"), public_id=offer_id
    )


@page("book/<uuid:offer_id>/", name="offer", preview=_preview)
def offer(request: ResidentRequest, offer_id: UUID) -> HttpResponse:
    """A month of an offer: each day with a mark and a word."""
    chosen = _offer(offer_id)
    today = clock.today()
    first = max(_month(request.GET.get("month", "")) or today.replace(day=1), today.replace(day=1))
    after = (first + timedelta(days=32)).replace(day=1)
    words = words_in(request.resident.language)
    days = queries.days_of([chosen], first, after, now=clock.now())[chosen.pk]
    last = slots.last_day(queries.terms_of(chosen).horizon, clock.now())
    context = {
        "offer": chosen,
        "w": words,
        "month": wareki.full(first).partition("月")[0] + "月",
        "weekdays": "日月火水木金土",
        "weeks": _weeks(days, words, request.GET.get("change", "")),
        "before": f"{first - timedelta(days=1):%Y-%m}" if first > today.replace(day=1) else "",
        "after": f"{after:%Y-%m}" if after <= last else "",
        "changing": request.GET.get("change", ""),
    }
    return render(request, "bookings/portal/offer.html", context)


def _month(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y-%m").date()  # a month, no moment
    except ValueError:
        return None


def _weeks(
    days: Sequence[queries.Day], words: dict[str, str], changing: str
) -> list[list[dict[str, object] | None]]:
    """Return the days in weeks from Sunday, with None where the month has not begun or is over."""
    lead = (days[0].day.weekday() + 1) % 7
    cells: list[dict[str, object] | None] = [None] * lead
    for day in days:
        path = reverse("portal:offer_day", args=[day.offer.public_id, day.day.isoformat()])
        cells.append(
            {
                "day": day.day,
                "mark": _MARKS[day.state],
                "says": words[day.state],
                "href": f"{path}?change={changing}" if changing else path,
                "may": day.state in ("free", "some"),
            }
        )
    cells += [None] * (-len(cells) % 7)
    return [cells[at : at + 7] for at in range(0, len(cells), 7)]


@page("book/<uuid:offer_id>/<str:day>/", name="offer_day", preview=_preview)
def offer_day(request: ResidentRequest, offer_id: UUID, day: str) -> HttpResponse:
    """The times of one day; then what it costs and whether it is meant; then it is booked."""
    chosen = _offer(offer_id)
    try:
        that = date.fromisoformat(day)
    except ValueError:
        raise Http404 from None
    found = queries.day_of(chosen, that, now=clock.now())
    asked = request.POST if request.method == "POST" else request.GET
    problem = ""
    if "start" in asked:
        try:
            wishes = _wishes(chosen, found, asked)
            if request.method == "POST":
                return _book(request, wishes, asked)
            return _confirm(request, chosen, wishes, asked)
        except Refusal as no:
            problem = str(no)
            found = queries.day_of(chosen, that, now=clock.now())
    return _times(request, chosen, found, problem, asked)


def _times(
    request: ResidentRequest, chosen: Offer, found: queries.Day, problem: str, asked: QueryDict
) -> HttpResponse:
    words = words_in(request.resident.language)
    terms = queries.terms_of(chosen)
    rows = [
        {
            "slot": slot,
            "starts": minutes.moment(slot.starts),
            "ends": minutes.moment(slot.ends),
            "says": words["left"].format(left=slot.left)
            if slot.left
            else words.get(slot.state, ""),
        }
        for slot in found.slots
    ]
    context = {
        "offer": chosen,
        "w": words,
        "day": found.day,
        "rows": rows,
        "any_free": bool(found.free),
        "lengths": [
            (many, _hours(many))
            for many in range(terms.shortest_minutes, terms.longest_minutes + 1, terms.step_minutes)
        ],
        "terms": terms,
        "counts": range(1, terms.most_seats + 1),
        "most": range(1, chosen.units.count() + 1),
        "weeks": [(n, words["n_weeks"].format(n=n)) for n in range(2, _MOST_WEEKS + 1)],
        "problem": problem,
        "changing": asked.get("change", ""),
    }
    return render(request, "bookings/portal/day.html", context)


def _hours(many: int) -> str:
    hours, rest = divmod(many, 60)
    if not hours:
        return f"{rest}分"
    return f"{hours}時間{rest}分" if rest else f"{hours}時間"


def _wishes(chosen: Offer, found: queries.Day, asked: QueryDict) -> list[Wish]:
    """Read what was chosen: one time, several joined periods, or a seat; perhaps every week."""
    starts = sorted({counted(text) for text in asked.getlist("start")})
    slots_of = {slot.starts: slot for slot in found.slots}
    picked = [slots_of[start] for start in starts if start in slots_of]
    if not picked:
        raise operations.NothingWished()
    quantity = max(1, counted(asked.get("quantity", "1")))
    choice = fees.Choice(
        asked.get("category", ""),
        {
            one.key: max(0, counted(asked.get(f"equipment_{one.key}", "0")))
            for one in queries.terms_of(chosen).price.equipment
        },
    )
    if chosen.shape == Offer.Shape.SESSIONS:
        return [_seat(chosen, picked[0], quantity, choice)]
    spans = _spans(chosen, picked, counted(asked.get("minutes", "")))
    weeks = min(max(1, counted(asked.get("weeks", "1"))), _MOST_WEEKS)
    return [
        Wish(
            chosen,
            minutes.moment(start + shift),
            minutes.moment(end + shift),
            quantity,
            choice=choice,
        )
        for week in range(weeks)
        for start, end in spans
        for shift in (week * 7 * minutes.DAY,)
    ]


def _seat(chosen: Offer, slot: slots.Slot, quantity: int, choice: fees.Choice) -> Wish:
    session = Session.objects.get(
        offer=chosen, starts_at=minutes.moment(slot.starts), cancelled_at=None
    )
    return Wish(chosen, session.starts_at, session.ends_at, quantity, session, choice=choice)


def _spans(chosen: Offer, picked: Sequence[slots.Slot], long: int) -> list[Span]:
    if chosen.shape == Offer.Shape.GRID:
        return [(picked[0].starts, picked[0].starts + max(long, 0))]
    joined = minutes.union((slot.starts, slot.ends) for slot in picked)
    if len(joined) > 1 and all(one.name for one in picked):
        # 午前と夜間: two times of one day, booked together. 午前と午後 with an hour between is one time.
        follow = [slot.starts for slot in picked]
        return [(follow[0], picked[-1].ends)] if _are_neighbours(chosen, picked) else joined
    return joined


def _are_neighbours(chosen: Offer, picked: Sequence[slots.Slot]) -> bool:
    day = minutes.midnight(minutes.day_of(picked[0].starts))
    line = [day + one.starts_minute for one in chosen.periods.all()]
    places = [line.index(slot.starts) for slot in picked if slot.starts in line]
    return places == list(range(places[0], places[0] + len(picked))) if places else False


def _confirm(
    request: ResidentRequest, chosen: Offer, wishes: Sequence[Wish], asked: QueryDict
) -> HttpResponse:
    words = words_in(request.resident.language)
    terms = queries.terms_of(chosen)
    for wish in wishes[:1]:
        why = queries.why_not(wish.offer, wish.span, now=clock.now())
        if why:
            raise operations.CannotBeBooked(why=why)
    lines = [
        line
        for wish in wishes
        for line in fees.lines(terms, str(chosen), wish.span, wish.quantity, wish.choice)
    ]
    kept = [
        words["cancel_step"].format(hours=step.hours, percent=step.percent) for step in terms.cancel
    ]
    total = sum(line.amount for line in lines)
    context = {
        "offer": chosen,
        "w": words,
        "times": [wareki.span(wish.starts, wish.ends) for wish in wishes],
        "lines": lines,
        "total": total,
        "pay_now": words["pay_now"].format(minutes=terms.hold_minutes)
        if total and terms.pay == "now"
        else "",
        "cancel_rules": kept,
        "grace": words["grace"].format(minutes=terms.grace_minutes)
        if terms.grace_minutes and kept
        else "",
        "asked": [
            (key, value) for key, values in asked.lists() for value in values if key != "once"
        ],
        "once": operations.new_key(),
        "are_several": len(wishes) > 1,
        "changing": asked.get("change", ""),
        "here": request.path,
        "back": f"{request.path}?change={asked['change']}" if asked.get("change") else request.path,
    }
    return render(request, "bookings/portal/confirm.html", context)


def _book(request: ResidentRequest, wishes: Sequence[Wish], asked: QueryDict) -> HttpResponse:
    changing = asked.get("change", "")
    if changing:
        booking = _own(request, changing)
        operations.change(
            booking, wishes, rev=counted(asked.get("rev", "")) if "rev" in asked else booking.rev
        )
        return redirect("portal:booking", booking_id=booking.pk)
    booked = operations.book(
        wishes=wishes,
        who=Who(resident=request.resident),
        source=Booking.Source.PAGE,
        once=_once(asked),
        partly=asked.get("partly") == "1",
    )
    missed = "".join(f"&missed={minutes.of(wish.starts)}" for wish, _why in booked.missed)
    there = reverse("portal:booking", args=[booked.booking.pk])
    return redirect(f"{there}?made=1{missed}")


def _once(asked: QueryDict) -> uuid.UUID:
    try:
        return uuid.UUID(asked.get("once", ""))
    except ValueError:
        return operations.new_key()


def _own(request: ResidentRequest, booking_id: UUID | str) -> Booking:
    """Return the booking if it is the resident's own; nobody learns that it exists otherwise."""
    try:
        key = UUID(str(booking_id))
    except ValueError:
        raise Http404 from None
    rows = Booking.objects.filter(erased_at=None).select_related(
        "facility__scope__department", "resident"
    )
    return get_object_or_404(rows, pk=key, resident=request.resident)


@page("booking/<uuid:booking_id>/", name="booking", preview=_preview)
def booking(request: ResidentRequest, booking_id: UUID) -> HttpResponse:
    """One booking: where it stands, what to bring, how to pay, change or give it up."""
    return _show(request, _own(request, booking_id))


def _show(request: ResidentRequest, found: Booking, *, problem: str = "") -> HttpResponse:
    language = request.resident.language
    words = words_in(language)
    items = list(found.items.filter(live=True).select_related("offer").order_by("starts_at"))
    has_begun = any(item.starts_at <= clock.now() for item in items)
    owed = operations.to_pay(found)
    context = {
        "booking": found,
        "w": words,
        "state": STATES[found.status].pick(language),
        "items": [(item, wareki.span(item.starts_at, item.ends_at)) for item in items],
        "links": sockets.links(found, language),
        "lines": found.lines,
        "total": found.fee_yen,
        "pay": reverse("portal:payment", args=[owed.public_id])
        if owed and found.is_standing
        else "",
        "pay_until": words["pay_until"].format(until=wareki.moment(found.hold_until))
        if found.status == Booking.Status.HELD and found.hold_until
        else "",
        "may_change": found.is_standing and not has_begun and len(items) == 1,
        "may_cancel": found.is_standing and not has_begun,
        "change": f"{reverse('portal:offer', args=[items[0].offer.public_id])}?change={found.pk}"
        if items
        else "",
        "missed": [
            wareki.moment(minutes.moment(counted(text)))
            for text in request.GET.getlist("missed")[:_MOST_WEEKS]
            if counted(text) > 0
        ],
        "problem": problem,
        "approval": words["approval"] if found.status == Booking.Status.PENDING else "",
    }
    return render(request, "bookings/portal/booking.html", context)


@page("booking/<uuid:booking_id>/cancel/", name="booking_cancel", preview=_preview)
def cancel(request: ResidentRequest, booking_id: UUID) -> HttpResponse:
    """Say what it costs, ask whether it is meant, and give it up."""
    found = _own(request, booking_id)
    words = words_in(request.resident.language)
    if request.method != "POST":
        cost = operations.cost_of_cancelling(found, clock.now())
        context = {
            "booking": found,
            "w": words,
            "items": [
                (item, wareki.span(item.starts_at, item.ends_at))
                for item in found.items.filter(live=True).select_related("offer")
            ],
            "cost": words["cancel_cost"].format(yen=f"{cost.kept:,}")
            if cost.kept
            else words["cancel_free"],
        }
        return render(request, "bookings/portal/cancel.html", context)
    try:
        operations.cancel(found)
    except Refusal as no:
        found.refresh_from_db()
        return _show(request, found, problem=str(no))
    return redirect("portal:booking", booking_id=found.pk)
