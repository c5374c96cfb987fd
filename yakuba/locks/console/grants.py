"""Codes: for whom, from when to when, and how far each is on its way to the door."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yakuba.console.sockets import Section, StaffRequest, page
from yakuba.kit import clock
from yakuba.kit.errors import Refusal
from yakuba.locks import forms, operations, queries
from yakuba.locks.console.connections import me
from yakuba.locks.models import AccessGrant
from yakuba.locks.operations.telling import hours, spaced
from yakuba.townhall.models import Capability, StaffMember

_MOST = 200


@page(
    "locks/codes/",
    title=_("鍵の番号"),
    name="lock_grants",
    needs=Capability.VIEW,
    section=Section.BOOKINGS,
    order=61,
)
def grants(request: StaffRequest) -> HttpResponse:
    """What is wanted or may still open a door, the next first."""
    found = (
        AccessGrant.objects.visible_to(me(request))
        .filter(ends_at__gt=clock.now() - timedelta(days=1))
        .select_related("facility")
        .prefetch_related("at_doors__door", "uses__booking")
        .order_by("starts_at", "pk")[:_MOST]
    )
    rows = [(one, hours(one), queries.is_ready(one)) for one in found]
    return render(request, "locks/console/grants.html", {"rows": rows})


def _found(request: StaffRequest, grant_id: UUID, capability: str) -> AccessGrant:
    mine = AccessGrant.objects.visible_to(me(request), capability)
    return get_object_or_404(mine.select_related("facility", "connection"), pk=grant_id)


@page("locks/codes/<uuid:grant_id>/", title=_("鍵の番号"), name="lock_grant", needs=Capability.VIEW)
def grant(request: StaffRequest, grant_id: UUID) -> HttpResponse:
    """One code: its three facts, whose bookings it is for, and what a clerk can do."""
    found = _found(request, grant_id, Capability.VIEW)
    form = forms.Code(request.POST or None if request.POST.get("act") == "enter" else None)
    if request.method == "POST":
        found = _found(request, grant_id, Capability.HANDLE)
        try:
            done = _act(request, found, form, me(request))
        except Refusal as no:
            messages.warning(request, str(no))
            done = True
        if done:
            return redirect(request.path)
    contract = queries.contract_of(found.connection)
    context = {
        "grant": found,
        "hours": hours(found),
        "is_ready": queries.is_ready(found),
        "at_doors": found.at_doors.select_related("door"),
        "uses": found.uses.select_related("booking"),
        "abilities": contract.abilities,
        "form": form,
        "may_handle": AccessGrant.objects.visible_to(me(request), Capability.HANDLE)
        .filter(pk=found.pk)
        .exists(),
        "reveal_url": reverse("console:lock_code", kwargs={"grant_id": found.pk}),
    }
    return render(request, "locks/console/grant.html", context)


def _act(request: StaffRequest, found: AccessGrant, form: forms.Code, staff: StaffMember) -> bool:
    """Do what the button says; say whether the page is to be shown anew."""
    act = request.POST.get("act", "")
    if act == "enter":
        if not form.is_valid():
            return False
        operations.enter_code(found, code=form.cleaned_data["code"], staff=staff)
        messages.success(request, _("記録しました。利用者に知らせます。"))
    elif act == "taken_out":
        operations.taken_out(found, staff=staff)
        messages.success(request, _("記録しました。"))
    elif act == "replace":
        operations.replace_code(found, staff=staff)
        messages.success(request, _("新しい番号を作ります。前の番号は止めます。"))
    elif act == "again":
        use = found.uses.select_related("booking").first()
        if use is not None:
            for at in found.at_doors.select_related("door__connection"):
                operations.let_in_again(use.booking, at.door, staff=staff)
            messages.success(request, _("15分だけ開く番号を作ります。"))
    return True


@page(
    "locks/codes/<uuid:grant_id>/code/",
    title=_("鍵の番号の表示"),
    name="lock_code",
    needs=Capability.HANDLE,
)
def code(request: StaffRequest, grant_id: UUID) -> HttpResponse:
    """Show the code to whoever reads it out at the desk; that is recorded."""
    found = _found(request, grant_id, Capability.HANDLE)
    if request.method != "POST":
        return redirect("console:lock_grant", grant_id=found.pk)
    try:
        shown = spaced(operations.read_out(found, staff=me(request)))
    except Refusal as no:
        shown = str(no)
    context = {"shown": shown, "grant": found}
    template = "locks/console/code.html"
    return render(request, template + ("#code" if request.htmx else ""), context)
