"""The first page inside LINE, sign-in, and "my page"."""

import json
from itertools import groupby

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from yakuba.kit import furigana, kana, postal
from yakuba.kit.errors import OutsideFailure, Refusal
from yakuba.portal import operations, queries, tokens
from yakuba.portal.sockets import Card, Offer, Preview, ResidentRequest, cards, offers, page
from yakuba.residents import operations as residents

_LONGEST_TOKEN = 8192
_LONGEST_WISH = 60
_FEW_OFFERS = 6  # as many as are found by looking


# A forged cross-site request would need a valid ID token, which is the proof this view asks for.
@csrf_exempt
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Take an ID token and begin a session; 401 tells the page to sign in with LINE again."""
    try:
        given = json.loads(request.body or b"{}")
        id_token = given["id_token"] if isinstance(given, dict) else None
    except (ValueError, KeyError, RecursionError):
        id_token = None
    # Another site's form cannot send this type, so it cannot sign anybody in as somebody else.
    if request.content_type != "application/json":
        id_token = None
    if not isinstance(id_token, str) or len(id_token) > _LONGEST_TOKEN:
        return JsonResponse({"problem": str(tokens.NotSignedIn())}, status=400)
    try:
        user_id = tokens.user_id_of(id_token)
    except Refusal as no:
        return JsonResponse({"problem": str(no)}, status=401)
    except OutsideFailure:
        return JsonResponse(
            {"problem": "LINEに確認できませんでした。少し待って、もう一度開いてください。"},
            status=503,
        )
    session = queries.session_of(request)
    if session is not None and session.account.line_user_id == user_id:
        return JsonResponse({"signed_in": True, "changed": False})
    if session is not None:  # the telephone is in other hands now
        operations.sign_out(token=request.COOKIES[queries.COOKIE])
    answer = JsonResponse({"signed_in": True, "changed": True})
    answer.set_cookie(
        queries.COOKIE,
        operations.sign_in(user_id=user_id),
        max_age=int(operations.LIVES.total_seconds()),
        path="/p/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return answer


@page("", name="mine", preview=lambda: Preview(title="マイページ"))
def my_page(request: ResidentRequest) -> HttpResponse:
    """Everything of the resident in one time-line, the next thing to do on top; then what can be begun."""
    every = offers.to(request.resident)
    wanted = request.GET.get("q", "").strip()[:_LONGEST_WISH]
    context = {
        "groups": [
            (heading, list(found))
            for heading, found in groupby(cards.of(request.resident), key=_heading)
        ],
        "wanted": wanted,
        "offers": [one for one in every if _is_wanted(one, wanted)],
        "are_many": len(every) > _FEW_OFFERS,
        "is_there_any": bool(every),
    }
    return render(request, "portal/mine.html", context)


def _heading(card: Card) -> str:
    if card.is_next:
        return "つぎにすること"
    return "進んでいること" if card.is_under_way else "これまでのこと"


def _is_wanted(offer: Offer, wanted: str) -> bool:
    """Every word that was typed stands somewhere in the offer, however it is written."""
    said = furigana.plain(" ".join((offer.title, offer.words, *offer.found_by)))
    text = kana.search_key(f"{said} {furigana.told(offer.title)}")
    return all(kana.search_key(word) in text for word in wanted.split())


@page("language/", name="language", preview=lambda: Preview(title="ことばと文字の大きさ"))
def language(request: ResidentRequest) -> HttpResponse:
    """Keep how the resident wants to read: words and size."""
    if request.method == "POST":
        residents.set_reading(
            request.resident,
            language=request.POST.get("language", ""),
            text_size=request.POST.get("text_size", ""),
        )
    return render(request, "portal/reading.html", {"changed": request.method == "POST"})


@page("name/", name="name", preview=lambda: Preview(title="LINEの名前"))
def line_name(request: ResidentRequest) -> HttpResponse:
    """Let the town know under which name the resident is in LINE, or take that back; both only when pressed."""
    resident, said, problem = request.resident, "", ""
    if request.method == "POST":
        try:
            if "forget" in request.POST:
                operations.forget_name(resident)
                said = "消しました。"
            else:
                operations.learn_name(resident)
                said = "役場に知らせました。"
        except Refusal as no:
            problem = str(no)
        except OutsideFailure:
            problem = "LINEに確認できませんでした。少し待って、もう一度押してください。"
    context = {"name": resident.called, "said": said, "problem": problem}
    return render(request, "portal/name.html", context)


@page("looks/", name="looks", preview=lambda: Preview(title="役場が見た記録"))
def looks(request: ResidentRequest) -> HttpResponse:
    """Show which department looked at what is kept of the resident, and when."""
    return render(request, "portal/looks.html", {"looks": queries.looks_at(request.resident)})


@page("postal/<str:code>", name="postal")
def postal_places(request: ResidentRequest, code: str) -> HttpResponse:
    """The places of a postal code, for the address to fill in; none when the table does not know it."""
    try:
        digits = postal.parse(code)
    except Refusal:
        return JsonResponse({"places": []}, status=400)
    places = [
        {"address": str(place), "kana": place.kana} for place in queries.postal_places(digits)
    ]
    return JsonResponse({"places": places})
