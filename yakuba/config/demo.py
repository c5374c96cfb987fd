"""What only the demonstration has: the page with two doors, known accounts, and a clock that can be turned.

Mounted and callable with ENVIRONMENT=demo alone.
"""

import contextlib
import hmac
import json
import os
import time
from collections.abc import Mapping

from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from yakuba.identity import operations as identity
from yakuba.identity.models import Provider
from yakuba.kit import clock
from yakuba.kit.errors import Refusal
from yakuba.locks.models import Door
from yakuba.procedures import operations as procedures
from yakuba.procedures.models import Procedure
from yakuba.townhall import operations as townhall
from yakuba.townhall.models import StaffMember

PASSWORD = "kamiichi-demo-2026"
_SECRET = "JBSWY3DPEHPK3PXPKAMIICHIDEMOYAKU"
_LONGEST_OFFSET = 5 * 366 * 24 * 3600


def prepare() -> None:
    """Give the sample staff the password and the second step that the first page names."""
    for staff in StaffMember.objects.order_by("pk"):
        townhall.enrol_demo(staff, password=PASSWORD, totp_secret=_SECRET)
    if os.environ.get("DEMO_CARDS_URL"):
        _connect_cards(os.environ)
    _publish_what_is_ready()


def _publish_what_is_ready() -> None:
    """Publish the sample procedures that waited for a provider to be connected."""
    for procedure in Procedure.objects.filter(status=Procedure.Status.DRAFT, current=None):
        with contextlib.suppress(Refusal):
            procedures.publish(procedure, staff=None)


def _connect_cards(given: Mapping[str, str]) -> None:
    """Connect who checks cards, as an administrator would in the console: type, look, switch on."""
    operator = {
        "address": given["DEMO_CARDS_URL"],
        "key": given["DEMO_CARDS_KEY"],
        "webhook_secret": given["DEMO_CARDS_WEBHOOK_SECRET"],
    }
    app = {
        "issuer": f"{given['DEMO_CARDS_URL']}/api/realms/main",
        "client_id": given["DEMO_CARDS_CLIENT_ID"],
        "keys": given["DEMO_CARDS_CLIENT_KEYS"],
        "operator_address": given["DEMO_CARDS_URL"],
        "operator_key": given["DEMO_CARDS_KEY"],
    }
    for kind, name, typed in (
        ("platform_operator", "カードをスマホにかざす（模擬の事業者）", operator),
        ("digital_auth_app", "デジタル認証アプリ（模擬）", app),
    ):
        _connect(kind, name, typed)


def _connect(kind: str, name: str, typed: Mapping[str, str]) -> None:
    """Connect one provider; once more does no harm, and follows a port that has changed."""
    provider = Provider.objects.filter(kind=kind, name=name).first()
    if provider is None:
        provider = identity.connect(kind=kind, name=name, settings=typed, staff=None)
    else:
        administrator = StaffMember.objects.filter(is_administrator=True).order_by("pk")[0]
        identity.change(provider, name=name, settings=typed, staff=administrator)
    if not identity.look_at(provider, staff=None):
        identity.switch(provider, on=True, staff=None)


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
            "cards": os.environ.get("DEMO_CARDS_URL", ""),
            "locks": os.environ.get("DEMO_LOCKS_URL", "") if Door.objects.exists() else "",
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
