"""How far switching is, what LINE did not take, and trying once more."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.console.sockets import StaffRequest, page
from yakuba.kit import clock, numbers
from yakuba.richmenus import operations, queries
from yakuba.richmenus.models import LinkBatch
from yakuba.townhall.models import Capability


@page(
    "menus/switching/",
    title=_("メニューの切り替えのようす"),
    name="menu_switching",
    needs=Capability.PUBLISH,
)
def switching(request: StaffRequest) -> HttpResponse:
    """Today's switches in numbers; the page renews itself while something moves."""
    today = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    progress = queries.progress(today)
    context = {
        "progress": progress,
        "is_moving": bool(progress.waiting),
        "batches": queries.newest_batches(),
        "failed": queries.failed_batches().select_related("made__menu")[:50],
        "made": queries.made_troubles().select_related("menu").defer("image"),
        "mirror": queries.mirror_state(),
    }
    template = "richmenus/console/switching.html"
    return render(request, template + "#now" if request.htmx else template, context)


@page(
    "menus/switching/do/", title=_("もう一度"), name="menu_switch_again", needs=Capability.PUBLISH
)
def again(request: StaffRequest) -> HttpResponse:
    """Try a failed batch once more, or what waits now."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if request.POST.get("batch"):
        batch = get_object_or_404(LinkBatch, pk=numbers.counted(request.POST["batch"]))
        operations.retry(batch)
    else:
        operations.hurry()
        operations.wake()
    messages.success(request, _t("もう一度、LINEに頼みます。"))
    return redirect("console:menu_switching")
