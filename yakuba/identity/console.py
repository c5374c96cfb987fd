"""Providers for the administrator; checks for the staff who handle what they belong to."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from yakuba.console.sockets import (
    ADMINISTRATOR,
    Section,
    StaffRequest,
    page,
    revealed,
    viewed,
)
from yakuba.identity import forms, operations, queries, sockets, wording
from yakuba.identity.models import Evidence, IdentityCheck, Provider
from yakuba.kit.errors import OutsideFailure, Refusal
from yakuba.townhall.models import Capability, StaffMember

_ON_ONE_PAGE = 50
LABELS = {"name": "氏名", "address": "住所", "born_on": "生年月日", "sex": "性別"}
_SEX = {"male": "男", "female": "女", "other": "その他"}
STANDING = {
    "verified": ("good", "有効"),
    "pending": ("caution", "現況確認が必要"),
    "stale": ("caution", "住所等が変わった可能性"),
    "revoked": ("danger", "失効"),
    "unknown": ("caution", "不明"),
}


@page(
    "identity/",
    title=_("本人確認の事業者"),
    name="identity_providers",
    needs=ADMINISTRATOR,
    section=Section.SETTINGS,
    order=30,
)
def providers(request: StaffRequest) -> HttpResponse:
    """Who verifies for the town, and how the last look at each went."""
    rows = [
        (one, sockets.verifiers[one.kind])
        for one in Provider.objects.order_by("order", "pk")
        if one.kind in sockets.verifiers
    ]
    is_lacking = not any(one.is_on and not kind.needs_app for one, kind in rows)
    context = {"rows": rows, "kinds": list(sockets.verifiers), "is_lacking": is_lacking}
    return render(request, "identity/console/providers.html", context)


@page(
    "identity/new/<slug:kind>/",
    title=_("本人確認の事業者を加える"),
    name="identity_new_provider",
    needs=ADMINISTRATOR,
)
def new_provider(request: StaffRequest, kind: str) -> HttpResponse:
    """Type what the contract says; nobody is sent there before it was looked at."""
    if kind not in sockets.verifiers:
        raise Http404
    verifier = sockets.verifiers[kind]
    form = forms.Settings(request.POST or None, verifier=verifier)
    if form.is_valid():
        provider = operations.connect(
            kind=kind, name=form.cleaned_data["name"], settings=form.settings(), staff=_me(request)
        )
        messages.success(request, _("加えました。つぎに「接続を確かめる」を押してください。"))
        return redirect("console:identity_provider", public_id=provider.public_id)
    context = {"form": form, "verifier": verifier}
    return render(request, "identity/console/provider.html", context)


@page(
    "identity/<uuid:public_id>/",
    title=_("本人確認の事業者"),
    name="identity_provider",
    needs=ADMINISTRATOR,
)
def provider(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """One provider: its settings, a button that tries them, and whether residents see it."""
    found = get_object_or_404(Provider, public_id=public_id)
    verifier = sockets.verifiers[found.kind]
    act = request.POST.get("act", "")
    if act:
        return _act(request, found, act)
    form = forms.Settings(
        request.POST or None, verifier=verifier, known=found.settings, name=found.name
    )
    if form.is_valid():
        operations.change(
            found, name=form.cleaned_data["name"], settings=form.settings(), staff=_me(request)
        )
        messages.success(request, _("保存しました。つぎに「接続を確かめる」を押してください。"))
        return redirect("console:identity_provider", public_id=public_id)
    has_next = any(
        value for name, value in found.settings.items() if name.startswith(operations.NEXT)
    )
    context = {"form": form, "provider": found, "verifier": verifier, "has_next": has_next}
    return render(request, "identity/console/provider.html", context)


def _act(request: StaffRequest, found: Provider, act: str) -> HttpResponse:
    staff = _me(request)
    try:
        if act == "check":
            faults = operations.look_at(found, staff=staff)
            if not faults:
                messages.success(request, _("つながりました。直すところはありません。"))
        elif act in ("on", "off"):
            operations.switch(found, on=act == "on", staff=staff)
            said = _("住民に出しました。") if act == "on" else _("住民に出さないようにしました。")
            messages.success(request, said)
        elif act == "next":
            operations.take_next_keys(found, staff=staff)
            messages.success(request, _("新しい鍵に替えました。古い鍵は消えました。"))
        elif act == "remove":
            operations.remove(found, staff=staff)
            messages.success(request, _("消しました。"))
            return redirect("console:identity_providers")
    except Refusal as no:
        messages.warning(request, str(no))
    return redirect("console:identity_provider", public_id=found.public_id)


@page(
    "identity/checks/",
    title=_("本人確認の記録"),
    name="identity_checks",
    needs=Capability.PERSONAL,
    section=Section.INCOMING,
    order=60,
)
def checks(request: StaffRequest) -> HttpResponse:
    """Checks of procedures that this person handles; who was proven is masked."""
    rows = (
        IdentityCheck.objects.visible_to(_me(request))
        .select_related("provider", "run__procedure", "evidence")
        .order_by("-begun_at", "-pk")
    )
    state = request.GET.get("state", "")
    if state in IdentityCheck.State.values:
        rows = rows.filter(state=state)
    found = Paginator(rows, _ON_ONE_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": found,
        "rows": [(one, _reason(one)) for one in found],
        "states": IdentityCheck.State.choices,
        "state": state,
    }
    return render(request, "identity/console/checks.html", context)


@page(
    "identity/checks/<uuid:check_id>/",
    title=_("本人確認の記録"),
    name="identity_check",
    needs=Capability.PERSONAL,
)
def check(request: StaffRequest, check_id: UUID) -> HttpResponse:
    """One check and its evidence; looking at it is written down. Posting asks about the certificate now."""
    found = _visible(request, check_id)
    evidence = Evidence.objects.filter(check_of=found).first()
    if request.method == "POST":
        return _look(request, found, evidence)
    viewed.announce(request.user, found.subject, "本人確認の記録を見ました。", {})
    context = {
        "check": found,
        "evidence": evidence,
        "why": _reason(found),
        "looks": evidence.statuses.select_related("asked_by").order_by("-at")[:20]
        if evidence
        else [],
        "standing": STANDING[queries.standing(evidence)] if evidence else None,
        "is_sealed": evidence is not None and queries.is_sealed(evidence),
        "named": [LABELS[one] for one in evidence.attributes if one in LABELS] if evidence else [],
        "substitutes": [LABELS[one] for one in evidence.substitutes if one in LABELS]
        if evidence
        else [],
        "others": len({one.resident_id for one in queries.others_of_person(evidence)})
        if evidence
        else 0,
    }
    return render(request, "identity/console/check.html", context)


def _look(request: StaffRequest, found: IdentityCheck, evidence: Evidence | None) -> HttpResponse:
    if evidence is None:
        raise Http404
    try:
        look = operations.ask_status(evidence, staff=_me(request))
    except OutsideFailure:
        messages.warning(
            request, _("事業者から返事がありません。少し待って、もう一度押してください。")
        )
    else:
        messages.success(
            request, str(_("現況を確認しました：{state}")).format(state=look.get_state_display())
        )
    return redirect("console:identity_check", check_id=found.pk)


@page(
    "identity/checks/<uuid:check_id>/who/",
    title=_("カードから受け取った内容の表示"),
    name="identity_who",
    needs=Capability.PERSONAL,
)
def who(request: StaffRequest, check_id: UUID) -> HttpResponse:
    """Take the mask off who was proven; who did is in the audit."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    found = _visible(request, check_id)
    evidence = get_object_or_404(Evidence, check_of=found)
    revealed.announce(
        request.user, found.subject, "本人確認でカードから受け取った内容を表示しました。", {}
    )
    facts = [
        (LABELS[name], _SEX.get(value, value) if name == "sex" else value)
        for name, value in evidence.attributes.items()
        if name in LABELS
    ]
    html = format_html_join("", "<dt>{}</dt><dd>{}</dd>", facts)
    return HttpResponse(format_html('<dl class="yk-facts">{}</dl>', html))


def _visible(request: StaffRequest, check_id: UUID) -> IdentityCheck:
    return get_object_or_404(
        IdentityCheck.objects.visible_to(_me(request)).select_related("provider", "run__procedure"),
        pk=check_id,
    )


def _reason(found: IdentityCheck) -> str:
    return wording.reason(found.reason).for_staff if found.reason else ""


def _me(request: StaffRequest) -> StaffMember:
    return get_object_or_404(StaffMember, pk=request.user.pk)
