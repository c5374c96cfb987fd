"""Writing a delivery: whom, what, and both on the phone beside it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.broadcasts import forms, operations
from yakuba.broadcasts.console import people, watching, writing
from yakuba.broadcasts.console.documents import WHOLE
from yakuba.broadcasts.console.shared import look, me, phone, visible
from yakuba.broadcasts.models import Delivery
from yakuba.broadcasts.rules import content as contents
from yakuba.console.sockets import StaffRequest, page
from yakuba.kit.errors import Refusal
from yakuba.segments import builder
from yakuba.segments import queries as segments
from yakuba.segments.forms import typed_condition
from yakuba.segments.models import Segment
from yakuba.townhall.models import Capability
from yakuba.townhall.queries import may


@page("deliveries/new/", title=_("配信を作る"), name="new_delivery")
def new(request: StaffRequest) -> HttpResponse:
    """Choose people, write, and see both on the phone beside it."""
    staff = me(request)
    if not segments.departments_of_makers(staff).exists():
        raise PermissionDenied
    form = forms.Draft(
        request.POST or None,
        staff=staff,
        is_new=True,
        initial={"who": request.GET.get("segment", ""), "condition": segments.everybody()},
    )
    if form.is_valid():
        said = form.cleaned_data
        delivery = operations.draft(
            department=said["department"],
            name=said["name"],
            content=contents.plain(said["text"]),
            condition=said["condition"],
            segment=said["segment"],
            staff=staff,
        )
        return _after_saving(request, delivery)
    return _draw(request, form, None)


@page("deliveries/<uuid:public_id>/", title=_("配信"), name="delivery")
def delivery(request: StaffRequest, public_id: str) -> HttpResponse:
    """A draft to compose, or a delivery to watch. Posted, the name and the people of a draft are kept."""
    staff = me(request)
    one = visible(staff, public_id)
    if one.state != Delivery.State.DRAFT or not may(staff, Capability.DESIGN, one.scope):
        return watching.watch(request, one)
    form = people.form_of(request, one)
    if form.is_valid():
        said = form.cleaned_data
        try:
            operations.change(
                one,
                name=said["name"],
                content=one.content,
                condition=said["condition"],
                segment=said["segment"],
                rev=said["rev"],
                staff=staff,
            )
        except Refusal as no:
            form.add_error(None, str(no))
        else:
            return _after_saving(request, one)
    is_people = form.is_bound or "people" in request.GET
    key = WHOLE if is_people or not one.content["parts"] else "p-0"
    shown = writing.context(request, one, key, form=form)
    return render(request, "broadcasts/console/compose.html", shown)


def _after_saving(request: StaffRequest, one: Delivery) -> HttpResponse:
    if "confirm" in request.POST:
        return redirect("console:confirm_delivery", one.public_id)
    messages.success(request, _t("下書きを保存しました。まだだれにも送っていません。"))
    return redirect("console:delivery", one.public_id)


@page("deliveries/look/", title=_("配信の下見"), name="delivery_look")
def beside(request: StaffRequest) -> HttpResponse:
    """The phone and the number of people for what is in the form now."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    staff = me(request)
    if not segments.departments_of_makers(staff).exists():
        raise PermissionDenied
    known = {str(one.pk): one for one in Segment.objects.visible_to(staff)}
    condition = forms.condition_of(request.POST.get("who"), typed_condition(request.POST), known)
    is_typed = request.POST.get("who") == forms.HERE
    people = look(condition, by=staff if is_typed else None)
    context = {**phone(request.POST.get("text", "")), **people}
    template = "people_look" if "only" in request.POST else "beside"
    return render(request, f"broadcasts/console/{template}.html", context)


def _draw(request: StaffRequest, form: forms.Draft, one: Delivery | None) -> HttpResponse:
    if form.is_bound:
        who, built = request.POST.get("who"), typed_condition(request.POST)
        text = request.POST.get("text", "")
    else:
        who, built = form.initial.get("who"), form.initial["condition"]
        text = form.initial.get("text", "")
    context = {
        "form": form,
        "delivery": one,
        "is_here": who == forms.HERE,
        "may_send": one is None or may(me(request), Capability.PUBLISH, one.scope),
        "vocabulary": builder.vocabulary(built),
        **phone(text),
        **look(forms.condition_of(who, built, form.segments)),
    }
    return render(request, "broadcasts/console/draft.html", context)
