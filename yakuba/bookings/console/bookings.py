"""Bookings in a list and one by one: approve, move, give up, no-show; and at the desk."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.bookings import forms, operations
from yakuba.bookings.console.door import booking_of, me, rights
from yakuba.bookings.models import Booking, Offer
from yakuba.bookings.operations import Who, Wish
from yakuba.console import lists
from yakuba.console.lists import Column, Empty, Filter, Listing
from yakuba.console.sockets import Section, StaffRequest, page, revealed
from yakuba.kit import wareki
from yakuba.kit.errors import Refusal
from yakuba.townhall.models import Capability, StaffMember


def _found(rows: QuerySet[Booking], words: str) -> QuerySet[Booking]:
    return rows.filter(receipt_no__iexact=words.strip())


def _in_state(rows: QuerySet[Booking], state: str) -> QuerySet[Booking]:
    return rows.filter(status=state)


def times(booking: Booking) -> list[tuple[str, str]]:
    """Return what a booking has now, or had when it ended: what and when."""
    rows = booking.items.filter(live=True).select_related("offer").order_by("starts_at")
    return [(str(one.offer), wareki.span(one.starts_at, one.ends_at)) for one in rows]


def _when(booking: Booking) -> str:
    return "、".join(f"{when} {what}" for what, when in times(booking)[:2])


BOOKINGS: Listing[Booking] = Listing(
    key="bookings.bookings",
    title=_("予約の一覧"),
    columns=[
        Column("number", _("予約番号"), lambda one: one.receipt_no, sort="receipt_no"),
        Column("facility", _("施設"), lambda one: one.facility.name, sort="facility__kana"),
        Column("when", _("日時"), _when),
        Column("status", _("状態"), lambda one: one.get_status_display(), sort="status"),
        Column("source", _("受付方法"), lambda one: one.get_source_display()),
        Column("fee", _("料金"), lambda one: f"{one.fee_yen:,}円", at_end=True),
        Column("made", _("予約した日"), lambda one: wareki.moment(one.made_at), sort="made_at"),
    ],
    order="-made_at",
    empty=Empty(_("予約はまだありません"), _("住民の方がLINEから予約すると、ここに並びます。")),
    href=lambda one: reverse("console:booking", args=[one.pk]),
    filters=[
        Filter(
            "state",
            _("状態"),
            lambda staff: [(value, label) for value, label in Booking.Status.choices],
            _in_state,
        )
    ],
    search=_found,
    search_hint=_("予約番号"),
)


@page(
    "bookings/list/",
    title=_("予約の一覧"),
    name="bookings",
    needs=Capability.VIEW,
    section=Section.BOOKINGS,
    order=20,
)
def bookings(request: StaffRequest) -> HttpResponse:
    """The bookings that this person may see."""
    rows = Booking.objects.visible_to(me(request)).select_related("facility")
    return lists.answer(request, BOOKINGS, rows=rows)


@page(
    "bookings/desk/", title=_("窓口・電話の予約"), name="booking_at_desk", needs=Capability.HANDLE
)
def at_desk(request: StaffRequest) -> HttpResponse:
    """Book for somebody at the counter or on the telephone."""
    staff = me(request)
    form = forms.AtTheDesk(
        request.POST or None, staff=staff, initial={"day": request.GET.get("day", "")}
    )
    if form.is_valid():
        data = form.cleaned_data
        starts, ends = form.period()
        try:
            booked = operations.book(
                wishes=[Wish(data["offer"], starts, ends)],
                who=Who(
                    made_for={name: data[name] for name in ("name", "kana", "phone")},
                    by_staff=staff,
                ),
                source=Booking.Source.DESK,
                once=operations.new_key(),
            )
        except Refusal as no:
            form.add_error(None, str(no))
        else:
            messages.success(
                request,
                _t("予約しました。予約番号は {number} です。").format(
                    number=booked.booking.receipt_no
                ),
            )
            return redirect("console:booking", booked.booking.pk)
    return render(request, "bookings/console/desk.html", {"form": form})


@page("bookings/<uuid:booking_id>/", title=_("予約"), name="booking")
def booking(request: StaffRequest, booking_id: UUID) -> HttpResponse:
    """One booking, and what may be done with it."""
    staff, one = booking_of(request, booking_id)
    return render(request, "bookings/console/booking.html", context_of(staff, one))


def context_of(staff: StaffMember, one: Booking, **more: object) -> dict[str, object]:
    return {
        "booking": one,
        "times": times(one),
        "earlier": [
            (str(item.offer), wareki.span(item.starts_at, item.ends_at))
            for item in one.items.filter(live=False).select_related("offer").order_by("-pk")
        ],
        "charges": [row.charge for row in one.charges.select_related("charge").order_by("pk")],
        **rights(staff, one.facility.scope),
        **more,
    }


@page("bookings/<uuid:booking_id>/reveal/", title=_("表示"), name="booking_reveal")
def reveal(request: StaffRequest, booking_id: UUID) -> HttpResponse:
    """Show for whom it is; that somebody looked is in the trail."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    staff, one = booking_of(request, booking_id, Capability.PERSONAL)
    revealed.announce(
        request.user,
        one.subject,
        _t("予約 {number} の利用者を表示しました。").format(number=one.receipt_no),
        {},
    )
    return render(request, "bookings/console/booking.html", context_of(staff, one, is_open=True))


@page("bookings/<uuid:booking_id>/confirm/", title=_("予約の承認"), name="booking_confirm")
def confirm(request: StaffRequest, booking_id: UUID) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    _staff, one = booking_of(request, booking_id, Capability.HANDLE)
    if operations.approve(one):
        messages.success(request, _t("承認しました。利用者にLINEで伝えます。"))
    else:
        messages.error(request, _t("この予約は、もう承認できません。"))
    return redirect("console:booking", one.pk)


@page("bookings/<uuid:booking_id>/cancel/", title=_("予約の取消"), name="booking_give_up")
def cancel(request: StaffRequest, booking_id: UUID) -> HttpResponse:
    """Give a booking up for the resident, with a reason that they read."""
    staff, one = booking_of(request, booking_id, Capability.HANDLE)
    form = forms.Giving(request.POST or None)
    if form.is_valid():
        try:
            operations.cancel(one, **form.cleaned_data, staff=staff)
        except Refusal as no:
            form.add_error(None, str(no))
        else:
            messages.success(request, _t("取り消しました。"))
            return redirect("console:booking", one.pk)
    context = {"booking": one, "form": form, "times": times(one), "action": _t("取り消す")}
    return render(request, "bookings/console/act.html", context)


@page("bookings/<uuid:booking_id>/move/", title=_("予約の移動"), name="booking_move")
def move(request: StaffRequest, booking_id: UUID) -> HttpResponse:
    """Give a booking another time, with a reason that the resident reads."""
    staff, one = booking_of(request, booking_id, Capability.HANDLE)
    items = list(one.items.filter(live=True).select_related("offer__facility"))
    if len(items) != 1 or items[0].offer.shape == Offer.Shape.SESSIONS:
        raise PermissionDenied
    form = forms.Moving(request.POST or None)
    if form.is_valid():
        starts, ends = form.period()
        try:
            operations.change(
                one,
                [Wish(items[0].offer, starts, ends, items[0].quantity)],
                rev=one.rev,
                staff=staff,
                because=form.cleaned_data["because"],
            )
        except Refusal as no:
            form.add_error(None, str(no))
        else:
            messages.success(request, _t("移動しました。利用者にLINEで伝えます。"))
            return redirect("console:booking", one.pk)
    context = {"booking": one, "form": form, "times": times(one), "action": _t("移動する")}
    return render(request, "bookings/console/act.html", context)


@page("bookings/<uuid:booking_id>/no-show/", title=_("来館なし"), name="booking_no_show")
def no_show(request: StaffRequest, booking_id: UUID) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    _staff, one = booking_of(request, booking_id, Capability.HANDLE)
    try:
        operations.mark_no_show(one)
    except Refusal as no:
        messages.error(request, str(no))
    return redirect("console:booking", one.pk)
