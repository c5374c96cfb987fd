"""The doors of the facilities: which lock hangs where, who passes, how much earlier and later it opens."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _

from yakuba.bookings.models import Facility
from yakuba.console.sockets import Section, StaffRequest, page
from yakuba.kit.errors import Refusal
from yakuba.locks import forms, operations
from yakuba.locks.console.connections import me
from yakuba.locks.models import Connection, Door
from yakuba.locks.sockets import lock_makers
from yakuba.townhall.models import Capability


@page(
    "locks/doors/",
    title=_("ドアと錠"),
    name="doors",
    needs=Capability.VIEW,
    section=Section.BOOKINGS,
    order=60,
)
def doors(request: StaffRequest) -> HttpResponse:
    """Every door whose facility the person may see, and how its lock is."""
    staff = me(request)
    found = (
        Door.objects.visible_to(staff)
        .select_related("facility", "connection")
        .prefetch_related("units")
        .order_by("facility__kana", "order", "pk")
    )
    facilities = Facility.objects.visible_to(staff, Capability.DESIGN).order_by("kana", "pk")
    has_maker = Connection.objects.exists()
    context = {"doors": found, "facilities": facilities, "has_maker": has_maker}
    return render(request, "locks/console/doors.html", context)


@page(
    "locks/doors/new/<uuid:facility_id>/",
    title=_("ドアを加える"),
    name="new_door",
    needs=Capability.DESIGN,
)
def new_door(request: StaffRequest, facility_id: UUID) -> HttpResponse:
    """Hang a lock at a door of one facility."""
    mine = Facility.objects.visible_to(me(request), Capability.DESIGN)
    return _form(request, get_object_or_404(mine, public_id=facility_id), None)


@page("locks/doors/<uuid:door_id>/", title=_("ドア"), name="door", needs=Capability.DESIGN)
def door(request: StaffRequest, door_id: UUID) -> HttpResponse:
    """One door: its lock, its rooms, its hours."""
    mine = Door.objects.visible_to(me(request), Capability.DESIGN).select_related("facility")
    found = get_object_or_404(mine, public_id=door_id)
    return _form(request, found.facility, found)


def _form(request: StaffRequest, facility: Facility, found: Door | None) -> HttpResponse:
    given = {"instance": found} if found else {}
    form = forms.DoorForm(request.POST or None, facility=facility, **given)
    if form.is_valid():
        asked = {
            "connection": form.cleaned_data["connection"],
            "values": form.values(),
            "units": list(form.cleaned_data["units"]),
            "staff": me(request),
        }
        try:
            if found is None:
                operations.make_door(facility=facility, **asked)
            else:
                operations.change_door(Door.objects.get(pk=found.pk), **asked)
        except Refusal as no:
            form.add_error("name", str(no))
        else:
            messages.success(request, _("保存しました。"))
            return redirect("console:doors")
    makers = [
        (one, lock_makers[one.kind].contract.abilities)
        for one in Connection.objects.order_by("name", "pk")
    ]
    context = {"form": form, "facility": facility, "door": found, "makers": makers}
    return render(request, "locks/console/door.html", context)
