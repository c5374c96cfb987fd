"""One charge: its attempts, its ledger, its refunds; and what a clerk may do."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _

from yakuba.console.sockets import StaffRequest, page
from yakuba.kit.errors import OutsideFailure, Refusal
from yakuba.payments import forms, operations, queries, rules
from yakuba.payments.console.charges import STANDINGS
from yakuba.payments.console.connections import me, number
from yakuba.payments.models import Alarm, Charge, RefundTask
from yakuba.payments.sockets import matters
from yakuba.townhall import queries as townhall
from yakuba.townhall.models import Capability, StaffMember

# What may be done, and the capability that it needs within the charge's scope.
_NEEDS = {
    "counter": Capability.HANDLE,
    "refund": Capability.HANDLE,
    "void": Capability.HANDLE,
    "ask": Capability.HANDLE,
    "resolve": Capability.HANDLE,
    "by_hand": Capability.HANDLE,
    "drop": Capability.HANDLE,
    "approve": Capability.REFUND,
}


_BADGES = {
    "none": "plain",
    "due": "caution",
    "partly_paid": "caution",
    "paid": "good",
    "overpaid": "danger",
    "refund_due": "danger",
}


@page(
    "payments/<uuid:charge_id>/",
    title=_("請求"),
    name="payment_charge",
    needs=Capability.VIEW,
)
def charge(request: StaffRequest, charge_id: UUID) -> HttpResponse:
    """Everything about one charge."""
    staff = me(request)
    found = get_object_or_404(
        Charge.objects.visible_to(staff).select_related("scope__department"), public_id=charge_id
    )
    if request.method == "POST":
        act = request.POST.get("act", "")
        if act not in _NEEDS or not townhall.may(staff, _NEEDS[act], found.scope):
            return HttpResponse(status=403)
        try:
            _act(request, found, act, staff)
        except Refusal as no:
            messages.error(request, str(no))
        except OutsideFailure:
            messages.error(
                request, _("決済サービスから返事がありません。あとでもう一度試してください。")
            )
        return redirect(request.path)
    return render(request, "payments/console/charge.html", _context(found, staff))


def _context(found: Charge, staff: StaffMember) -> dict[str, object]:
    sums, how = queries.sums(found), queries.standing(found)
    to_pay = queries.still_to_pay(found)
    return {
        "charge": found,
        "number": found.number,
        "standing": (_BADGES[how], STANDINGS[how]),
        "is_held": queries.is_held(found),
        "lines": found.lines_of(),
        "sums": sums,
        "to_pay": to_pay,
        "refundable": rules.refundable(sums),
        "attempts": found.attempts.select_related("connection").order_by("-opened_at"),
        "entries": found.entries.select_related("posted_by", "connection").order_by("pk"),
        "refunds": found.refunds.select_related("asked_by", "approved_by").order_by("pk"),
        "alarms": found.alarms.select_related("resolved_by").order_by("-pk"),
        "told": queries.messages_of(found),
        "counter": forms.CounterPayment(initial={"amount": to_pay}),
        "refund": forms.Refund(initial={"amount": rules.refundable(sums)}),
        "may_handle": townhall.may(staff, Capability.HANDLE, found.scope),
        "may_refund": townhall.may(staff, Capability.REFUND, found.scope),
        "may_read": townhall.may(staff, Capability.VIEW, found.scope),
        "matters": matters.of(found, staff),
        "staff": staff,
    }


def _act(request: StaffRequest, found: Charge, act: str, staff: StaffMember) -> None:
    if act == "counter":
        _counter(request, found, staff)
    elif act == "refund":
        _refund(request, found, staff)
    elif act == "void":
        reason = _words(request)
        operations.void(found, reason=reason, staff=staff)
        messages.success(
            request, _("請求を取り消しました。支払われていた分は、返金の承認待ちになります。")
        )
    elif act == "ask":
        for attempt in found.attempts.select_related("charge", "connection"):
            operations.ask(attempt)
        messages.success(request, _("決済サービスに問い合わせました。"))
    elif act == "resolve":
        alarm = get_object_or_404(Alarm, charge=found, pk=number(request, "alarm"))
        operations.resolve_alarm(alarm, resolution=_words(request), staff=staff)
        messages.success(request, _("確認ずみにしました。"))
    else:
        _on_task(request, found, act, staff)


def _words(request: StaffRequest) -> str:
    return request.POST.get("words", "").strip()[:500]


def _counter(request: StaffRequest, found: Charge, staff: StaffMember) -> None:
    form = forms.CounterPayment(request.POST)
    if not form.is_valid():
        messages.error(request, _("画面を開き直して、もう一度押してください。"))
        return
    operations.post_counter_payment(
        found,
        amount=form.cleaned_data["amount"],
        once=form.cleaned_data["once"],
        note=form.cleaned_data["note"],
        staff=staff,
    )
    messages.success(request, _("窓口で受け取ったことを記録しました。"))


def _refund(request: StaffRequest, found: Charge, staff: StaffMember) -> None:
    form = forms.Refund(request.POST)
    if not form.is_valid():
        messages.error(request, _("返金する金額と理由を入れてください。"))
        return
    operations.ask_refund(
        found,
        amount=form.cleaned_data["amount"],
        reason=form.cleaned_data["reason"],
        staff=staff,
    )
    messages.success(request, _("返金を頼みました。ほかの人が承認すると、返金されます。"))


def _on_task(request: StaffRequest, found: Charge, act: str, staff: StaffMember) -> None:
    task = get_object_or_404(RefundTask, charge=found, pk=number(request, "task"))
    if act == "approve":
        operations.approve_refund(task, staff=staff)
        messages.success(request, _("返金を承認しました。"))
    elif act == "drop":
        operations.drop_refund(task, staff=staff)
        messages.success(request, _("返金を取りやめました。"))
    else:
        operations.give_back_by_hand(task, staff=staff, note=_words(request))
        messages.success(request, _("返金したことを記録しました。"))
