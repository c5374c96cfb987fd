"""Who may come in at all."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


def allowed_network(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    return get_response
