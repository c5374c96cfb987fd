"""Publishing a menu: what would change, in words; now or at a time."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.console.sockets import StaffRequest, page
from yakuba.kit import wareki
from yakuba.kit.errors import OutsideFailure, Refusal
from yakuba.richmenus import definition, forms, operations, queries
from yakuba.richmenus.console.drafts import draft_of, me, menu_for
from yakuba.richmenus.models import RichMenu
from yakuba.richmenus.operations.publishing import changes
from yakuba.richmenus.rules import checking
from yakuba.townhall.models import Capability
from yakuba.townhall.queries import may


@page(
    "menus/<uuid:public_id>/publish/",
    title=_("メニューの公開"),
    name="publish_menu",
    needs=Capability.DESIGN,
)
def publish(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """What would change for residents; and the button that does it, for whoever may."""
    menu = menu_for(request, public_id)
    draft = draft_of(menu)
    form = forms.Publishing(request.POST or None, initial={"rev": draft.rev, "when": "now"})
    refused = ""
    if request.method == "POST":
        menu_for(request, public_id, Capability.PUBLISH)
        if form.is_valid():
            try:
                return _do(request, menu, form)
            except Refusal as no:
                refused = str(no)
    read = definition.read(draft.document)
    found = queries.findings(menu, read)
    before = definition.read(menu.current.document) if menu.current else None
    context = {
        "menu": menu,
        "draft": draft,
        "form": form,
        "red": [one for one in found if one.severity == checking.RED],
        "yellow": [one for one in found if one.severity != checking.RED],
        "line_says": _line_says(menu, draft.document) if not found else [],
        "changes": changes(before, read),
        "is_same": menu.current is not None and menu.current.document == draft.document,
        "tabs": read.tabs,
        "chat_bar": read.chat_bar,
        "number": 0,
        "refused": refused,
        "may_publish": may(me(request), Capability.PUBLISH, menu.scope),
    }
    return render(request, "richmenus/console/publish.html", context)


def _do(request: StaffRequest, menu: RichMenu, form: forms.Publishing) -> HttpResponse:
    said, staff = form.cleaned_data, me(request)
    if said["when"] == "later":
        operations.schedule(menu, at=said["at"], rev=said["rev"], staff=staff)
        words = _t("「{name}」を{at}に公開します。").format(
            name=menu.name, at=wareki.moment(said["at"])
        )
    else:
        version = operations.publish(menu, rev=said["rev"], staff=staff)
        words = _t(
            "「{name}」の第{number}版を公開しました。1分ほどで住民の画面が切り替わります。"
        ).format(name=menu.name, number=version.number)
    messages.success(request, words)
    return redirect("console:menu", menu.public_id)


def _line_says(menu: RichMenu, document: object) -> list[str]:
    """Ask LINE whether it would take the menu; if it does not answer, publishing waits for it anyway."""
    try:
        return operations.line_says(menu, document)
    except OutsideFailure:
        return []
