"""JSON and pictures for the editor: keeping the draft, the picture of a tab, a picture that is brought."""

import io
import json
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from PIL import Image

from yakuba.console.sockets import StaffRequest, page
from yakuba.files import operations as files
from yakuba.files import rules as file_rules
from yakuba.kit.clock import JAPAN
from yakuba.kit.errors import OutsideFailure, Refusal
from yakuba.richmenus import definition, operations, pictures
from yakuba.richmenus.console import faults
from yakuba.richmenus.console.drafts import draft_of, me, menu_for
from yakuba.richmenus.drawing import board
from yakuba.richmenus.models import Draft
from yakuba.richmenus.operations.laying import picture_of
from yakuba.richmenus.rules import grids
from yakuba.townhall.models import Capability

_LARGEST_UPLOAD = 10 * 1024 * 1024


@page(
    "menus/<uuid:public_id>/draft/", title=_("下書き"), name="menu_draft", needs=Capability.DESIGN
)
def draft(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Keep the document of the editor; if somebody was faster, answer 409 with what there is now."""
    menu = menu_for(request, public_id)
    kept = draft_of(menu)
    if request.method == "GET":
        return JsonResponse(_state(kept))
    try:
        asked = json.loads(request.body)
        document, rev, words = asked["document"], int(asked["rev"]), str(asked["words"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return _no(_t("保存できませんでした。画面を開き直してください。"))
    try:
        kept = operations.save_draft(
            kept, document=document, rev=rev, words=words, staff=me(request)
        )
    except definition.UnreadableMenu:
        return _no(_t("入力に、長すぎるか正しくないところがあり、保存できませんでした。"))
    except Refusal as no:
        kept = draft_of(menu)
        return JsonResponse({"sentence": str(no), **_state(kept)}, status=409)
    return JsonResponse(_state(kept, with_document=False))


def _state(kept: Draft, *, with_document: bool = True) -> dict[str, Any]:
    found = faults.faults(kept.menu, definition.read(kept.document))
    return {
        "rev": kept.rev,
        "by": kept.changed_by.name if kept.changed_by else "",
        "at": f"{kept.changed_at.astimezone(JAPAN):%H:%M}",
        "problems": faults.as_json(found),
        **({"document": kept.document} if with_document else {}),
    }


@page(
    "menus/<uuid:public_id>/face/<slug:key>/",
    title=_("メニューの絵"),
    name="menu_face",
    needs=Capability.DESIGN,
)
def face(request: StaffRequest, public_id: UUID, key: str) -> HttpResponse:
    """The picture of a tab of the draft, as it is now, at twice the width of a telephone."""
    read = definition.read(draft_of(menu_for(request, public_id)).document)
    tab = read.tab(key)
    if tab is None:
        raise Http404
    try:
        if tab.picture.drawn is not None:
            image = board.picture(read, tab)
        else:
            image = Image.open(io.BytesIO(picture_of(read, tab).content)).convert("RGB")
    except Refusal:
        image = Image.new("RGB", tab.size, "#e6e6e6")  # the list of problems says why
    return HttpResponse(pictures.on_phone(image), content_type="image/png")


@page(
    "menus/<uuid:public_id>/upload/",
    title=_("絵を送る"),
    name="menu_upload",
    needs=Capability.DESIGN,
)
def upload(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Take a picture for a tab; what would be cut off or blurred is said first, and done after a yes."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    menu_for(request, public_id)
    given = request.FILES.get("file")
    height = request.POST.get("height", "")
    if not isinstance(given, UploadedFile) or height not in grids.HEIGHTS:
        return _no(_t("画像が届きませんでした。もう一度選んでください。"))
    if (given.size or 0) > _LARGEST_UPLOAD:
        return _no(_t("画像が大きすぎます（10MBまで）。小さくしてから選んでください。"))
    try:
        fitted = pictures.fitted(given.read(), height=height)
        if fitted.needs_yes and request.POST.get("yes") != "1":
            return JsonResponse({"asks": fitted.changes})
        kept = files.keep(
            content=fitted.content,
            name=given.name or "menu",
            allowed=file_rules.IMAGES,
            at_most=pictures.MOST_BYTES,
        )
    except Refusal as no:
        return _no(str(no))
    except OutsideFailure:
        return _no(_t("いま画像を預かれません。少し待って、もう一度お試しください。"), status=503)
    return JsonResponse({"file": str(kept.pk)})


def _no(sentence: str, status: int = 422) -> JsonResponse:
    return JsonResponse({"sentence": sentence}, status=status)
