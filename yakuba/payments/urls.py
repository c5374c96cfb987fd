"""Addresses of the providers' machines, and of browsers on their way back."""

from django.urls import path

from yakuba.payments import webhooks

app_name = "payments"
urlpatterns = [
    path("pay/messages/<uuid:connection_id>/", webhooks.message, name="message"),
    path("pay/back/<str:merchant_ref>/", webhooks.back, name="back"),
]
