"""Signing in as the page's script does."""

from typing import Any

from django.test import Client

from yakuba.portal import operations, queries
from yakuba.residents import queries as residents
from yakuba.residents.models import Resident


def send_token(browser: Client, id_token: object) -> Any:
    return browser.post("/p/session", {"id_token": id_token}, content_type="application/json")


def signed_in(resident: Resident) -> Client:
    """Return a browser that holds a session of `resident`."""
    browser = Client(raise_request_exception=True)
    user_id = residents.line_user_id(resident)
    assert user_id is not None
    browser.cookies[queries.COOKIE] = operations.sign_in(user_id=user_id)
    return browser
