"""The last look before a delivery goes out: to whom, in numbers."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from yakuba.broadcasts import forms, operations
from yakuba.broadcasts.console.shared import look, me, phone, text_of, visible
from yakuba.broadcasts.models import Delivery
from yakuba.console.sockets import StaffRequest, page
from yakuba.kit import numbers
from yakuba.kit.errors import Refusal
from yakuba.segments import queries as segments
from yakuba.townhall.models import Capability


@page(
    "deliveries/<uuid:public_id>/confirm/",
    title=_("送る前の確認"),
    name="confirm_delivery",
    needs=Capability.PUBLISH,
)
def confirm(request: StaffRequest, public_id: str) -> HttpResponse:
    """To whom, in numbers, and what; the number is typed before it is sent."""
    staff = me(request)
    one = visible(staff, public_id, Capability.PUBLISH)
    if one.state != Delivery.State.DRAFT:
        return redirect("console:delivery", one.public_id)
    counted = segments.count(one.condition)
    is_veiled = segments.is_veiled(one.condition, counted.reachable)
    expected = None if is_veiled else counted.reachable
    form = forms.Confirmation(request.POST or None, expected=expected)
    troubles = forms.text_troubles(text_of(one))
    if form.is_valid() and not troubles:
        rev = request.POST.get("rev", "")
        try:
            operations.send(one, staff=staff, expected=expected, rev=numbers.counted(rev))
        except Refusal as no:
            form.add_error(None, str(no))
        else:
            return redirect("console:delivery", one.public_id)
    context = {
        "delivery": one,
        "form": form,
        "expected": expected,
        "troubles": troubles,
        **look(one.condition),
        **phone(text_of(one)),
        "look_count": counted,  # exactly, however long it takes
        "look_is_veiled": is_veiled,
    }
    return render(request, "broadcasts/console/confirm.html", context)
