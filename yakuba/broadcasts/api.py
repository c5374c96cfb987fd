"""Addresses that anybody may open who was given them: a measured link, a picture, a film."""

import re

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from yakuba.broadcasts.models import Link, Media
from yakuba.broadcasts.operations import links
from yakuba.files import serving

# LINE looks at links to draw a preview of them, others to search or to warn; they are no readers.
_MACHINES = re.compile(
    r"line-?poker|bot\b|crawler|spider|preview|facebookexternalhit|slurp|monitor|curl|wget|python",
    re.IGNORECASE,
)


class _Elsewhere(HttpResponseRedirect):
    allowed_schemes = ["https"]


@require_safe
def link(request: HttpRequest, code: str) -> HttpResponse:
    """Lead on to where the clerk's link leads, and count the tap. Only codes of ours lead anywhere."""
    found = get_object_or_404(Link, code=code)
    if request.method == "GET" and not _is_machine(request):
        links.tapped(found)
    answer = _Elsewhere(found.url)
    answer["Cache-Control"] = "no-store"  # a kept answer would not be counted
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _is_machine(request: HttpRequest) -> bool:
    purpose = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    agent = request.headers.get("User-Agent", "")
    return "prefetch" in purpose or "preview" in purpose or bool(_MACHINES.search(agent))


@require_safe
def media(request: HttpRequest, code: str) -> HttpResponseBase:
    """A picture or a film of a message that was sent or tested."""
    found = get_object_or_404(Media.objects.select_related("file"), code=code, is_open=True)
    return serving.public(request, found.file)


@require_safe
def small(request: HttpRequest, code: str) -> HttpResponseBase:
    """The small picture that stands for a large one until it is tapped."""
    found = get_object_or_404(
        Media.objects.select_related("preview"), code=code, is_open=True, preview__isnull=False
    )
    assert found.preview is not None
    return serving.public(request, found.preview)
