"""What only the demonstration has: the page with two doors, known accounts, and a clock that can be turned.

Mounted and callable with ENVIRONMENT=demo alone.
"""

import hmac
import json
import os
import time

from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from yakuba.kit import clock
from yakuba.townhall import operations as townhall
from yakuba.townhall.models import StaffMember

PASSWORD = "kamiichi-demo-2026"
_SECRET = "JBSWY3DPEHPK3PXPKAMIICHIDEMOYAKU"
_LONGEST_OFFSET = 5 * 366 * 24 * 3600


def prepare() -> None:
    """Give the sample staff the password and the second step that the first page names."""
    for staff in StaffMember.objects.order_by("pk"):
        townhall.enrol_demo(staff, password=PASSWORD, totp_secret=_SECRET)


@never_cache
def doors(request: HttpRequest) -> HttpResponse:
    """Explain the town in two languages, and open the phone and the staff console."""
    return render(
        request,
        "config/doors.html",
        {
            "phone": os.environ.get("DEMO_PHONE_URL", ""),
            "mailbox": os.environ.get("DEMO_MAIL_URL", ""),
            "bank": os.environ.get("DEMO_PAYMENTS_URL", ""),
            "staff": StaffMember.objects.order_by("pk").prefetch_related("memberships__department"),
            "password": PASSWORD,
            "code": code(),
            "code_lives": 30 - int(time.time()) % 30,
            "now": clock.now(),
        },
    )


def code() -> str:
    """Return the six digits that the demonstration's authenticator shows now."""
    counter = int(time.time()) // 30
    return str(totp.format_hotp_value(totp.hotp_value(_SECRET, counter)))


@csrf_exempt  # a program asks, with a token of its own
@require_POST
def turn_clock(request: HttpRequest) -> HttpResponse:
    """Turn the business clock, when the phone's clock is turned."""
    expected = f"Bearer {os.environ.get('DEMO_TOKEN', '')}"
    given = request.headers.get("Authorization", "")
    if not os.environ.get("DEMO_TOKEN") or not hmac.compare_digest(
        given.encode(), expected.encode()
    ):
        raise Http404
    try:
        seconds = int(json.loads(request.body)["offset_seconds"])
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"problem": "offset_seconds must be a whole number"}, status=400)
    if abs(seconds) > _LONGEST_OFFSET:
        return JsonResponse({"problem": "the clock turns by five years at most"}, status=400)
    clock.turn(seconds=seconds)
    return JsonResponse({"now": clock.now().isoformat()})


urlpatterns = [
    path("", doors, name="doors"),
    path("demo/clock", turn_clock, name="demo-clock"),
]

if settings.ENVIRONMENT != "demo":
    raise RuntimeError("yakuba.config.demo belongs to the demonstration only")
