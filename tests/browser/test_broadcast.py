"""A clerk builds a segment and sends a message from nothing, with mouse and with keyboard alone."""

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
    from tests.cast import make_interests

    make_interests()
    town = make_broadcasting_town(sim, phone)
    town.records["花子"].called = "かみいち花子"
    town.records["花子"].save()
    return town


@pytest.fixture
def desk(page: Page, live_server: LiveServer, town: Town) -> Iterator[Page]:
    client = Client(HTTP_HOST="localhost")
    client.force_login(town.manager, backend=settings.AUTHENTICATION_BACKENDS[-1])
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if said.type == "error" else None)
    yield page
    assert refused == []


def is_fine(desk: Page, axe: AxeFindings, name: str) -> None:
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        desk.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)
    assert axe(desk) == []
    assert desk.evaluate("document.documentElement.scrollWidth") <= 1366


def end_of_grace(town: Town) -> None:
    from yakuba.broadcasts.models import Delivery

    town.begin(Delivery.objects.get())


def send_waiting() -> None:
    from yakuba.line import sender

    sender.send_waiting()


def test_a_segment_is_built_and_a_message_sent(
    desk: Page, live_server: LiveServer, axe: AxeFindings, town: Town
) -> None:
    # The group: everybody in Otosugi.
    desk.goto(f"{live_server.url}/console/segments/")
    is_fine(desk, axe, "segments-empty")
    desk.get_by_role("link", name="グループを作る").click()
    desk.get_by_label("グループの名前").fill("音杉の人")
    desk.get_by_role("button", name="条件を加える").click()
    desk.get_by_label("項目", exact=True).fill("地区")
    desk.get_by_role("option", name="住んでいる地区").click()
    desk.get_by_label("音杉").check()
    expect(desk.locator("#look")).to_contain_text("2人に届きます")
    expect(desk.locator("#look")).to_contain_text("住んでいる地区が音杉")
    is_fine(desk, axe, "segment-new")
    desk.get_by_role("button", name="保存する").click()
    expect(desk.get_by_text("グループ「音杉の人」を保存しました。")).to_be_visible()

    # The message.
    desk.get_by_role("link", name="このグループに配信する").click()
    desk.get_by_label("配信の名前").fill("除雪のお知らせ")
    desk.get_by_label("本文").fill("明日の朝6時から、\n音杉地区の除雪に入ります。")
    expect(desk.locator(".yk-phone__bubble")).to_contain_text("除雪に入ります")
    expect(desk.locator("#beside")).to_contain_text("2人に届きます")
    is_fine(desk, axe, "delivery-new")
    desk.get_by_role("button", name="送る前の確認へ進む").click()

    # The number is typed.
    expect(desk.get_by_text("2人に送ります")).to_be_visible()
    is_fine(desk, axe, "delivery-confirm")
    desk.get_by_role("button", name="送ることを決める").click()
    expect(desk.get_by_role("alert")).to_contain_text("送る人数")
    desk.get_by_label("送る人数").fill("2")
    desk.get_by_role("button", name="送ることを決める").click()

    # The grace: the time that is left runs, and the button to stop is the biggest thing on the page.
    expect(desk.get_by_role("timer")).to_contain_text("あと 4分")
    stop = desk.get_by_role("button", name="送るのを止める")
    stop.focus()
    expect(desk.get_by_role("timer")).to_contain_text("あと 4分5")
    is_fine(desk, axe, "delivery-grace")
    expect(stop).to_be_focused()
    end_of_grace(town)

    # It is watched, without a reload.
    expect(desk.get_by_text("この画面を閉じても、送信は続きます。")).to_be_visible()
    is_fine(desk, axe, "delivery-sending")
    send_waiting()
    expect(desk.get_by_text("送り終わりました。")).to_be_visible()
    expect(desk.locator("#now")).to_contain_text("2 / 2人")
    is_fine(desk, axe, "delivery-sent")
    assert town.heard("花子") == ["明日の朝6時から、\n音杉地区の除雪に入ります。"]
    assert town.heard("次郎") == []


def test_a_nested_condition_is_built_with_the_keyboard_alone(
    desk: Page, live_server: LiveServer, axe: AxeFindings
) -> None:
    from yakuba.segments.models import Segment

    desk.goto(f"{live_server.url}/console/segments/new/")
    desk.get_by_label("グループの名前").focus()
    desk.keyboard.type("ためし")

    desk.get_by_role("button", name="条件を加える").press("Enter")
    expect(desk.get_by_label("項目", exact=True)).to_be_focused()  # the new row has the caret
    desk.keyboard.type("知りたい")
    desk.keyboard.press("Enter")
    expect(desk.get_by_label("項目", exact=True)).to_be_focused()  # and keeps it when drawn anew
    desk.get_by_label("除雪").press("Space")
    desk.get_by_role("button", name="まとまりを加える").first.press("Enter")
    inner = desk.get_by_role("group", name="条件のまとまり")
    inner.get_by_label("まとめ方").press("ArrowDown")
    is_fine(desk, axe, "segment-nested")
    desk.get_by_role("button", name="保存する").press("Enter")

    expect(desk.get_by_text("グループ「ためし」を保存しました。")).to_be_visible()
    kept = Segment.objects.get().condition
    assert kept["all_of"][0]["value"] == ["snow"]
    assert "none_of" in kept["all_of"][1]


def test_a_delivery_is_stopped_from_the_page(
    desk: Page, live_server: LiveServer, axe: AxeFindings, town: Town
) -> None:
    delivery = town.send(town.draft())
    desk.goto(f"{live_server.url}/console/deliveries/{delivery.public_id}/")

    stop = desk.get_by_role("button", name="止める")
    stop.focus()
    for _poll in range(2):  # the page draws itself anew, and the caret stays on the button
        with desk.expect_response(
            lambda answer: answer.request.headers.get("hx-request") == "true"
        ):
            pass
    expect(stop).to_be_focused()
    stop.press("Enter")

    expect(desk.get_by_text("止めました。3人には送っていません。")).to_be_visible()
    is_fine(desk, axe, "delivery-stopped")
    send_waiting()
    assert town.heard("花子") == []


def test_pages_of_residents_and_attributes_are_fine(
    desk: Page, live_server: LiveServer, axe: AxeFindings, town: Town
) -> None:
    from yakuba.residents import operations as residents

    residents.entrust(department=town.department, staff=None)
    town.manager.is_administrator = True
    town.manager.save()
    hanako, taro = town.records["花子"], town.records["太郎"]
    for name, path in {
        "residents": "residents/",
        "resident": f"residents/{hanako.public_id}/",
        "reattach": f"residents/{taro.public_id}/reattach/?who={hanako.number}",
        "reattach-confirm": f"residents/{taro.public_id}/reattach/{hanako.public_id}/",
        "forget": f"residents/{hanako.public_id}/forget/",
        "attributes": "settings/attributes/",
        "attribute": "settings/attributes/district/",
        "attribute-new": "settings/attributes/new/",
        "register": "settings/register/",
        "deliveries": "deliveries/",
    }.items():
        desk.goto(f"{live_server.url}/console/{path}")
        expect(desk.locator("h1")).not_to_be_empty()
        is_fine(desk, axe, name)
