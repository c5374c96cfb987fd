"""Citizen pages, as they were plugged in."""

from django.urls import path

from yakuba.portal import portal
from yakuba.portal.guard import guarded
from yakuba.portal.sockets import pages

app_name = "portal"
urlpatterns = [path("session", portal.sign_in, name="session")]
urlpatterns += [path(page.path, guarded(page), name=page.name) for page in pages]
