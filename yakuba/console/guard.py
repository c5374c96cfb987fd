"""Who may come to the door of the console at all: the address list, before anybody signs in."""

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def allowed_network(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Refuse the console to addresses outside STAFF_NETWORKS; an empty list refuses nobody."""

    def answer(request: HttpRequest) -> HttpResponse:
        if not settings.STAFF_NETWORKS or not request.path.startswith("/console"):
            return get_response(request)
        address = client_address(request)
        if address and any(address in network for network in settings.STAFF_NETWORKS):
            return get_response(request)
        html = render_to_string("console/refused.html", {"address": address or "不明"})
        return HttpResponse(html, status=403)

    return answer


def client_address(request: HttpRequest) -> Address | None:
    """Return who is at the other end, behind as many proxies as TRUSTED_PROXIES says are ours.

    What stands further left in X-Forwarded-For was written by the caller and proves nothing.
    """
    chain = [
        part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part
    ]
    chain.append(request.META.get("REMOTE_ADDR", ""))
    if len(chain) <= settings.TRUSTED_PROXIES:
        return None  # fewer proxies than there must be: somebody came in by a side door
    try:
        address = ipaddress.ip_address(chain[-1 - settings.TRUSTED_PROXIES])
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address
