"""What makers' machines send."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from yakuba.locks import operations
from yakuba.locks.models import Connection
from yakuba.locks.operations.receiving import LARGEST


@csrf_exempt
@require_POST
def message(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """Keep a message at once; it is understood afterwards."""
    connection = get_object_or_404(Connection, public_id=connection_id)
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        return HttpResponse(b"too large", status=413)
    headers = {name.lower(): value for name, value in request.headers.items()}
    is_ours = operations.take_message(connection, headers, request.body)
    return HttpResponse(b"", status=200 if is_ours else 401)
