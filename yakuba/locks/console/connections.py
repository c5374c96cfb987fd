"""Which lock makers the town has connected, with which contracts."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _

from yakuba.console.sockets import ADMINISTRATOR, Section, StaffRequest, page
from yakuba.kit.errors import Refusal
from yakuba.locks import forms, operations
from yakuba.locks.models import Connection
from yakuba.locks.operations.connecting import message_url
from yakuba.locks.sockets import lock_makers
from yakuba.townhall.models import StaffMember


def me(request: StaffRequest) -> StaffMember:
    """Whoever is signed in; a page lets nobody else through."""
    return StaffMember.objects.get(pk=request.user.pk)


@page(
    "locks/connections/",
    title=_("錠のメーカー"),
    name="lock_connections",
    needs=ADMINISTRATOR,
    section=Section.SETTINGS,
    order=34,
)
def connections(request: StaffRequest) -> HttpResponse:
    """Every contract, with how its last check went; and what can be added."""
    rows = [(one, lock_makers[one.kind]) for one in Connection.objects.order_by("name", "pk")]
    context = {"rows": rows, "kinds": list(lock_makers)}
    return render(request, "locks/console/connections.html", context)


@page(
    "locks/connections/new/<slug:kind>/",
    title=_("錠のメーカーを加える"),
    name="lock_new_connection",
    needs=ADMINISTRATOR,
)
def new_connection(request: StaffRequest, kind: str) -> HttpResponse:
    """Type what the contract says."""
    if kind not in lock_makers:
        raise Http404
    maker = lock_makers[kind]
    form = forms.Settings(request.POST or None, maker=maker)
    if form.is_valid():
        made = operations.connect(
            kind=kind,
            name=form.cleaned_data["name"],
            settings=form.settings(),
            staff=me(request),
        )
        messages.success(request, _("加えました。つぎに「接続を確かめる」を押してください。"))
        return redirect("console:lock_connection", connection_id=made.public_id)
    context = {"form": form, "maker": maker, "abilities": maker.contract.abilities}
    return render(request, "locks/console/connection.html", context)


@page(
    "locks/connections/<uuid:connection_id>/",
    title=_("錠のメーカー"),
    name="lock_connection",
    needs=ADMINISTRATOR,
)
def connection(request: StaffRequest, connection_id: UUID) -> HttpResponse:
    """One contract: settings, new keys, a button that tries it, on and off."""
    found = get_object_or_404(Connection, public_id=connection_id)
    maker = lock_makers[found.kind]
    if act := request.POST.get("act", ""):
        _act(request, found, act)
        return redirect(request.path)
    form = forms.Settings(request.POST or None, maker=maker, connection=found)
    if form.is_valid():
        operations.change(
            found, name=form.cleaned_data["name"], settings=form.settings(), staff=me(request)
        )
        operations.check(found)
        messages.success(request, _("保存して、接続を確かめました。"))
        return redirect(request.path)
    context = {
        "form": form,
        "connection": found,
        "maker": maker,
        "abilities": maker.contract.abilities,
        "message_url": message_url(found),
        "doors": found.doors.select_related("facility").order_by("facility__kana", "order"),
    }
    return render(request, "locks/console/connection.html", context)


def _act(request: StaffRequest, found: Connection, act: str) -> None:
    try:
        if act == "check":
            if not operations.check(found, staff=me(request)):
                messages.success(request, _("つながりました。直すところはありません。"))
        elif act in ("on", "off"):
            operations.switch(found, on=act == "on", staff=me(request))
            messages.success(request, _("変えました。"))
    except Refusal as no:
        messages.warning(request, str(no))
