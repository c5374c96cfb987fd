"""Setting up what can be booked: a facility in half an hour, without a programmer (6(5)ア)."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.bookings import forms, operations, queries
from yakuba.bookings.console.calendar import hour
from yakuba.bookings.console.door import facility_of, me, rights
from yakuba.bookings.models import Block, Facility, Offer, OpeningChange, OpeningRule, Unit
from yakuba.console import lists
from yakuba.console.lists import Column, Empty, Listing
from yakuba.console.sockets import Section, StaffRequest, page
from yakuba.kit import clock, wareki
from yakuba.kit.errors import Refusal
from yakuba.townhall.models import Capability


def _found(rows: QuerySet[Facility], words: str) -> QuerySet[Facility]:
    return rows.filter(name__icontains=words)


FACILITIES: Listing[Facility] = Listing(
    key="bookings.facilities",
    title=_("施設"),
    columns=[
        Column("name", _("施設名"), lambda one: one.name, sort="kana"),
        Column(
            "offers",
            _("予約できるもの"),
            lambda one: "、".join(str(offer) for offer in one.offers.all()),
        ),
        Column("shown", _("住民に"), lambda one: _t("見せる") if one.is_open else _t("見せない")),
        Column("owner", _("担当課"), lambda one: one.scope.department.name),
    ],
    order="kana",
    empty=Empty(_("施設はまだありません"), _("施設を作ると、住民の方がLINEから予約できます。")),
    href=lambda one: reverse("console:facility", args=[one.public_id]),
    search=_found,
    search_hint=_("施設名"),
)


@page("facilities/", title=_("施設"), name="facilities", section=Section.BOOKINGS, order=30)
def facilities(request: StaffRequest) -> HttpResponse:
    """The facilities that this person may see."""
    staff = me(request)
    rows = (
        Facility.objects.visible_to(staff)
        .select_related("scope__department")
        .prefetch_related("offers")
    )
    return lists.answer(
        request,
        FACILITIES,
        rows=rows,
        template="bookings/console/facilities.html",
        context={"may_make": queries.departments_of_makers(staff).exists()},
    )


@page("facilities/new/", title=_("施設を作る"), name="new_facility")
def new(request: StaffRequest) -> HttpResponse:
    """Name a facility; its parts, offers and hours come on its page."""
    staff = me(request)
    if not queries.departments_of_makers(staff).exists():
        raise PermissionDenied
    form = forms.About(request.POST or None, staff=staff, is_new=True)
    if form.is_valid():
        made = operations.make_facility(**form.cleaned_data, staff=staff)
        messages.success(
            request,
            _t("施設「{name}」を作りました。つぎに区画を加えてください。").format(name=made.name),
        )
        return redirect("console:facility", made.public_id)
    return render(request, "bookings/console/form.html", {"form": form, "heading": _t("施設を作る"), "action": _t("作って、区画を決める"), "back": reverse("console:facilities")})  # fmt: skip


@page("facilities/<uuid:facility_id>/", title=_("施設"), name="facility")
def facility(request: StaffRequest, facility_id: UUID) -> HttpResponse:
    """A facility with its parts, offers, hours and closures, and what is missing before residents see it."""
    staff, one = facility_of(request, facility_id)
    rules = one.opening_rules.filter(offer=None)
    context = {
        "facility": one,
        "units": one.units.filter(closed_at=None).order_by("order", "pk"),
        "offers": one.offers.order_by("order", "pk"),
        "hours": [(_weekdays(rule), hour(rule.opens_minute), hour(rule.closes_minute), rule.get_holidays_display()) for rule in rules],
        "changes": [
            (one_change, wareki.span(one_change.starts_at, one_change.ends_at))
            for one_change in one.opening_changes.filter(ends_at__gt=clock.now()).order_by("starts_at")
        ],
        "blocks": [
            (block, wareki.span(block.starts_at, block.ends_at))
            for block in one.blocks.filter(ends_at__gt=clock.now(), lifted_at=None).order_by("starts_at")
        ],
        **rights(staff, one.scope),
    }  # fmt: skip
    return render(request, "bookings/console/facility.html", context)


def _weekdays(rule: OpeningRule) -> str:
    return "・".join("月火水木金土日"[day] for day in sorted(rule.weekdays))


def _form(
    request: StaffRequest, one: Facility, form: object, heading: str, action: str
) -> HttpResponse:
    context = {
        "form": form,
        "heading": heading,
        "action": action,
        "back": reverse("console:facility", args=[one.public_id]),
    }
    return render(request, "bookings/console/form.html", context)


@page("facilities/<uuid:facility_id>/about/", title=_("施設の案内"), name="facility_about")
def about(request: StaffRequest, facility_id: UUID) -> HttpResponse:
    staff, one = facility_of(request, facility_id, Capability.DESIGN)
    initial = {name: getattr(one, name) for name in ("name", "kana", "about", "to_bring", "address", "phone", "is_open")}  # fmt: skip
    form = forms.About(request.POST or None, staff=staff, is_new=False, initial=initial)
    if form.is_valid():
        operations.change_facility(one, staff=staff, **form.cleaned_data)
        messages.success(request, _t("案内を変えました。"))
        return redirect("console:facility", one.public_id)
    return _form(request, one, form, _t("施設の案内"), _t("保存する"))


@page("facilities/<uuid:facility_id>/units/new/", title=_("区画を加える"), name="new_unit")
def new_unit(request: StaffRequest, facility_id: UUID) -> HttpResponse:
    staff, one = facility_of(request, facility_id, Capability.DESIGN)
    form = forms.NewUnit(request.POST or None)
    if form.is_valid():
        try:
            operations.add_unit(one, **form.cleaned_data, staff=staff)
        except Refusal as no:
            form.add_error("name", str(no))
        else:
            return redirect("console:facility", one.public_id)
    return _form(request, one, form, _t("区画を加える"), _t("加える"))


@page(
    "facilities/<uuid:facility_id>/units/<int:unit_id>/close/",
    title=_("区画を閉じる"),
    name="close_unit",
)
def close_unit(request: StaffRequest, facility_id: UUID, unit_id: int) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    staff, one = facility_of(request, facility_id, Capability.DESIGN)
    unit = get_object_or_404(Unit, facility=one, pk=unit_id, closed_at=None)
    try:
        operations.close_unit(unit, staff=staff)
    except Refusal as no:
        messages.error(request, str(no))
    else:
        messages.success(request, _t("区画「{name}」を閉じました。").format(name=unit.name))
    return redirect("console:facility", one.public_id)


@page(
    "facilities/<uuid:facility_id>/offers/new/", title=_("予約できるものを加える"), name="new_offer"
)
def new_offer(request: StaffRequest, facility_id: UUID) -> HttpResponse:
    return _offer(request, facility_id, None)


@page(
    "facilities/<uuid:facility_id>/offers/<uuid:offer_id>/",
    title=_("予約できるもの"),
    name="offer_edit",
)
def offer(request: StaffRequest, facility_id: UUID, offer_id: UUID) -> HttpResponse:
    return _offer(request, facility_id, offer_id)


def _offer(request: StaffRequest, facility_id: UUID, offer_id: UUID | None) -> HttpResponse:
    staff, one = facility_of(request, facility_id, Capability.DESIGN)
    row = get_object_or_404(Offer, facility=one, public_id=offer_id) if offer_id else None
    if row is not None and row.shape == Offer.Shape.SESSIONS:
        raise PermissionDenied
    form = forms.OfferForm(
        request.POST or None, facility=one, initial=forms.OfferForm.of(row) if row else None
    )
    if form.is_valid():
        data = form.cleaned_data
        try:
            operations.save_offer(
                one,
                offer=row,
                staff=staff,
                name=data["name"],
                shape=data["shape"],
                takes=data["takes"],
                units=list(one.units.filter(pk__in=data["units"])),
                terms=form.terms(),
                needs_approval=data["needs_approval"],
                is_open=data["is_open"],
                periods=data["periods"] if data["shape"] == Offer.Shape.PERIODS else (),
            )
        except (Refusal, ValueError) as no:
            form.add_error(None, str(no))
        else:
            messages.success(request, _t("「{name}」を保存しました。").format(name=data["name"]))
            return redirect("console:facility", one.public_id)
    return _form(
        request, one, form, row.name if row else _t("予約できるものを加える"), _t("保存する")
    )


@page("facilities/<uuid:facility_id>/hours/", title=_("開館の決まり"), name="facility_hours")
def hours(request: StaffRequest, facility_id: UUID) -> HttpResponse:
    """When it is open; bookings that stand outside of it stay, and are counted before."""
    staff, one = facility_of(request, facility_id, Capability.DESIGN)
    rule = one.opening_rules.filter(offer=None).first()
    initial = (
        {
            "weekdays": [str(day) for day in rule.weekdays],
            "opens": hour(rule.opens_minute),
            "closes": hour(rule.closes_minute),
            "holidays": rule.holidays,
        }
        if rule
        else {
            "weekdays": [value for value, _name in forms.WEEKDAYS],
            "opens": "9:00",
            "closes": "21:00",
        }
    )
    form = forms.Hours(request.POST or None, initial=initial)
    if form.is_valid():
        data = form.cleaned_data
        rules = [
            {
                "weekdays": [int(day) for day in data["weekdays"]],
                "opens_minute": data["opens"],
                "closes_minute": data["closes"],
                "holidays": data["holidays"],
            }
        ]
        operations.set_hours(one, rules, staff=staff)
        outside = queries.outside_hours(one, now=clock.now())
        if outside:
            messages.warning(
                request,
                _t(
                    "保存しました。開館時間の外になる予約が{count}件あります（取り消されません）：{numbers}"
                ).format(
                    count=len(outside),
                    numbers="、".join(booking.receipt_no for booking in outside[:10]),
                ),
            )
        else:
            messages.success(request, _t("開館の決まりを保存しました。"))
        return redirect("console:facility", one.public_id)
    return _form(request, one, form, _t("開館の決まり"), _t("保存する"))


@page(
    "facilities/<uuid:facility_id>/closures/new/", title=_("臨時の開館・休館"), name="new_closure"
)
def new_closure(request: StaffRequest, facility_id: UUID) -> HttpResponse:
    staff, one = facility_of(request, facility_id, Capability.DESIGN)
    form = forms.Closing(request.POST or None)
    if form.is_valid():
        starts, ends = form.period()
        data = form.cleaned_data
        try:
            operations.change_hours_once(
                one,
                starts=starts,
                ends=ends,
                is_open=data["is_open"] == "1",
                reason=data["reason"],
                staff=staff,
                confirmed=request.POST.get("confirmed") == "1",
            )
        except operations.BookingsInTheWay as no:
            context = {"form": form, "facility": one, "no": no, "bookings": no.facts["bookings"]}
            return render(request, "bookings/console/in_the_way.html", context)
        return redirect("console:facility", one.public_id)
    return _form(request, one, form, _t("臨時の開館・休館"), _t("登録する"))


@page(
    "facilities/<uuid:facility_id>/closures/<int:change_id>/end/",
    title=_("臨時の開館・休館の取りやめ"),
    name="end_closure",
)
def end_closure(request: StaffRequest, facility_id: UUID, change_id: int) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    staff, one = facility_of(request, facility_id, Capability.DESIGN)
    operations.take_back_change(
        get_object_or_404(OpeningChange, facility=one, pk=change_id), staff=staff
    )
    return redirect("console:facility", one.public_id)


@page("facilities/<uuid:facility_id>/blocks/new/", title=_("町の利用・点検"), name="new_block")
def new_block(request: StaffRequest, facility_id: UUID) -> HttpResponse:
    """Keep a time for the town; bookings in the way are listed, never pushed out."""
    staff, one = facility_of(request, facility_id, Capability.HANDLE)
    form = forms.Blocking(request.POST or None, facility=one)
    if form.is_valid():
        starts, ends = form.period()
        data = form.cleaned_data
        try:
            operations.block(
                facility=one,
                units=list(one.units.filter(pk__in=data["units"])),
                starts=starts,
                ends=ends,
                title=data["title"],
                kind=data["kind"],
                staff=staff,
            )
        except operations.Displaced as no:
            context = {"form": None, "facility": one, "no": no, "bookings": no.facts["bookings"]}
            return render(request, "bookings/console/in_the_way.html", context)
        return redirect("console:facility", one.public_id)
    return _form(request, one, form, _t("町の利用・点検"), _t("登録する"))


@page(
    "facilities/<uuid:facility_id>/blocks/<uuid:block_id>/lift/",
    title=_("町の利用の取りやめ"),
    name="lift_block",
)
def lift_block(request: StaffRequest, facility_id: UUID, block_id: UUID) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    _staff, one = facility_of(request, facility_id, Capability.HANDLE)
    operations.lift(get_object_or_404(Block, facility=one, public_id=block_id))
    return redirect("console:facility", one.public_id)
