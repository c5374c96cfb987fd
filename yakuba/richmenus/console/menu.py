"""One menu: its picture, its versions and what they changed, who sees it, and what is wrong with it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.console.sockets import StaffRequest, page
from yakuba.kit.errors import Refusal
from yakuba.richmenus import definition, operations, queries
from yakuba.richmenus.console.drafts import me, menu_for
from yakuba.richmenus.console.listing import lines_of
from yakuba.richmenus.models import RichMenu, Version
from yakuba.richmenus.operations import laying
from yakuba.townhall.models import Capability
from yakuba.townhall.queries import may


@page("menus/<uuid:public_id>/", title=_("メニュー"), name="menu", needs=Capability.VIEW)
def menu(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The menu as residents see it now, and everything about it."""
    staff = me(request)
    one = _visible(request, public_id)
    version = one.current
    read = definition.read(version.document if version is not None else one.draft.document)
    rules = queries.in_order(list(one.rules.standing().select_related("menu")))
    context = {
        "menu": one,
        "version": version,
        "tabs": read.tabs,
        "chat_bar": read.chat_bar,
        "findings": queries.findings(one, read),
        "versions": one.versions.select_related("published_by").order_by("-number")[:20],
        "planned": one.versions.filter(state=Version.State.SCHEDULED).first(),
        "last": _last(one),
        "has_changes": version is not None and version.document != one.draft.document,
        "is_behind": one.state == RichMenu.State.PUBLISHED and one.shown_id != one.current_id,
        "lines": lines_of(rules),
        "is_default": any(rule.kind == "default" for rule in rules),
        "may_design": may(staff, Capability.DESIGN, one.scope),
        "may_publish": may(staff, Capability.PUBLISH, one.scope),
    }
    return render(request, "richmenus/console/menu.html", context)


def _visible(request: StaffRequest, public_id: UUID, capability: str = Capability.VIEW) -> RichMenu:
    """Return the menu, put away or not."""
    mine = RichMenu.objects.visible_to(me(request), capability)
    return get_object_or_404(
        mine.select_related("scope__department", "current", "shown", "draft"), public_id=public_id
    )


def _last(one: RichMenu) -> Version | None:
    """The version before the present one, to which one press goes back."""
    if one.current is None:
        return None
    before = one.versions.filter(state=Version.State.PUBLISHED).exclude(sha256=one.current.sha256)
    return before.order_by("-published_at", "-number").first()


@page(
    "menus/<uuid:public_id>/versions/<int:number>/<slug:key>.png",
    title=_("版の絵"),
    name="menu_picture",
    needs=Capability.VIEW,
)
def picture(request: StaffRequest, public_id: UUID, number: int, key: str) -> HttpResponse:
    """The picture of one tab of a version, at twice the width of a telephone; 0 is the draft."""
    one = _visible(request, public_id)
    document = one.draft.document
    if number:
        document = get_object_or_404(Version, menu=one, number=number).document
    read = definition.read(document)
    tab = read.tab(key)
    if tab is None:
        raise Http404
    return HttpResponse(laying.face(read, tab), content_type="image/png")


@page("menus/<uuid:public_id>/do/", title=_("メニュー"), name="menu_do", needs=Capability.PUBLISH)
def act(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Make it the default, go back to a version, put it away or take it out."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    one = _visible(request, public_id, Capability.PUBLISH)
    staff = me(request)
    try:
        match request.POST.get("do"):
            case "default":
                operations.set_default(one, staff=staff)
                said = _t("ふだんのメニューを「{name}」にしました。1分ほどで切り替わります。")
            case "restore":
                version = get_object_or_404(
                    Version, menu=one, number=request.POST.get("number") or 0
                )
                operations.restore(one, version=version, staff=staff)
                said = _t("「{name}」を前の版にもどしました。1分ほどで切り替わります。")
            case "cancel":
                version = get_object_or_404(Version, menu=one, state=Version.State.SCHEDULED)
                operations.cancel_schedule(version, staff=staff)
                said = _t("「{name}」の公開の予約を取りやめました。")
            case "remove":
                operations.remove(one, staff=staff)
                said = _t("「{name}」をしまいました。")
            case "bring_back":
                operations.bring_back(one, staff=staff)
                said = _t("「{name}」を出しました。")
            case "check":
                operations.check_links.defer(menu_id=one.pk)
                said = _t("「{name}」のリンク先を調べ始めました。1〜2分で結果が出ます。")
            case _:
                raise Http404
    except Refusal as no:
        messages.error(request, str(no))
    else:
        messages.success(request, said.format(name=one.name))
    return redirect("console:menu", public_id)


@page(
    "menus/<uuid:public_id>/file/", title=_("ファイル"), name="menu_file", needs=Capability.DESIGN
)
def file(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The draft as a file, for another installation or for keeping."""
    one = menu_for(request, public_id)
    text = definition.to_yaml(queries.as_file(one))
    answer = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{one.key}.yaml"'
    return answer
