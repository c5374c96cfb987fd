"""The register: residents by number, one resident, and parting from them."""

from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.console import lists
from yakuba.console import operations as frame
from yakuba.console.lists import Column, Empty, Filter, Listing
from yakuba.console.sockets import (
    ADMINISTRATOR,
    Figure,
    Found,
    Group,
    Section,
    Staff,
    StaffRequest,
    card,
    page,
    search,
    viewed,
)
from yakuba.kit import wareki
from yakuba.kit.errors import Refusal
from yakuba.residents import forms, operations, queries, sockets
from yakuba.residents.models import Forgetting, Resident
from yakuba.townhall.models import Capability, Scope, StaffMember
from yakuba.ui.templatetags.yk import masked

STATES = [("friend", _("届く")), ("blocked", _("届かない")), ("tester", _("試用環境の人"))]


def _keep(residents: QuerySet[Resident], state: str) -> QuerySet[Resident]:
    if state == "tester":
        return residents.filter(is_tester=True)
    return residents.filter(reachable=state == "friend")


RESIDENTS: Listing[Resident] = Listing(
    key="residents.residents",
    title=_("住民"),
    columns=[
        Column("number", _("番号"), lambda one: one.number),
        Column("called", _("LINEの名前"), lambda one: masked(one.called)),
        Column("state", _("配信"), lambda one: _t("届く") if one.reachable else _t("届かない")),
        Column(
            "joined",
            _("友だちになった日"),
            lambda one: wareki.short(one.joined_on) if one.joined_on else "—",
            sort="joined_on",
        ),
        Column(
            "seen",
            _("最後に使った日"),
            lambda one: wareki.short(one.last_seen_at.date()) if one.last_seen_at else "—",
            sort="last_seen_at",
        ),
        Column("tester", _("試用"), lambda one: "●" if one.is_tester else "", shown=False),
    ],
    order="-id",
    empty=Empty(_("住民はまだいません"), _("町のLINEを友だちに追加した人が、ここに並びます。")),
    href=lambda one: reverse("console:resident", args=[one.public_id]),
    filters=[Filter("state", _("配信"), lambda staff: STATES, _keep)],
)


@page(
    "residents/",
    title=_("住民"),
    name="residents",
    needs=Capability.PERSONAL,
    section=Section.REGISTERS,
    order=10,
)
def residents(request: StaffRequest) -> HttpResponse:
    """Everybody, by number; a name is looked for in whole, a receipt number by who may."""
    staff = allowed(request, Capability.VIEW)
    words = request.GET.get("who", "").strip()[:60]
    rows = queries.found(staff, words) if words else Resident.objects.all()
    if words and "page" not in request.GET:
        frame.note_search(staff, where="residents", place=RESIDENTS.title, words=words)
    return lists.answer(
        request,
        RESIDENTS,
        rows=rows,
        template="residents/console/residents.html",
        context={"who": words},
    )


@page("residents/<uuid:public_id>/", title=_("住民"), name="resident", needs=Capability.PERSONAL)
def resident(request: StaffRequest, public_id: str) -> HttpResponse:
    """What the town knows of one resident. Looking is recorded."""
    staff = allowed(request, Capability.PERSONAL)
    one = get_object_or_404(Resident, public_id=public_id)
    viewed.announce(request.user, one.subject, "住民の登録内容を見ました。", {})
    may_handle = queries.may(staff, Capability.HANDLE)
    context = {
        "resident": one,
        "attributes": queries.shown(one),
        "family": one.family.order_by("born_on", "pk"),
        "accounts": one.accounts.order_by("-attached_at", "-pk"),
        "account": one.accounts.filter(detached_at=None).first(),
        "cards": sockets.cards(one, staff),
        "may_handle": may_handle,
        "forgetting": Forgetting.objects.filter(resident=one).select_related("asked_by").first(),
        "me": staff,
    }
    return render(request, "residents/console/resident.html", context)


@page(
    "residents/<uuid:public_id>/tester/",
    title=_("試用環境の人"),
    name="resident_tester",
    needs=Capability.HANDLE,
)
def tester(request: StaffRequest, public_id: str) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    staff = allowed(request, Capability.HANDLE)
    one = get_object_or_404(Resident, public_id=public_id)
    operations.set_tester(one, is_tester="yes" in request.POST, staff=staff)
    messages.success(request, _t("保存しました。"))
    return redirect("console:resident", one.public_id)


@page(
    "residents/<uuid:public_id>/forget/",
    title=_("登録情報の削除"),
    name="forget_resident",
    needs=Capability.HANDLE,
)
def forget(request: StaffRequest, public_id: str) -> HttpResponse:
    """Ask for it, or do what another member of staff asked for; what goes is said in numbers."""
    staff = allowed(request, Capability.HANDLE)
    one = get_object_or_404(Resident, public_id=public_id)
    asked = Forgetting.objects.filter(resident=one).select_related("asked_by").first()
    if request.method == "POST" and "keep" in request.POST:
        operations.keep_after_all(one, staff=staff)
        messages.success(request, _t("削除の依頼を取りやめました。"))
        return redirect("console:resident", one.public_id)
    is_second = asked is not None and asked.asked_by_id != staff.pk
    form = forms.Sure(request.POST or None) if is_second else forms.Reason(request.POST or None)
    if form.is_valid():
        try:
            if not is_second:
                operations.ask_to_forget(one, reason=form.cleaned_data["reason"], staff=staff)
                messages.success(
                    request, _t("依頼しました。ほかの職員が確かめると、削除されます。")
                )
                return redirect("console:resident", one.public_id)
            operations.agree_to_forget(one, staff=staff)
        except Refusal as no:
            form.add_error(None, str(no))
        else:
            messages.success(request, _t("登録されていた情報をすべて削除しました。"))
            return redirect("console:residents")
    context = {
        "resident": one,
        "asked": asked,
        "is_second": is_second,
        "form": form,
        "counts": queries.holdings(one),
    }
    return render(request, "residents/console/forget.html", context)


@page(
    "settings/register/",
    title=_("住民の台帳の担当"),
    name="entrust_register",
    needs=ADMINISTRATOR,
    section=Section.SETTINGS,
    order=55,
)
def entrust(request: StaffRequest) -> HttpResponse:
    """Say which department has the register; nobody opens it before."""
    scope = Scope.objects.filter(kind=queries.REGISTER).select_related("department").first()
    form = forms.Entrusting(request.POST or None)
    if scope is None and form.is_valid():
        operations.entrust(department=form.cleaned_data["department"], staff=me(request))
        messages.success(request, _t("担当課を決めました。"))
        return redirect("console:entrust_register")
    return render(request, "residents/console/entrust.html", {"scope": scope, "form": form})


@search(title=_("住民"), needs=Capability.PERSONAL, order=30)
def find(staff: Staff, words: str) -> Sequence[Found]:
    """Residents by number, whole LINE name or receipt, for those who may open the register."""
    member = StaffMember.objects.filter(pk=staff.pk).first()
    if member is None or not queries.may(member, Capability.VIEW):
        return []
    return [
        Found(one.number, reverse("console:resident", args=[one.public_id]), masked(one.called))
        for one in queries.found(member, words)[:10]
    ]


@card(group=Group.WAITING, needs=Capability.HANDLE, order=40)
def waiting(staff: Staff) -> Sequence[Figure]:
    """Wishes to have somebody forgotten, of other people: they wait for a second pair of eyes."""
    member = StaffMember.objects.filter(pk=staff.pk).first()
    if member is None or not queries.may(member, Capability.HANDLE):
        return []
    count = Forgetting.objects.exclude(asked_by=member).count()
    first = Forgetting.objects.exclude(asked_by=member).order_by("asked_at").first()
    if first is None:
        return []
    href = reverse("console:forget_resident", args=[first.resident.public_id])
    return [Figure(_("登録情報の削除の確認"), count, href)]


def allowed(request: StaffRequest, capability: str) -> StaffMember:
    """Return who asks, if they may do this with the register."""
    staff = me(request)
    if not queries.may(staff, capability):
        raise PermissionDenied
    return staff


def me(request: StaffRequest) -> StaffMember:
    return get_object_or_404(StaffMember, pk=request.user.pk)
