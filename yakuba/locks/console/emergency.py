"""In a disaster: open the shelters, stop all codes, go back again. Each asks once more and is recorded."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _

from yakuba.bookings.models import Facility
from yakuba.console.sockets import Section, StaffRequest, page
from yakuba.kit import clock
from yakuba.kit.errors import Refusal
from yakuba.locks import forms, operations
from yakuba.locks.console.connections import me
from yakuba.locks.models import AccessGrant, Door, Emergency
from yakuba.townhall.models import Capability, StaffMember


@page(
    "locks/emergency/",
    title=_("鍵の緊急操作"),
    name="lock_emergency",
    needs=Capability.DECIDE,
    section=Section.BOOKINGS,
    order=63,
)
def emergency(request: StaffRequest) -> HttpResponse:
    """What can be done, what it does to how many doors and people, and what is going on now."""
    staff = me(request)
    wanted = request.POST.get("do") or request.GET.get("do", "")
    if request.method == "POST" and wanted == "back":
        return _back(request, staff)
    form = forms.Why(request.POST or None)
    if wanted in Emergency.Kind.values and form.is_valid():
        try:
            _begin(request, wanted, form.cleaned_data["reason"], staff)
        except Refusal as no:
            messages.warning(request, str(no))
        return redirect(request.path)
    context = {
        "wanted": wanted if wanted in Emergency.Kind.values else "",
        "form": form,
        "going_on": _mine(staff).filter(ended_at=None).select_related("facility", "began_by"),
        "shelters": _shelters(staff),
        "facilities": _with_doors(staff),
        "codes": AccessGrant.objects.visible_to(staff, Capability.DECIDE)
        .wanted()
        .filter(ends_at__gt=clock.now())
        .count(),
    }
    return render(request, "locks/console/emergency.html", context)


def _begin(request: StaffRequest, kind: str, reason: str, staff: StaffMember) -> None:
    if kind == Emergency.Kind.OPEN:
        facilities = list({door.facility for door in _shelters(staff)})
        count = operations.open_shelters(facilities, reason=reason, staff=staff)
        messages.success(request, _("ドア{count}か所の開放を始めました。").format(count=count))
    else:
        count = operations.suspend(list(_with_doors(staff)), reason=reason, staff=staff)
        messages.success(request, _("{count}施設の番号を止めています。").format(count=count))


def _back(request: StaffRequest, staff: StaffMember) -> HttpResponse:
    typed = request.POST.get("emergency", "")
    key = int(typed) if typed.isdecimal() and len(typed) < 18 else 0
    operations.back_again(get_object_or_404(_mine(staff), pk=key), staff=staff)
    messages.success(request, _("ふだんの状態に戻しています。"))
    return redirect(request.path)


def _with_doors(staff: StaffMember) -> list[Facility]:
    mine = Facility.objects.visible_to(staff, Capability.DECIDE).filter(doors__is_on=True)
    return list(mine.distinct().order_by("kana", "pk"))


def _shelters(staff: StaffMember) -> list[Door]:
    mine = Door.objects.visible_to(staff, Capability.DECIDE).filter(is_shelter=True, is_on=True)
    return list(mine.select_related("facility").order_by("facility__kana", "order"))


def _mine(staff: StaffMember) -> QuerySet[Emergency]:
    facilities = Facility.objects.visible_to(staff, Capability.DECIDE)
    return Emergency.objects.filter(facility__in=facilities)
