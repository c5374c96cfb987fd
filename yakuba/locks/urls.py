"""The address of the makers' machines."""

from django.urls import path

from yakuba.locks import webhooks

app_name = "locks"
urlpatterns = [path("locks/messages/<uuid:connection_id>/", webhooks.message, name="message")]
