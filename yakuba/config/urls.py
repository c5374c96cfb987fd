"""Every address of the house."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

handler400 = "yakuba.config.errors.bad_request"
handler403 = "yakuba.config.errors.forbidden"
handler404 = "yakuba.config.errors.not_found"
handler500 = "yakuba.config.errors.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("console/", include("yakuba.console.urls")),
    path("", include("yakuba.identity.urls")),  # before the pages: one stands among them
    path("p/", include("yakuba.portal.urls")),
    path("", include("yakuba.broadcasts.urls")),
    path("", include("yakuba.payments.urls")),
    path("", include("yakuba.locks.urls")),
]
if settings.ENVIRONMENT == "demo":
    urlpatterns += [path("", include("yakuba.config.demo"))]
