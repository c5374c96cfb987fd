"""The part of a draft that says its name and whom it is for."""

from yakuba.broadcasts import forms
from yakuba.broadcasts.console.shared import look, me
from yakuba.broadcasts.models import Delivery
from yakuba.console.sockets import StaffRequest
from yakuba.segments import builder
from yakuba.segments import queries as segments
from yakuba.segments.forms import typed_condition


def form_of(request: StaffRequest, one: Delivery) -> forms.Draft:
    """Return the form of a draft's name and people."""
    form = forms.Draft(
        request.POST if "who" in request.POST else None,
        staff=me(request),
        is_new=False,
        initial={
            "name": one.name,
            "who": _who(one),
            "condition": one.condition,
            "rev": one.rev,
        },
    )
    del form.fields["text"]
    return form


def _who(one: Delivery) -> str:
    if one.segment_id and one.segment and one.segment.condition == one.condition:
        return str(one.segment_id)
    return forms.EVERYBODY if one.condition == segments.everybody() else forms.HERE


def shown(request: StaffRequest, one: Delivery, form: forms.Draft) -> dict[str, object]:
    """Return what the part about name and people shows."""
    if form.is_bound:
        who, built = request.POST.get("who"), typed_condition(request.POST)
    else:
        who, built = form.initial.get("who"), form.initial["condition"]
    return {
        "form": form,
        "is_here": who == forms.HERE,
        "vocabulary": builder.vocabulary(built),
        **look(forms.condition_of(who, built, form.segments)),
    }
