"""The editor: at the left the board, in the middle the area that is chosen, at the right the phone, live."""

import secrets
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.console.sockets import StaffRequest, page
from yakuba.kit import numbers
from yakuba.kit.errors import Refusal
from yakuba.richmenus import definition, forms, operations, samples
from yakuba.richmenus.console import essentials, faults, vocabulary
from yakuba.richmenus.console.drafts import draft_of, me, menu_for
from yakuba.richmenus.drawing import ICONS, THEMES
from yakuba.richmenus.models import Draft, RichMenu
from yakuba.segments.queries import departments_of_makers
from yakuba.townhall.models import Capability
from yakuba.townhall.queries import may, town


@page("menus/new/", title=_("メニューを作る"), name="new_menu")
def new(request: StaffRequest) -> HttpResponse:
    """Begin a menu from a ready one; open to makers, who need no scope yet."""
    staff = me(request)
    if not departments_of_makers(staff).exists():
        raise PermissionDenied
    form = forms.NewMenu(request.POST or None, staff=staff)
    if form.is_valid():
        said = form.cleaned_data
        made = operations.make(
            department=said["department"],
            key=f"m{secrets.token_hex(4)}",
            name=said["name"],
            document=samples.document_for(said["beginning"], phone=town().phone),
            staff=staff,
        )
        return redirect("console:edit_menu", made.public_id)
    return render(request, "richmenus/console/new.html", {"form": form})


@page(
    "menus/<uuid:public_id>/edit/",
    title=_("メニューを直す"),
    name="edit_menu",
    needs=Capability.DESIGN,
)
def edit(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The editor; posted, the form that does without script."""
    menu = menu_for(request, public_id)
    draft = draft_of(menu)
    document, trouble = draft.document, ""
    if request.method == "POST":
        document = essentials.posted(draft.document, request.POST.dict())
        trouble = _saved(request, draft, document)
        if not trouble:
            messages.success(request, _t("保存しました。公開するまで、住民には見えません。"))
            return redirect("console:edit_menu", public_id)
    return render(
        request, "richmenus/console/editor.html", _context(request, menu, draft, document, trouble)
    )


def _saved(request: StaffRequest, draft: Draft, document: dict[str, Any]) -> str:
    """Keep the document of the form; return why not."""
    try:
        operations.save_draft(
            draft,
            document=document,
            rev=numbers.counted(request.POST.get("rev", "")),
            words=_t("項目の一覧で直しました"),
            staff=me(request),
        )
    except Refusal as no:
        return str(no)
    except definition.UnreadableMenu:
        return _t("文字が長すぎる項目があります。短くしてから、もう一度保存してください。")
    return ""


def _context(
    request: StaffRequest, menu: RichMenu, draft: Draft, document: dict[str, Any], trouble: str
) -> dict[str, Any]:
    read = definition.read(draft.document)
    address = [menu.public_id]
    return {
        "menu": menu,
        "draft": draft,
        "trouble": trouble,
        "tabs": essentials.fields(document),
        "chat_bar": document["chat_bar"],
        "icons": [(key, one.label) for key, one in ICONS.items()],
        "themes": [(key, one.label) for key, one in THEMES.items()],
        "actions": vocabulary.ACTIONS.items(),
        "procedures": vocabulary.procedures(),
        "vocabulary": vocabulary.vocabulary(),
        "state": {
            "document": draft.document,
            "rev": draft.rev,
            "problems": faults.as_json(faults.faults(menu, read)),
            "town": town().name,
            "save": reverse("console:menu_draft", args=address),
            "face": reverse("console:menu_face", args=[*address, "tab"]),
            "upload": reverse("console:menu_upload", args=address),
        },
        "may_publish": may(me(request), Capability.PUBLISH, menu.scope),
    }
