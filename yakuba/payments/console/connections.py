"""Which payment services the town has connected, their contracts and keys, and the files they send."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _

from yakuba.console.sockets import ADMINISTRATOR, Section, StaffRequest, page
from yakuba.kit.errors import Refusal
from yakuba.payments import forms, operations, queries
from yakuba.payments.models import Connection, SettlementFile
from yakuba.payments.sockets import providers
from yakuba.townhall.models import StaffMember


def me(request: StaffRequest) -> StaffMember:
    """Whoever is signed in; a page lets nobody else through."""
    return StaffMember.objects.get(pk=request.user.pk)


def number(request: StaffRequest, name: str) -> int:
    """A key that a form of ours sent; none of ours if somebody sent something else."""
    typed = request.POST.get(name, "")
    return int(typed) if typed.isdecimal() and len(typed) < 18 else 0


@page(
    "payments/connections/",
    title=_("決済サービス"),
    name="payment_connections",
    needs=ADMINISTRATOR,
    section=Section.SETTINGS,
    order=32,
)
def connections(request: StaffRequest) -> HttpResponse:
    """Every contract, with how its last check went; and what can be added."""
    rows = [
        (one, providers[one.kind])
        for one in Connection.objects.order_by("order", "pk")
        if one.kind in providers
    ]
    context = {"rows": rows, "kinds": list(providers)}
    return render(request, "payments/console/connections.html", context)


@page(
    "payments/connections/new/<slug:kind>/",
    title=_("決済サービスを加える"),
    name="payment_new_connection",
    needs=ADMINISTRATOR,
)
def new_connection(request: StaffRequest, kind: str) -> HttpResponse:
    """Type what the contract says."""
    if kind not in providers:
        raise Http404
    provider = providers[kind]
    form = forms.Settings(request.POST or None, provider=provider)
    if form.is_valid():
        try:
            made = operations.connect(
                kind=kind,
                key=form.cleaned_data["key"],
                name=form.cleaned_data["name"],
                settings=form.settings(),
                staff=me(request),
            )
        except Refusal as no:
            form.add_error("key", str(no))
        else:
            _say(request, operations.check(made))  # red before anybody can offer it
            return redirect("console:payment_connection", connection_id=made.public_id)
    context = {"form": form, "provider": provider}
    return render(request, "payments/console/connection.html", context)


@page(
    "payments/connections/<uuid:connection_id>/",
    title=_("決済サービス"),
    name="payment_connection",
    needs=ADMINISTRATOR,
)
def connection(request: StaffRequest, connection_id: UUID) -> HttpResponse:
    """One contract: settings, new keys, a button that tries it, on and off."""
    found = get_object_or_404(Connection, public_id=connection_id)
    provider = providers[found.kind]
    if act := request.POST.get("act", ""):
        _act(request, found, act)
        return redirect(request.path)
    form = forms.Settings(request.POST or None, provider=provider, connection=found)
    if form.is_valid():
        operations.change(
            found, name=form.cleaned_data["name"], settings=form.settings(), staff=me(request)
        )
        _say(request, operations.check(found))
        return redirect(request.path)
    context = {
        "form": form,
        "connection": found,
        "provider": provider,
        "message_url": queries.message_url(found),
    }
    return render(request, "payments/console/connection.html", context)


def _say(request: StaffRequest, faults: list[str]) -> None:
    if faults:
        messages.warning(request, _("保存しました。直すところがあります。"))
    else:
        messages.success(request, _("保存して、接続を確かめました。直すところはありません。"))


def _act(request: StaffRequest, found: Connection, act: str) -> None:
    try:
        if act == "check":
            if not operations.check(found, staff=me(request)):
                messages.success(request, _("つながりました。直すところはありません。"))
        elif act in ("on", "off"):
            operations.switch(found, on=act == "on", staff=me(request))
            words = _("住民に出しました。") if act == "on" else _("住民に出すのをやめました。")
            messages.success(request, words)
    except Refusal as no:
        messages.warning(request, str(no))


@page(
    "payments/connections/settlements/",
    title=_("入金の明細"),
    name="payment_settlements",
    needs=ADMINISTRATOR,
)
def settlements(request: StaffRequest) -> HttpResponse:
    """Give in a provider's daily file; it is compared with the ledger at once."""
    form = forms.SettlementUpload(request.POST or None, request.FILES or None)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            operations.import_settlement(
                form.cleaned_data["connection"],
                content=file.read(),
                name=file.name,
                staff=me(request),
            )
        except Refusal as no:
            form.add_error("file", str(no))
        else:
            messages.success(
                request, _("取り込みました。合わないものは「確認が必要なお金」に出ます。")
            )
            return redirect(request.path)
    files = SettlementFile.objects.select_related("connection", "imported_by").order_by("-pk")[:50]
    return render(request, "payments/console/settlements.html", {"form": form, "files": files})
