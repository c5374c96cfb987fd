"""受信設定の項目: what the town wants to know of residents, and the choices they are given."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.console.sockets import ADMINISTRATOR, Section, StaffRequest, page
from yakuba.kit.errors import Refusal
from yakuba.residents import forms, operations, queries, sockets
from yakuba.residents.console.register import me
from yakuba.residents.models import Attribute


@page(
    "settings/attributes/",
    title=_("受信設定の項目"),
    name="attributes",
    needs=ADMINISTRATOR,
    section=Section.SETTINGS,
    order=52,
)
def attributes(request: StaffRequest) -> HttpResponse:
    """Every attribute with its choices and who uses it."""
    rows = [
        (
            one,
            [c.label for c in one.choices.all() if c.retired_at is None],
            sockets.users_of(one.key),
        )
        for one in Attribute.objects.order_by("retired_at", "order", "pk").prefetch_related(
            "choices"
        )
    ]
    return render(request, "residents/console/attributes.html", {"rows": rows})


@page(
    "settings/attributes/new/", title=_("項目を加える"), name="new_attribute", needs=ADMINISTRATOR
)
def new(request: StaffRequest) -> HttpResponse:
    form = forms.NewAttribute(request.POST or None)
    if form.is_valid():
        try:
            made = operations.add_attribute(**form.cleaned_data, staff=me(request))
        except Refusal as no:
            form.add_error("key", str(no))
        else:
            messages.success(request, _t("項目「{label}」を加えました。").format(label=made.label))
            return redirect("console:attribute", made.key)
    return render(request, "residents/console/new_attribute.html", {"form": form})


@page(
    "settings/attributes/<slug:key>/",
    title=_("受信設定の項目"),
    name="attribute",
    needs=ADMINISTRATOR,
)
def attribute(request: StaffRequest, key: str) -> HttpResponse:
    """One attribute, and the table of its choices: add, rename, retire, order."""
    one = get_object_or_404(Attribute, key=key)
    choices = list(one.choices.order_by("order", "pk"))
    if "choice" in request.POST:
        _keep_choices(request, one)
        return redirect(f"{request.path}#choices")
    form = forms.AttributeDetails(
        request.POST or None,
        initial={
            "label": one.label,
            "is_sensitive": one.is_sensitive,
            "is_shown": one.is_shown,
            "is_retired": one.retired_at is not None,
        },
    )
    if form.is_valid():
        operations.change_attribute(one, **form.cleaned_data, staff=me(request))
        messages.success(request, _t("保存しました。"))
        return redirect(request.path)
    context = {
        "attribute": one,
        "form": form,
        "has_choices": one.kind in (Attribute.Kind.CHOICE, Attribute.Kind.CHOICES),
        "has_ages": one.kind == Attribute.Kind.CHOICE,
        "choices": queries.with_people(one, choices),
        "users": sockets.users_of(one.key),
        "answered": queries.answered(one),
    }
    return render(request, "residents/console/attribute.html", context)


def _keep_choices(request: StaffRequest, one: Attribute) -> None:
    choices = list(one.choices.order_by("order", "pk"))
    try:
        lines = forms.typed_lines(request.POST, choices)
        lines = forms.moved(lines, request.POST.get("press", ""))
        operations.keep_choices(one, lines=lines, staff=me(request))
    except (Refusal, ValidationError) as no:
        messages.error(request, no.messages[0] if isinstance(no, ValidationError) else str(no))
    else:
        messages.success(request, _t("選択肢を保存しました。"))
