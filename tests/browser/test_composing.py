"""A clerk composes several messages with the keyboard alone, sees them on the phone, and tries them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from tests.line.conftest import phone, sim  # noqa: F401  (fixtures)

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

    from simulators.line.driver import Phone
    from simulators.line.server import Running
    from tests.broadcasts.cast import Town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AxeFindings = Callable[[Page], list[str]]
PICTURES = os.environ.get("YAKUBA_SCREENS")  # a folder for whoever wants to look


@pytest.fixture
def town(sim: Running, phone: Phone) -> Town:  # noqa: F811
    from tests.broadcasts.cast import make_broadcasting_town

    return make_broadcasting_town(sim, phone)


@pytest.fixture
def desk(page: Page, live_server: LiveServer, town: Town) -> Iterator[Page]:
    client = Client(HTTP_HOST="localhost")
    client.force_login(town.manager, backend=settings.AUTHENTICATION_BACKENDS[-1])
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )
    refused: list[str] = []
    page.on(
        "console",
        lambda said: (
            refused.append(f"{said.text} {said.location}") if said.type == "error" else None
        ),
    )
    yield page
    assert refused == []


def is_fine(desk: Page, axe: AxeFindings, name: str) -> None:
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        desk.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)
    assert axe(desk) == []
    assert desk.evaluate("document.documentElement.scrollWidth") <= 1366


def test_messages_are_composed_with_the_keyboard_alone(
    desk: Page, live_server: LiveServer, axe: AxeFindings, town: Town
) -> None:
    from yakuba.broadcasts.models import Delivery

    draft = town.draft("明日の朝、{住んでいる地区}の除雪に入ります。")
    desk.goto(f"{live_server.url}/console/deliveries/{draft.public_id}/")
    expect(desk.locator(".yk-phone__bubble")).to_contain_text("除雪に入ります")

    # A card is added, written and given a row and a button.
    desk.locator("#add-question").press("Enter")
    desk.get_by_role("button", name="催しのカード").press("Enter")
    expect(desk.get_by_role("heading", name="催しのカード")).to_be_visible()
    desk.get_by_label("催しの名前（日本語）").focus()
    desk.keyboard.type("雪かき教室")
    desk.get_by_label("日時（日本語）").focus()
    desk.keyboard.type("令和8年12月5日（土）午前10時から")
    desk.get_by_label("場所（日本語）").focus()
    desk.keyboard.type("町民センター")
    desk.get_by_role("button", name="ボタンを加える").press("Enter")
    desk.get_by_label("開くページ").focus()
    desk.keyboard.type("https://www.town.example.jp/snow")
    desk.keyboard.press("Tab")
    card = desk.locator(".yk-phone__card")
    expect(card).to_contain_text("雪かき教室")
    expect(card).to_contain_text("町民センター")
    expect(card.get_by_role("button", name="開く")).to_be_visible()
    is_fine(desk, axe, "compose-event")

    # What is missing is named, with a way there.
    desk.locator(".yk-designer__problems summary").press("Enter")
    desk.get_by_role("link", name="を登録していない人には").press("Enter")
    expect(desk.get_by_label("住んでいる地区（日本語）")).to_be_focused()
    desk.keyboard.type("お住まいの地区")
    desk.keyboard.press("Tab")
    expect(desk.get_by_text("直すところはありません")).to_be_visible()
    is_fine(desk, axe, "compose-people")

    # The second message goes up by Alt and an arrow, and undo takes it back.
    desk.locator("#o-p-1").press("Alt+ArrowUp")
    expect(desk.locator("#o-p-0")).to_contain_text("雪かき教室")
    desk.get_by_role("button", name="1つもどす").press("Enter")
    expect(desk.locator("#o-p-1")).to_contain_text("雪かき教室")

    kept = Delivery.objects.get()
    assert [part["kind"] for part in kept.content["parts"]] == ["text", "event"]
    assert kept.content["otherwise"]["住んでいる地区"]["ja"] == "お住まいの地区"


def test_a_draft_is_seen_as_a_chosen_resident_gets_it(
    desk: Page, live_server: LiveServer, axe: AxeFindings, town: Town
) -> None:
    from yakuba.audit.models import Entry
    from yakuba.residents import operations as residents

    residents.entrust(department=town.department, staff=None)
    draft = town.draft("{住んでいる地区}の皆さんへ")
    hanako = town.records["花子"]
    desk.goto(f"{live_server.url}/console/deliveries/{draft.public_id}/")

    desk.get_by_label("この住民として見る（番号）").fill(hanako.number)
    desk.keyboard.press("Enter")

    expect(desk.locator(".yk-phone__bubble")).to_contain_text("音杉の皆さんへ")
    assert Entry.objects.filter(subject=hanako.subject, action="viewed").exists()


@pytest.mark.parametrize(
    "kind",
    [
        "画像",
        "お知らせのカード",
        "一覧のカード",
        "クーポンのカード",
        "続きを読むページ",
        "動画",
        "リンクのカード",
    ],
)
def test_every_kind_of_message_has_a_page_without_findings(
    desk: Page, live_server: LiveServer, axe: AxeFindings, town: Town, kind: str
) -> None:
    draft = town.draft()
    desk.goto(f"{live_server.url}/console/deliveries/{draft.public_id}/")

    desk.locator("#add-question").press("Enter")
    desk.get_by_role("button", name=kind, exact=True).press("Enter")

    expect(desk.get_by_role("heading", name=kind, exact=True)).to_be_visible()
    for more in desk.locator("#part [data-act=add_row]").all():
        before = desk.locator(".yk-composer__row").count()
        more.press("Enter")
        expect(desk.locator(".yk-composer__row")).to_have_count(before + 1)
    expect(desk.locator(".htmx-request")).to_have_count(0)
    is_fine(desk, axe, f"compose-{kind}")


def test_the_last_look_shows_the_messages_as_they_are_sent(
    desk: Page, live_server: LiveServer, axe: AxeFindings, town: Town
) -> None:
    draft = town.draft("明日の朝、除雪に入ります。")

    desk.goto(f"{live_server.url}/console/deliveries/{draft.public_id}/confirm/")

    expect(desk.locator(".yk-phone__bubble")).to_contain_text("除雪に入ります")
    expect(desk.locator(".yk-phone__name")).to_contain_text("上市町")
    is_fine(desk, axe, "confirm")
