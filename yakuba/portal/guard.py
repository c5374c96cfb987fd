"""Nobody sees a citizen page without a session, and nobody is redirected on the way in."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from yakuba.portal import queries
from yakuba.portal.sockets import Page, Preview


def guarded(page: Page) -> Callable[..., HttpResponse]:
    """Return the view of `page` behind the sign-in; without a session it is the page's preview."""

    @never_cache
    @wraps(page.view)
    def view(request: HttpRequest, **kwargs: object) -> HttpResponse:
        resident = queries.resident_of(request)
        if resident is None:
            shown = page.preview(**kwargs) if page.preview else Preview(title="")
            status = 200 if request.method == "GET" else 401
            return render(request, "portal/wait.html", {"preview": shown}, status=status)
        request.resident = resident  # type: ignore[attr-defined]
        return page.view(request, **kwargs)

    return view
