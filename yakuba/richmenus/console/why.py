"""Which menu does this resident see, and why; and the other rules, why not."""

from collections.abc import Sequence
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.console.sockets import StaffRequest, page, viewed
from yakuba.residents import queries as residents
from yakuba.residents.models import Resident
from yakuba.residents.sockets import Card, Row, card
from yakuba.richmenus import queries
from yakuba.richmenus.console.drafts import me
from yakuba.richmenus.sockets import rule_kinds
from yakuba.townhall.models import Capability, StaffMember

VERDICTS = {
    "chosen": _("この決まりで、このメニューが見えます"),
    "beaten": _("あてはまりますが、上の決まりが先です"),
    "no": _("あてはまりません"),
}


@page("menus/why/", title=_("この住民に見えるメニュー"), name="menu_why", needs=Capability.PERSONAL)
def find(request: StaffRequest) -> HttpResponse:
    """Look for a resident by number or receipt number."""
    staff = _allowed(request)
    words = request.GET.get("who", "").strip()[:60]
    found = list(residents.found(staff, words).order_by("pk")[:20]) if words else []
    if len(found) == 1:
        return redirect("console:menu_why_of", found[0].public_id)
    context = {"who": words, "found": found}
    return render(request, "richmenus/console/why.html", context)


@page(
    "menus/why/<uuid:resident_id>/",
    title=_("この住民に見えるメニュー"),
    name="menu_why_of",
    needs=Capability.PERSONAL,
)
def why(request: StaffRequest, resident_id: UUID) -> HttpResponse:
    """Judge the resident as everybody is judged. What a rule asks tells of the person, so looking is recorded."""
    _allowed(request)
    one = get_object_or_404(Resident, public_id=resident_id)
    viewed.announce(request.user, one.subject, "見えるメニューと、その理由を見ました。", {})
    told = queries.why(one)
    judged = [
        {
            "rule": line.rule,
            "kind": rule_kinds[line.rule.kind].label,
            "words": rule_kinds[line.rule.kind].words(line.rule),
            "verdict": line.verdict,
            "said": VERDICTS[line.verdict],
        }
        for line in told.judged
    ]
    context = {"resident": one, "menu": told.menu, "judged": judged, "links": told.links}
    return render(request, "richmenus/console/why_of.html", context)


def _allowed(request: StaffRequest) -> StaffMember:
    staff = me(request)
    if not residents.may(staff, Capability.PERSONAL):
        raise PermissionDenied
    return staff


@card
def on_the_residents_page(resident: Resident, staff: StaffMember) -> Card | None:
    """The menu, on the resident's own page; and the way to the reasons."""
    if not residents.may(staff, Capability.PERSONAL):
        return None
    told = queries.why(resident)
    title = told.menu.name if told.menu else _t("なし")
    rows: Sequence[Row] = [
        Row(
            title=title,
            href=reverse("console:menu_why_of", args=[resident.public_id]),
            detail=_t("なぜこのメニューか"),
        )
    ]
    return Card(title=_t("見えるメニュー"), rows=rows)
