"""Rules: who sees a menu, with the number of people beside, from when until when."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.console.sockets import StaffRequest, page
from yakuba.kit.errors import Refusal
from yakuba.richmenus import forms, operations, queries
from yakuba.richmenus.console.drafts import me, menu_for
from yakuba.richmenus.console.listing import lines_of
from yakuba.richmenus.models import MenuRule, RichMenu
from yakuba.richmenus.sockets import DEFAULT, rule_kinds
from yakuba.segments import builder
from yakuba.segments import queries as segments
from yakuba.segments.forms import of_staff, typed_condition
from yakuba.townhall.models import Capability
from yakuba.townhall.queries import may


@page(
    "menus/<uuid:public_id>/rules/new/",
    title=_("だれに見せるか"),
    name="new_menu_rule",
    needs=Capability.PUBLISH,
)
def new(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Show a menu to those whom a condition means."""
    menu = menu_for(request, public_id, Capability.PUBLISH)
    form = forms.Rule(request.POST or None, initial=forms.Rule.beginning())
    of_staff(form, me(request), kept=None)
    if form.is_valid():
        said = form.cleaned_data
        try:
            rule = operations.add_rule(
                menu,
                name=said["name"],
                condition=said["condition"],
                starts_at=said["starts_at"],
                ends_at=said["ends_at"],
                priority=said["priority"],
                staff=me(request),
            )
        except Refusal as no:
            form.add_error(None, str(no))
        else:
            messages.success(request, _t("決まり「{name}」を作りました。").format(name=rule.name))
            return redirect("console:menus")
    return _draw(request, menu, form, None)


@page(
    "menus/rules/<uuid:rule_id>/",
    title=_("だれに見せるか"),
    name="menu_rule",
    needs=Capability.VIEW,
)
def rule(request: StaffRequest, rule_id: UUID) -> HttpResponse:
    """One rule; whoever may publish its menu changes it here."""
    staff = me(request)
    visible = MenuRule.objects.visible_to(staff).select_related("menu__scope__department")
    one = get_object_or_404(visible, public_id=rule_id)
    is_open = one.state != MenuRule.State.OVER and rule_kinds[one.kind].has_condition
    if not is_open or not may(staff, Capability.PUBLISH, one.menu.scope):
        context = {
            "rule": one,
            "line": lines_of([one])[0],
            "may_end": _may_end(request, one),
            "is_over": one.state == MenuRule.State.OVER,
        }
        return render(request, "richmenus/console/rule_read.html", context)
    form = forms.Rule(request.POST or None, initial=forms.Rule.of(one))
    of_staff(form, me(request), kept=one.condition)
    if form.is_valid():
        said = form.cleaned_data
        try:
            operations.change_rule(
                one,
                name=said["name"],
                condition=said["condition"],
                starts_at=said["starts_at"],
                ends_at=said["ends_at"],
                priority=said["priority"],
                rev=said["rev"] if said["rev"] is not None else -1,
                staff=staff,
            )
        except Refusal as no:
            form.add_error(None, str(no))
        else:
            messages.success(request, _t("決まり「{name}」を変えました。").format(name=one.name))
            return redirect("console:menus")
    return _draw(request, one.menu, form, one)


def _may_end(request: StaffRequest, one: MenuRule) -> bool:
    is_standing = one.state != MenuRule.State.OVER and one.kind != DEFAULT
    return is_standing and may(me(request), Capability.PUBLISH, one.menu.scope)


@page(
    "menus/rules/<uuid:rule_id>/end/",
    title=_("決まりを終わらせる"),
    name="end_menu_rule",
    needs=Capability.PUBLISH,
)
def end(request: StaffRequest, rule_id: UUID) -> HttpResponse:
    """Say whose menu changes, then end the rule."""
    mine = MenuRule.objects.visible_to(me(request), Capability.PUBLISH).select_related("menu")
    one = get_object_or_404(mine, public_id=rule_id)
    if request.method == "POST":
        try:
            operations.end_rule(one, staff=me(request))
        except Refusal as no:
            messages.error(request, str(no))
        else:
            words = _t("決まり「{name}」を終わらせました。1〜2分で元のメニューにもどります。")
            messages.success(request, words.format(name=one.name))
        return redirect("console:menus")
    context = {"rule": one, "line": lines_of([one])[0]}
    return render(request, "richmenus/console/end_rule.html", context)


@page("menus/rules/look/", title=_("人数"), name="menu_rule_look", needs=Capability.PUBLISH)
def look(request: StaffRequest) -> HttpResponse:
    """The number and the sentence of the condition that is being built, for the pane beside it."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    condition = typed_condition(request.POST)
    return render(request, "richmenus/console/look.html", builder.look(condition, by=me(request)))


def _draw(
    request: StaffRequest, menu: RichMenu, form: forms.Rule, one: MenuRule | None
) -> HttpResponse:
    condition = typed_condition(request.POST) if form.is_bound else form.initial["condition"]
    mine = MenuRule.objects.visible_to(me(request)).standing()
    others = mine.exclude(pk=one.pk if one else 0).select_related("menu")
    context = {
        "form": form,
        "menu": menu,
        "rule": one,
        "others": queries.in_order(list(others)),
        "is_everybody": condition == segments.everybody(),
        "vocabulary": builder.vocabulary(condition),
        **builder.look(condition),
    }
    return render(request, "richmenus/console/rule.html", context)
