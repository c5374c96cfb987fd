"""What about money waits for a person: alarms, refunds to approve, refunds to give back by hand."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yakuba.console.sockets import Figure, Group, Section, Staff, StaffRequest, card, page
from yakuba.kit.errors import Refusal
from yakuba.payments import operations, queries
from yakuba.payments.console.connections import me, number
from yakuba.payments.models import Connection
from yakuba.townhall.models import Capability, StaffMember


@page(
    "payments/waiting/",
    title=_("確認が必要なお金"),
    name="payment_waiting",
    needs=Capability.VIEW,
    section=Section.FIGURES,
    order=41,
)
def waiting(request: StaffRequest) -> HttpResponse:
    """Everything about money that nobody has decided yet."""
    staff = me(request)
    if request.method == "POST":
        alarm = get_object_or_404(
            queries.open_alarms(staff), charge=None, pk=number(request, "alarm")
        )
        try:
            operations.resolve_alarm(
                alarm, resolution=request.POST.get("words", "")[:500], staff=staff
            )
        except Refusal as no:
            messages.error(request, str(no))
        return redirect(request.path)
    context = {
        "alarms": queries.open_alarms(staff),
        "refunds": queries.open_refunds(staff),
    }
    return render(request, "payments/console/waiting.html", context)


@card(group=Group.WAITING, needs=Capability.VIEW)
def money_that_waits(staff: Staff) -> Sequence[Figure]:
    person = StaffMember.objects.get(pk=staff.pk)
    href = reverse("console:payment_waiting")
    counts = (
        (_("確認が必要なお金"), queries.open_alarms(person).count()),
        (_("返金の承認・手渡し待ち"), queries.open_refunds(person).count()),
    )
    return [Figure(label, count, href) for label, count in counts if count]


@card(group=Group.FAILED, needs="administrator")
def connections_in_trouble(staff: Staff) -> Sequence[Figure]:
    count = Connection.objects.filter(is_on=True).exclude(faults=[]).count()
    href = reverse("console:payment_connections")
    return [Figure(_("つながらない決済サービス"), count, href)] if count else []
