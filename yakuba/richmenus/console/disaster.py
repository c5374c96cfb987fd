"""Disaster mode: one page, one button, everybody's menu; and back again by itself."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.console.sockets import StaffRequest, page
from yakuba.kit import clock, wareki
from yakuba.kit.errors import Refusal
from yakuba.richmenus import forms, operations, queries
from yakuba.richmenus.console.drafts import me
from yakuba.richmenus.models import MenuRule, RichMenu
from yakuba.richmenus.sockets import DISASTER
from yakuba.townhall.models import Capability
from yakuba.townhall.queries import may_in_disaster

_USUAL = timedelta(hours=24)


@page(
    "menus/disaster/",
    title=_("災害時の切り替え"),
    name="menu_disaster",
    needs=Capability.PUBLISH,
)
def disaster(request: StaffRequest) -> HttpResponse:
    """Choose the menu and the end, type the number of people, and everybody sees it.

    Only for those whom the administrator entrusted with disasters; a right on one menu is not enough.
    """
    staff = me(request)
    if request.method == "POST" and not may_in_disaster(staff):
        raise PermissionDenied
    going_on = (
        MenuRule.objects.standing().filter(kind=DISASTER).select_related("menu__scope").first()
    )
    if going_on is not None:
        return _going_on(request, going_on)
    ready = RichMenu.objects.visible_to(staff, Capability.PUBLISH).filter(
        state=RichMenu.State.PUBLISHED
    )
    people = queries.friends()
    form = forms.Disaster(
        request.POST or None,
        menus=ready,
        expected=people,
        initial={"ends_at": (clock.now() + _USUAL).replace(second=0, microsecond=0)},
    )
    if form.is_valid():
        said = form.cleaned_data
        try:
            operations.begin_disaster(said["menu"], ends_at=said["ends_at"], staff=staff)
        except Refusal as no:
            form.add_error(None, str(no))
        else:
            words = _t(
                "全員のメニューを「{name}」に切り替えています。{at}に、自動で元にもどります。"
            )
            messages.success(
                request,
                words.format(name=said["menu"].name, at=wareki.moment(said["ends_at"])),
            )
            return redirect("console:menu_disaster")
    context = {
        "form": form,
        "people": people,
        "has_menus": ready.exists(),
        "may_switch": may_in_disaster(staff),
    }
    return render(request, "richmenus/console/disaster.html", context)


def _going_on(request: StaffRequest, rule: MenuRule) -> HttpResponse:
    """While it lasts: how far the switching is, another end, and the way back."""
    form = forms.End(request.POST or None, initial={"ends_at": rule.ends_at})
    staff = me(request)
    if request.method == "POST":
        try:
            if "back" in request.POST:
                operations.end_rule(rule, staff=staff)
                messages.success(request, _t("元のメニューにもどしています。"))
                return redirect("console:menus")
            if form.is_valid():
                operations.extend_disaster(rule, ends_at=form.cleaned_data["ends_at"], staff=staff)
                messages.success(request, _t("終わる日時を変えました。"))
                return redirect("console:menu_disaster")
        except Refusal as no:
            form.add_error(None, str(no))
    progress = queries.progress(rule.starts_at)
    context = {
        "rule": rule,
        "form": form,
        "progress": progress,
        "is_moving": bool(progress.waiting) or not queries.is_default_set(),
        "is_default_set": queries.is_default_set(),
        "may_switch": may_in_disaster(staff),
    }
    template = "richmenus/console/disaster_on.html"
    return render(request, template + "#now" if request.htmx else template, context)
