"""What providers' machines send, and where browsers come back to from a provider's page."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from yakuba.payments import operations
from yakuba.payments.models import Attempt, Connection


@csrf_exempt
@require_POST
def message(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """Keep a message, and answer as the provider wants to be answered."""
    connection = get_object_or_404(Connection, public_id=connection_id)
    if int(request.META.get("CONTENT_LENGTH") or 0) > operations.LARGEST:
        return HttpResponse(b"too large", status=413)
    headers = {name.lower(): value for name, value in request.headers.items()}
    answer = operations.take_message(connection, headers, request.body)
    return HttpResponse(answer.body, status=answer.status, content_type=answer.content_type)


@csrf_exempt
def back(request: HttpRequest, merchant_ref: str) -> HttpResponse:
    """Lead the browser to the page that asks the provider itself; whatever it brings proves nothing.

    Some providers send the browser back with a form. It brings no session then, so nothing is shown here;
    but the form may be the provider's own message, and the only one that arrives (E22).
    """
    attempts = Attempt.objects.select_related("charge", "connection")
    attempt = get_object_or_404(attempts, merchant_ref=merchant_ref)
    if request.method == "POST" and 0 < len(request.body) <= operations.LARGEST:
        headers = {name.lower(): value for name, value in request.headers.items()}
        operations.take_message(attempt.connection, headers, request.body)
    where = reverse("portal:payment_back", kwargs={"charge_id": attempt.charge.public_id})
    return HttpResponseRedirect(where, status=303)
