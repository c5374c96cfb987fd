"""Every page that is plugged into the console, as it stands before anything has come in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_axe_finds_nothing_on_any_page_and_nobody_scrolls_sideways(
    page: Page, live_server: LiveServer, axe: Callable[[Page], list[str]]
) -> None:
    from tests.townhall.factories import make_department, make_staff, make_town
    from yakuba.console import sockets

    make_town(name="上市町")
    administrator = make_staff(
        department=make_department(name="総務課"), role="manager", is_administrator=True
    )
    client = Client(HTTP_HOST="localhost")
    client.force_login(administrator, backend=settings.AUTHENTICATION_BACKENDS[-1])
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )

    wrong: dict[str, list[str]] = {}
    looked_at = 0
    for known in list(sockets.pages):
        if "<" in known.path:
            continue
        answer = client.get(reverse(f"console:{known.name}"))
        if not answer.get("Content-Type", "").startswith("text/html") or answer.status_code != 200:
            continue  # exports, and pages for capabilities that nobody has been given yet
        if b"<html" not in answer.content:
            continue  # a fragment of another page
        page.goto(live_server.url + reverse(f"console:{known.name}"))
        looked_at += 1
        found = axe(page)
        if page.evaluate("document.documentElement.scrollWidth") > 1366:
            found.append("scrolls sideways")
        if found:
            wrong[known.path] = found

    assert wrong == {}
    assert looked_at >= 3
