"""Every page that is plugged into the console, before anything has come in: axe, enlarged, without a mouse."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page
from pytest_django import Settings as DjangoSettings

from tests.browser.keyboard import wrong_without_a_mouse

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DESK, ENLARGED, NARROW = (1366, 768), (683, 384), (320, 640)  # 200 % of the desk; 400 %

CUT_RAIL = """[...document.querySelectorAll(".yk-rail ul")].some(
  (list) => list.scrollWidth > list.clientWidth + 1)"""


def sideways(page: Page, size: tuple[int, int]) -> list[str]:
    width, height = size
    page.set_viewport_size({"width": width, "height": height})
    wide = page.evaluate("document.documentElement.scrollWidth")
    found = [f"scrolls sideways at {width}: {wide}"] if wide > width else []
    if page.evaluate(CUT_RAIL):
        found.append(f"the rail is cut at {width}")
    return found


@pytest.mark.parametrize("environment", ["production", "trial"])
def test_no_page_has_findings_of_axe_or_scrolls_sideways_or_loses_the_focus(
    page: Page,
    live_server: LiveServer,
    axe: Callable[[Page], list[str]],
    settings: DjangoSettings,
    environment: str,
) -> None:
    from tests.townhall.factories import make_department, make_staff, make_town
    from yakuba.console import sockets

    settings.ENVIRONMENT = environment
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
        found = axe(page) + wrong_without_a_mouse(page)
        for size in (ENLARGED, NARROW, DESK):
            found += sideways(page, size)
        if found:
            wrong[known.path] = found

    assert wrong == {}
    assert looked_at >= 3
