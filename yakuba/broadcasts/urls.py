"""Addresses outside of the console and the citizen pages; they are short because they stand in messages."""

from django.urls import path

from yakuba.broadcasts import api

app_name = "broadcasts"
urlpatterns = [
    path("l/<str:code>", api.link, name="link"),
    path("media/<str:code>", api.media, name="media"),
    path("media/<str:code>/small", api.small, name="media_small"),
]
