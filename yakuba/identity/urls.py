"""Addresses at which providers and browsers arrive; they are registered with every provider."""

from django.urls import path

from yakuba.identity import webhooks

app_name = "identity"
urlpatterns = [
    path("p/identity/back/", webhooks.back, name="back"),
    path("identity/webhook/<slug:kind>", webhooks.notice, name="webhook"),
]
