"""The numbers of the fuse, and who may warn of a disaster: the administrator's page."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.broadcasts import fuse, operations
from yakuba.broadcasts.console.shared import me
from yakuba.broadcasts.forms.disaster import Entrusting, Guards
from yakuba.console.sockets import ADMINISTRATOR, Section, StaffRequest, page
from yakuba.kit.errors import Refusal
from yakuba.townhall.models import Scope
from yakuba.townhall.rules import DISASTER


@page(
    "settings/safeguards/",
    title=_("配信の安全弁"),
    name="safeguards",
    needs=ADMINISTRATOR,
    section=Section.SETTINGS,
    order=45,
)
def safeguards(request: StaffRequest) -> HttpResponse:
    """How many need two persons, how long it waits, when it is night, what is kept for disasters."""
    staff = me(request)
    is_entrusting = request.POST.get("press") == "entrust"
    form = Guards(
        request.POST if request.POST and not is_entrusting else None,
        initial=Guards.of(fuse.safeguards()),
    )
    entrusting = Entrusting(request.POST if is_entrusting else None)
    if is_entrusting and entrusting.is_valid():
        operations.entrust_disasters(department=entrusting.cleaned_data["department"], staff=staff)
        messages.success(
            request, _t("災害の配信の担当を決めました。ほかの課には「権限」で付けられます。")
        )
        return redirect("console:safeguards")
    if form.is_valid():
        try:
            operations.guard(form.cleaned_data, staff=staff)
        except Refusal as no:
            form.add_error("kept_for_disaster", str(no))
        else:
            messages.success(request, _t("保存しました。これからの配信に使います。"))
            return redirect("console:safeguards")
    scope = Scope.objects.filter(kind=DISASTER).select_related("department").first()
    context = {"form": form, "entrusting": entrusting, "scope": scope}
    return render(request, "broadcasts/console/safeguards.html", context)
