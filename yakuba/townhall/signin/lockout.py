"""What django-axes is told of an attempt, and what the person reads who guessed too often."""

from collections.abc import Mapping

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yakuba.console.guard import client_address
from yakuba.townhall.operations import Outcome


def username(request: HttpRequest, credentials: Mapping[str, str] | None = None) -> str:
    """The e-mail address that was tried, written in one way."""
    tried = (credentials or {}).get("email") or request.POST.get("login", "")
    return tried.strip().lower()[:254]


def address(request: HttpRequest) -> str:
    """Where the request comes from, as the proxies that we trust say it."""
    return str(client_address(request) or "")


def outcome(request: HttpRequest) -> Outcome:
    """Tell of a refused password whether it was wrong, the last guess, or not even looked at."""
    if not getattr(request, "axes_locked_out", False):
        return Outcome.WRONG
    # axes counts only what it lets through to the password.
    counted = getattr(request, "axes_failures_since_start", None) is not None
    return Outcome.STOPPED if counted else Outcome.WHILE_STOPPED


def is_stopped(request: HttpRequest, email: str) -> bool:
    """Say whether too many guesses at this account came from where the request comes from."""
    return bool(AxesProxyHandler.is_locked(request, {"email": email}))


def page(
    request: HttpRequest,
    original: HttpResponse | None = None,
    credentials: Mapping[str, str] | None = None,
) -> HttpResponse:
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    return render(request, "townhall/signin/locked.html", {"minutes": minutes}, status=429)
