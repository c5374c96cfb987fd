"""A clerk builds a survey from nothing, tries it in the live phone, mends what is wrong and publishes."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Locator, Page, expect

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

    from yakuba.townhall.models import StaffMember

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PICTURES = os.environ.get("YAKUBA_SCREENS")  # a folder for whoever wants to look

AxeFindings = Callable[[Page], list[str]]


@pytest.fixture
def clerk() -> StaffMember:
    from tests import cast

    cast.make_town()
    return cast.make_staff(department=cast.make_department("企画課"))


@pytest.fixture
def desk(page: Page, live_server: LiveServer, clerk: StaffMember) -> Page:
    client = Client(HTTP_HOST="localhost")
    client.force_login(clerk, backend=settings.AUTHENTICATION_BACKENDS[-1])
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )
    page.goto(f"{live_server.url}/console/procedures/")
    return page


def picture(desk: Page, name: str) -> None:
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        desk.screenshot(path=f"{PICTURES}/designer-{name}.png")


def settled(desk: Page) -> None:
    """Wait until everything typed was kept and drawn."""
    expect(desk.locator(".htmx-request, .htmx-settling")).to_have_count(0)
    desk.wait_for_load_state("networkidle")


def add_question(desk: Page, kind: str) -> None:
    desk.locator("#add-question").click()
    desk.locator(".yk-outline__kinds").get_by_role("button", name=kind, exact=True).click()
    expect(desk.get_by_label("質問の文", exact=True)).to_be_focused()


def phone(desk: Page) -> Locator:
    return desk.locator("yk-talk-preview")


def test_a_survey_is_built_tried_mended_and_published(desk: Page, axe: AxeFindings) -> None:
    picture(desk, "0-empty-list")
    assert axe(desk) == []
    desk.get_by_role("link", name="手続を作る").click()
    picture(desk, "1-new")
    assert axe(desk) == []
    desk.get_by_label("名称").fill("町民運動会のアンケート")
    desk.get_by_role("button", name="作り始める").click()
    settled(desk)
    picture(desk, "2-blank")
    assert axe(desk) == []

    add_question(desk, "ひとつ選ぶ")
    desk.get_by_label("質問の文", exact=True).fill("運動会に参加しましたか。")
    desk.get_by_label("選択肢1", exact=True).fill("参加した")
    desk.get_by_label("選択肢2", exact=True).fill("見に行った")
    desk.get_by_label("選択肢2", exact=True).press("Enter")
    expect(desk.get_by_label("選択肢3", exact=True)).to_be_focused()
    desk.get_by_label("選択肢3", exact=True).fill("行かなかった")
    desk.get_by_label("選択肢3", exact=True).blur()
    settled(desk)
    expect(phone(desk)).to_contain_text("運動会に参加しましたか。")
    expect(phone(desk).get_by_role("button", name="行かなかった")).to_be_visible()
    picture(desk, "3-first-question")

    add_question(desk, "短い文")
    desk.get_by_label("質問の文", exact=True).fill("行かなかった理由を教えてください。")
    desk.get_by_role("button", name="条件をつける").click()
    desk.get_by_label("問1 運動会に参加しましたか。の値").select_option("行かなかった")
    expect(desk.locator("#when-said")).to_contain_text("運動会に参加しましたか。が行かなかった")
    settled(desk)
    expect(phone(desk)).to_contain_text("行かなかった理由を教えてください。")
    picture(desk, "4-condition")
    assert axe(desk) == []

    add_question(desk, "評価")
    settled(desk)
    desk.get_by_text("直すところ 1件").click()
    picture(desk, "5-problems")
    desk.locator(".yk-designer__problem-list a").first.click()
    expect(desk.get_by_label("質問の文", exact=True)).to_be_focused()
    desk.get_by_label("質問の文", exact=True).fill("来年も参加したいですか。")
    desk.get_by_label("質問の文", exact=True).blur()
    expect(desk.get_by_text("直すところはありません")).to_be_visible()

    desk.get_by_role("link", name="公開へ進む").click()
    expect(desk.get_by_text("すべて最後まで進めました", exact=False)).to_be_visible()
    picture(desk, "6-publish")
    assert axe(desk) == []
    desk.get_by_role("button", name="公開する").click()
    expect(desk.get_by_text("第1版を公開しました", exact=False)).to_be_visible()
    picture(desk, "7-published")
    assert axe(desk) == []
