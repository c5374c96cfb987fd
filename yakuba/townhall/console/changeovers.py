"""The yearly change-over: upload, look at what it would do, plan it, call it off."""

from collections import Counter

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.console.sockets import ADMINISTRATOR, Section, StaffRequest, page
from yakuba.kit.errors import Refusal
from yakuba.townhall import forms, operations, queries
from yakuba.townhall.console.people import _me
from yakuba.townhall.models import Changeover, Department
from yakuba.townhall.rules import COLUMNS, Mover, read_changeover

_SEAL = "townhall.changeover"


@page(
    "settings/changeovers/",
    title=_("人事異動"),
    name="changeovers",
    needs=ADMINISTRATOR,
    section=Section.SETTINGS,
    order=60,
)
def changeovers(request: StaffRequest) -> HttpResponse:
    """Upload a list and see what is wrong with it, or what it would do; below, what is planned."""
    form = forms.ChangeoverFile(request.POST or None, request.FILES or None)
    context: dict[str, object] = {
        "form": form,
        "columns": COLUMNS,
        "departments": Department.objects.filter(closed_on=None).order_by("order", "pk"),
        "planned": Changeover.objects.select_related("planned_by").order_by("-pk")[:20],
    }
    if form.is_valid():
        movers, troubles = read_changeover(
            form.cleaned_data["file"],
            emails=queries.known_addresses(),
            departments=Department.objects.filter(closed_on=None).values_list("code", flat=True),
        )
        if troubles:
            context["troubles"] = troubles
        else:
            day = form.cleaned_data["day"]
            context["preview"] = queries.changeover_preview(movers, day=day)
            context["counts"] = Counter(mover.kind for mover in movers)
            context["day"] = day
            # What was looked at is what will be planned: the list travels through the page, sealed.
            context["sealed"] = signing.dumps(
                {"day": day.isoformat(), "movers": [mover.as_json() for mover in movers]},
                salt=_SEAL,
                compress=True,
            )
    return render(request, "townhall/console/changeovers.html", context)


@page(
    "settings/changeovers/plan/", title=_("人事異動"), name="plan_changeover", needs=ADMINISTRATOR
)
def plan(request: StaffRequest) -> HttpResponse:
    try:
        kept = signing.loads(request.POST.get("sealed", ""), salt=_SEAL, max_age=3600)
    except signing.BadSignature:
        messages.error(request, _t("時間がたったため、もう一度ファイルを読み込んでください。"))
        return redirect("console:changeovers")
    day = parse_date(kept["day"])
    assert day is not None
    try:
        operations.plan_changeover(
            day=day, movers=[Mover(**mover) for mover in kept["movers"]], by=_me(request)
        )
    except Refusal as no:
        messages.error(request, str(no))
    else:
        messages.success(request, _t("人事異動を予定しました。実施日の前なら取りやめられます。"))
    return redirect("console:changeovers")


@page(
    "settings/changeovers/<int:changeover_id>/cancel/",
    title=_("人事異動の取りやめ"),
    name="cancel_changeover",
    needs=ADMINISTRATOR,
)
def cancel(request: StaffRequest, changeover_id: int) -> HttpResponse:
    planned = get_object_or_404(Changeover, pk=changeover_id)
    if request.method == "POST":
        try:
            operations.cancel_changeover(planned, by=_me(request))
        except Refusal as no:
            messages.error(request, str(no))
        else:
            messages.success(request, _t("人事異動を取りやめました。"))
    return redirect("console:changeovers")
