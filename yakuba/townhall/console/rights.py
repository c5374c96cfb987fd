"""Rights: for each thing, which department may do what."""

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.console import lists
from yakuba.console.lists import Column, Empty, Listing
from yakuba.console.sockets import ADMINISTRATOR, Section, StaffRequest, page
from yakuba.kit.errors import Refusal
from yakuba.townhall import operations
from yakuba.townhall.console.people import _me
from yakuba.townhall.models import Capability, Department, Scope


def _found(scopes: QuerySet[Scope], words: str) -> QuerySet[Scope]:
    return scopes.filter(name__icontains=words)


def _departments(scope: Scope) -> str:
    names = {grant.department.name for grant in scope.grants.all()}
    return "、".join(sorted(names))


SCOPES: Listing[Scope] = Listing(
    key="townhall.scopes",
    title=_("権限"),
    columns=[
        Column("name", _("対象"), lambda scope: scope.name, sort="name"),
        Column("owner", _("担当課"), lambda scope: scope.department.name, sort="department__order"),
        Column("departments", _("権限のある課"), _departments),
    ],
    order="name",
    empty=Empty(_("権限を付ける対象はまだありません"), _("手続きなどを作ると、ここに並びます。")),
    href=lambda scope: reverse("console:rights_of", args=[scope.pk]),
    search=_found,
    search_hint=_("対象の名前"),
)


@page(
    "settings/rights/",
    title=_("権限"),
    name="rights",
    needs=ADMINISTRATOR,
    section=Section.SETTINGS,
    order=50,
)
def rights(request: StaffRequest) -> HttpResponse:
    rows = Scope.objects.select_related("department").prefetch_related("grants__department")
    return lists.answer(request, SCOPES, rows=rows)


@page("settings/rights/<int:scope_id>/", title=_("権限"), name="rights_of", needs=ADMINISTRATOR)
def rights_of(request: StaffRequest, scope_id: int) -> HttpResponse:
    """One thing: department × capability, a tick each. Saving changes only what differs, and records it."""
    scope = get_object_or_404(Scope.objects.select_related("department"), pk=scope_id)
    departments = Department.objects.filter(closed_on=None).annotate(people=Count("memberships"))
    ordered = list(departments.order_by("order", "pk"))
    if request.method == "POST":
        ticked = set(request.POST.getlist("may"))
        try:
            operations.set_matrix(
                scope,
                rights={
                    one.pk: [c for c in Capability.values if f"{one.pk}:{c}" in ticked]
                    for one in ordered
                },
                by=_me(request),
            )
        except Refusal as no:
            messages.error(request, str(no))
        else:
            messages.success(request, _t("権限を保存しました。変えた内容は記録に残りました。"))
        return redirect(request.path)
    held = set(scope.grants.values_list("department", "capability"))
    rows = [
        (one, [(f"{one.pk}:{c.value}", c.label, (one.pk, c.value) in held) for c in Capability])
        for one in ordered
    ]
    context = {"scope": scope, "capabilities": list(Capability), "rows": rows}
    return render(request, "townhall/console/rights.html", context)
