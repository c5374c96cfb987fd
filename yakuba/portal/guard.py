"""Nobody sees a citizen page without a session, and nobody is redirected on the way in."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.views.decorators.cache import never_cache

from yakuba.portal import network, queries
from yakuba.portal.sockets import Page, Preview

FOR = (
    "HTTP_X_PORTAL_FOR"  # whom the page was drawn for, as its script says with everything it sends
)


def guarded(page: Page) -> Callable[..., HttpResponse]:
    """Return the view of `page` behind the sign-in; without a session it is the page's preview."""

    @never_cache
    @wraps(page.view)
    def view(request: HttpRequest, **kwargs: object) -> HttpResponse:
        answer = _answer(page, request, kwargs)
        # LINE adds an access token to the first address; as a Referer it would travel on.
        answer["Referrer-Policy"] = "strict-origin"
        return answer

    view.portal_page = page  # type: ignore[attr-defined]
    return view


def _answer(page: Page, request: HttpRequest, kwargs: dict[str, object]) -> HttpResponse:
    if request.method == "GET" and "liff.state" in request.GET:
        # LINE's script goes on to the page in `liff.state` at once: nothing personal is drawn before.
        return _wait(request, _preview_of(request.GET["liff.state"]), status=200)
    resident = queries.resident_of(request)
    drawn_for = request.META.get(FOR, "")
    if resident is None or drawn_for not in ("", str(resident.public_id)):
        preview = page.preview(**kwargs) if page.preview else Preview(title="")
        return _wait(request, preview, status=200 if request.method == "GET" else 401)
    request.resident = resident  # type: ignore[attr-defined]
    with network.answering(request):
        return page.view(request, **kwargs)


def _wait(request: HttpRequest, preview: Preview, *, status: int) -> HttpResponse:
    return render(request, "portal/wait.html", {"preview": preview}, status=status)


def _preview_of(state: str) -> Preview:
    """Return the public text of the page that `liff.state` names, below the endpoint."""
    path = "/p/" + state.partition("?")[0].partition("#")[0].lstrip("/")
    try:
        match = resolve(path)
    except Resolver404:
        return Preview(title="")
    page: Page | None = getattr(match.func, "portal_page", None)
    return page.preview(**match.kwargs) if page and page.preview else Preview(title="")
