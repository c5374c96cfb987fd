"""A delivery under way: watch it, stop it, go on, decide about a doubt."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.broadcasts import fuse, operations, queries
from yakuba.broadcasts.console.shared import me, phone, text_of, visible
from yakuba.broadcasts.forms.sending import Release, Returning
from yakuba.broadcasts.models import Batch, Delivery
from yakuba.broadcasts.operations.sending import who_may_agree
from yakuba.broadcasts.queries import audience
from yakuba.console.sockets import StaffRequest, page
from yakuba.kit import clock, numbers
from yakuba.kit.errors import Refusal
from yakuba.segments import queries as segments
from yakuba.townhall.models import Capability, StaffMember
from yakuba.townhall.queries import may

KINDS = {
    "draft": "plain",
    "asked": "caution",
    "scheduled": "info",
    "waiting": "caution",
    "held": "danger",
    "dropped": "plain",
    "sending": "info",
    "halted": "danger",
    "stopped": "caution",
    "sent": "good",
}


# Who may press what; stopping is open to whoever may write, because they may see the mistake first.
_NEEDS = {"drop": Capability.DESIGN, "correct": Capability.DESIGN}
_STOPS = ("stop", "withdraw")


@page("deliveries/<uuid:public_id>/do/", title=_("配信の操作"), name="do_delivery")
def act(request: StaffRequest, public_id: str) -> HttpResponse:
    """Stop, agree, return, release, call off, go on, decide about a doubtful batch, or throw the draft away."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    staff = me(request)
    one = visible(staff, public_id)
    press = request.POST.get("press", "")
    wanted = _NEEDS.get(press, Capability.PUBLISH)
    stops = press in _STOPS and may(staff, Capability.DESIGN, one.scope)
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
        _stop(request, one, staff)
    elif press in ("withdraw", "call_off", "agree", "give_back"):
        _before(request, one, press, staff)
    elif press == "release":
        _release(request, one, staff)
    elif press == "correct":
        draft = operations.correct(one, staff=staff)
        messages.success(request, _t("訂正の下書きを作りました。受け取った人だけに送ります。"))
        return redirect("console:delivery", draft.public_id)
    elif press == "go_on":
        operations.go_on(one, staff=staff)
        messages.success(request, _t("続きを送り始めました。"))
    elif press in ("again", "leave"):
        batch = get_object_or_404(one.batches, pk=numbers.counted(request.POST.get("batch", "")))
        operations.decide(batch, again=press == "again", staff=staff)
        messages.success(request, _t("記録しました。"))
    return redirect("console:delivery", one.public_id)


def _stop(request: StaffRequest, one: Delivery, staff: StaffMember) -> None:
    spared = operations.stop(one, staff=staff)
    if one.state == Delivery.State.DRAFT:
        messages.success(request, _t("止めました。だれにも送っていません。下書きに戻しました。"))
        return
    is_veiled = segments.is_veiled(one.condition, one.planned or 0)
    said = _t("残りの人") if is_veiled else f"{spared:,}人"
    messages.success(request, _t("止めました。{said}には送っていません。").format(said=said))


def _before(request: StaffRequest, one: Delivery, press: str, staff: StaffMember) -> None:
    rev = numbers.counted(request.POST.get("rev", ""))
    if press == "withdraw":
        operations.withdraw(one, staff=staff)
        messages.success(request, _t("下書きに戻しました。だれにも送っていません。"))
    elif press == "call_off":
        operations.call_off(one, staff=staff)
        messages.success(request, _t("取りやめました。だれにも送っていません。"))
    elif press == "agree":
        operations.agree(one, staff=staff, rev=rev)
        messages.success(request, _t("承認しました。送り始めるまでは、まだ止められます。"))
    else:
        form = Returning(request.POST)
        if not form.is_valid():
            messages.error(request, _t("直してほしいことを書いてから、差し戻してください。"))
            return
        operations.give_back(one, staff=staff, words=form.cleaned_data["words"])
        messages.success(request, _t("差し戻しました。申し出た人に知らせます。"))


def _release(request: StaffRequest, one: Delivery, staff: StaffMember) -> None:
    form = Release(request.POST, expected=_shown(one))
    if not form.is_valid():
        sentences = [str(error) for errors in form.errors.values() for error in errors]
        messages.error(request, "".join(sentences))
        return
    operations.release(
        one,
        staff=staff,
        expected=form.expected,
        why=form.cleaned_data["why"],
        night_reason=form.cleaned_data["night_reason"],
        rev=numbers.counted(request.POST.get("rev", "")),
    )
    messages.success(request, _t("送ることにしました。送り始めるまでは、まだ止められます。"))


def _shown(one: Delivery) -> int | None:
    """Return how many would get it now, or None where the number must not be shown."""
    people, _found = operations.reasons_now(one)
    return None if segments.is_veiled(one.condition, people) else people


def _waiting(one: Delivery, staff: StaffMember) -> dict[str, object]:
    """Return what the page says of a delivery that nobody has got yet."""
    states = Delivery.State
    if one.state not in states.before_sending():
        return {}
    context: dict[str, object] = {
        "is_before": True,
        "expected": None
        if one.expected is None or segments.is_veiled(one.condition, one.expected)
        else one.expected,
        "returned": one.approvals.select_related("staff").order_by("-pk").first(),
    }
    if one.state == states.ASKED:
        context["is_mine"] = fuse.wrote(one, staff)
        context["agreeing"] = who_may_agree(one)
        context["returning"] = Returning()
        context["is_overdue"] = one.due_at is not None and one.due_at <= clock.now()
    if one.state == states.WAITING and one.begins_at is not None:
        context["left"] = max(0, int((one.begins_at - clock.now()).total_seconds()))
    if one.state == states.HELD:
        people, found = operations.reasons_now(one)
        context["reasons"] = one.held_because
        context["is_hard"] = any(not reason.may_override for reason in found)
        context["hard"] = [reason for reason in found if not reason.may_override]
        context["people"] = people
        shown = None if segments.is_veiled(one.condition, people) else people
        context["shown"] = shown
        context["release"] = Release(None, expected=shown)
    if one.audience == Delivery.Audience.FROZEN and one.frozen is not None:
        context["frozen_then"] = len(one.frozen)
        judged = Delivery(pk=one.pk, condition=one.condition, kind=one.kind)
        context["frozen_now"] = audience.count(judged)
    return context


def watch(request: StaffRequest, one: Delivery) -> HttpResponse:
    staff = me(request)
    may_send = may(staff, Capability.PUBLISH, one.scope)
    context = {
        "delivery": one,
        "kind": KINDS[one.state],
        "progress": queries.progress(one),
        "is_moving": one.state in (Delivery.State.WAITING, Delivery.State.SENDING)
        or queries.has_open_batches(one.pk),
        "is_veiled": segments.is_veiled(one.condition, one.planned or 0),
        "troubled": [
            (batch, batch.state == Batch.State.UNCERTAIN) for batch in queries.troubled(one)[:50]
        ],
        "may_send": may_send,
        "may_stop": may_send or may(staff, Capability.DESIGN, one.scope),
        "may_correct": may(staff, Capability.DESIGN, one.scope)
        and one.state not in Delivery.State.before_sending(),
        "corrections": one.corrections.order_by("pk"),
        "sentences": segments.sentences(one.condition),
        **_waiting(one, staff),
        **phone(text_of(one)),
    }
    template = "broadcasts/console/watch.html"
    return render(request, template + "#now" if request.htmx else template, context)
