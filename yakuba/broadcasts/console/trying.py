"""Trying a draft: on the phone beside it, as a chosen resident, and on the telephones of staff."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yakuba.broadcasts.console.shared import me, visible
from yakuba.broadcasts.console.writing import draft_of
from yakuba.broadcasts.models import Delivery, Media, TestPhone
from yakuba.broadcasts.operations import links, media, testing, wordings
from yakuba.broadcasts.rules.content import LANGUAGES, read
from yakuba.broadcasts.rules.drawing import Shown, addresses
from yakuba.console.sockets import StaffRequest, page, viewed
from yakuba.files import operations as files
from yakuba.files import rules as kinds
from yakuba.kit.errors import OutsideFailure, Refusal
from yakuba.kit.numbers import counted
from yakuba.line import messages as line
from yakuba.residents import queries as residents
from yakuba.residents.models import Resident
from yakuba.townhall.models import Capability, StaffMember

_NEEDS = Capability.DESIGN


@page("deliveries/<uuid:public_id>/phone/", title=_("LINEでの見え方"), name="delivery_phone")
def phone(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The messages as JSON, in a language or as a chosen resident would get them."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    one = visible(me(request), str(public_id))
    language = request.POST.get("language", "ja")
    values: dict[str, str] = {}
    who = ""
    number = request.POST.get("number", "").strip()
    content = read(one.content)
    if number:
        resident = _resident(request, number)
        if resident is None:
            return JsonResponse({"trouble": f"「{number[:20]}」という番号の住民は見つかりません。"})
        language, values = resident.language, wordings.values_of(content, resident)
        who = f"{resident.number}（{_NAMES.get(language, language)}）"
    if language not in LANGUAGES:
        language = "ja"
    return JsonResponse({"who": who, **drawn(one, language, values)})


_NAMES = {"ja": "日本語", "ja-easy": "やさしい日本語", "en": "English"}


def drawn(one: Delivery, language: str, values: dict[str, str]) -> dict[str, Any]:
    """Return the messages for the phone, or why there are none yet; parts that are not finished are left out."""
    content = read(one.content)
    pictures = {
        key: Shown(url=_media_url(each), width=each.file.width or 0, height=each.file.height or 0)
        for key, each in media.whole(content.media).items()
    }
    here = wordings.around(one, content, language, values, {})
    around = replace(here, media=pictures, why="")
    said: list[dict[str, Any]] = []
    missing = []
    for number, part in enumerate(content.parts, 1):
        alone = content.model_copy(update={"parts": [part]})
        try:
            said += wordings.draw(alone, language=language, around=around)
        except line.TooMuchToSay as no:
            return {"trouble": str(no)}
        except Refusal:
            missing.append(number)
    if said:
        said[-1] = dict(line.with_small_link(said[-1], wordings.reasons(here, language)))
    trouble = ""
    if missing:
        trouble = (
            "・".join(f"{number}つ目" for number in missing) + "は、まだ書き終わっていません。"
        )
    return {"messages": _local(said), "trouble": trouble}


def _media_url(one: Media) -> str:
    return settings.PUBLIC_URL + reverse("console:delivery_media", args=[one.pk])


def _local(messages: Any) -> Any:
    """Let the browser fetch our pictures from where the page came from."""
    if isinstance(messages, str):
        return messages.removeprefix(settings.PUBLIC_URL) if "/console/" in messages else messages
    if isinstance(messages, list):
        return [_local(one) for one in messages]
    if isinstance(messages, dict):
        return {name: _local(value) for name, value in messages.items()}
    return messages


def _resident(request: StaffRequest, number: str) -> Resident | None:
    """Return the resident with this number, if this person may see the register; it is kept who looked."""
    if not residents.may(me(request), Capability.VIEW):
        return None
    plain = number.upper().removeprefix("R-")
    try:
        first, last = UUID(plain + "0" * 24), UUID(plain + "F" * 24)
    except ValueError:
        return None
    found = Resident.objects.filter(public_id__gte=first, public_id__lte=last).first()
    if found is not None:
        viewed.announce(
            request.user,
            found.subject,
            "配信の下書きを、この住民としての見え方で表示しました。",
            {},
        )
    return found


@page("deliveries/picture/", title=_("画像を加える"), name="delivery_picture", needs=_NEEDS)
def picture(request: StaffRequest) -> HttpResponse:
    """Take in one picture, and say its key."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    given = request.FILES.get("file")
    if given is None:
        return JsonResponse({"trouble": "画像を選んでください。"}, status=400)
    try:
        kept = media.take_picture(content=given.read(), name=given.name or "", staff=me(request))
    except Refusal as no:
        return JsonResponse({"trouble": str(no)}, status=400)
    except OutsideFailure:
        return JsonResponse(
            {"trouble": "保存できませんでした。もう一度選んでください。"}, status=503
        )
    return JsonResponse(
        {"media": str(kept.pk), "address": reverse("console:delivery_media", args=[kept.pk])}
    )


@page("deliveries/film/", title=_("動画を加える"), name="delivery_film", needs=_NEEDS)
def film(request: StaffRequest) -> HttpResponse:
    """Make room for a film that is about to come in pieces."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        kept = media.begin_film(
            name=request.POST.get("name", ""),
            size=counted(request.POST.get("size", "")),
            staff=me(request),
        )
    except Refusal as no:
        return JsonResponse({"trouble": str(no)}, status=400)
    return JsonResponse(
        {
            "media": str(kept.pk),
            "piece": kinds.PIECE,
            "address": reverse("console:delivery_film_piece", args=[kept.pk]),
        }
    )


@page(
    "deliveries/film/<uuid:key>/", title=_("動画を加える"), name="delivery_film_piece", needs=_NEEDS
)
def film_piece(request: StaffRequest, key: UUID) -> HttpResponse:
    """Take one piece; with `done` the film is looked through."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    one = Media.objects.select_related("file").filter(pk=key, made_by=request.user.pk).first()
    if one is None:
        raise Http404
    given = request.FILES.get("piece")
    try:
        if given is not None:
            number = counted(request.POST.get("number", ""))
            files.take_piece(one.file, number=number, content=given.read())
        else:
            files.complete_film(one.file)
    except Refusal as no:
        return JsonResponse({"trouble": str(no)}, status=400)
    except OutsideFailure:
        return JsonResponse(
            {"trouble": "保存できませんでした。もう一度選んでください。"}, status=503
        )
    return JsonResponse({"media": str(one.pk)})


@page(
    "deliveries/<uuid:public_id>/test/", title=_("テスト送信"), name="delivery_test", needs=_NEEDS
)
def test(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Send the messages as they are now to colleagues who linked their telephone."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    one = draft_of(request, public_id)
    chosen = [counted(each) for each in request.POST.getlist("to")]
    language = request.POST.get("language", "ja")
    try:
        sent = testing.send_test(
            one,
            to=list(StaffMember.objects.filter(pk__in=chosen)),
            staff=me(request),
            language=language if language in LANGUAGES else "ja",
        )
    except Refusal as no:
        messages.error(request, str(no))
    else:
        messages.success(request, f"職員{sent}人のLINEに、【テスト】と付けて送りました。")
    return redirect("console:delivery", one.public_id)


@page(
    "deliveries/<uuid:public_id>/links/",
    title=_("リンクを確かめる"),
    name="delivery_links",
    needs=_NEEDS,
)
def look_at_links(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Ask every address of the draft whether it is there."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    one = draft_of(request, public_id)
    looked = links.look_at(addresses(read(one.content))[:20])
    return render(request, "broadcasts/console/links.html", {"looked": looked})


@page("deliveries/my-line/", title=_("確認用のLINE"), name="my_test_phone", needs=_NEEDS)
def my_line(request: StaffRequest) -> HttpResponse:
    """Link one's own LINE, so that tests arrive there."""
    staff = me(request)
    code = ""
    if request.method == "POST" and "unlink" in request.POST:
        testing.unlink(staff)
        messages.success(request, _("登録を外しました。"))
        return redirect("console:my_test_phone")
    if request.method == "POST":
        code = testing.offer_code(staff)
    mine = TestPhone.objects.filter(staff=staff).first()
    return render(request, "broadcasts/console/my_line.html", {"mine": mine, "code": code})
