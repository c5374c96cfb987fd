"""What people see when something is wrong: a sentence and a way on, never a stack trace."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

# Where somebody who is lost can go on, by the beginning of the address.
_WAYS = {"/p/": ("/p/", "マイページへ"), "/console/": ("/console/", "今日やることへ")}


def _page(request: HttpRequest, status: int, title: str, words: str) -> HttpResponse:
    ways = [way for beginning, way in _WAYS.items() if request.path.startswith(beginning)]
    html = render_to_string("config/error.html", {"title": title, "words": words, "ways": ways})
    return HttpResponse(html, status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(
        request, 404, "ページが見つかりません", "アドレスが変わったか、見る権限がありません。"
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(
        request,
        403,
        "この操作はできません",
        "見る権限がありません。必要なときは管理者にお知らせください。",
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(
        request,
        400,
        "受け取れませんでした",
        "送られた内容を読み取れませんでした。前の画面にもどって、もう一度お試しください。",
    )


def too_large(request: HttpRequest) -> HttpResponse:
    return _page(
        request,
        413,
        "大きすぎて受け取れませんでした",
        "写真やファイルを小さくするか、いくつかに分けて、もう一度お送りください。",
    )


def server_error(request: HttpRequest) -> HttpResponse:
    return _page(
        request,
        500,
        "申し訳ありません",
        "こちらの不具合で表示できませんでした。少し待って、もう一度お試しください。",
    )


def forgery(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(
        request,
        403,
        "もう一度お試しください",
        "画面を開いてから時間がたったため、送信できませんでした。前の画面にもどり、開き直してから送信してください。",
    )
