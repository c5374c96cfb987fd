"""The town's profile, its departments and its calendar."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.console import lists
from yakuba.console.lists import Column, Empty, Listing
from yakuba.console.sockets import ADMINISTRATOR, Section, StaffRequest, page
from yakuba.kit import clock
from yakuba.kit.errors import Refusal
from yakuba.townhall import forms, operations, queries
from yakuba.townhall.console.people import _me
from yakuba.townhall.models import ClosedDay, Department

DEPARTMENTS: Listing[Department] = Listing(
    key="townhall.departments",
    title=_("部署"),
    columns=[
        Column("name", _("名称"), lambda one: one.name),
        Column("phone", _("電話"), lambda one: one.phone),
        Column("hours", _("受付時間"), lambda one: one.hours),
        Column("emails", _("通知先"), lambda one: "、".join(one.emails)),
        Column("code", _("コード"), lambda one: one.code, sort="code"),
        Column("closed", _("廃止"), lambda one: "●" if one.closed_on else ""),
    ],
    order="order",
    empty=Empty(_("部署はまだありません"), _("申請や通報を受け持つ部署を登録してください。")),
    href=lambda one: reverse("console:department", args=[one.pk]),
)


@page(
    "settings/town/",
    title=_("町の情報"),
    name="town",
    needs=ADMINISTRATOR,
    section=Section.SETTINGS,
    order=10,
)
def town(request: StaffRequest) -> HttpResponse:
    # A second copy, because checking a form writes into its instance.
    form = forms.TownProfile(request.POST or None, instance=queries.town())
    if form.is_valid():
        try:
            operations.describe_town(by=_me(request), **form.cleaned_data)
        except Refusal as no:
            form.add_error(None, str(no))
        else:
            messages.success(request, _t("保存しました。"))
            return redirect("console:town")
    return render(request, "townhall/console/form.html", {"form": form, "title": _("町の情報")})


@page(
    "settings/departments/",
    title=_("部署"),
    name="departments",
    needs=ADMINISTRATOR,
    section=Section.SETTINGS,
    order=30,
)
def departments(request: StaffRequest) -> HttpResponse:
    return lists.answer(
        request,
        DEPARTMENTS,
        rows=Department.objects.all(),
        template="townhall/console/departments.html",
    )


@page(
    "settings/departments/new/", title=_("部署を加える"), name="new_department", needs=ADMINISTRATOR
)
def new_department(request: StaffRequest) -> HttpResponse:
    return _department(request, None)


@page(
    "settings/departments/<int:department_id>/",
    title=_("部署"),
    name="department",
    needs=ADMINISTRATOR,
)
def department(request: StaffRequest, department_id: int) -> HttpResponse:
    return _department(request, get_object_or_404(Department, pk=department_id))


def _department(request: StaffRequest, known: Department | None) -> HttpResponse:
    form = forms.DepartmentProfile(request.POST or None, instance=known)
    if form.is_valid():
        try:
            operations.keep_department(
                Department.objects.get(pk=known.pk) if known else None,
                by=_me(request),
                **form.cleaned_data,
            )
        except Refusal as no:
            form.add_error(None, str(no))
        else:
            messages.success(request, _t("保存しました。"))
            return redirect("console:departments")
    title = known.name if known else _("部署を加える")
    return render(request, "townhall/console/form.html", {"form": form, "title": title})


@page(
    "settings/calendar/",
    title=_("休みの日"),
    name="calendar",
    needs=ADMINISTRATOR,
    section=Section.SETTINGS,
    order=40,
)
def calendar(request: StaffRequest) -> HttpResponse:
    """Days of the town's own on which it is closed; weekends and national holidays are known."""
    form = forms.Closure()
    if "open" in request.POST:
        number = request.POST["open"]
        closed = get_object_or_404(
            ClosedDay, pk=int(number) if number.isdecimal() and len(number) < 19 else 0
        )
        operations.open_again(closed, by=_me(request))
        return redirect("console:calendar")
    if request.method == "POST":
        form = forms.Closure(request.POST)
        if form.is_valid():
            operations.close_on(
                form.cleaned_data["day"], reason=form.cleaned_data["reason"], by=_me(request)
            )
            messages.success(request, _t("保存しました。"))
            return redirect("console:calendar")
    coming = ClosedDay.objects.filter(day__gte=clock.today()).order_by("day")
    context = {"form": form, "days": coming, "next": queries.next_open_day(clock.today())}
    return render(request, "townhall/console/calendar.html", context)
