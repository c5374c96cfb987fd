"""Staff pages, as they were plugged in."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
