"""Headers that every answer carries."""

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from yakuba.config.errors import too_large

# What the LIFF SDK loads and calls at run time, besides its own script (LINE's documentation names no list).
_LINE_HOSTS = (
    "https://static.line-scdn.net",
    "https://liffsdk.line-scdn.net",
    "https://uts-front.line-apps.com",
    "https://liff-subwindow.line.me",
    "https://api.line.me",
    "https://access.line.me",
    "https://liff.line.me",
    "https://miniapp.line.me",
)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def content_security_policy(path: str, forms: Sequence[str] = ()) -> str:
    """Return the policy of the page at `path`; pages inside LINE may load and call LINE's hosts.

    `forms` are the origins besides ours to which a form of the page may lead, also by a redirect.
    """
    configured = {
        _origin(url)
        for url in (
            settings.LIFF_SDK_URL,
            settings.LINE_API_BASE,
            settings.LIFF_BASE,
            settings.LINE_ACCESS_BASE,
        )
    }
    line = " ".join(sorted(configured | set(_LINE_HOSTS)))
    inside_line = path.startswith("/p/")
    # The pages that may show this one in a frame: the designer's live phone is ours, and LINE's own shell.
    frames = f"'self' {_origin(settings.LIFF_BASE)}" if inside_line else "'self'"
    script = f"'self' {line}" if inside_line else "'self'"
    connect = f"'self' {line}" if inside_line else "'self'"
    onwards = " ".join(("'self'", *forms))
    return (
        f"default-src 'self'; script-src {script}; connect-src {connect}; "
        "style-src 'self'; img-src 'self' data: blob: https://cyberjapandata.gsi.go.jp "
        "https://profile.line-scdn.net; font-src 'self'; object-src 'none'; base-uri 'none'; "
        f"form-action {onwards}; frame-src 'self'; frame-ancestors {frames}"
    )


def security_headers(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if "Content-Security-Policy" not in response:
            response["Content-Security-Policy"] = content_security_policy(
                request.path, getattr(response, "form_action", ())
            )
        response.setdefault("X-Content-Type-Options", "nosniff")
        response.setdefault("Referrer-Policy", "same-origin")
        response.setdefault(
            "Permissions-Policy", "camera=(self), geolocation=(self), microphone=()"
        )
        if request.path.startswith(("/console", "/p/")):
            # Also what is not ours among them: printed codes must not lie in the browser's cache.
            response.setdefault("Cache-Control", "no-store")
        if settings.SESSION_COOKIE_SECURE:
            response.setdefault("Strict-Transport-Security", "max-age=31536000")
        return response

    return answer


def bounded_body(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Refuse a body larger than any form of ours before a byte is read: uploads would fill the disk.

    A body without a length is read as empty by Django, so there is nothing to bound.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not (length.isdecimal() and len(length) < 12 and int(length) <= settings.LARGEST_BODY):
            return too_large(request)
        return get_response(request)

    return answer
