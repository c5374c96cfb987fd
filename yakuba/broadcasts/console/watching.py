"""A delivery under way: watch it, stop it, go on, decide about a doubt."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.broadcasts import operations, queries
from yakuba.broadcasts.console.shared import me, phone, text_of, visible
from yakuba.broadcasts.models import Batch, Delivery
from yakuba.console.sockets import StaffRequest, page
from yakuba.kit import numbers
from yakuba.kit.errors import Refusal
from yakuba.segments import queries as segments
from yakuba.townhall.models import Capability, StaffMember
from yakuba.townhall.queries import may

KINDS = {
    "draft": "plain",
    "sending": "info",
    "halted": "danger",
    "stopped": "caution",
    "sent": "good",
}


@page("deliveries/<uuid:public_id>/do/", title=_("配信の操作"), name="do_delivery")
def act(request: StaffRequest, public_id: str) -> HttpResponse:
    """Stop, go on, decide about a doubtful batch, or throw the draft away."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    staff = me(request)
    one = visible(staff, public_id)
    press = request.POST.get("press", "")
    wanted = Capability.DESIGN if press == "drop" else Capability.PUBLISH
    stops = press == "stop" and may(staff, Capability.DESIGN, one.scope)  # whoever sees the mistake
    if not stops and not may(staff, wanted, one.scope):
        raise PermissionDenied
    try:
        return _do(request, one, press, staff)
    except Refusal as no:
        messages.error(request, str(no))
    return redirect("console:delivery", one.public_id)


def _do(request: StaffRequest, one: Delivery, press: str, staff: StaffMember) -> HttpResponse:
    if press == "drop":
        operations.drop(one, staff=staff)
        messages.success(request, _t("下書きを消しました。"))
        return redirect("console:deliveries")
    if press == "stop":
        spared = operations.stop(one, staff=staff)
        is_veiled = segments.is_veiled(one.condition, one.planned or 0)
        said = _t("残りの人") if is_veiled else f"{spared:,}人"
        messages.success(request, _t("止めました。{said}には送っていません。").format(said=said))
    elif press == "go_on":
        operations.go_on(one, staff=staff)
        messages.success(request, _t("続きを送り始めました。"))
    elif press in ("again", "leave"):
        batch = get_object_or_404(one.batches, pk=numbers.counted(request.POST.get("batch", "")))
        operations.decide(batch, again=press == "again", staff=staff)
        messages.success(request, _t("記録しました。"))
    return redirect("console:delivery", one.public_id)


def watch(request: StaffRequest, one: Delivery) -> HttpResponse:
    staff = me(request)
    may_send = may(staff, Capability.PUBLISH, one.scope)
    context = {
        "delivery": one,
        "kind": KINDS[one.state],
        "progress": queries.progress(one),
        "is_moving": one.state == Delivery.State.SENDING or queries.has_open_batches(one.pk),
        "is_veiled": segments.is_veiled(one.condition, one.planned or 0),
        "troubled": [
            (batch, batch.state == Batch.State.UNCERTAIN) for batch in queries.troubled(one)[:50]
        ],
        "may_send": may_send,
        "may_stop": may_send or may(staff, Capability.DESIGN, one.scope),
        "sentences": segments.sentences(one.condition),
        **phone(text_of(one)),
    }
    template = "broadcasts/console/watch.html"
    return render(request, template + "#now" if request.htmx else template, context)
