"""Where browsers come back to from a provider, and where providers write to. Neither is believed."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from yakuba.identity import operations, sockets
from yakuba.portal import queries as portal

_LONGEST = 4000
_LONGEST_BODY = 64_000


# Not a page of the portal: whoever comes back in another browser has no session there, and LINE's script would take
# `code` and `state` for its own. So what came back is kept here, and a clean address shown.
@never_cache
@require_safe
def back(request: HttpRequest) -> HttpResponse:
    """Keep what the browser brought, and go to the page of the check, which asks who is there."""
    given = {name: str(value)[:_LONGEST] for name, value in request.GET.items() if len(name) < 60}
    check = None
    if request.method == "GET":
        check = operations.come_back(given=given, resident=portal.resident_of(request))
    to = reverse("portal:identity_check", args=[check.pk]) if check else reverse("portal:mine")
    answer = HttpResponseRedirect(to)
    answer["Referrer-Policy"] = "no-referrer"  # a code stands in this address
    return answer


@csrf_exempt
@require_POST
def notice(request: HttpRequest, kind: str) -> HttpResponse:
    """Take what a provider writes; 401 for what is not theirs, 204 for what is kept."""
    if kind not in sockets.verifiers or len(request.body) > _LONGEST_BODY:
        return HttpResponse(status=404)
    headers = {name.lower(): value for name, value in request.headers.items()}
    is_theirs = operations.hear_notice(kind=kind, headers=headers, body=request.body)
    return HttpResponse(status=204 if is_theirs else 401)
